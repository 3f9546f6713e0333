"""What reports count, summed in the database or read from indexes alone: requests are large, and many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.approval import ResolvedStage, Verdict
from bot.domain.plans import WaitReason
from bot.domain.reports import Load
from bot.domain.states import RequestState
from bot.store.approval_tables import askings
from bot.store.credit_tables import credit_days
from bot.store.database import Transaction
from bot.store.tables import decisions, requests

__all__ = [
    "asked",
    "asked_by_week",
    "days_of_calls",
    "done_by_week",
    "ended",
    "load",
    "seconds_to_decision",
    "seconds_to_done",
    "undecided",
    "waiting",
]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_WEEK = 7 * 86_400 * _SECOND
_DONE = (RequestState.DONE.value, RequestState.PARTLY_DONE.value)

Span = tuple[datetime, datetime]
"""From a moment up to another, which is not part of it."""


def asked(tx: Transaction, span: Span) -> int:
    """Requests that were made."""
    query = sa.select(sa.func.count()).select_from(requests).where(_within(requests.c.created_at, span))
    return tx.conn.scalar(query) or 0


def ended(tx: Transaction, span: Span) -> dict[RequestState, int]:
    """Requests that ended, by how."""
    state = requests.c.state
    query = sa.select(state, sa.func.count()).where(_within(requests.c.ended_at, span)).group_by(state)
    return {RequestState(found): count for found, count in tx.conn.execute(query)}


def asked_by_week(tx: Transaction, span: Span) -> dict[int, int]:
    """Requests that were made in each week from the first moment on, counted from 0."""
    week = _week(requests.c.created_at, span)
    query = sa.select(week, sa.func.count()).where(_within(requests.c.created_at, span))
    return {int(found): count for found, count in tx.conn.execute(query.group_by(sa.text("week")))}


def done_by_week(tx: Transaction, span: Span) -> dict[int, int]:
    """The same of those that ended well."""
    week, state = _week(requests.c.ended_at, span), requests.c.state
    query = sa.select(week, state, sa.func.count()).where(_within(requests.c.ended_at, span))
    found: Counter[int] = Counter()
    # Were the states asked for, SQLite would look for them in another index, and read every request.
    for at, ended_as, count in tx.conn.execute(query.group_by(sa.text("week"), state)):
        found[int(at)] += count if ended_as in _DONE else 0
    return dict(found)


def _week(at: sa.Column[Any], span: Span) -> sa.Label[int]:
    return ((_micros(at) - _micros_of(span[0])) // _WEEK).label("week")


def seconds_to_decision(tx: Transaction, span: Span) -> list[int]:
    """How long each request took until people had approved or rejected it, in the order of the database."""
    one = requests.c
    approved = sa.select(_seconds(one.approved_at)).where(
        _within(one.approved_at, span), one.auto_approved.is_(False)
    )
    rejected = [
        row.seconds
        for row in _ends(tx, span)
        if row.state == RequestState.REJECTED.value and row.approved_at is None
    ]
    return [*tx.conn.scalars(approved), *rejected]


def seconds_to_done(tx: Transaction, span: Span) -> list[int]:
    """How long each request took until it was done, or as much of it as could be."""
    return [row.seconds for row in _ends(tx, span) if row.state in _DONE]


def _ends(tx: Transaction, span: Span) -> sa.CursorResult[Any]:
    """All that ended, from the index that has nothing else: see `done_by_week`."""
    one = requests.c
    query = sa.select(
        one.state, _micros(one.approved_at).label("approved_at"), _seconds(one.ended_at).label("seconds")
    )
    return tx.conn.execute(query.where(_within(one.ended_at, span)))


def undecided(tx: Transaction) -> int:
    """Requests that wait for approval."""
    submitted = requests.c.state == RequestState.SUBMITTED.value
    return tx.conn.scalar(sa.select(sa.func.count()).select_from(requests).where(submitted)) or 0


def waiting(tx: Transaction) -> dict[WaitReason, int]:
    """Requests that wait for anything else, by what for."""
    reason = requests.c.waiting
    query = sa.select(reason, sa.func.count()).where(reason.is_not(None)).group_by(reason)
    return {WaitReason(found): count for found, count in tx.conn.execute(query)}


def load(tx: Transaction, span: Span) -> tuple[Load, ...]:
    """Everybody who decided anything, or whom something waits for now."""
    found = {one.person_id: one for one in _deciders(tx, span)}
    for person_id, name, count, oldest in _askers(tx, frozenset(found)):
        known = found.get(person_id) or Load(person_id=person_id, name=name)
        found[person_id] = known.model_copy(update={"waiting": count, "oldest": oldest})
    return tuple(found.values())


def _deciders(tx: Transaction, span: Span) -> Iterator[Load]:
    one = decisions.c
    agreed = sa.func.sum(sa.case((one.verdict == Verdict.APPROVE.value, 1), else_=0))
    counted = (
        sa.select(
            one.approver_id,
            agreed.label("approved"),
            sa.func.count().label("all_of_them"),
            sa.func.max(one.id).label("last"),
        )
        .where(_within(one.decided_at, span))
        .group_by(one.approver_id)
        .subquery()
    )
    query = sa.select(counted, one.approver).join(decisions, one.id == counted.c.last)
    for row in tx.conn.execute(query):
        approved = int(row.approved)
        yield Load(
            person_id=row.approver_id,
            name=row.approver["name"],
            approved=approved,
            rejected=row.all_of_them - approved,
        )


def _askers(tx: Transaction, named: frozenset[str]) -> Iterator[tuple[str, str, int, datetime]]:
    """Whom something waits for, how much, and since when; with a name, but for those named already."""
    one = askings.c
    counted = sa.select(
        one.person_id, sa.func.count(), sa.func.min(one.asked_at), sa.func.min(one.request_id)
    ).group_by(one.person_id)
    for person_id, count, oldest, request_id in tx.conn.execute(counted).all():
        name = "" if person_id in named else _name(tx, person_id, request_id)
        yield person_id, name, count, oldest


_ASKED = (
    sa.select(requests.c.stages, askings.c.stage_index)
    .join(askings, askings.c.request_id == requests.c.id)
    .where(
        askings.c.request_id == sa.bindparam("request_id"), askings.c.person_id == sa.bindparam("person_id")
    )
)


def _name(tx: Transaction, person_id: str, request_id: str) -> str:
    """As a request that waits for him has it; "" where it has none."""
    row = tx.conn.execute(_ASKED, {"request_id": request_id, "person_id": person_id}).one()
    stage = ResolvedStage.model_validate(row.stages[row.stage_index])
    people = (person for seat in stage.seats for person in seat.people)
    return next((person.name for person in people if person.id == person_id), "")


def days_of_calls(tx: Transaction, since: date, until: date) -> list[tuple[date, str, int]]:
    """What the calls of each day cost in each currency, in millionths; both days included."""
    one = credit_days.c
    query = sa.select(one.day, one.currency, one.millionths).where(one.day.between(since, until))
    return [(day, currency, cost) for day, currency, cost in tx.conn.execute(query)]


def _within(at: sa.Column[Any], span: Span) -> sa.ColumnElement[bool]:
    return sa.and_(at >= span[0], at < span[1])


def _seconds(at: sa.Column[Any]) -> sa.ColumnElement[int]:
    return (_micros(at) - _micros(requests.c.created_at)) // _SECOND


def _micros(at: sa.Column[Any]) -> sa.ColumnElement[int]:
    return sa.type_coerce(at, sa.BigInteger)


def _micros_of(at: datetime) -> int:
    return (at - _EPOCH) // timedelta(microseconds=1)
