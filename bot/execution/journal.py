"""Every move of a request that is being carried out: one transaction, with its audit entry.

All are fenced by the lease token, and by the request's version: a request that was withdrawn meanwhile
raises `Conflict`, one that another replica may own raises `LeaseLost`, and nothing is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from bot.domain.messages import Template
from bot.domain.plans import Notice, WaitReason
from bot.domain.requests import Outcome, Request, RequestState, StepRecord
from bot.execution import handing_out, records
from bot.execution.journey import Place, Stored
from bot.execution.readings import Act, Alert, Blocked, Freed, Holds, Lost, Proposal, Refused, Underway
from bot.store import holds, outbox, pools, queue, requests, resting
from bot.store.database import Transaction

__all__ = [
    "SWITCHBOARD",
    "begin",
    "conclude",
    "let_go",
    "out_of_reach",
    "propose",
    "resolve",
    "resolve_missing",
    "rest",
    "stay",
    "step_done",
    "strike",
    "tell_admins",
    "throttled",
    "unchecked",
    "wait",
    "write_failed",
]

SWITCHBOARD = "switchboard"
"""The actor of everything done by the service itself."""


def begin(tx: Transaction, request: Request, token: str) -> Request:
    """Take an approved request in hand; why it was asked about again is of no interest any more."""
    number = _number(request)
    shown = Outcome(telephone_number=number) if number else None
    changed = {"state": RequestState.EXECUTING, "due_at": tx.now, "outcome": shown}
    moved = request.model_copy(update=changed)
    saved = requests.save(tx, moved, lease_token=token)
    tx.audit("request.executing", SWITCHBOARD, request.id)
    outbox.refresh_copies(tx, saved.id, saved.version)
    return saved


def propose(tx: Transaction, place: Place, proposal: Proposal) -> tuple[Stored, Act | Blocked | Refused]:
    """Decide on a write; record the intent to send it, or what it has to wait for."""
    decision = proposal(tx)
    match decision:
        case Act():
            return _intend(tx, place, decision), decision
        case Blocked():
            return wait(tx, place, decision), decision
        case Refused():
            return Stored(place.request, place.record, tx.now), decision


def _intend(tx: Transaction, place: Place, act: Act) -> Stored:
    """The version is raised even where nothing shows: whoever withdraws now finds out."""
    intent = uuid4().hex
    record = records.intended(place.record, tx.now, intent, act)
    saved = _save(tx, place, _RUNNING)
    requests.save_step(tx, saved.id, record)
    if place.request.state is not RequestState.EXECUTING:
        tx.audit("request.executing", SWITCHBOARD, saved.id)
        outbox.refresh_copies(tx, saved.id, saved.version)
    tx.audit(
        "graph.intent",
        SWITCHBOARD,
        saved.id,
        intent=intent,
        step=record.index,
        attempt=record.attempts,
        what=act.what,
        user=saved.beneficiary.id,
        body=dict(act.body),
        client_request_id=records.client_request_id(intent),
    )
    return Stored(saved, record, tx.now)


def _lock_line(tx: Transaction, place: Place) -> None:
    """Before the request's own row, where this move may end a task or leave a line."""
    if place.request.pool or place.record.kind == "human_task":
        queue.line_lock(tx)


def conclude(
    tx: Transaction, place: Place, result: str, detail: Mapping[str, str], facts: Mapping[str, Any]
) -> Stored:
    """What Graph answered to the open write: accepted, or nobody knows."""
    queue.own(tx, place.request.id, place.token)
    record = records.answered(place.record, result, detail)
    requests.save_step(tx, place.request.id, record)
    _audit_write(tx, place, "graph.result", result=result, **facts)
    return Stored(place.request, record, tx.now)


def write_failed(tx: Transaction, place: Place, facts: Mapping[str, Any]) -> Stored:
    """Graph refused the open write, or it was never sent: it changed nothing."""
    queue.own(tx, place.request.id, place.token)
    record = records.withdrawn(place.record)
    requests.save_step(tx, place.request.id, record)
    _audit_write(tx, place, "graph.result", result="failed", **facts)
    return Stored(place.request, record, tx.now)


def resolve_missing(tx: Transaction, place: Place) -> Stored:
    """However long one looks, the open write has no effect."""
    queue.own(tx, place.request.id, place.token)
    record = records.again(place.record)
    requests.save_step(tx, place.request.id, record)
    resolve(tx, place, "not_applied")
    return Stored(place.request, record, tx.now)


def resolve(tx: Transaction, place: Place, outcome: str) -> None:
    """What became of the open write, if there is one, as a read told."""
    if "intent" in place.record.detail:
        _audit_write(tx, place, "graph.resolved", outcome=outcome)


def _audit_write(tx: Transaction, place: Place, action: str, **facts: Any) -> None:
    intent = place.record.detail["intent"]
    tx.audit(action, SWITCHBOARD, place.request.id, intent=intent, step=place.record.index, **facts)


