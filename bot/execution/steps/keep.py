"""After a swap the person still has the number (R19).

Taking away a licence that a number builds on frees the number, unless the same call replaces it. Should it
be lost all the same, exactly that number is given again, once, and the admins hear of it.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import UpstreamRefused
from bot.domain.plans import KeepNumber, Notice, NoticeLevel
from bot.execution import records
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Act, Alert, Fence, Holds, Missing, Proposal, Reading, Refused, Sent
from bot.execution.steps.orders import FAILED, not_activated, open_order, still_running, unknown_to_teams
from bot.graph import NumberOperation
from bot.graph.errors import NotFound, NumberRefusal, NumberRefused

__all__ = ["KeepHandler"]

Work = StepWork[KeepNumber]


class KeepHandler:
    """Reads, and writes only where something was lost."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown_number

    async def read(self, work: Work) -> Reading:
        number = await work.bench.graph.number(work.step.telephone_number)
        if number is not None and number.target_id == work.user_id:
            return not_activated(work, number, lambda detail: _lost(work, detail)) or Holds()
        if number is not None and number.target_id is not None:
            return Refused(Notice(code="SB-NUM-43", params=_params(work)), alert=True, outcome=FAILED)
        operation = await open_order(work)
        if operation is not None:
            return _ordered(work, operation)
        notice = Notice(code="SB-NUM-41", level=NoticeLevel.WARN, params=_params(work))
        return Missing(Alert(notice, f"{work.request.id}:{notice.code}"))

    async def propose(self, work: Work) -> Proposal:
        if records.in_vain(work.record):
            # It was given again without effect; what takes it away must be found by people.
            refusal = Refused(_lost(work, "given again without effect"), alert=True)
            return lambda tx: refusal
        act = _act(work)
        return lambda tx: act

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        if isinstance(error, NotFound):
            return unknown_to_teams(work)
        if isinstance(error, NumberRefused):
            return _meaning(work, error.reason, error.detail)
        return Refused(notice_of(error, work.user_name), alert=True)


def _ordered(work: Work, operation: NumberOperation) -> Reading:
    if operation.refusal is None:
        return still_running(work, lambda detail: _lost(work, detail))
    return _meaning(work, operation.refusal, operation.detail)


def _meaning(work: Work, reason: NumberRefusal, detail: str) -> Reading:
    if reason is NumberRefusal.LACKS_LICENCE:
        return unknown_to_teams(work)
    return Refused(_lost(work, detail), alert=True, outcome=FAILED)


def _act(work: Work) -> Act:
    step = work.step

    async def send(fence: Fence, client_request_id: str) -> Sent:
        order = await work.bench.graph.assign_number(
            work.user_id,
            step.telephone_number,
            step.number_type,
            location_id=step.location_id,
            fence=fence,
            client_request_id=client_request_id,
        )
        return Sent(order.receipt.request_id, {"operation": order.operation_id})

    body = {
        "telephoneNumber": step.telephone_number,
        "assignmentTargetId": work.user_id,
        "numberType": step.number_type.value,
        "assignmentCategory": "primary",
        **({"locationId": step.location_id} if step.location_id else {}),
    }
    return Act("assign_number", body, send)


def _params(work: Work) -> dict[str, str]:
    return {"name": work.user_name, "number": work.step.telephone_number}


def _lost(work: Work, detail: str) -> Notice:
    params = {"name": work.user_name, "number": work.step.telephone_number, "detail": detail[:300]}
    return Notice(code="SB-NUM-42", params=params)
