"""Where somebody is in a dialog: read when asked for, written when changed, kept as typed JSON.

Keyed by conversation *and* person, so that people in one channel thread do not answer each other's prompts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import structlog
from botbuilder.core import StatePropertyAccessor, Storage, TurnContext
from botbuilder.dialogs import DialogState

from bot.store import dialog_states
from bot.store.database import Database, Transaction
from bot.store.dialog_states import StoredState
from bot.teams.codec import NotStorable, decode, encode

__all__ = ["DialogStates", "DialogStorage", "StateItem"]

_log = structlog.get_logger(__name__)

_LOADED = "switchboard.dialog_state"


@dataclass(slots=True)
class StateItem:
    """A stored state as the SDK's storage contract has it; `e_tag` is the version it was read at."""

    state: Any
    e_tag: str | None = None


class DialogStorage(Storage):
    """The SDK's storage over our database. A write over a newer version raises `Conflict`."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def read(self, keys: Iterable[str]) -> dict[str, StateItem]:
        stored = await self._db.read(_load_all, list(keys))
        return {key: StateItem(decode(found.data), str(found.version)) for key, found in stored.items()}

    async def write(self, changes: dict[str, StateItem]) -> None:
        rows = {key: (encode(item.state), item.e_tag) for key, item in changes.items()}
        versions = await self._db.transact(_save_all, rows)
        for key, version in versions.items():
            changes[key].e_tag = str(version)

    async def delete(self, keys: Iterable[str]) -> None:
        await self._db.transact(_remove_all, list(keys))


def _load_all(tx: Transaction, keys: list[str]) -> dict[str, StoredState]:
    found = {key: dialog_states.load(tx, key) for key in keys}
    return {key: stored for key, stored in found.items() if stored is not None}


def _save_all(tx: Transaction, rows: dict[str, tuple[str, str | None]]) -> dict[str, int]:
    return {
        key: dialog_states.save(tx, key, data, int(e_tag) if e_tag else None)
        for key, (data, e_tag) in rows.items()
    }


def _remove_all(tx: Transaction, keys: list[str]) -> None:
    for key in keys:
        dialog_states.remove(tx, key)


@dataclass(slots=True)
class _Loaded:
    """What this turn has read, and how it looked then."""

    item: StateItem
    before: str | None


class DialogStates(StatePropertyAccessor):
    """The accessor to build a `DialogSet` on.

    The first `get` of a turn reads once; a turn that never asks never reads. The boundary calls `save` after
    the turn: it writes only what changed, and removes a row whose dialogs have all ended.
    """

    def __init__(self, storage: DialogStorage) -> None:
        self._storage = storage

    async def get(
        self, turn_context: TurnContext, default_value_or_factory: Callable[[], Any] | Any = None
    ) -> Any:
        loaded = await self._loaded(turn_context)
        if loaded.item.state is None:
            default = default_value_or_factory
            loaded.item.state = default() if callable(default) else default
        return loaded.item.state

    async def set(self, turn_context: TurnContext, value: Any) -> None:
        (await self._loaded(turn_context)).item.state = value

    async def delete(self, turn_context: TurnContext) -> None:
        await self.set(turn_context, None)

    async def save(self, turn_context: TurnContext) -> None:
        """Store what the turn changed. Raises `Conflict` when another replica was faster."""
        loaded: _Loaded | None = turn_context.turn_state.get(_LOADED)
        if loaded is None:
            return
        after = None if _is_idle(loaded.item.state) else encode(loaded.item.state)
        if after == loaded.before:
            return
        if after is None:
            await self._storage.delete([_key(turn_context)])
            loaded.item.e_tag = None
        else:
            await self._storage.write({_key(turn_context): loaded.item})
        loaded.before = after

    async def forget(self, turn_context: TurnContext) -> None:
        """Drop the dialog of a turn that failed, so that nobody stays stuck in what cannot go on."""
        loaded: _Loaded | None = turn_context.turn_state.pop(_LOADED, None)
        if loaded is not None and loaded.before is not None:
            await self._storage.delete([_key(turn_context)])

    async def _loaded(self, turn_context: TurnContext) -> _Loaded:
        loaded: _Loaded | None = turn_context.turn_state.get(_LOADED)
        if loaded is None:
            key = _key(turn_context)
            item = await self._read(key)
            loaded = _Loaded(item, None if item.state is None else encode(item.state))
            turn_context.turn_state[_LOADED] = loaded
        return loaded

    async def _read(self, key: str) -> StateItem:
        try:
            return (await self._storage.read([key])).get(key) or StateItem(None)
        except NotStorable as error:
            # Written by another version of the service: better to ask again than to fail for ever.
            _log.warning("dialog_state.dropped", error=str(error))
            await self._storage.delete([key])
            return StateItem(None)


def _is_idle(state: Any) -> bool:
    return state is None or (isinstance(state, DialogState) and not state.dialog_stack)


def _key(turn_context: TurnContext) -> str:
    activity = turn_context.activity
    return f"{activity.conversation.id}/{activity.from_property.aad_object_id.lower()}"
