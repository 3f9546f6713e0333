"""What licences cost, by the organisation's own price list; we know no prices ourselves (R81)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.planning.choice import Offer
from bot.domain.plans import Notice
from bot.domain.tenant import TenantFacts
from bot.domain.values import Money

__all__ = ["monthly_cost", "unpriced"]


def monthly_cost(taken: Sequence[Offer], facts: TenantFacts) -> Money | None:
    """The sum for all new licences; None unless every one has a price, all in one currency."""
    prices = {price.part_number: price.monthly for price in facts.prices}
    found = [prices[one.part_number] for one in taken if one.part_number in prices]
    if not found or len(found) < len(taken) or len({price.currency for price in found}) > 1:
        return None
    return Money(minor=sum(price.minor for price in found), currency=found[0].currency)


def unpriced(taken: Sequence[Offer], facts: TenantFacts) -> tuple[Notice, ...]:
    """A notice naming the new licences that have no price, if any."""
    known = {price.part_number for price in facts.prices}
    names = [one.name for one in taken if one.part_number not in known]
    return (Notice(code="SB-LIC-06", params={"product": ", ".join(names)}),) if names else ()
