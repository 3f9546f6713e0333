"""A number on the person, activated (R67, R69).

Graph takes an assignment with a 202 and carries it out later, so neither the 202 nor the operation's
"succeeded" is the end: the number's own record must name the person and be activated.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.catalogue.countries import country
from bot.domain.errors import Bug, Conflict, UpstreamRefused
from bot.domain.numbers import ActivationState, AssignmentStatus, PhoneNumber
from bot.domain.planning import Needs, choose_number
from bot.domain.planning.numbers import shortage
from bot.domain.plans import AssignNumber, Notice, NoticeLevel, WaitReason
from bot.domain.requests import StepState
from bot.domain.tenant import TenantView
from bot.execution import records
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import (
    Act,
    Alert,
    Blocked,
    Fence,
    Holds,
    Lost,
    Missing,
    Proposal,
    Reading,
    Refused,
    Sent,
    Underway,
)
from bot.execution.survey import tenant_view
from bot.graph import OperationStatus
from bot.graph.errors import NotFound, NumberRefusal, NumberRefused
from bot.store import holds, queue
from bot.store.database import Transaction

__all__ = ["NumberHandler"]

Work = StepWork[AssignNumber]

_FAILED = "failed"


class NumberHandler:
    """Assigns the number that is held for the request, or another one where that may be."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown_number

    async def read(self, work: Work) -> Reading:
        operation_id = work.record.detail.get("operation")
        if operation_id is not None:
            verdict = await _operation(work, operation_id)
            if verdict is not None:
                return verdict
        for number in await work.bench.graph.numbers_of(work.user_id):
            return _assigned(work, number)
        chosen = await _chosen(work)
        return Missing() if chosen is None else await _not_assigned(work, chosen)

    async def propose(self, work: Work) -> Proposal:
        view = await tenant_view(work, Needs(numbers_of=work.step.country))

        def decide(tx: Transaction) -> Act | Blocked:
            queue.line_lock(tx)
            number = _take(tx, work, view)
            return _act(work, number) if number else _none_free(work, view, tx.now.date().isoformat())

        return decide

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        if isinstance(error, NotFound):
            return _not_ready(work)
        if isinstance(error, NumberRefused):
            return _meaning(work, error.reason, error.detail)
        return Refused(notice_of(error, work.user_name), alert=True)


async def _operation(work: Work, operation_id: str) -> Reading | None:
    """What a known operation says; None when the number's own record must be asked."""
    try:
        operation = await work.bench.graph.operation(operation_id)
    except NotFound:
        return None
    if operation.status is OperationStatus.SUCCEEDED:
        return None
    if operation.refusal is not None:
        return await _operation_failed(work, operation.refusal, operation.detail)
    if records.age(work.record, work.now) >= work.bench.pace.operation_for:
        return Refused(_refusal_notice(work, "no end of the operation"), alert=True, outcome="unknown")
    return _look_later(work)


async def _operation_failed(work: Work, reason: NumberRefusal, detail: str) -> Reading:
    if reason is NumberRefusal.NOT_IN_TENANT:
        # The same text is used for users whom Teams does not know yet (R08).
        number = await work.bench.graph.number(_number_tried(work))
        if number is not None:
            return _not_ready(work)
    return _meaning(work, reason, detail)


def _meaning(work: Work, reason: NumberRefusal, detail: str) -> Reading:
    match reason:
        case NumberRefusal.TAKEN | NumberRefusal.NOT_IN_TENANT:
            return Lost(_taken_notice(_number_tried(work)), _FAILED)
        case NumberRefusal.LACKS_LICENCE:
            return _not_ready(work)
        case NumberRefusal.OTHER:
            return Refused(_refusal_notice(work, detail), alert=True, outcome=_FAILED)


def _not_ready(work: Work) -> Reading:
    """Teams does not know of the licences, or of the person, yet: wait as for propagation, then try again."""
    checks, refusals = work.bench.pace.voice_checks, records.refusals(work.record)
    if refusals >= len(checks):
        notice = Notice(code="SB-PRP-02", params={"name": work.user_name})
        return Refused(notice, alert=True, outcome=_FAILED)
    return Blocked(
        WaitReason.PROPAGATION,
        checks[refusals],
        (Notice(code="SB-PRP-01", params={"name": work.user_name}),),
        detail={"refusals": str(refusals + 1)},
        ends_write=_FAILED,
    )


