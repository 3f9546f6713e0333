"""The runner's queue: due requests, leases on them, and one writer a user.

Due times are business time; leases are the database's real time. A lease is named by a random token,
and every write of its holder is fenced by that token, so a holder that was frozen past its lease can
no longer change anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import Conflict, LeaseLost
from bot.domain.plans import Plan, WaitReason
from bot.domain.requests import RequestState, StepState
from bot.store import holds
from bot.store.bell import ring
from bot.store.database import Transaction
from bot.store.tables import Moment, requests, steps, writer_locks
from bot.store.upsert import upsert

__all__ = [
    "ask_to_stop",
    "asked_to_stop",
    "claim_due",
    "failures_of",
    "give_back",
    "give_back_rest",
    "heartbeat",
    "in_pool",
    "line_lock",
    "next_due",
    "notify",
    "own",
    "park",
    "postpone",
    "release",
    "set_failures",
    "waiting",
    "waiting_before",
    "wake",
    "wake_paused",
    "wake_pool",
    "wake_waiting",
    "with_open_writes",
]

# Names the advisory lock under which stock is looked at, taken and given back.
_LINE = 0x5B_11E
_PAGE = 50


def notify(tx: Transaction) -> None:
    """Once this transaction has committed, wake the runner of every replica."""
    ring(tx)


def claim_due(tx: Transaction, token: str, lease_for: timedelta, limit: int) -> list[str]:
    """Lease up to `limit` due requests to `token` (unique per call) and return their ids.

    A request is passed over while another one of the same beneficiary is being carried out: Graph
    loses updates or answers 409 when one user is changed twice at once.
    """
    until = tx.real_now + lease_for
    due = {"now": tx.now, "real_now": tx.real_now, "most": limit}
    claimed = [
        row.id
        for row in tx.conn.execute(_CLAIMABLE, due).all()
        if _lock_writer(tx, row.beneficiary_id, row.id, token, until)
    ]
    if claimed:
        leased = {"lease_token": token, "lease_until": until}
        tx.conn.execute(sa.update(requests).where(requests.c.id.in_(claimed)).values(leased))
    return claimed


# Built once: the runner's loop runs these all the time.
_REAL_NOW = sa.bindparam("real_now", type_=Moment)
_UNLEASED = sa.or_(requests.c.lease_until.is_(None), requests.c.lease_until <= _REAL_NOW)
_BEING_WRITTEN = sa.exists().where(
    writer_locks.c.user_id == requests.c.beneficiary_id,
    writer_locks.c.request_id != requests.c.id,
    writer_locks.c.lease_until > _REAL_NOW,
)
_CLAIMABLE = (
    sa.select(requests.c.id, requests.c.beneficiary_id)
    .where(requests.c.due_at <= sa.bindparam("now", type_=Moment), _UNLEASED, ~_BEING_WRITTEN)
    .order_by(requests.c.due_at, requests.c.approved_at, requests.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=requests)
)
_NEXT_DUE = (
    sa.select(requests.c.due_at)
    .where(requests.c.due_at.is_not(None), _UNLEASED)
    .order_by(requests.c.due_at)
    .limit(1)
)


def _lock_writer(tx: Transaction, user_id: str, request_id: str, token: str, until: datetime) -> bool:
    """Become the user's only writer; false while another request is, however closely it raced us."""
    insert = upsert(tx, writer_locks).values(
        user_id=user_id, request_id=request_id, lease_token=token, lease_until=until
    )
    taken = tx.conn.scalar(
        insert.on_conflict_do_update(
            index_elements=["user_id"],
            set_={"request_id": request_id, "lease_token": token, "lease_until": until},
            where=sa.or_(writer_locks.c.lease_until <= tx.real_now, writer_locks.c.request_id == request_id),
        ).returning(writer_locks.c.user_id)
    )
    return taken is not None


def heartbeat(tx: Transaction, tokens: Mapping[str, str], lease_for: timedelta) -> set[str]:
    """Renew the leases of `tokens` (request id -> token); returns the ids that are still ours."""
    until = tx.real_now + lease_for
    renewed = set(
        tx.conn.scalars(
            sa.update(requests)
            .where(
                sa.tuple_(requests.c.id, requests.c.lease_token).in_(list(tokens.items())),
                requests.c.lease_until > tx.real_now,
            )
            .values(lease_until=until)
            .returning(requests.c.id)
        )
    )
    kept = [(request_id, tokens[request_id]) for request_id in renewed]
    tx.conn.execute(
        sa.update(writer_locks)
        .where(sa.tuple_(writer_locks.c.request_id, writer_locks.c.lease_token).in_(kept))
        .values(lease_until=until)
    )
    return renewed


