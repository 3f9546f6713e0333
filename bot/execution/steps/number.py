"""A number on the person, activated (R67, R69).

Graph takes an assignment with a 202 and carries it out later, so neither the 202 nor the operation's
"succeeded" is the end: the number's own record must name the person and be activated.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import Bug, UpstreamRefused
from bot.domain.numbers import AssignmentStatus, PhoneNumber
from bot.domain.planning import Needs, choose_number
from bot.domain.planning.number_order import user_numbers_left
from bot.domain.plans import AssignNumber, HumanTask, Notice, NoticeLevel, Plan, ReleaseNumber
from bot.domain.requests import StepState
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import (
    Act,
    Blocked,
    Fence,
    Holds,
    Lost,
    Missing,
    Proposal,
    Reading,
    Refused,
    Sent,
)
from bot.execution.steps.orders import FAILED, not_activated, open_order, still_running, unknown_to_teams
from bot.execution.steps.taking import gone, held_number, none_free, take
from bot.execution.survey import tenant_view
from bot.graph import NumberOperation
from bot.graph.errors import NotFound, NumberRefusal, NumberRefused
from bot.store import queue
from bot.store.database import Transaction

__all__ = ["NumberHandler"]

Work = StepWork[AssignNumber]


class NumberHandler:
    """Assigns the number that is held for the request, or another one where that may be."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown_number

    async def read(self, work: Work) -> Reading:
        operation = await open_order(work)
        if operation is not None:
            return await _ordered(work, operation)
        given_up = _given_up(work.request.plan)
        for number in await work.bench.graph.numbers_of(work.user_id):
            if number.telephone_number not in given_up:
                return _assigned(work, number)
        chosen = await _chosen(work)
        return Missing() if chosen is None else await _not_assigned(work, chosen)

    async def propose(self, work: Work) -> Proposal:
        step = work.step
        location = _location(work)
        if step.location_from_task and not location:
            nowhere = Refused(Notice(code="SB-LOC-41", params={"name": work.user_name}), alert=True)
            return lambda tx: nowhere
        view = await tenant_view(work, Needs(numbers_of=step.country, number_type=step.number_type))
        left = await _left_to_order(work, view)

        def decide(tx: Transaction) -> Act | Blocked:
            queue.line_lock(tx)
            held = held_number(tx, work.request.id, _given_up(work.request.plan))
            number = take(tx, work, step, view, held)
            if number is None:
                return gone(work, step, view) or none_free(work, step, view, left)
            return _act(work, number, location)

        return decide

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        if isinstance(error, NotFound):
            return unknown_to_teams(work)
        if isinstance(error, NumberRefused):
            return _meaning(work, error.reason, error.detail)
        return Refused(notice_of(error, work.user_name), alert=True)


async def _left_to_order(work: Work, view: TenantView) -> int | None:
    """How many more numbers Microsoft gives; only asked where none is free for the person."""
    if choose_number(work.step, view.free_numbers, view.held_numbers, resting=view.resting) is not None:
        return None
    return user_numbers_left(await tenant_view(work, Needs(acquired=True)))


def _given_up(plan: Plan) -> frozenset[str]:
    """What the plan itself takes from the person; a read may still show it."""
    return frozenset(step.telephone_number for step in plan.steps if isinstance(step, ReleaseNumber))


def _location(work: Work) -> str | None:
    """The emergency location to send: as planned, or as whoever created the address put on record (J10)."""
    if not work.step.location_from_task:
        return work.step.location_id
    for index, step in enumerate(work.request.plan.steps):
        if isinstance(step, HumanTask) and step.task is TaskKind.EMERGENCY_ADDRESS:
            return work.journey.record(index).detail.get("location_id")
    return None


async def _ordered(work: Work, operation: NumberOperation) -> Reading:
    """What an order says that has not ended well."""
    reason = operation.refusal
    if reason is None:
        return still_running(work, lambda detail: _refusal_notice(work, detail))
    if reason is NumberRefusal.NOT_IN_TENANT:
        # The same text is used for users whom Teams does not know yet (R08).
        number = await work.bench.graph.number(_number_tried(work))
        if number is not None:
            return unknown_to_teams(work)
    return _meaning(work, reason, operation.detail)


def _meaning(work: Work, reason: NumberRefusal, detail: str) -> Reading:
    match reason:
        case NumberRefusal.TAKEN | NumberRefusal.NOT_IN_TENANT:
            return Lost(_taken_notice(_number_tried(work)), FAILED)
        case NumberRefusal.LACKS_LICENCE:
            return unknown_to_teams(work)
        case NumberRefusal.OTHER:
            return Refused(_refusal_notice(work, detail), alert=True, outcome=FAILED)


def _assigned(work: Work, number: PhoneNumber) -> Reading:
    """The person has a number, by the number's own record."""
    if number.number_type is not work.step.number_type or number.country != work.step.country:
        params = {"name": work.user_name, "number": number.telephone_number}
        return Refused(Notice(code="SB-NUM-01", params=params))
    e164 = number.telephone_number
    pending = not_activated(work, number, lambda detail: _refusal_notice(work, detail))
    return pending or Holds({"number": e164}, gives_back="number", number=e164)


async def _not_assigned(work: Work, chosen: str) -> Reading:
    number = await work.bench.graph.number(chosen)
    if number is not None and number.target_id == work.user_id:
        return _assigned(work, number)
    if number is None or number.assignment_status is not AssignmentStatus.UNASSIGNED:
        return Lost(_taken_notice(chosen), "not_applied")
    return Missing()


async def _chosen(work: Work) -> str | None:
    """The number a write was made with, or else the one that is held for the request."""
    if work.record.state is StepState.INTENDED:
        return _number_tried(work)
    return await work.bench.db.read(held_number, work.request.id, _given_up(work.request.plan))


def _number_tried(work: Work) -> str:
    number = work.record.detail.get("number")
    if number is None:
        raise Bug(f"{work.request.id}: a number was asked for, and which one is not on record")
    return number


def _act(work: Work, number: PhoneNumber, location: str | None) -> Act:
    step, e164 = work.step, number.telephone_number

    async def send(fence: Fence, client_request_id: str) -> Sent:
        order = await work.bench.graph.assign_number(
            work.user_id,
            e164,
            step.number_type,
            location_id=location,
            fence=fence,
            client_request_id=client_request_id,
        )
        return Sent(order.receipt.request_id, {"operation": order.operation_id})

    body = {
        "telephoneNumber": e164,
        "assignmentTargetId": work.user_id,
        "numberType": step.number_type.value,
        "assignmentCategory": "primary",
        **({"locationId": location} if location else {}),
    }
    return Act("assign_number", body, send, detail={"number": e164})


def _taken_notice(number: str) -> Notice:
    return Notice(code="SB-NUM-14", level=NoticeLevel.WARN, params={"number": number})


def _refusal_notice(work: Work, detail: str) -> Notice:
    number = work.record.detail.get("number", "")
    return Notice(code="SB-NUM-15", params={"number": number, "detail": detail[:300]})
