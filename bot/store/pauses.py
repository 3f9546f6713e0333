"""The switch that stops carrying out, for every replica and across restarts.

Whoever is about to record the intent to write reads it with `held`; whoever throws it waits for those that
have read it. So once a pause is on record, no intent is recorded before it ends, and once it has ended,
nobody begins to wait for its end.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.domain.pause import Pause
from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.store import outbox
from bot.store.database import Transaction
from bot.store.upsert import upsert
from bot.store.watch_tables import switches

__all__ = ["begin", "current", "end", "held", "tell"]

_NAME = "paused"
# Names the advisory lock under which the switch is thrown, or acted on.
_LOCK = 0x5B_0FF


def current(tx: Transaction) -> Pause | None:
    """The pause that lasts, if any."""
    row = tx.conn.execute(sa.select(switches).where(switches.c.name == _NAME)).one_or_none()
    return _pause(row) if row is not None else None


def held(tx: Transaction) -> Pause | None:
    """The same, and nobody pauses or resumes before this transaction ends. Take it before any row."""
    _lock(tx, sa.func.pg_advisory_xact_lock_shared)
    return current(tx)


def begin(tx: Transaction, by: Actor, reason: str) -> tuple[Pause, bool]:
    """Stop carrying out; the pause that lasts now, and whether it is this one."""
    _lock(tx, sa.func.pg_advisory_xact_lock)
    lasting = current(tx)
    if lasting is not None:
        return lasting, False
    pause = Pause(by=by.id, name=by.name, reason=reason, since=tx.now)
    tx.conn.execute(
        upsert(tx, switches).values(
            name=_NAME, value=pause.model_dump(mode="json"), set_by=by.id, set_at=tx.now
        )
    )
    return pause, True


def end(tx: Transaction) -> Pause | None:
    """Carry out again; the pause that has ended, if there was one."""
    _lock(tx, sa.func.pg_advisory_xact_lock)
    lasting = current(tx)
    tx.conn.execute(sa.delete(switches).where(switches.c.name == _NAME))
    return lasting


def tell(tx: Transaction, request: Request) -> None:
    """Let those whom a request is about know, once a pause, that it is kept and not carried out for now."""
    pause = current(tx)
    if pause is None:
        return
    for person_id in request.concerned:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=request.id,
            params={"code": pause.notice.code, **pause.notice.params},
            dedupe_key=f"paused:{pause.key}:{request.id}:{person_id}",
        )


def _lock(tx: Transaction, lock: Any) -> None:
    """SQLite has one writer anyway."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(sa.select(lock(_LOCK)))


def _pause(row: sa.Row[Any]) -> Pause:
    return Pause.model_validate(row.value)
