"""Where people are in a dialog, one row a person and conversation, with optimistic versions."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.errors import Conflict
from bot.domain.values import Value
from bot.store.database import Transaction
from bot.store.talk_tables import dialog_states
from bot.store.upsert import upsert

__all__ = ["StoredState", "load", "purge", "remove", "save"]


class StoredState(Value):
    """The encoded state and the version it was read at."""

    version: int
    data: str


def load(tx: Transaction, key: str) -> StoredState | None:
    row = tx.conn.execute(
        sa.select(dialog_states.c.version, dialog_states.c.data).where(dialog_states.c.key == key)
    ).one_or_none()
    return StoredState(version=row.version, data=row.data) if row is not None else None


def save(tx: Transaction, key: str, data: str, version: int | None) -> int:
    """Store `data` over the `version` that was read (None: there was nothing) and return the new version.

    Raises `Conflict` when somebody else stored something since.
    """
    stored = _insert(tx, key, data) if version is None else _replace(tx, key, data, version)
    if stored is None:
        raise Conflict(f"dialog state {key}")
    return stored


def _insert(tx: Transaction, key: str, data: str) -> int | None:
    row = {"key": key, "version": 1, "data": data, "updated_at": tx.real_now}
    stored: int | None = tx.conn.scalar(
        upsert(tx, dialog_states)
        .values(row)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(dialog_states.c.version)
    )
    return stored


def _replace(tx: Transaction, key: str, data: str, version: int) -> int | None:
    stored: int | None = tx.conn.scalar(
        sa.update(dialog_states)
        .where(dialog_states.c.key == key, dialog_states.c.version == version)
        .values(data=data, version=version + 1, updated_at=tx.real_now)
        .returning(dialog_states.c.version)
    )
    return stored


def remove(tx: Transaction, key: str) -> None:
    """Forget a state, whatever its version."""
    tx.conn.execute(sa.delete(dialog_states).where(dialog_states.c.key == key))


def purge(tx: Transaction, older_than: timedelta) -> int:
    """Forget dialogs nobody has continued for so long; returns how many."""
    gone = tx.conn.execute(
        sa.delete(dialog_states)
        .where(dialog_states.c.updated_at < tx.real_now - older_than)
        .returning(dialog_states.c.key)
    )
    return len(gone.all())
