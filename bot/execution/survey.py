"""What is true right now, for a step that is about to act: Graph's word plus our own reservations."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.domain.people import Holdings
from bot.domain.tenant import TenantView
from bot.domain.values import CountryCode
from bot.execution.journey import StepWork
from bot.store import holds
from bot.store.database import Transaction

__all__ = ["holdings_of", "tenant_view"]


async def holdings_of(work: StepWork[Any]) -> Holdings:
    """The beneficiary with licences, voice profile and numbers."""
    return await work.bench.graph.holdings(work.user_id, own_pstn_group=work.bench.facts.own_pstn_group)


async def tenant_view(work: StepWork[Any], country: CountryCode) -> TenantView:
    """Stock, and free numbers of one country, less what is promised to others."""
    graph = work.bench.graph
    skus, numbers, (seats, held) = await asyncio.gather(
        graph.skus(),
        graph.free_numbers(country),
        work.bench.db.read(_promises, work.request.id),
    )
    return TenantView(
        skus=skus,
        free_numbers=numbers,
        facts=work.bench.facts,
        reserved_seats=seats,
        held_numbers=held,
    )


def _promises(tx: Transaction, except_request: str) -> tuple[dict[str, int], frozenset[str]]:
    return (
        holds.active_seats(tx, except_request=except_request),
        holds.active_numbers(tx, except_request=except_request),
    )
