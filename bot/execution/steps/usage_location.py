"""The person's usage location, without which no licence can be given (R18)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import UpstreamRefused
from bot.domain.plans import Notice, NoticeLevel, SetUsageLocation, WaitReason
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import (
    Act,
    Alert,
    Blocked,
    Fence,
    Holds,
    Missing,
    Proposal,
    Reading,
    Refused,
    Sent,
)
from bot.graph.errors import Forbidden

__all__ = ["UsageLocationHandler"]


class UsageLocationHandler:
    """Sets it as confirmed on the request."""

    def settle(self, pace: Pace) -> timedelta:
        return pace.settle_unknown

    async def read(self, work: StepWork[SetUsageLocation]) -> Reading:
        person = await work.bench.graph.person(work.user_id)
        return Holds() if person.usage_location == work.step.country else Missing()

    async def propose(self, work: StepWork[SetUsageLocation]) -> Proposal:
        country = work.step.country

        async def send(fence: Fence, client_request_id: str) -> Sent:
            receipt = await work.bench.graph.set_usage_location(
                work.user_id, country, fence=fence, client_request_id=client_request_id
            )
            return Sent(receipt.request_id)

        act = Act("set_usage_location", {"usageLocation": country}, send)
        return lambda tx: act

    def refused(self, work: StepWork[SetUsageLocation], error: UpstreamRefused) -> Reading:
        if isinstance(error, Forbidden):
            return _by_hand(work)
        return Refused(notice_of(error, work.user_name), alert=True)


def _by_hand(work: StepWork[SetUsageLocation]) -> Blocked:
    """Changing users is a broad permission that many keep to themselves: then an admin writes the country."""
    params = {"name": work.user_name, "country": work.step.country}
    notice = Notice(code="SB-LOC-42", level=NoticeLevel.WARN, params=params)
    alert = Alert(notice, f"{work.request.id}:{notice.code}")
    return Blocked(WaitReason.OWNER, work.bench.pace.tasks, (notice,), alert=alert)
