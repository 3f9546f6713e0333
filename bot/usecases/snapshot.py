"""What is true right now: Graph's word plus our own reservations."""

from __future__ import annotations

import asyncio

from bot.domain.people import Holdings
from bot.domain.tenant import TenantView
from bot.domain.values import CountryCode
from bot.store import holds
from bot.store.database import Transaction
from bot.usecases.desk import Desk

__all__ = ["holdings_of", "tenant_view"]


async def holdings_of(desk: Desk, person_id: str) -> Holdings:
    """The person with licences, voice profile and numbers.

    Raises `graph.errors.NotFound` when there is no such user, `TransientUpstream` when Graph is out of reach.
    """
    return await desk.graph.holdings(person_id, own_pstn_group=desk.facts.own_pstn_group)


async def tenant_view(desk: Desk, country: CountryCode, *, except_request: str | None = None) -> TenantView:
    """Stock and free numbers of one country, less what is promised to other requests."""
    skus, numbers, (seats, held) = await asyncio.gather(
        desk.graph.skus(),
        desk.graph.free_numbers(country),
        desk.db.read(_promises, except_request),
    )
    return TenantView(
        skus=skus,
        free_numbers=numbers,
        facts=desk.facts,
        reserved_seats=seats,
        held_numbers=held,
    )


def _promises(tx: Transaction, except_request: str | None) -> tuple[dict[str, int], frozenset[str]]:
    return (
        holds.active_seats(tx, except_request=except_request),
        holds.active_numbers(tx, except_request=except_request),
    )
