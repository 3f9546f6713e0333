"""Another emergency location for the person's number (R66, J10): written and there at once."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import UpstreamRefused
from bot.domain.plans import Notice, SetLocation
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Act, Fence, Holds, Missing, Proposal, Reading, Refused, Sent
from bot.graph.errors import Forbidden

__all__ = ["LocationHandler"]

Work = StepWork[SetLocation]


class LocationHandler:
    """Done when the number's own record names the place."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown_number

    async def read(self, work: Work) -> Reading:
        number = await work.bench.graph.number(work.step.telephone_number)
        if number is None or number.target_id != work.user_id:
            params = {"name": work.user_name, "number": work.step.telephone_number}
            return Refused(Notice(code="SB-NUM-44", params=params))
        there = (number.location_id or "").casefold() == work.step.location_id.casefold()
        return Holds() if there else Missing()

    async def propose(self, work: Work) -> Proposal:
        step = work.step

        async def send(fence: Fence, client_request_id: str) -> Sent:
            receipt = await work.bench.graph.update_number(
                step.telephone_number,
                location_id=step.location_id,
                fence=fence,
                client_request_id=client_request_id,
            )
            return Sent(receipt.request_id)

        body = {"telephoneNumber": step.telephone_number, "locationId": step.location_id}
        act = Act("update_number", body, send)
        return lambda tx: act

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        if isinstance(error, Forbidden):
            return Refused(notice_of(error, work.user_name), alert=True)
        params = {"number": work.step.telephone_number, "detail": str(error)[:300]}
        return Refused(Notice(code="SB-LOC-40", params=params), alert=True)
