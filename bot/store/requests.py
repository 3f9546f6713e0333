"""Requests, their decisions and the progress of their steps."""

from __future__ import annotations

import secrets
from typing import Any

import sqlalchemy as sa

from bot.domain.approval import Decision
from bot.domain.errors import Bug, Conflict, LeaseLost
from bot.domain.request_ids import new_request_id
from bot.domain.requests import ENDED, Request, RequestState, StepRecord
from bot.domain.values import Value
from bot.store import askings, digests
from bot.store.database import Transaction
from bot.store.tables import Moment, decisions, requests, steps
from bot.store.upsert import upsert

__all__ = [
    "KeyTaken",
    "add_decision",
    "by_id",
    "by_key",
    "insert",
    "locked",
    "new_id",
    "of_person",
    "open_for",
    "save",
    "save_step",
    "set_open_key",
    "steps_of",
    "version_held",
    "version_of",
    "void_decision",
]

_ID_TRIES = 20


class KeyTaken(Conflict):
    """Another request has the same `id`, `idempotency_key` or `open_key`; `field` says which."""

    def __init__(self, field: str) -> None:
        super().__init__(f"another request has the same {field}")
        self.field = field


def new_id(tx: Transaction) -> str:
    """An id no request has. Raises `Bug` when none is found, which means the ids have run out."""
    for _ in range(_ID_TRIES):
        candidate = new_request_id(secrets.token_bytes)
        if tx.conn.scalar(sa.select(requests.c.id).where(requests.c.id == candidate)) is None:
            return candidate
    raise Bug("no unused request id found; they need another letter")


def insert(tx: Transaction, request: Request, *, idempotency_key: str, open_key: str | None) -> None:
    """Store a new request. Raises `KeyTaken`; the transaction stays usable."""
    row = {
        "id": request.id,
        "version": request.version,
        "requester_id": request.requester.id,
        "requester": _json(request.requester),
        "beneficiary_id": request.beneficiary.id,
        "beneficiary": _json(request.beneficiary),
        "kind": request.wish.kind,
        "auto_approved": request.auto_approved,
        "undoes": request.undoes,
        "created_at": request.created_at,
        "updated_at": request.updated_at,
        "approved_at": request.created_at if request.state is RequestState.APPROVED else None,
        "ended_at": request.created_at if request.ended else None,
        "idempotency_key": idempotency_key,
        "open_key": open_key,
        **_moving(request),
    }
    stored = tx.conn.scalar(
        upsert(tx, requests).values(row).on_conflict_do_nothing().returning(requests.c.id)
    )
    if stored is None:
        raise KeyTaken(_taken_field(tx, request.id, idempotency_key))


def _moving(request: Request) -> dict[str, Any]:
    """The columns that change while a request lives."""
    return {
        "state": request.state.value,
        # An edit changes these as well.
        "wish": _json(request.wish),
        "policy_version": request.policy_version,
        "rule": request.rule[:160],
        "round": request.round,
        "waiting": request.waiting.value if request.waiting else None,
        "pool": request.pool if request.waiting else None,
        "plan": _json(request.plan),
        "stages": [_json(stage) for stage in request.stages],
        "stage_index": request.stage_index,
        "outcome": _json(request.outcome) if request.outcome else None,
        "keep_or_undo": _json(request.keep_or_undo) if request.keep_or_undo else None,
        "due_at": request.due_at,
    }


def _json(value: Value) -> dict[str, Any]:
    return value.model_dump(mode="json")


def _taken_field(tx: Transaction, request_id: str, idempotency_key: str) -> str:
    for column, value in ((requests.c.idempotency_key, idempotency_key), (requests.c.id, request_id)):
        if tx.conn.scalar(sa.select(column).where(column == value)) is not None:
            return column.name
    return requests.c.open_key.name


def by_id(tx: Transaction, request_id: str) -> Request | None:
    """The request as it stands, with its decisions."""
    return _one(tx, requests.c.id == request_id)


