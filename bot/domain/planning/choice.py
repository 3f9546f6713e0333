"""Which product to take for what is missing. The same stock always gives the same choice.

Calling Plan: the full domestic plan. Where both Teams Phone and a Calling Plan are missing and one of them
is out of stock, the bundle of the two if it is in stock. The smaller 120-minute plan only where the
organisation owns no full one: nobody is given less without asking. Where nothing is in stock, the first
of these that is owned is waited for; where nothing is owned, the standard product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import Product, Use, product, products_for
from bot.domain.tenant import Sku, TenantView
from bot.domain.values import ObjectId

__all__ = [
    "Offer",
    "alternatives",
    "calling_plan",
    "country_plan",
    "offer_of",
    "offers",
    "payg_plan",
    "phone_and_calling",
    "smaller_plan",
    "unpublished_plan",
]

_PAYG = "Microsoft_Teams_Calling_Plan_pay_as_you_go"

_USABLE = frozenset({"Enabled", "Warning"})
"""`capabilityStatus` under which Graph lets a licence be assigned."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that would do, with what the tenant has of it."""

    sku_id: ObjectId
    part_number: str
    name: str
    use: Use
    owned: bool
    free: int

    @property
    def in_stock(self) -> bool:
        return self.free > 0


def _owned(sku: Sku | None) -> bool:
    """Whether the tenant has the product in a state in which it can be given out."""
    return sku is not None and sku.status in _USABLE


def offers(use: Use, iso2: str, tenant: TenantView) -> list[Offer]:
    """What serves a use in a country and in the tenant's cloud (R78); what is owned first, then by the
    catalogue's preference. What is not sold any more is offered only where it is owned.
    """
    kinds = products_for(use, iso2, tenant.facts.cloud, tenant.facts.segment)
    found = [_offer(one, tenant) for one in kinds]
    on_sale = {one.sku_id for one in kinds if one.sale in ("sold", "deprecated")}
    return sorted(
        (offer for offer in found if offer.owned or offer.sku_id in on_sale),
        key=lambda offer: not offer.owned,
    )


def offer_of(sku_id: ObjectId, tenant: TenantView) -> Offer:
    """A product by its id, whether the catalogue knows it or only the tenant does."""
    known = product(sku_id)
    if known is not None:
        return _offer(known, tenant)
    sku = tenant.sku(sku_id)
    name = sku.part_number if sku else sku_id
    return Offer(sku_id, name, name.replace("_", " "), "", _owned(sku), _free(sku_id, tenant))


def _offer(one: Product, tenant: TenantView) -> Offer:
    sku = tenant.sku(one.sku_id)
    return Offer(
        sku_id=one.sku_id,
        part_number=sku.part_number if sku else one.part_number,
        name=one.name,
        use=one.use,
        owned=_owned(sku),
        free=_free(one.sku_id, tenant),
    )


def _free(sku_id: ObjectId, tenant: TenantView) -> int:
    return max(tenant.free_seats(sku_id), 0) if _owned(tenant.sku(sku_id)) else 0


def country_plan(facts: Country, tenant: TenantView) -> Offer | None:
    """The domestic Calling Plan of a country that has one of its own (R72)."""
    return unpublished_plan("domestic", facts, tenant)


def payg_plan(facts: Country, tenant: TenantView) -> Offer | None:
    """The pay-as-you-go plan of a country's zone (R18); None where there is none."""
    known = offers("payg", facts.iso2, tenant)
    return known[0] if known else unpublished_plan("payg", facts, tenant)


def unpublished_plan(use: Use, facts: Country, tenant: TenantView) -> Offer | None:
    """A Calling Plan whose skuId Microsoft does not publish: zone 2, and countries with plans of their own.

    The tenant's own list of products is searched for the name that Microsoft gives them (R18, R72).
    """
    wanted = _unpublished_name(use, facts).casefold()
    sku = next((one for one in tenant.skus if one.part_number.casefold() == wanted and _owned(one)), None)
    return replace(offer_of(sku.sku_id, tenant), use=use) if sku else None


def _unpublished_name(use: Use, facts: Country) -> str:
    own = facts.plan_part_number
    match use:
        case "domestic":
            return own
        case "international":
            return own.replace("Domestic_Calling", "Domestic_and_International_Calling")
        case "payg" if facts.payg:
            zone = facts.payg_zone.replace("-", "_")
            return f"{_PAYG}_({facts.name})" if zone == "own" else f"{_PAYG}_(country_zone_{zone})"
        case _:
            return ""


def calling_plan(facts: Country, tenant: TenantView) -> Offer | None:
    """The Calling Plan to take; None where no known product brings numbers of the country (R15, R72)."""
    if facts.plan_part_number:
        return country_plan(facts, tenant)
    full = offers("domestic", facts.iso2, tenant)
    small = offers("domestic_120", facts.iso2, tenant)
    if full and full[0].owned:
        return full[0]
    return _in_stock_first([one for one in small if one.owned]) or (full[0] if full else None)


def smaller_plan(facts: Country, tenant: TenantView) -> Offer | None:
    """A 120-minute plan with free seats, to be mentioned where the full one has none."""
    return next((one for one in offers("domestic_120", facts.iso2, tenant) if one.in_stock), None)


def phone_and_calling(phone: Offer, calling: Offer, facts: Country, tenant: TenantView) -> tuple[Offer, ...]:
    """One product for each of the two, or the bundle of both in their place."""
    if phone.in_stock and calling.in_stock and calling.use == "domestic":
        return phone, calling
    bundle = next(iter(offers("bundle", facts.iso2, tenant)), None)
    if bundle and (bundle.in_stock or (bundle.owned and not calling.owned)):
        return (bundle,)
    return phone, calling


def alternatives(facts: Country, tenant: TenantView) -> str:
    """What would do instead of a plan of other countries: a small one where it is owned, then the full one,
    then pay-as-you-go (R15).
    """
    small = [one for one in offers("domestic_120", facts.iso2, tenant) if one.owned]
    full, payg = (offers(use, facts.iso2, tenant)[:1] for use in ("domestic", "payg"))
    return ", ".join(one.name for one in (*small, *full, *payg)) or "-"


def _in_stock_first(found: Sequence[Offer]) -> Offer | None:
    return next((one for one in found if one.in_stock), found[0] if found else None)
