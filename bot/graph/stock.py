"""What the tenant has to give, read together: products with their seats, and the numbers asked for."""

from __future__ import annotations

import asyncio

from bot.domain.numbers import PhoneNumber
from bot.domain.planning import Needs
from bot.domain.tenant import Acquired, TenantView
from bot.graph import licences, numbers
from bot.graph.transport import Transport

__all__ = ["stock"]


async def stock(graph: Transport, needs: Needs) -> TenantView:
    """The tenant by Graph's word alone: nothing is known of facts or promises yet."""
    skus, free, service, got = await asyncio.gather(
        licences.skus(graph), _free(graph, needs), _service(graph, needs), _acquired(graph, needs)
    )
    return TenantView(skus=skus, free_numbers=free, service_numbers=service, acquired=got)


async def _free(graph: Transport, needs: Needs) -> tuple[PhoneNumber, ...]:
    if needs.numbers_of is None:
        return ()
    return await numbers.free_numbers(graph, needs.numbers_of, needs.number_type)


async def _service(graph: Transport, needs: Needs) -> tuple[PhoneNumber, ...]:
    if needs.service_numbers_of is None:
        return ()
    return await numbers.free_service_numbers(graph, needs.service_numbers_of)


async def _acquired(graph: Transport, needs: Needs) -> Acquired:
    return await numbers.acquired(graph) if needs.acquired else Acquired()