def release(tx: Transaction, request_id: str, token: str) -> None:
    """Give a request back; nothing happens when it is no longer ours."""
    tx.conn.execute(
        sa.update(requests)
        .where(requests.c.id == request_id, requests.c.lease_token == token)
        .values(lease_token=None, lease_until=None)
    )
    tx.conn.execute(
        sa.delete(writer_locks).where(
            writer_locks.c.request_id == request_id, writer_locks.c.lease_token == token
        )
    )


def park(tx: Transaction, request_id: str, version: int, token: str, due_at: datetime) -> None:
    """Look at the request again at `due_at` (business time), without a change anybody can see.

    Raises `LeaseLost`, or `Conflict` when the request is no longer at `version`.
    """
    parked = tx.conn.scalar(
        sa.update(requests)
        .where(
            requests.c.id == request_id,
            requests.c.version == version,
            requests.c.lease_token == token,
            requests.c.lease_until > tx.real_now,
        )
        .values(due_at=due_at)
        .returning(requests.c.id)
    )
    if parked is None:
        _explain(tx, request_id, version)


def own(tx: Transaction, request_id: str, token: str) -> None:
    """Make sure, until commit, that the request is leased to `token`. Raises `LeaseLost`."""
    held = tx.conn.scalar(
        sa.select(requests.c.id)
        .where(
            requests.c.id == request_id,
            requests.c.lease_token == token,
            requests.c.lease_until > tx.real_now,
        )
        .with_for_update()
    )
    if held is None:
        raise LeaseLost(request_id)


def _explain(tx: Transaction, request_id: str, version: int) -> None:
    current = tx.conn.scalar(sa.select(requests.c.version).where(requests.c.id == request_id))
    if current != version:
        raise Conflict(f"{request_id} is at version {current}, not {version}")
    raise LeaseLost(request_id)


def postpone(tx: Transaction, request_id: str, token: str, due_at: datetime) -> None:
    """Look at the request again at `due_at`, whatever it looks like. For one that cannot even be read."""
    tx.conn.execute(
        sa.update(requests)
        .where(requests.c.id == request_id, requests.c.lease_token == token, requests.c.due_at.is_not(None))
        .values(due_at=due_at)
    )


def failures_of(tx: Transaction, request_id: str) -> int:
    """How often in a row carrying out the request went wrong."""
    return tx.conn.scalar(sa.select(requests.c.failures).where(requests.c.id == request_id)) or 0


def ask_to_stop(tx: Transaction, request_id: str) -> None:
    """Nothing more is to be begun for the request; whoever carries it out goes on undisturbed until then."""
    tx.conn.execute(sa.update(requests).where(requests.c.id == request_id).values(stop_asked=True))


def asked_to_stop(tx: Transaction, request_id: str) -> bool:
    """Whether the request was withdrawn while a change was on its way (J14b)."""
    return bool(tx.conn.scalar(sa.select(requests.c.stop_asked).where(requests.c.id == request_id)))


def with_open_writes(tx: Transaction) -> tuple[str, ...]:
    """Requests of which a change is on its way, so that nobody knows yet what became of it."""
    query = sa.select(steps.c.request_id).where(steps.c.state == StepState.INTENDED.value)
    return tuple(tx.conn.scalars(query.distinct().order_by(steps.c.request_id)))


def set_failures(tx: Transaction, request_id: str, failures: int) -> None:
    """Remember it; 0 once something has gone right. Save or park with the lease in the same transaction."""
    tx.conn.execute(sa.update(requests).where(requests.c.id == request_id).values(failures=failures))


def next_due(tx: Transaction) -> datetime | None:
    """When the next request that nobody works on falls due (business time)."""
    due: datetime | None = tx.conn.scalar(_NEXT_DUE, {"real_now": tx.real_now})
    return due


def line_lock(tx: Transaction) -> None:
    """Look at stock, take it or get in line as one move.

    Whoever gives stock back wakes the line under the same lock, so nobody gets in line just after the
    wake-up meant for him. Take it before the request's own row.
    """
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LINE)))


def waiting_before(tx: Transaction, request_id: str, reason: WaitReason) -> Iterator[Plan]:
    """The plans of those who wait for the same reason and were approved earlier, first come first."""
    mine = tx.conn.execute(
        sa.select(requests.c.approved_at, requests.c.id).where(requests.c.id == request_id)
    ).one()
    for row in _whole_line(tx, reason):
        if (row.approved_at, row.id) >= (mine.approved_at, mine.id):
            return
        yield Plan.model_validate(row.plan)


def waiting(tx: Transaction, reason: WaitReason) -> Iterator[Plan]:
    """The plans of everybody who waits for a reason, first come first."""
    return (Plan.model_validate(row.plan) for row in _whole_line(tx, reason))


