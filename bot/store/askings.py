"""What waits for whom: who may decide on the open stage of a request and has not done so yet."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.domain.approval import votes_of
from bot.domain.requests import Request
from bot.domain.states import RequestState
from bot.store.approval_tables import askings
from bot.store.database import Transaction
from bot.store.tables import decisions
from bot.store.upsert import upsert

__all__ = ["Asking", "count_for", "ever_asked", "follow", "is_waiting_for", "tell", "waiting_for"]

Asking = tuple[str, datetime]
"""A request's id, and since when it waits for the person."""

_LEFT_ALONE = frozenset({RequestState.EXECUTING, RequestState.WAITING})
"""No request comes into these states straight from being decided on, and it is saved often in them."""


def waiting_for(
    tx: Transaction, person_id: str, *, limit: int | None = None, offset: int = 0
) -> list[Asking]:
    """Requests that wait for somebody's decision, what has waited longest first."""
    rows = tx.conn.execute(
        sa.select(askings.c.request_id, askings.c.asked_at)
        .where(askings.c.person_id == person_id)
        .order_by(askings.c.asked_at, askings.c.request_id)
        .limit(limit)
        .offset(offset)
    )
    return [(row.request_id, row.asked_at) for row in rows]


def count_for(tx: Transaction, person_id: str, *, most: int = 1000) -> int:
    """How many requests wait for somebody; whoever has more than `most` is said to have as many."""
    found = sa.select(askings.c.request_id).where(askings.c.person_id == person_id).limit(most).subquery()
    return int(tx.conn.scalar(sa.select(sa.func.count()).select_from(found)) or 0)


def ever_asked(tx: Transaction, person_id: str) -> bool:
    """Whether something waits for somebody's decision, or he has ever decided."""
    waits = sa.exists().where(askings.c.person_id == person_id)
    decided = sa.exists().where(decisions.c.approver_id == person_id)
    return bool(tx.conn.scalar(sa.select(waits | decided)))


def is_waiting_for(tx: Transaction, request_id: str, person_id: str) -> bool:
    """Whether the request waits for this person's decision."""
    here = sa.select(askings.c.request_id).where(
        askings.c.request_id == request_id, askings.c.person_id == person_id
    )
    return tx.conn.scalar(here) is not None


def tell(tx: Transaction, request_id: str) -> list[str]:
    """Whom a request waits for and who has not been written to about it; from now on they have."""
    told = (
        sa.update(askings)
        .where(askings.c.request_id == request_id, askings.c.told.is_(False))
        .values(told=True)
        .returning(askings.c.person_id)
    )
    return sorted(tx.conn.scalars(told))


def follow(tx: Transaction, request: Request) -> frozenset[str]:
    """Bring the rows of a request up to date with what is being saved; whose list changed by it."""
    if request.state in _LEFT_ALONE:
        return frozenset()
    wanted = _asked(request)
    if not wanted:
        return _ended(tx, request.id)
    asking = (request.stage_index, request.round)
    rows = tx.conn.execute(sa.select(askings).where(askings.c.request_id == request.id))
    known = {row.person_id for row in rows if (row.stage_index, row.round) == asking}
    gone = _forget(tx, request.id, known & wanted)
    _add(tx, request, wanted - known)
    return gone | (wanted - known)


def _asked(request: Request) -> frozenset[str]:
    """Whose decision the request waits for."""
    stage = request.stage
    if stage is None or stage.opened_at is None:
        return frozenset()
    return frozenset(one.id for one in stage.approvers) - {vote.approver.id for vote in votes_of(request)}


def _ended(tx: Transaction, request_id: str) -> frozenset[str]:
    gone = sa.delete(askings).where(askings.c.request_id == request_id)
    return frozenset(tx.conn.scalars(gone.returning(askings.c.person_id)))


def _forget(tx: Transaction, request_id: str, kept: frozenset[str] | set[str]) -> frozenset[str]:
    """Rows of people who are no longer asked, or were asked something else."""
    gone = sa.delete(askings).where(
        askings.c.request_id == request_id, askings.c.person_id.not_in(sorted(kept))
    )
    return frozenset(tx.conn.scalars(gone.returning(askings.c.person_id)))


def _add(tx: Transaction, request: Request, people: frozenset[str]) -> None:
    if not people:
        return
    rows = [
        {
            "request_id": request.id,
            "person_id": person_id,
            "stage_index": request.stage_index,
            "round": request.round,
            "asked_at": tx.now,
        }
        for person_id in sorted(people)
    ]
    tx.conn.execute(upsert(tx, askings).values(rows).on_conflict_do_nothing())
