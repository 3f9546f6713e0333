"""What was found to be otherwise than agreed, and what became of each finding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from bot.domain.drift.compare import Finding
from bot.domain.drift.views import DriftState, StoredFinding
from bot.store.database import Transaction
from bot.store.oversight_tables import drifts

__all__ = [
    "add",
    "by_id",
    "close",
    "count",
    "locked",
    "mend",
    "open_of",
    "open_ones",
    "page",
    "reopen",
    "seen",
]

_OPEN = drifts.c.closed_at.is_(None)


def open_ones(tx: Transaction) -> list[StoredFinding]:
    """Every finding that is not closed, oldest first, locked."""
    query = sa.select(drifts).where(_OPEN).order_by(drifts.c.id).with_for_update()
    return [_stored(row) for row in tx.conn.execute(query)]


def seen(tx: Transaction) -> frozenset[tuple[str, str]]:
    """What each finding that is not closed is about, and what was found there."""
    rows = tx.conn.execute(sa.select(drifts.c.key, drifts.c.finding).where(_OPEN))
    return frozenset((row.key, row.finding["seen"]) for row in rows)


def page(tx: Transaction, limit: int, offset: int) -> list[StoredFinding]:
    """Findings that nobody has looked after yet first, then those being put right; newest first."""
    order = (drifts.c.state.desc(), drifts.c.found_at.desc(), drifts.c.id)
    rows = tx.conn.execute(sa.select(drifts).where(_OPEN).order_by(*order).limit(limit).offset(offset))
    return [_stored(row) for row in rows]


def count(tx: Transaction) -> int:
    """How many are not closed."""
    return tx.conn.scalar(sa.select(sa.func.count()).select_from(drifts).where(_OPEN)) or 0


def by_id(tx: Transaction, finding_id: int) -> StoredFinding | None:
    """One finding, whatever became of it."""
    row = tx.conn.execute(_one(finding_id)).one_or_none()
    return None if row is None else _stored(row)


def locked(tx: Transaction, finding_id: int) -> StoredFinding | None:
    """The same, and nobody else changes it before this transaction ends."""
    row = tx.conn.execute(_one(finding_id).with_for_update()).one_or_none()
    return None if row is None else _stored(row)


def _one(finding_id: int) -> sa.Select[Any]:
    return sa.select(drifts).where(drifts.c.id == finding_id)


def open_of(tx: Transaction, person_id: str) -> list[StoredFinding]:
    """What is not closed about one person."""
    query = sa.select(drifts).where(_OPEN, drifts.c.person_id == person_id).order_by(drifts.c.id)
    return [_stored(row) for row in tx.conn.execute(query)]


def _stored(row: sa.Row[Any]) -> StoredFinding:
    return StoredFinding(
        id=row.id,
        finding=row.finding,
        state=row.state,
        found_at=row.found_at,
        request_id=row.request_id,
    )


def add(tx: Transaction, findings: Sequence[Finding]) -> None:
    """New findings, each about something no other is open about."""
    rows = [
        {
            "key": one.key,
            "person_id": one.person.id,
            "finding": one.model_dump(mode="json"),
            "state": DriftState.OPEN.value,
            "found_at": tx.now,
        }
        for one in findings
    ]
    if rows:
        tx.conn.execute(sa.insert(drifts), rows)


def close(tx: Transaction, finding_id: int, state: DriftState, by: str) -> None:
    """It is no finding any more, for the reason `state` says; `by` is an object id, or the service."""
    closed = {"state": state.value, "closed_at": tx.now, "closed_by": by}
    tx.conn.execute(sa.update(drifts).where(drifts.c.id == finding_id).values(closed))


def mend(tx: Transaction, finding_id: int, request_id: str) -> None:
    """A request is to put it right."""
    mending = {"state": DriftState.MENDING.value, "request_id": request_id}
    tx.conn.execute(sa.update(drifts).where(drifts.c.id == finding_id).values(mending))


def reopen(tx: Transaction, finding_id: int) -> None:
    """The request that was to put it right has ended otherwise; its id stays on record."""
    tx.conn.execute(sa.update(drifts).where(drifts.c.id == finding_id).values(state=DriftState.OPEN.value))
