"""Dialog state as JSON, by an explicit list of types. Nothing stored can ever name code to run.

An object is `{"$": "<type>", ...its fields}`; everything else is plain JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from botbuilder.dialogs import DialogInstance, DialogState

__all__ = ["NotStorable", "decode", "encode"]

_TAG = "$"


class NotStorable(TypeError):
    """The value, or the stored text, holds something that is not on the list of types."""


def encode(value: object) -> str:
    """JSON text of a state; raises NotStorable."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(text: str) -> Any:
    """The state behind `encode`'s text; raises NotStorable."""
    try:
        return _alive(json.loads(text))
    except (ValueError, KeyError, RecursionError) as error:
        raise NotStorable(f"stored state cannot be read: {type(error).__name__}") from error


def _plain(value: object) -> Any:
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float and math.isfinite(value):
        return value
    if type(value) is list:
        return [_plain(item) for item in value]
    if type(value) is dict:
        return _plain_dict(value)
    write = _WRITERS.get(type(value))
    if write is None:
        raise NotStorable(f"{type(value).__name__} does not belong in dialog state")
    return {_TAG: type(value).__name__, **write(value)}


def _plain_dict(value: dict[Any, Any]) -> dict[str, Any]:
    for key in value:
        if type(key) is not str or key == _TAG:
            raise NotStorable(f"{key!r} cannot be a key in dialog state")
    return {key: _plain(item) for key, item in value.items()}


def _alive(value: Any) -> Any:
    if isinstance(value, list):
        return [_alive(item) for item in value]
    if not isinstance(value, dict):
        return value
    fields = {key: _alive(item) for key, item in value.items() if key != _TAG}
    if _TAG not in value:
        return fields
    read = _READERS.get(str(value[_TAG]))
    if read is None:
        raise NotStorable("stored state names a type that is not on the list")
    return read(fields)


def _all(kind: type, value: Any) -> Any:
    if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
        raise NotStorable(f"stored state holds something else than {kind.__name__}")
    return value


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    DialogState: lambda state: {"stack": _plain(state.dialog_stack)},
    DialogInstance: lambda instance: {"id": instance.id, "state": _plain(instance.state)},
}
_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "DialogState": lambda fields: DialogState(_all(DialogInstance, fields["stack"])),
    "DialogInstance": lambda fields: DialogInstance(fields["id"], fields["state"]),
}