def step_done(tx: Transaction, place: Place, reading: Holds) -> Stored:
    """The wanted state was read back."""
    if reading.gives_back:
        queue.line_lock(tx)
    _lock_line(tx, place)
    if reading.freed:
        _free(tx, place, reading.freed)
    record = records.done(place.record, reading.detail, tx.now)
    outcome = Outcome(telephone_number=reading.number or _number(place.request))
    saved = _save(tx, place, _RUNNING, outcome=outcome)
    requests.save_step(tx, saved.id, record)
    if record.kind == "human_task":
        handing_out.confirm(tx, saved.id, record.index)
    queue.set_failures(tx, saved.id, 0)
    if reading.gives_back == "seat":
        pools.give_back_seats(tx, saved.id)
        pools.seats_freed(tx, reading.frees)
    elif reading.gives_back:
        holds.release(tx, saved.id, reading.gives_back)
    if reading.number:
        resting.remove(tx, reading.number)
    if records.result_of(place.record) == records.UNKNOWN:
        resolve(tx, place, "applied")
    tx.audit(
        "step.done",
        SWITCHBOARD,
        saved.id,
        step=record.index,
        kind=record.kind,
        by_us=record.attempts > 0,
        **({"number": reading.number} if reading.number else {}),
    )
    outbox.refresh_copies(tx, saved.id, saved.version)
    return Stored(saved, record, tx.now)


def _free(tx: Transaction, place: Place, freed: Freed) -> None:
    """A number is nobody's any more: it rests, or is whose turn it is. Comes before the request's own row."""
    known = freed.telephone_number in {one.telephone_number for one in resting.active(tx)}
    if freed.rests is None:
        queue.wake_waiting(tx, WaitReason.NUMBER)
    elif place.record.attempts or not known:
        # Whoever gave it back before us said for how long, and for whom.
        resting.put(tx, place.request.id, freed.rests)
    holds.release(tx, place.request.id, "number", freed.telephone_number)
    about = freed.rests.model_dump(mode="json", exclude={"telephone_number"}) if freed.rests else {}
    tx.audit("number.freed", SWITCHBOARD, place.request.id, number=freed.telephone_number, **about)


def rest(tx: Transaction, place: Place, reading: Underway) -> Stored:
    """It is on its way: look again later."""
    _lock_line(tx, place)
    record = records.looked(place.record, reading.detail, tx.now)
    queue.set_failures(tx, place.request.id, 0)
    return _stand(tx, place, record, reading.after, _RUNNING)


def wait(tx: Transaction, place: Place, reading: Blocked) -> Stored:
    """It cannot go on for now, and people see why."""
    if reading.task:
        queue.line_lock(tx)
    _lock_line(tx, place)
    record = records.looked(place.record, reading.detail, tx.now)
    if reading.ends_write:
        resolve(tx, place, reading.ends_write)
        record = records.withdrawn(record)
    pool = reading.task.pool if reading.task else None
    standing = _Standing(reading.reason, pool, reading.notices)
    stored = _stand(tx, place, record, reading.after, standing)
    if reading.task:
        handing_out.ask(tx, stored.request.id, record.index, reading.task)
    queue.set_failures(tx, place.request.id, 0)
    if reading.gives_back:
        holds.release(tx, place.request.id, reading.gives_back)
    if reading.tell:
        _tell(tx, place.request, reading.tell)
    if reading.asks:
        _ask(tx, place.request, reading.asks)
    if reading.tell_deciders:
        _tell(
            tx,
            place.request,
            reading.tell_deciders,
            (vote.approver.id for vote in place.request.decisions if not vote.void),
        )
    return stored


def _ask(tx: Transaction, request: Request, key: str) -> None:
    outbox.enqueue(tx, Template.CHOICE, request.requester.id, request_id=request.id, dedupe_key=key)


def strike(tx: Transaction, place: Place, after: timedelta) -> Stored:
    """Our own code broke: try again later, but not for ever."""
    return stay(tx, place, records.crashed(place.record, tx.now), after)


def out_of_reach(tx: Transaction, place: Place, after: timedelta, failures: int, notice: Notice) -> Stored:
    """Graph cannot be asked. A request that waits for something else anyway goes on saying so."""
    record = records.started(place.record, tx.now)
    if place.request.waiting in (None, WaitReason.UPSTREAM):
        stored = _stand(tx, place, record, after, _Standing(WaitReason.UPSTREAM, None, (notice,)))
    else:
        stored = stay(tx, place, record, after)
    queue.set_failures(tx, place.request.id, failures)
    return stored


def throttled(tx: Transaction, place: Place, after: timedelta, failures: int) -> Stored:
    """Graph asked for a little patience: nothing people need to see."""
    stored = stay(tx, place, records.started(place.record, tx.now), after)
    queue.set_failures(tx, place.request.id, failures)
    return stored


