"""What is true right now, for a step that is about to act: Graph's word plus our own reservations."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.domain.numbers import PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning import Needs
from bot.domain.tenant import TenantView
from bot.execution.journey import StepWork
from bot.store import holds
from bot.store.database import Transaction

__all__ = ["holdings_of", "tenant_view"]


async def holdings_of(work: StepWork[Any]) -> Holdings:
    """The beneficiary with licences, voice profile and numbers."""
    return await work.bench.graph.holdings(work.user_id, own_pstn_group=work.bench.facts.own_pstn_group)


async def tenant_view(work: StepWork[Any], needs: Needs) -> TenantView:
    """Stock, and the numbers that `needs` asks for, less what is promised to others."""
    graph = work.bench.graph
    skus, numbers, (seats, held) = await asyncio.gather(
        graph.skus(),
        _free_numbers(work, needs),
        work.bench.db.read(_promises, work.request.id),
    )
    return TenantView(
        skus=skus,
        free_numbers=numbers,
        facts=work.bench.facts,
        reserved_seats=seats,
        held_numbers=held,
    )


async def _free_numbers(work: StepWork[Any], needs: Needs) -> tuple[PhoneNumber, ...]:
    return await work.bench.graph.free_numbers(needs.numbers_of) if needs.numbers_of else ()


def _promises(tx: Transaction, except_request: str) -> tuple[dict[str, int], frozenset[str]]:
    return (
        holds.active_seats(tx, except_request=except_request),
        holds.active_numbers(tx, except_request=except_request),
    )
