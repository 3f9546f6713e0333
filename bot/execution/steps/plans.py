"""Waiting until a change of licences is in force: up to 24 hours after Graph has taken it (R07)."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.catalogue.products import plan_name
from bot.domain.errors import Bug, UpstreamRefused
from bot.domain.plans import AwaitPlans, Notice, NoticeLevel
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Holds, Proposal, Reading, Refused
from bot.execution.steps.propagation import Sayings, not_yet
from bot.execution.survey import holdings_of

__all__ = ["PlansHandler"]

Work = StepWork[AwaitPlans]


class PlansHandler:
    """Only ever reads."""

    def settle(self, pace: Pace) -> timedelta:
        return timedelta()

    async def read(self, work: Work) -> Reading:
        enabled = (await holdings_of(work)).enabled_plans
        late = [plan for plan in work.step.plans if plan not in enabled]
        late += [plan for plan in work.step.gone if plan in enabled]
        if not late:
            return Holds()
        params = {"name": work.user_name, "plans": ", ".join(plan_name(plan) for plan in late)}
        sayings = Sayings(
            usual=Notice(code="SB-PRP-05"),
            overdue=Notice(code="SB-PRP-06", level=NoticeLevel.WARN, params=params),
            given_up=Notice(code="SB-PRP-07", params=params),
        )
        return not_yet(work, work.bench.pace.plan_checks, sayings)

    async def propose(self, work: Work) -> Proposal:
        raise Bug("waiting for licences writes nothing")

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        return Refused(notice_of(error, work.user_name))
