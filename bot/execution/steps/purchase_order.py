"""Waiting for whoever asked to tell the purchase order number (R51, J15)."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.calendar import WorkingHours, WorkingTime, plus
from bot.domain.errors import Bug, UpstreamRefused
from bot.domain.plans import AwaitPurchaseOrder, Notice, NoticeLevel, WaitReason
from bot.domain.tasks import Audience
from bot.domain.wishes import CreditsWish
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Alert, Blocked, Holds, Proposal, Reading, Refused

__all__ = ["PurchaseOrderHandler"]

Work = StepWork[AwaitPurchaseOrder]


class PurchaseOrderHandler:
    """Looks at the request itself: whoever writes the number there wakes it."""

    def settle(self, pace: Pace) -> timedelta:
        return timedelta()

    async def read(self, work: Work) -> Reading:
        wish = work.request.wish
        if isinstance(wish, CreditsWish) and wish.purchase_order:
            return Holds({"purchase_order": wish.purchase_order})
        ends = _deadline(work)
        asks = Notice(
            code="SB-CRE-42",
            level=NoticeLevel.WARN,
            params={"request": work.request.id, "day": f"{ends:%Y-%m-%d}"},
        )
        left = ends - work.now
        late = left <= timedelta()
        return Blocked(
            WaitReason.OWNER,
            work.bench.pace.tasks if late else left,
            (asks,),
            tell=asks,
            alert=_alert(work) if late else None,
        )

    async def propose(self, work: Work) -> Proposal:
        raise Bug("waiting for a purchase order number writes nothing")

    def refused(self, work: Work, error: UpstreamRefused) -> Reading:
        return Refused(notice_of(error, work.user_name))


def _deadline(work: Work) -> datetime:
    """Counted in the working hours of those who approved it."""
    stages = work.request.stages
    hours = stages[-1].hours if stages else WorkingHours()
    return plus(work.record.started_at or work.now, WorkingTime(days=work.step.working_days), hours)


def _alert(work: Work) -> Alert:
    about = {
        "request": work.request.id,
        "days": str(work.step.working_days),
        "name": work.request.requester.name,
    }
    return Alert(
        Notice(code="SB-CRE-43", level=NoticeLevel.WARN, params=about),
        f"{work.request.id}:SB-CRE-43",
        Audience.BILLING_ADMINS,
    )
