"""What is true right now, for a step that is about to act: Graph's word plus our own reservations."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.domain.people import Holdings
from bot.domain.planning import Needs
from bot.domain.tenant import TenantView
from bot.execution.journey import StepWork
from bot.store.promises import promises

__all__ = ["holdings_of", "tenant_view"]


async def holdings_of(work: StepWork[Any]) -> Holdings:
    """The beneficiary with licences, voice profile and numbers."""
    facts = work.bench.facts
    return await work.bench.graph.holdings(
        work.user_id, own_pstn_group=facts.own_pstn_group, own_line=facts.own_line
    )


async def tenant_view(work: StepWork[Any], needs: Needs) -> TenantView:
    """Stock, and the numbers that `needs` asks for, less what is promised to others."""
    bench = work.bench
    stock, promised = await asyncio.gather(
        bench.graph.stock(needs),
        bench.db.read(promises, bench.facts, except_request=work.request.id),
    )
    return stock.promised(promised)