def _assigned(work: Work, number: PhoneNumber) -> Reading:
    """The person has a number, by the number's own record."""
    if number.number_type is not work.step.number_type or number.country != work.step.country:
        params = {"name": work.user_name, "number": number.telephone_number}
        return Refused(Notice(code="SB-NUM-01", params=params))
    if number.assignment_status is not AssignmentStatus.USER:
        return _look_later(work)
    match number.activation_state:
        case ActivationState.ACTIVATED:
            e164 = number.telephone_number
            return Holds({"number": e164}, gives_back="number", number=e164)
        case ActivationState.ASSIGNMENT_FAILED:
            return Refused(_refusal_notice(work, "activation failed"), alert=True, outcome=_FAILED)
        case _ if records.age(work.record, work.now) >= work.bench.pace.operation_for:
            return Refused(
                _refusal_notice(work, "activation is still pending"), alert=True, outcome="applied"
            )
        case _:
            return _look_later(work)


async def _not_assigned(work: Work, chosen: str) -> Reading:
    number = await work.bench.graph.number(chosen)
    if number is not None and number.target_id == work.user_id:
        return _assigned(work, number)
    if number is None or number.assignment_status is not AssignmentStatus.UNASSIGNED:
        return Lost(_taken_notice(chosen), "not_applied")
    return Missing()


def _look_later(work: Work) -> Underway:
    polls = work.bench.pace.operation_polls
    return Underway(polls[min(records.looks(work.record), len(polls) - 1)])


async def _chosen(work: Work) -> str | None:
    """The number a write was made with, or else the one that is held for the request."""
    if work.record.state is StepState.INTENDED:
        return _number_tried(work)
    return await work.bench.db.read(_held, work.request.id)


def _held(tx: Transaction, request_id: str) -> str | None:
    mine = (hold.key for hold in holds.of_request(tx, request_id) if hold.kind == "number")
    return next(mine, None)


def _number_tried(work: Work) -> str:
    number = work.record.detail.get("number")
    if number is None:
        raise Bug(f"{work.request.id}: a number was asked for, and which one is not on record")
    return number


def _take(tx: Transaction, work: Work, view: TenantView) -> PhoneNumber | None:
    """The number held for the request, or one that nobody before us in line would get, and hold it."""
    held = _held(tx, work.request.id)
    promised = holds.active_numbers(tx, except_request=work.request.id)
    free = [number for number in view.free_numbers if number.telephone_number not in promised]
    if held is not None:
        return next((number for number in free if number.telephone_number == held), None)
    number = choose_number(work.step, _served(tx, work, free), (), spread=work.user_id)
    if number is not None and not holds.take_number(tx, work.request.id, number.telephone_number):
        raise Conflict(f"{number.telephone_number} went to somebody else")
    return number


def _served(tx: Transaction, work: Work, free: list[PhoneNumber]) -> list[PhoneNumber]:
    """What is left once everybody before us in line has been thought of; they are woken to come for it."""
    left = list(free)
    if choose_number(work.step, left, ()) is None:
        return left
    for plan in queue.waiting_before(tx, work.request.id, WaitReason.NUMBER):
        theirs = choose_number(plan.number_step, left, ()) if plan.number_step else None
        if theirs is not None:
            left.remove(theirs)
            if choose_number(work.step, left, ()) is None:
                break
    if len(left) < len(free):
        queue.wake_waiting(tx, WaitReason.NUMBER, len(free) - len(left))
    return left


def _act(work: Work, number: PhoneNumber) -> Act:
    step, e164 = work.step, number.telephone_number

    async def send(fence: Fence, client_request_id: str) -> Sent:
        order = await work.bench.graph.assign_number(
            work.user_id,
            e164,
            step.number_type,
            location_id=step.location_id,
            fence=fence,
            client_request_id=client_request_id,
        )
        return Sent(order.receipt.request_id, {"operation": order.operation_id})

    body = {
        "telephoneNumber": e164,
        "assignmentTargetId": work.user_id,
        "numberType": step.number_type.value,
        "assignmentCategory": "primary",
        **({"locationId": step.location_id} if step.location_id else {}),
    }
    return Act("assign_number", body, send, detail={"number": e164})


def _none_free(work: Work, view: TenantView, day: str) -> Blocked:
    """The admins hear of it once a day, country and city, not once a request (J03)."""
    step, facts = work.step, country(work.step.country)
    if facts is None:
        raise Bug(f"{work.request.id}: planned for a country that is not in the catalogue")
    reason, notice = shortage(step, view, facts)
    key = f"numbers:{step.country}:{step.city or ''}:{step.number_type.value}:{day}"
    # Held or not, what is not there is not promised.
    return Blocked(reason, work.bench.pace.stock, (notice,), gives_back="number", alert=Alert(notice, key))


def _taken_notice(number: str) -> Notice:
    return Notice(code="SB-NUM-14", level=NoticeLevel.WARN, params={"number": number})


def _refusal_notice(work: Work, detail: str) -> Notice:
    number = work.record.detail.get("number", "")
    return Notice(code="SB-NUM-15", params={"number": number, "detail": detail[:300]})
