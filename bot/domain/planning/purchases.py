"""What stands in the way of buying more of something, by who sells the subscriptions (R27-R29)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.catalogue.products import product
from bot.domain.planning.choice import Offer
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.tenant import TenantFacts

__all__ = ["purchase_notices"]

_NO_ADD_ON = frozenset({"suite", "teams_base"})


def purchase_notices(short: Sequence[Offer], facts: TenantFacts) -> tuple[Notice, ...]:
    """What whoever buys these products should know first; nothing where nothing has to be bought."""
    if not short:
        return ()
    names = ", ".join(one.name for one in short)
    add_ons = ", ".join(one.name for one in short if not _is_base(one))
    found = []
    if facts.purchase_channel == "godaddy":
        found.append(_warn("SB-LIC-28", names))
    elif facts.purchase_channel == "reseller":
        found.append(_warn("SB-LIC-29", names))
    if facts.monthly_commitment and add_ons:
        found.append(_warn("SB-LIC-30", add_ons))
    if facts.partner_benefits and add_ons:
        found.append(Notice(code="SB-LIC-31", params={"product": add_ons}))
    return tuple(found)


def _is_base(one: Offer) -> bool:
    known = product(one.sku_id)
    return known is not None and known.category in _NO_ADD_ON


def _warn(code: str, products: str) -> Notice:
    return Notice(code=code, level=NoticeLevel.WARN, params={"product": products})
