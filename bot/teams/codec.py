"""Dialog state as JSON, by an explicit list of types. Nothing stored can ever name code to run.

An object is `{"$": "<type>", ...its fields}`; everything else is plain JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any

from botbuilder.dialogs import DialogInstance, DialogState
from botbuilder.dialogs.choices import Choice, ListStyle
from botbuilder.dialogs.prompts import PromptOptions
from botbuilder.schema import Activity, Attachment

__all__ = ["NotStorable", "decode", "encode"]

_TAG = "$"
_PROMPT_FIELDS = (
    "type", "text", "text_format", "summary", "speak", "input_hint", "locale", "attachment_layout",
)  # fmt: skip


class NotStorable(TypeError):
    """The value, or the stored text, holds something that is not on the list of types."""


def encode(value: object) -> str:
    """JSON text of a state; raises NotStorable."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def decode(text: str) -> Any:
    """The state behind `encode`'s text; raises NotStorable."""
    try:
        return _alive(json.loads(text))
    except (ValueError, KeyError, AttributeError) as error:
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
    read = _READERS.get(value[_TAG])
    if read is None:
        raise NotStorable("stored state names a type that is not on the list")
    return read(fields)


def _write_prompt(activity: Activity) -> dict[str, Any]:
    kept = {*_PROMPT_FIELDS, "attachments", "additional_properties"}
    for name, item in vars(activity).items():
        if item and name not in kept:
            raise NotStorable(f"a stored prompt cannot carry {name}")
    fields = {name: _plain(_text(getattr(activity, name))) for name in _PROMPT_FIELDS}
    return {**fields, "attachments": [_write_attachment(item) for item in activity.attachments or []]}


def _text(value: Any) -> Any:
    """The SDK's string enums as strings."""
    return str(value.value) if hasattr(value, "value") else value


def _write_attachment(attachment: Attachment) -> dict[str, Any]:
    return {"content_type": attachment.content_type, "content": _plain(attachment.content)}


def _read_prompt(fields: dict[str, Any]) -> Activity:
    attachments = [Attachment(**item) for item in fields.pop("attachments")]
    return Activity(**fields, attachments=attachments or None)


def _write_options(options: PromptOptions) -> dict[str, Any]:
    return {
        "prompt": _plain(options.prompt),
        "retry_prompt": _plain(options.retry_prompt),
        "choices": _plain(options.choices),
        "style": _plain(options.style),
        "validations": _plain(options.validations),
        "number_of_attempts": options.number_of_attempts,
    }


def _write_choice(choice: Choice) -> dict[str, Any]:
    if choice.action is not None:
        raise NotStorable("a stored choice cannot carry an action")
    return {"value": choice.value, "synonyms": _plain(choice.synonyms)}


_WRITERS: dict[type, Callable[[Any], dict[str, Any]]] = {
    DialogState: lambda state: {"stack": _plain(state.dialog_stack)},
    DialogInstance: lambda instance: {"id": instance.id, "state": _plain(instance.state)},
    PromptOptions: _write_options,
    Activity: _write_prompt,
    Choice: _write_choice,
    ListStyle: lambda style: {"name": style.name},
}
_READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "DialogState": lambda fields: DialogState(fields["stack"]),
    "DialogInstance": lambda fields: DialogInstance(fields["id"], fields["state"]),
    "PromptOptions": lambda fields: PromptOptions(**fields),
    "Activity": _read_prompt,
    "Choice": lambda fields: Choice(value=fields["value"], synonyms=fields["synonyms"]),
    "ListStyle": lambda fields: ListStyle[fields["name"]],
}