def _whole_line(tx: Transaction, reason: WaitReason) -> Iterator[sa.Row[Any]]:
    """Read page by page, since whoever asks seldom needs to know of more than a few."""
    last: tuple[datetime, str] | None = None
    while page := tx.conn.execute(_line(reason, last)).all():
        yield from page
        last = (page[-1].approved_at, page[-1].id)


def _line(reason: WaitReason, after: tuple[datetime, str] | None) -> sa.Select[Any]:
    place = sa.tuple_(requests.c.approved_at, requests.c.id)
    query = sa.select(requests.c.approved_at, requests.c.id, requests.c.plan).where(_in_line(reason))
    if after is not None:
        query = query.where(place > sa.tuple_(sa.literal(after[0], Moment()), sa.literal(after[1])))
    return query.order_by(requests.c.approved_at, requests.c.id).limit(_PAGE)


def wake_waiting(tx: Transaction, reason: WaitReason, limit: int = 1) -> None:
    """Make the first `limit` in line look again now: something they wait for was given back."""
    line_lock(tx)
    first = (
        sa.select(requests.c.id)
        .where(_in_line(reason), requests.c.due_at > tx.now)
        .order_by(requests.c.approved_at, requests.c.id)
        .limit(limit)
    )
    tx.conn.execute(sa.update(requests).where(requests.c.id.in_(first)).values(due_at=tx.now))
    ring(tx)


def wake_pool(tx: Transaction, pool: str, limit: int | None = None) -> None:
    """Make those who stand in line for one thing look again now: all of them, or the first `limit`."""
    line_lock(tx)
    first = (
        sa.select(requests.c.id)
        .where(in_pool(pool), requests.c.due_at > tx.now)
        .order_by(requests.c.approved_at, requests.c.id)
        .limit(limit)
    )
    tx.conn.execute(sa.update(requests).where(requests.c.id.in_(first)).values(due_at=tx.now))
    ring(tx)


def wake_paused(tx: Transaction) -> int:
    """Make everything look again now that was not begun or carried on during a pause; how many these are."""
    stands_still = sa.or_(
        requests.c.waiting == WaitReason.PAUSED.value, requests.c.state == RequestState.APPROVED.value
    )
    woken = tx.conn.scalars(
        sa.update(requests)
        .where(stands_still, requests.c.due_at > tx.now)
        .values(due_at=tx.now)
        .returning(requests.c.id)
    ).all()
    ring(tx)
    return len(woken)


def in_pool(pool: str) -> sa.ColumnElement[bool]:
    """Stands in line for this very thing (`Request.pool`)."""
    return sa.and_(requests.c.pool == pool, requests.c.state == RequestState.WAITING.value)


def wake(tx: Transaction, request_id: str) -> None:
    """Make one request look again now, if it waits for anything."""
    waits = (requests.c.id == request_id, requests.c.state == RequestState.WAITING.value)
    tx.conn.execute(sa.update(requests).where(*waits).values(due_at=tx.now))
    ring(tx)


def look_now(tx: Transaction, request_id: str) -> bool:
    """Make one approved request look again now; false where it would not have waited in any case."""
    underway = (RequestState.APPROVED.value, RequestState.EXECUTING.value, RequestState.WAITING.value)
    later = (requests.c.id == request_id, requests.c.state.in_(underway), requests.c.due_at > tx.now)
    hastened = sa.update(requests).where(*later).values(due_at=tx.now).returning(requests.c.id)
    ring(tx)
    return tx.conn.scalar(hastened) is not None


def give_back(tx: Transaction, request_id: str) -> None:
    """Release everything a request holds, and wake whoever is first in line for such a thing."""
    line_lock(tx)
    kinds = {hold.kind for hold in holds.of_request(tx, request_id)}
    holds.release(tx, request_id)
    if "number" in kinds:
        wake_waiting(tx, WaitReason.NUMBER)
    if "seat" in kinds:
        wake_waiting(tx, WaitReason.LICENCES)


def give_back_rest(tx: Transaction, request_id: str, plan: Plan) -> None:
    """Release what a request holds and a smaller, or another, plan does not take; wake who waits for it."""
    line_lock(tx)
    takes = {("seat", sku_id) for sku_id in plan.seats} | {("number", plan.chosen_number)}
    rest = [one for one in holds.of_request(tx, request_id) if (one.kind, one.key) not in takes]
    for hold in rest:
        holds.release(tx, request_id, hold.kind, hold.key)
    kinds = {hold.kind for hold in rest}
    if "number" in kinds:
        wake_waiting(tx, WaitReason.NUMBER)
    if "seat" in kinds:
        wake_waiting(tx, WaitReason.LICENCES)


def _in_line(reason: WaitReason) -> sa.ColumnElement[bool]:
    return sa.and_(
        requests.c.waiting == reason.value,
        requests.c.state == RequestState.WAITING.value,
        requests.c.approved_at.is_not(None),
    )
