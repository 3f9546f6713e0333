"""What licences cost, by the organisation's own price list; we know no prices ourselves (R81)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.planning.choice import Offer
from bot.domain.plans import Notice
from bot.domain.tenant import Price, TenantFacts
from bot.domain.values import Money

__all__ = ["monthly_cost", "sum_of", "unpriced"]


def monthly_cost(taken: Sequence[Offer], facts: TenantFacts) -> Money | None:
    """The sum for all new licences; None unless every one has a price, all in one currency."""
    return sum_of([one.part_number for one in taken], facts.prices)


def sum_of(part_numbers: Sequence[str], prices: Sequence[Price]) -> Money | None:
    """The same by part numbers."""
    known = {price.part_number: price.monthly for price in prices}
    found = [known[one] for one in part_numbers if one in known]
    if not found or len(found) < len(part_numbers) or len({price.currency for price in found}) > 1:
        return None
    return Money(minor=sum(price.minor for price in found), currency=found[0].currency)


def unpriced(taken: Sequence[Offer], facts: TenantFacts) -> tuple[Notice, ...]:
    """A notice naming the new licences that have no price, if any."""
    known = {price.part_number for price in facts.prices}
    names = [one.name for one in taken if one.part_number not in known]
    return (Notice(code="SB-LIC-06", params={"product": ", ".join(names)}),) if names else ()
