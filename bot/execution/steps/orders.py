"""Orders to the number service: taken with a 202, carried out later, and looked at until they have ended.

An order that ended well proves nothing yet: the number's own record does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.numbers import ActivationState, AssignmentStatus, PhoneNumber
from bot.domain.plans import Notice, WaitReason
from bot.execution import records
from bot.execution.journey import StepWork
from bot.execution.readings import Blocked, Reading, Refused, Underway
from bot.graph import NumberOperation, OperationStatus
from bot.graph.errors import NotFound

__all__ = [
    "FAILED",
    "Says",
    "look_later",
    "not_activated",
    "not_ready",
    "open_order",
    "still_running",
    "unknown_to_teams",
]

FAILED = "failed"
"""What became of a write whose order failed."""

Says = Callable[[str], Notice]
"""A step's notice for a detail of why something could not be done."""


async def open_order(work: StepWork[Any]) -> NumberOperation | None:
    """The order of the last write; None when it has ended well or is not known, so that a read must tell."""
    operation_id = work.record.detail.get("operation")
    if operation_id is None:
        return None
    try:
        operation = await work.bench.graph.operation(operation_id)
    except NotFound:
        return None
    return None if operation.status is OperationStatus.SUCCEEDED else operation


def still_running(work: StepWork[Any], says: Says) -> Reading:
    """An order without an end: patience, within limits."""
    if _overdue(work):
        return Refused(says("no end of the operation"), alert=True, outcome="unknown")
    return look_later(work)


def not_activated(work: StepWork[Any], number: PhoneNumber, says: Says) -> Reading | None:
    """What keeps a number that is assigned to the person from ringing; None when it rings."""
    if number.assignment_status is not AssignmentStatus.USER:
        return look_later(work)
    match number.activation_state:
        case ActivationState.ACTIVATED:
            return None
        case ActivationState.ASSIGNMENT_FAILED:
            return Refused(says("activation failed"), alert=True, outcome=FAILED)
        case _ if _overdue(work):
            return Refused(says("activation is still pending"), alert=True, outcome="applied")
        case _:
            return look_later(work)


def unknown_to_teams(work: StepWork[Any]) -> Reading:
    """Teams does not know of the licences, or of the person, yet."""
    name = {"name": work.user_name}
    return not_ready(work, Notice(code="SB-PRP-01", params=name), Notice(code="SB-PRP-02", params=name))


def not_ready(work: StepWork[Any], meanwhile: Notice, given_up: Notice) -> Reading:
    """A write was refused for what will be there in time: wait as for propagation, then try again."""
    checks, refusals = work.bench.pace.voice_checks, records.refusals(work.record)
    if refusals >= len(checks):
        return Refused(given_up, alert=True, outcome=FAILED)
    return Blocked(
        WaitReason.PROPAGATION,
        checks[refusals],
        (meanwhile,),
        detail={"refusals": str(refusals + 1)},
        ends_write=FAILED,
    )


def look_later(work: StepWork[Any]) -> Underway:
    polls = work.bench.pace.operation_polls
    return Underway(polls[min(records.looks(work.record), len(polls) - 1)])


def _overdue(work: StepWork[Any]) -> bool:
    return records.age(work.record, work.now) >= work.bench.pace.operation_for
