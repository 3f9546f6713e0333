"""Look at stock: products with their seats, and the tenant's numbers. Nothing is changed.

What Graph says is asked for at most once a minute, however many pages are turned; what is promised, kept back
or at rest is read every time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from typing import Any, TypeVar

from bot.domain.catalogue.limits import unlimited_seats
from bot.domain.numbers import PhoneNumber
from bot.domain.people import Actor
from bot.domain.plans import Refusal, WaitReason
from bot.domain.roles import Role
from bot.domain.stock_views import PlaceStock, ProductStock, StockedNumber, Why, by_place, stocked
from bot.domain.tenant import Sku, TenantView
from bot.domain.values import E164
from bot.store import holds, queue
from bot.store.database import Transaction
from bot.store.stock_reasons import reasons
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = [
    "SEES_NUMBERS",
    "SEES_STOCK",
    "Numbers",
    "Products",
    "Stock",
    "inventory",
    "numbers",
    "products",
    "stock",
]

T = TypeVar("T")

SEES_STOCK = frozenset({Role.VOICE_ADMIN, Role.BILLING_ADMIN, Role.OWNER})
SEES_NUMBERS = frozenset({Role.VOICE_ADMIN, Role.OWNER})

_LINE_COUNTED = 500
"""How many in line are counted; with more, how many exactly changes nothing."""


@dataclass(frozen=True, slots=True)
class Products:
    """Every product the tenant owns."""

    as_of: datetime
    """When Graph was asked (business time)."""
    products: tuple[ProductStock, ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """Every number of the tenant."""

    as_of: datetime
    numbers: tuple[StockedNumber, ...]
    places: tuple[PlaceStock, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """Both."""

    products: Products
    numbers: Numbers


async def stock(desk: Desk, actor: Actor) -> Stock | Refusal:
    """What there is to give. Raises `TransientUpstream` when Graph cannot be asked, as all here."""
    return await refused(desk, actor, SEES_STOCK, "stock") or await inventory(desk)


async def inventory(desk: Desk) -> Stock:
    """The same for those who have been found to be allowed to know."""
    return Stock(*await asyncio.gather(_products(desk), _numbers(desk)))


async def products(desk: Desk, actor: Actor) -> Products | Refusal:
    """Every product with its seats."""
    return await refused(desk, actor, SEES_STOCK, "licences") or await _products(desk)


async def numbers(desk: Desk, actor: Actor) -> Numbers | Refusal:
    """Every number with what it is for, without whose it is."""
    return await refused(desk, actor, SEES_NUMBERS, "numbers") or await _numbers(desk)


async def _products(desk: Desk) -> Products:
    as_of, skus = await _lately(desk, "skus", desk.graph.skus)
    promised, waiting = await desk.db.read(_seats)
    view = TenantView(skus=skus, facts=desk.facts, reserved_seats=promised)
    return Products(as_of, tuple(_product(sku, view, waiting) for sku in skus))


def _seats(tx: Transaction) -> tuple[dict[str, int], Counter[str]]:
    """Promised seats, and those that requests in line wait for, by skuId."""
    line = islice(queue.waiting(tx, WaitReason.LICENCES), _LINE_COUNTED)
    return holds.active_seats(tx), Counter(sku_id for plan in line for sku_id in plan.seats)


def _product(sku: Sku, view: TenantView, waiting: Counter[str]) -> ProductStock:
    return ProductStock(
        sku_id=sku.sku_id,
        part_number=sku.part_number,
        bought=sku.enabled,
        grace=sku.warning,
        assigned=sku.consumed,
        promised=view.reserved_seats.get(sku.sku_id, 0),
        waited_for=waiting[sku.sku_id],
        free=view.free_seats(sku.sku_id),
        unlimited=sku.enabled >= unlimited_seats(),
    )


async def _numbers(desk: Desk) -> Numbers:
    (as_of, found), why = await asyncio.gather(
        _lately(desk, "numbers", lambda: _in_order(desk)), desk.db.read(reasons)
    )
    return await asyncio.to_thread(_arranged, as_of, found, why)


async def _in_order(desk: Desk) -> tuple[PhoneNumber, ...]:
    return tuple(sorted(await desk.graph.numbers(), key=attrgetter("telephone_number")))


def _arranged(as_of: datetime, found: tuple[PhoneNumber, ...], why: Mapping[E164, Why]) -> Numbers:
    numbers = stocked(found, why)
    return Numbers(as_of, numbers, by_place(numbers))


async def _lately(desk: Desk, what: str, ask: Callable[[], Awaitable[T]]) -> tuple[datetime, T]:
    """What Graph said within the last minute, and when."""
    now = desk.db.clock.at(datetime.now(UTC))

    async def asking() -> tuple[datetime, T]:
        return now, await ask()

    wrapped: Callable[[], Coroutine[Any, Any, tuple[datetime, T]]] = asking
    return await desk.inventory.get((what,), now, wrapped)