def locked(tx: Transaction, request_id: str) -> Request | None:
    """The request as it stands, and nobody else changes it before this transaction ends."""
    row = tx.conn.execute(
        sa.select(requests).where(requests.c.id == request_id).with_for_update()
    ).one_or_none()
    return _with_decisions(tx, [row])[0] if row is not None else None


_VERSION = sa.select(requests.c.version).where(requests.c.id == sa.bindparam("request_id"))


def version_of(tx: Transaction, request_id: str) -> int | None:
    """How often the request has changed; None when there is no such request."""
    version: int | None = tx.conn.scalar(_VERSION, {"request_id": request_id})
    return version


_VERSION_HELD = _VERSION.with_for_update(read=True)


def version_held(tx: Transaction, request_id: str) -> int | None:
    """The same, and nobody changes the request before this transaction ends."""
    version: int | None = tx.conn.scalar(_VERSION_HELD, {"request_id": request_id})
    return version


def by_key(tx: Transaction, idempotency_key: str) -> Request | None:
    """The request that was submitted with this key, whatever became of it."""
    return _one(tx, requests.c.idempotency_key == idempotency_key)


def open_for(tx: Transaction, open_key: str) -> Request | None:
    """The request that has not ended and asks for the same."""
    return _one(tx, requests.c.open_key == open_key)


