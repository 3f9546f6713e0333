"""Which product somebody means, and whether it is there already (R02, R03, R26, R78)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast, get_args

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import (
    Role,
    Use,
    find_product,
    plans_of_role,
    product,
    product_name,
    unknown_product,
    use_name,
)
from bot.domain.people import Holdings
from bot.domain.planning.choice import (
    Offer,
    alternatives,
    calling_plan,
    offer_of,
    offers,
    payg_plan,
    unpublished_plan,
)
from bot.domain.planning.licences import no_calling_plan
from bot.domain.planning.standing import Footing, Standing, contents, standing
from bot.domain.plans import Refusal
from bot.domain.tenant import TenantView

__all__ = ["CALLING", "Wanted", "found_already", "source_name", "wanted"]

CALLING = frozenset(
    {"domestic", "domestic_120", "domestic_240", "international", "international_only", "payg"}
)
"""Uses that are Calling Plans."""

_SMALL = frozenset({"domestic_120", "domestic_240"})
"""Calling Plans with fewer minutes. A country's own one is nothing to wait for: the full plan is (R15)."""

_USES = frozenset(get_args(Use)) - {""}
_WHOLE = frozenset({"suite", "teams_rooms", "shared_device", "resource_account", "teams_base"})
"""Categories of which a person has this very product or does not have it."""
_ANY_OF_ROLE: tuple[Role, ...] = ("teams", "phone", "credits", "resource", "mobile")
"""Meanings under which one plan is as good as another."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product to plan with."""

    offer: Offer
    use: Use
    category: str
    named: bool
    """Whether people named this very product, rather than what it is for."""


def wanted(text: str, facts: Country, tenant: TenantView) -> Wanted | Refusal:
    """The product behind a skuId, a use, or anything it is called (R02)."""
    word = text.strip()
    if word in _USES:
        return _of_use(cast(Use, word), facts, tenant)
    known = product(word)
    if known is None and tenant.sku(word):
        return _only_in_the_tenant(word, facts, tenant)
    found = find_product(word, [sku.sku_id for sku in tenant.skus])
    meant = known or found.product
    if meant is not None and tenant.facts.cloud in meant.clouds:
        return _named(meant.sku_id, tenant)
    use = meant.use if meant else found.use
    if use:
        return _of_use(use, facts, tenant)
    if meant is not None:
        return Refusal(code="SB-LIC-36", params={"product": meant.name})
    return unknown_product(word, found)


def _named(sku_id: str, tenant: TenantView) -> Wanted:
    known = product(sku_id)
    return Wanted(
        offer=offer_of(sku_id, tenant),
        use=known.use if known else "",
        category=known.category if known else "",
        named=True,
    )


def _only_in_the_tenant(sku_id: str, facts: Country, tenant: TenantView) -> Wanted:
    """A product the catalogue has no id of: a Calling Plan by its name, or something else."""
    uses: tuple[Use, ...] = ("domestic", "international", "payg")
    plans = (unpublished_plan(use, facts, tenant) for use in uses)
    own = next((one for one in plans if one and one.sku_id == sku_id), None)
    if own is None:
        return _named(sku_id, tenant)
    return Wanted(offer=own, use=own.use, category="calling_plan", named=True)


def _of_use(use: Use, facts: Country, tenant: TenantView) -> Wanted | Refusal:
    offer = _best(use, facts, tenant)
    known = product(offer.sku_id) if offer else None
    if offer is None or (use in _SMALL and known and known.only_in and not offer.owned):
        return _nothing_for(use, facts, tenant)
    return Wanted(offer=offer, use=use, category=known.category if known else "calling_plan", named=False)


def _nothing_for(use: Use, facts: Country, tenant: TenantView) -> Refusal:
    if use not in CALLING:
        return Refusal(code="SB-LIC-36", params={"product": use_name(use)})
    if not facts.calling_plan:
        return Refusal(code="SB-NUM-03", params={"country": facts.iso2})
    if facts.plan_part_number or facts.provider != "microsoft":
        return no_calling_plan(facts)
    if use in _SMALL:
        others = alternatives(facts, tenant)
        params = {"product": use_name(use), "country": facts.iso2, "alternatives": others}
        return Refusal(code="SB-LIC-21", params=params)
    return Refusal(code="SB-LIC-08", params={"country": facts.iso2, "product": use_name(use)})


def _best(use: Use, facts: Country, tenant: TenantView) -> Offer | None:
    """Of what serves the use: what is in stock, else what is owned, else what is standard."""
    if use == "domestic" and facts.calling_plan:
        return calling_plan(facts, tenant)
    if use == "payg":
        return payg_plan(facts, tenant)
    if use in CALLING and facts.plan_part_number:
        return unpublished_plan(use, facts, tenant)
    found = offers(use, facts.iso2, tenant)
    if use == "suite":
        teams = plans_of_role("teams")
        found = [one for one in found if teams & contents(one.sku_id, tenant)]
    owned = [one for one in found if one.owned]
    return next((one for one in owned if one.in_stock), next(iter(owned or found), None))


def found_already(one: Wanted, holdings: Holdings, tenant: TenantView) -> tuple[Standing, ...]:
    """How the person stands with each thing the product is wanted for.

    Whoever has Teams Phone in a suite has Teams Phone; whoever has one Calling Plan does not have another.
    """
    inside = contents(one.offer.sku_id, tenant)
    if one.category in _WHOLE or not _roles_in(inside):
        return (_the_product_itself(one.offer.sku_id, holdings, tenant),)
    found = []
    for role, plans in _roles_in(inside):
        any_will_do = role in _ANY_OF_ROLE or one.use == "conferencing_ppm"
        found.append(standing(plans_of_role(role) if any_will_do else plans, holdings, tenant))
    return tuple(found)


def _roles_in(inside: frozenset[str]) -> list[tuple[Role, frozenset[str]]]:
    roles: tuple[Role, ...] = (*_ANY_OF_ROLE, "calling", "conferencing")
    return [(role, plans) for role in roles if (plans := plans_of_role(role) & inside)]


def _the_product_itself(sku_id: str, holdings: Holdings, tenant: TenantView) -> Standing:
    held = next((one for one in holdings.licences if one.sku_id == sku_id and one.in_force), None)
    if held is None:
        return Standing(Footing.MISSING)
    off = sorted(
        held.disabled_plans & frozenset().union(*(p for _, p in _roles_in(contents(sku_id, tenant))))
    )
    if off:
        return Standing(Footing.SWITCHED_OFF, off[0], held)
    return Standing(Footing.EFFECTIVE, licence=held)


def source_name(one: Standing, holdings: Holdings, tenant: TenantView) -> str:
    """What the product is called that brings the plan somebody stands well with."""
    if one.licence is not None:
        return product_name(one.licence.sku_id)
    return next(
        (
            product_name(held.sku_id)
            for held in holdings.licences
            if held.in_force and one.plan_id in contents(held.sku_id, tenant) - held.disabled_plans
        ),
        "",
    )
