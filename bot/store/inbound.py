"""Activities that have come in, so that a repeat is answered like the first and runs nothing.

Everything here is real time: repeats and leases are about machines, not about promises to people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.store.database import Transaction
from bot.store.tables import Moment
from bot.store.talk_tables import inbound_activities as activities

__all__ = [
    "Answered",
    "Begun",
    "Mine",
    "Running",
    "begin",
    "finish",
    "purge",
    "release",
    "release_all",
    "renew",
]


@dataclass(frozen=True, slots=True)
class Mine:
    """Nobody has answered it: run it, keep the lease alive, and finish it."""


@dataclass(frozen=True, slots=True)
class Running:
    """Somebody is at it, at most until `until` unless he renews."""

    until: datetime
    now: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """It was answered like this."""

    status: int
    answer: str | None


Begun = Mine | Running | Answered


# Every turn runs these two, and building a statement costs more than executing it.
_CLAIM_NEW = sa.text(
    "INSERT INTO inbound_activities (conversation_id, activity_id, received_at, lease_until)"
    " VALUES (:conversation_id, :activity_id, :received_at, :lease_until)"
    " ON CONFLICT DO NOTHING RETURNING activity_id"
).bindparams(sa.bindparam("received_at", type_=Moment), sa.bindparam("lease_until", type_=Moment))
_ANSWERED = sa.text(
    "UPDATE inbound_activities SET status = :status, answer = :answer, lease_until = NULL"
    " WHERE conversation_id = :conversation_id AND activity_id = :activity_id AND status IS NULL"
)


def begin(tx: Transaction, conversation_id: str, activity_id: str, lease_for: timedelta) -> Begun:
    """Claim an activity, or learn what became of it. An expired lease (its holder died) is taken over."""
    until = tx.real_now + lease_for
    new = {
        "conversation_id": conversation_id,
        "activity_id": activity_id,
        "received_at": tx.real_now,
        "lease_until": until,
    }
    claimed = tx.conn.scalar(_CLAIM_NEW, new) is not None
    if claimed or _taken_over(tx, conversation_id, activity_id, until):
        return Mine()
    return _known(tx, conversation_id, activity_id)


def _taken_over(tx: Transaction, conversation_id: str, activity_id: str, until: datetime) -> bool:
    """Whether whoever began it is gone, so that it is ours now."""
    taken = tx.conn.scalar(
        sa.update(activities)
        .where(*_is(conversation_id, activity_id), activities.c.status.is_(None), _free(tx.real_now))
        .values(lease_until=until)
        .returning(activities.c.activity_id)
    )
    return taken is not None


def _free(now: datetime) -> sa.ColumnElement[bool]:
    return activities.c.lease_until.is_(None) | (activities.c.lease_until <= now)


def _known(tx: Transaction, conversation_id: str, activity_id: str) -> Begun:
    row = tx.conn.execute(
        sa.select(activities.c.status, activities.c.answer, activities.c.lease_until).where(
            *_is(conversation_id, activity_id)
        )
    ).one_or_none()
    if row is not None and row.status is not None:
        return Answered(row.status, row.answer)
    # A row that has just been purged or released is free at once.
    until = row.lease_until if row is not None and row.lease_until else tx.real_now
    return Running(until, tx.real_now)


def _is(conversation_id: str, activity_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (activities.c.conversation_id == conversation_id, activities.c.activity_id == activity_id)


def renew(tx: Transaction, conversation_id: str, activity_id: str, lease_for: timedelta) -> None:
    """Say that it is still being worked on."""
    _set(tx, conversation_id, activity_id, lease_until=tx.real_now + lease_for)


def finish(tx: Transaction, conversation_id: str, activity_id: str, status: int, answer: str | None) -> None:
    """Keep the answer for every repeat; the first answer stands."""
    answered = {
        "conversation_id": conversation_id,
        "activity_id": activity_id,
        "status": status,
        "answer": answer,
    }
    tx.conn.execute(_ANSWERED, answered)


def release(tx: Transaction, conversation_id: str, activity_id: str) -> None:
    """Give it back unanswered, so that a repeat runs it at once."""
    _set(tx, conversation_id, activity_id, lease_until=None)


def _set(tx: Transaction, conversation_id: str, activity_id: str, **values: object) -> None:
    tx.conn.execute(
        sa.update(activities)
        .where(*_is(conversation_id, activity_id), activities.c.status.is_(None))
        .values(**values)
    )


def release_all(tx: Transaction) -> None:
    """Give back whatever a process that is no more had begun. Only where there is a single process."""
    tx.conn.execute(
        sa.update(activities).where(activities.c.lease_until.is_not(None)).values(lease_until=None)
    )


def purge(tx: Transaction, older_than: timedelta, limit: int = 1000) -> int:
    """Forget up to `limit` activities received longer ago; returns how many. Repeats come within a minute."""
    old = (
        sa.select(activities.c.conversation_id, activities.c.activity_id)
        .where(activities.c.received_at < tx.real_now - older_than)
        .limit(limit)
    )
    gone = tx.conn.execute(
        sa.delete(activities)
        .where(sa.tuple_(activities.c.conversation_id, activities.c.activity_id).in_(old))
        .returning(activities.c.activity_id)
    )
    return len(gone.all())