_CONCERNING = (
    sa.select(requests)
    .where(
        sa.or_(
            requests.c.requester_id == sa.bindparam("person_id"),
            requests.c.beneficiary_id == sa.bindparam("person_id"),
        )
    )
    .order_by(requests.c.created_at.desc(), requests.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
    .offset(sa.bindparam("after", type_=sa.Integer))
)
_CONCERNING_OPEN = _CONCERNING.where(requests.c.state.not_in([state.value for state in ENDED]))


def of_person(
    tx: Transaction, person_id: str, *, open_only: bool, limit: int, offset: int = 0
) -> list[Request]:
    """Requests somebody made or benefits from, newest first."""
    query = _CONCERNING_OPEN if open_only else _CONCERNING
    rows = tx.conn.execute(query, {"person_id": person_id, "most": limit, "after": offset})
    return _with_decisions(tx, rows.all())


def _one(tx: Transaction, where: sa.ColumnElement[bool]) -> Request | None:
    row = tx.conn.execute(sa.select(requests).where(where)).one_or_none()
    return _with_decisions(tx, [row])[0] if row is not None else None


def _with_decisions(tx: Transaction, rows: Any) -> list[Request]:
    ids = [row.id for row in rows]
    made: dict[str, list[Decision]] = {request_id: [] for request_id in ids}
    if ids:
        query = sa.select(decisions).where(decisions.c.request_id.in_(ids))
        for row in tx.conn.execute(query.order_by(decisions.c.id)):
            made[row.request_id].append(_decision(row))
    return [_request(row, made[row.id]) for row in rows]


def _decision(row: sa.Row[Any]) -> Decision:
    return Decision(
        stage_index=row.stage_index,
        round=row.round,
        approver=row.approver,
        instead_of=row.instead_of,
        verdict=row.verdict,
        comment=row.comment,
        dropped=row.dropped,
        at=row.decided_at,
        void=row.void,
    )


def _request(row: sa.Row[Any], made: list[Decision]) -> Request:
    fields = {name: getattr(row, name) for name in Request.model_fields if name != "decisions"}
    return Request.model_validate({**fields, "decisions": made})


# Built once: every move of every request runs one of the two.
_SAVE = (
    sa.update(requests)
    .where(requests.c.id == sa.bindparam("saved_id"), requests.c.version == sa.bindparam("seen_version"))
    .values(
        approved_at=sa.func.coalesce(requests.c.approved_at, sa.bindparam("approved_now", type_=Moment)),
        ended_at=sa.func.coalesce(requests.c.ended_at, sa.bindparam("ended_now", type_=Moment)),
    )
    .returning(requests.c.version)
)
_SAVE_LEASED = _SAVE.where(
    requests.c.lease_token == sa.bindparam("holder"), requests.c.lease_until > sa.bindparam("real_now")
)


def save(tx: Transaction, request: Request, *, lease_token: str | None = None) -> Request:
    """Store a changed request and return it with its new version and `updated_at`.

    Raises `Conflict` when it is no longer at `request.version`, and `LeaseLost` when a `lease_token` is
    given that no longer holds the request. Decisions are stored by `add_decision` alone.
    """
    changed = {**_moving(request), "version": request.version + 1, "updated_at": tx.now}
    if request.ended:
        changed |= {"open_key": None, "due_at": None}
    seen = {
        "saved_id": request.id,
        "seen_version": request.version,
        "approved_now": tx.now if request.state is RequestState.APPROVED else None,
        "ended_now": tx.now if request.ended else None,
    }
    if lease_token is None:
        stored = tx.conn.scalar(_SAVE, {**changed, **seen})
    else:
        fence = {"holder": lease_token, "real_now": tx.real_now}
        stored = tx.conn.scalar(_SAVE_LEASED, {**changed, **seen, **fence})
    if stored is None:
        raise _why_not(tx, request)
    digests.touched(tx, askings.follow(tx, request))
    names = ("version", "updated_at", "due_at")
    return request.model_copy(update={name: changed[name] for name in names})


def _why_not(tx: Transaction, request: Request) -> Conflict | LeaseLost:
    current = version_of(tx, request.id)
    if current != request.version:
        return Conflict(f"{request.id} is at version {current}, not {request.version}")
    return LeaseLost(request.id)


def add_decision(tx: Transaction, request_id: str, decision: Decision) -> bool:
    """Record a decision; false when that approver has decided on that stage in this round before."""
    row = {
        "request_id": request_id,
        "stage_index": decision.stage_index,
        "round": decision.round,
        "approver_id": decision.approver.id,
        "approver": _json(decision.approver),
        "instead_of": _json(decision.instead_of) if decision.instead_of else None,
        "verdict": decision.verdict.value,
        "comment": decision.comment,
        "dropped": list(decision.dropped),
        "decided_at": decision.at,
    }
    insertion = upsert(tx, decisions).values(row).on_conflict_do_nothing()
    return tx.conn.scalar(insertion.returning(decisions.c.approver_id)) is not None


def void_decision(tx: Transaction, request_id: str, decision: Decision, why: str) -> None:
    """The vote does not count any more; `why` is a code."""
    tx.conn.execute(
        sa.update(decisions)
        .where(
            decisions.c.request_id == request_id,
            decisions.c.stage_index == decision.stage_index,
            decisions.c.round == decision.round,
            decisions.c.approver_id == decision.approver.id,
            decisions.c.void == "",
        )
        .values(void=why)
    )


def steps_of(tx: Transaction, request_id: str) -> list[StepRecord]:
    """The steps that have begun, in the order of the plan."""
    rows = tx.conn.execute(
        sa.select(steps).where(steps.c.request_id == request_id).order_by(steps.c.step_index)
    )
    return [
        StepRecord(
            index=row.step_index,
            kind=row.kind,
            state=row.state,
            attempts=row.attempts,
            started_at=row.started_at,
            finished_at=row.finished_at,
            detail=row.detail,
        )
        for row in rows
    ]


def set_open_key(tx: Transaction, request_id: str, open_key: str) -> None:
    """The request asks for another thing now. Raises `KeyTaken`; the transaction stays usable."""
    try:
        with tx.conn.begin_nested():
            tx.conn.execute(sa.update(requests).where(requests.c.id == request_id).values(open_key=open_key))
    except sa.exc.IntegrityError:
        raise KeyTaken(requests.c.open_key.name) from None


def save_step(tx: Transaction, request_id: str, record: StepRecord) -> None:
    """Store how far a step has got, over what was stored before.

    Fenced by nothing itself: save the request with its lease token in the same transaction.
    """
    progress = {
        "kind": record.kind,
        "state": record.state.value,
        "attempts": record.attempts,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "detail": record.detail,
    }
    row = {"request_id": request_id, "step_index": record.index, **progress}
    tx.conn.execute(
        upsert(tx, steps)
        .values(row)
        .on_conflict_do_update(index_elements=["request_id", "step_index"], set_=progress)
    )
