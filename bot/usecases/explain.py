"""Explain: what somebody has, and why a product would be given or not. Nothing is asked for or changed."""

from __future__ import annotations

import asyncio
from typing import cast

from bot.domain.catalogue.products import Use, find_product, product, unknown_product, use_name, uses
from bot.domain.explaining import Explanation, Inventory, inventory
from bot.domain.people import Actor, Holdings
from bot.domain.planning import Needs, needs
from bot.domain.planning import plan as make_plan
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import LicenceWish, NumberWish, Wish
from bot.graph.errors import NotFound
from bot.store import requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.group_names import group_name, with_group_names
from bot.usecases.preview import may_ask_for
from bot.usecases.refusals import record_refusal
from bot.usecases.snapshot import holdings_of, tenant_view

__all__ = ["NUMBER", "what_has", "why"]

NUMBER = "number"
"""Said in place of a product's name: the number itself, with whatever it takes."""

_MOST_REQUESTS = 5


async def what_has(desk: Desk, actor: Actor, person_id: str) -> Inventory | Refusal:
    """Licences, plans, numbers and readiness of oneself, of a report, or, for voice admins, of anybody.

    Reading somebody else's is recorded. Raises `TransientUpstream` when Graph cannot be asked.
    """
    refusal = await _admitted(desk, actor, person_id, "holdings")
    if refusal:
        return refusal
    try:
        holdings, view = await asyncio.gather(holdings_of(desk, person_id), tenant_view(desk, Needs()))
    except NotFound:
        return Refusal(code="SB-WHO-01")
    return await _inventory(desk, holdings, view)


async def why(desk: Desk, actor: Actor, person_id: str, asked: str) -> Explanation | Refusal:
    """What a wish for a product would come to now, with the rules behind it. Submits nothing.

    `asked` is a product as people call it, or `NUMBER`. An unknown product is refused with the nearest (R02).
    Raises `TransientUpstream` when Graph cannot be asked.
    """
    found = _meant(asked)
    if isinstance(found, Refusal):
        return found
    name, wanted = found
    refusal = await _admitted(desk, actor, person_id, "why")
    if refusal:
        return refusal
    try:
        holdings = await holdings_of(desk, person_id)
    except NotFound:
        return Refusal(code="SB-WHO-01")
    wish = _wish(wanted, holdings)
    if isinstance(wish, Refusal):
        return wish
    now = await desk.db.read(lambda tx: tx.now)
    view = await tenant_view(desk, needs(wish))
    result = await with_group_names(desk, make_plan(wish, holdings, view, now))
    return Explanation(
        inventory=await _inventory(desk, holdings, view),
        product=name,
        wish=wish,
        plan=result if isinstance(result, Plan) else None,
        refusal=result if isinstance(result, Refusal) else None,
    )


def _meant(asked: str) -> tuple[str, str] | Refusal:
    """The name to show, and what a wish names the product by."""
    if asked == NUMBER:
        return "", NUMBER
    known = product(asked)
    if known is not None:
        return known.name, known.sku_id
    if asked in uses():
        return use_name(cast(Use, asked)), asked
    found = find_product(asked)
    if found.product is not None:
        return found.product.name, found.use or found.product.sku_id
    if found.use and found.use != "suite":
        return use_name(found.use), found.use
    # Suites serve no one purpose: which of them is meant has to be said.
    return unknown_product(asked, found)


def _wish(wanted: str, holdings: Holdings) -> Wish | Refusal:
    person = holdings.person
    if wanted != NUMBER:
        return LicenceWish(beneficiary_id=person.id, product=wanted)
    if person.usage_location is None:
        return Refusal(code="SB-LOC-01", params={"name": person.name})
    # What stands in the way besides a tick.
    return NumberWish(
        beneficiary_id=person.id, country=person.usage_location, accepts_no_emergency_calls=True
    )


async def _admitted(desk: Desk, actor: Actor, person_id: str, what: str) -> Refusal | None:
    """Whether the actor may read about this person; on record either way, but for oneself."""
    if person_id == actor.id:
        return None
    refusal = await may_ask_for(desk, actor, person_id)

    def record(tx: Transaction) -> None:
        if refusal:
            record_refusal(tx, "person.read.refused", actor.id, about=person_id, code=refusal.code)
        else:
            tx.audit("person.read", actor.id, about=person_id, what=what)

    await desk.db.transact(record)
    return refusal


async def _inventory(desk: Desk, holdings: Holdings, view: TenantView) -> Inventory:
    groups = sorted({one.assigned_by_group for one in holdings.licences if one.assigned_by_group})
    names = await asyncio.gather(*(group_name(desk, group) for group in groups))
    mine = await desk.db.read(
        lambda tx: requests.of_person(tx, holdings.person.id, open_only=True, limit=_MOST_REQUESTS)
    )
    return inventory(holdings, view, dict(zip(groups, names, strict=True)), tuple(mine))
