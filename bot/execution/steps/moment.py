"""Waiting for a day that people chose, such as somebody's last (J07)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.errors import Bug, UpstreamRefused
from bot.domain.plans import AwaitMoment, Notice, WaitReason
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Blocked, Holds, Proposal, Reading, Refused

__all__ = ["MomentHandler"]

Work = StepWork[AwaitMoment]


class MomentHandler:
    """Looks at the business clock, and asks nobody."""

    def settle(self, pace: Pace) -> timedelta:
        return timedelta()

    async def read(self, work: Work) -> Reading:
        left = work.step.until - work.now
        if left <= timedelta():
            return Holds()
        notice = Notice(code="SB-REQ-40", params={"moment": f"{work.step.until:%Y-%m-%d %H:%M} UTC"})
        return Blocked(WaitReason.DATE, left, (notice,))

    async def propose(self, work: Work) -> Proposal:
        raise Bug("waiting for a day writes nothing")

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        return Refused(notice_of(error, work.user_name))
