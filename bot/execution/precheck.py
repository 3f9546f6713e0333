"""Approval is old data: what was checked at submitting is checked again before the first write."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from bot.domain.planning import needs
from bot.domain.planning import precheck as still_possible
from bot.domain.plans import Refusal
from bot.execution.journey import StepWork
from bot.execution.survey import holdings_of, tenant_view

__all__ = ["precheck"]


async def precheck(work: StepWork[Any]) -> Refusal | None:
    """Why the wish can no longer be granted, if so (V1, V3-V7). Raises `TransientUpstream`."""
    wish, agreed = work.request.wish, work.request.plan
    asked = needs(wish)
    if agreed.number_step:
        asked = replace(asked, number_type=agreed.number_step.number_type)
    holdings, view = await asyncio.gather(holdings_of(work), tenant_view(work, asked))
    return still_possible(wish, holdings, view, agreed)
