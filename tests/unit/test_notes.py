"""Notes: transactions that do not wait for the disk, and nothing less otherwise."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot.store.database import Database, Transaction
from bot.store.talk_tables import dialog_states


def _write_down(tx: Transaction, key: str) -> None:
    row = {"key": key, "version": 1, "data": "{}", "updated_at": tx.real_now}
    tx.conn.execute(sa.insert(dialog_states).values(row))


def _write_down_and_fail(tx: Transaction, key: str) -> None:
    _write_down(tx, key)
    raise LookupError(key)


def _keys(tx: Transaction) -> list[str]:
    return list(tx.conn.scalars(sa.select(dialog_states.c.key)))


def _durability(tx: Transaction) -> object:
    """Set by whom, on PostgreSQL: what the server does by itself is its owner's choice."""
    if tx.conn.dialect.name == "sqlite":
        return tx.conn.scalar(sa.text("PRAGMA synchronous"))
    return tuple(
        tx.conn.execute(
            sa.text("SELECT setting, source FROM pg_settings WHERE name = 'synchronous_commit'")
        ).one()
    )


async def test_a_note_is_there_for_everybody_once_it_is_made(db: Database) -> None:
    await db.note(_write_down, "kept")
    assert await db.read(_keys) == ["kept"]


async def test_a_note_is_all_or_nothing(db: Database) -> None:
    with pytest.raises(LookupError):
        await db.note(_write_down_and_fail, "half")
    assert await db.read(_keys) == []


async def test_only_notes_do_not_wait_for_the_disk(db: Database) -> None:
    before = await db.transact(_durability)
    assert await db.note(_durability) == (1 if db.is_sqlite else ("off", "session"))
    assert await db.transact(_durability) == before
    assert before == 2 if db.is_sqlite else before != ("off", "session")