def unchecked(
    tx: Transaction, request: Request, token: str, after: timedelta, failures: int, notice: Notice | None
) -> Request:
    """Whether an approved request still is cannot be found out: it stays approved, and says so by `notice`.

    Not as a waiting one, which would go on without having been looked at. Without `notice` it is nothing
    people need to see.
    """
    due_at = tx.now + after
    shown = (notice,) if notice else _notices(request)
    if shown == _notices(request):
        queue.park(tx, request.id, request.version, token, due_at)
        saved = request.model_copy(update={"due_at": due_at})
    else:
        outcome = Outcome(notices=shown, telephone_number=_number(request))
        moved = request.model_copy(update={"due_at": due_at, "outcome": outcome})
        saved = requests.save(tx, moved, lease_token=token)
        codes = [one.code for one in shown]
        tx.audit("approval.unchecked", SWITCHBOARD, saved.id, codes=codes)
        outbox.refresh_copies(tx, saved.id, saved.version)
    queue.set_failures(tx, request.id, failures)
    return saved


def stay(tx: Transaction, place: Place, record: StepRecord, pause: timedelta) -> Stored:
    """Look again later; people see what they saw."""
    request = place.request
    standing = _Standing(request.waiting, request.pool, _notices(request))
    return _stand(tx, place, record, pause, standing)


def let_go(tx: Transaction, place: Place, lost: Lost) -> Stored:
    """Give up what was chosen for the step, so that something else can be chosen."""
    queue.own(tx, place.request.id, place.token)
    resolve(tx, place, lost.outcome)
    record = records.let_go(place.record)
    requests.save_step(tx, place.request.id, record)
    holds.release(tx, place.request.id, "number")
    tx.audit("number.lost", SWITCHBOARD, place.request.id, code=lost.notice.code, params=lost.notice.params)
    return Stored(place.request, record, tx.now)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What people see of a request that stands still, or goes on."""

    waiting: WaitReason | None = None
    pool: str | None = None
    notices: tuple[Notice, ...] = ()

    def of(self, request: Request) -> bool:
        """Whether the request stands like that already."""
        state = RequestState.WAITING if self.waiting else RequestState.EXECUTING
        seen = (request.state, request.waiting, request.pool, _notices(request))
        return seen == (state, self.waiting, self.pool, self.notices)


_RUNNING = _Standing()


def _stand(
    tx: Transaction, place: Place, record: StepRecord, pause: timedelta, standing: _Standing
) -> Stored:
    """Park the request; a change that people can see is a move, anything else only a new due time."""
    request, due_at = place.request, tx.now + pause
    if standing.of(request):
        queue.park(tx, request.id, request.version, place.token, due_at)
        saved = request.model_copy(update={"due_at": due_at})
    else:
        saved = _save(tx, place, standing, pause=pause)
        waiting = standing.waiting
        reason = waiting.value if waiting else None
        codes = [notice.code for notice in standing.notices]
        action = "request.waiting" if waiting else "request.executing"
        tx.audit(action, SWITCHBOARD, saved.id, step=record.index, reason=reason, codes=codes)
        outbox.refresh_copies(tx, saved.id, saved.version)
    requests.save_step(tx, saved.id, record)
    return Stored(saved, record, tx.now)


def _save(
    tx: Transaction,
    place: Place,
    standing: _Standing,
    *,
    pause: timedelta = timedelta(),
    outcome: Outcome | None = None,
) -> Request:
    shown = Outcome(notices=standing.notices, telephone_number=_number(place.request))
    moved = place.request.model_copy(
        update={
            "state": RequestState.WAITING if standing.waiting else RequestState.EXECUTING,
            "waiting": standing.waiting,
            "pool": standing.pool,
            "due_at": tx.now + pause,
            "outcome": outcome or shown,
        }
    )
    saved = requests.save(tx, moved, lease_token=place.token)
    if place.request.pool and place.request.pool != standing.pool:
        pools.left(tx, place.request.pool)
    return saved


def _number(request: Request) -> str | None:
    return request.outcome.telephone_number if request.outcome else None


def _notices(request: Request) -> tuple[Notice, ...]:
    return request.outcome.notices if request.outcome else ()


def _tell(tx: Transaction, request: Request, notice: Notice, others: Iterable[str] = ()) -> None:
    """A notice for those the request is about, and for `others`, once for each code."""
    for person_id in dict.fromkeys((*request.concerned, *others)):
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=request.id,
            params={**notice.params, "code": notice.code},
            dedupe_key=f"notice:{request.id}:{notice.code}:{person_id}",
        )


def tell_admins(tx: Transaction, request_id: str, alert: Alert, admins: Iterable[str]) -> None:
    """Queue an alert for every admin who has not been sent the same one before."""
    for admin_id in admins:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            admin_id,
            request_id=request_id,
            params={**alert.notice.params, "code": alert.notice.code},
            dedupe_key=f"alert:{alert.key}:{admin_id}",
        )
