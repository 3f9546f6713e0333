"""Another usage location alone, for somebody whose number and licences belong there already (R18, R68).

Whoever really moves has more to change than that, and first of all needs a number there: that is a move.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.countries import country
from bot.domain.catalogue.products import plans_of_role, product, product_name
from bot.domain.people import Holdings
from bot.domain.planning.person import unlicensable
from bot.domain.planning.standing import contents
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import Plan, Refusal, SetUsageLocation
from bot.domain.tenant import TenantView
from bot.domain.wishes import UsageLocationWish

__all__ = ["plan_usage_location", "precheck_usage_location"]


def plan_usage_location(
    wish: UsageLocationWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """The country, or what of the person's belongs to another one."""
    person = holdings.person
    if person.usage_location == wish.country:
        return Refusal(code="SB-NUM-24", params={"name": person.name, "country": wish.country})
    refusal = _refusal(wish, holdings, tenant)
    if refusal:
        return refusal
    steps = usage_location_steps(person, wish.country)
    return Plan(steps=steps or (SetUsageLocation(country=wish.country, rules=("R18", "R68")),))


def precheck_usage_location(
    wish: UsageLocationWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """The number and the licences still belong there."""
    return _refusal(wish, holdings, tenant)


def _refusal(wish: UsageLocationWish, holdings: Holdings, tenant: TenantView) -> Refusal | None:
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    if country(wish.country) is None:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    elsewhere = [one.telephone_number for one in holdings.numbers if one.country != wish.country]
    useless = [product_name(one) for one in _calling(holdings, tenant) if not _serves(one, wish.country)]
    if not elsewhere and not useless:
        return None
    detail = ", ".join([*elsewhere, *useless])
    return Refusal(
        code="SB-LOC-14",
        params={"name": holdings.person.name, "country": wish.country, "detail": detail},
    )


def _calling(holdings: Holdings, tenant: TenantView) -> list[str]:
    calling = plans_of_role("calling")
    return [one.sku_id for one in holdings.licences if calling & contents(one.sku_id, tenant)]


def _serves(sku_id: str, iso2: str) -> bool:
    known = product(sku_id)
    return known is None or known.serves(iso2)
