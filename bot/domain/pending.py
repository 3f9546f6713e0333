"""What waits for one person's decision, as a list shows it."""

from __future__ import annotations

from bot.domain.approval.stages import ResolvedStage
from bot.domain.policy import SilenceAction
from bot.domain.requests import Request
from bot.domain.values import Instant, Value

__all__ = ["PendingItem", "PendingList", "ends_at", "takes_one_click"]


class PendingItem(Value):
    """A request that waits for the person."""

    request: Request
    since: Instant


class PendingList(Value):
    """A page of what waits for somebody, what has waited longest first."""

    items: tuple[PendingItem, ...]
    total: int
    offset: int = 0
    version: int = 0
    """How often the person's list has changed."""


def takes_one_click(request: Request) -> bool:
    """Whether the open stage can be approved without reading more than a line: nothing has to be
    acknowledged, written or confirmed besides."""
    stage = request.stage
    return (
        stage is not None
        and not request.plan.acknowledge
        and not request.plan.lacks
        and not stage.spec.comment_on_approve
        and stage.spec.step_up is None
    )


def ends_at(stage: ResolvedStage) -> Instant | None:
    """When the waiting ends by itself; None where no such moment is set yet."""
    ends = (SilenceAction.EXPIRE, SilenceAction.APPROVE)
    moments = [one.at for one in stage.events if one.silence.do in ends and not one.handled]
    return min(moments, default=None)
