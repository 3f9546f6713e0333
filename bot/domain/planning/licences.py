"""Which licences a phone takes: what is there, what is switched on, what is added (R05, R25, R26)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import (
    Role,
    plan_name,
    plans_of_role,
    product,
    product_name,
    products_for,
    use_name,
)
from bot.domain.numbers import NumberType
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.base_rules import base_refusal
from bot.domain.planning.choice import (
    Offer,
    calling_plan,
    country_plan,
    offers,
    phone_and_calling,
)
from bot.domain.planning.standing import Footing, Standing, contents, standing
from bot.domain.plans import LicenceAdd, Refusal
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId

__all__ = ["Licences", "calling_plans_for", "foundation", "licences_for", "no_calling_plan"]

_PARTNERS = {"telstra": "Telstra Calling Plan", "softbank": "SoftBank Calling Plan"}


@dataclass(frozen=True, slots=True)
class Licences:
    """What has to change in somebody's licences, and what must be effective afterwards."""

    switched_on: tuple[LicenceAdd, ...]
    """Plans inside licences the person has; they take no seat."""
    taken: tuple[Offer, ...]
    """New licences, in the order they build on each other."""
    plans: tuple[ObjectId, ...]
    """Service plans that must be effective before a number can be given."""
    settled: bool
    """Whether all of them are effective already."""

    @property
    def adds(self) -> tuple[LicenceAdd, ...]:
        """Everything one `assignLicense` call adds, together, so that dependent plans come on at once."""
        new = tuple(LicenceAdd(sku_id=one.sku_id, part_number=one.part_number) for one in self.taken)
        return (*self.switched_on, *new)


@dataclass(frozen=True, slots=True)
class _Case:
    """The person, the stock and the country under one roof."""

    holdings: Holdings
    tenant: TenantView
    facts: Country
    roles: tuple[Role, ...]
    """What is wanted, in the order it builds on each other."""

    @property
    def name(self) -> str:
        return self.holdings.person.name


def licences_for(
    holdings: Holdings, tenant: TenantView, facts: Country, number_type: NumberType
) -> Licences | Refusal:
    """The licences a number of this type takes: Teams, Teams Phone, and a Calling Plan unless own carrier.

    A plan that is only switched off is switched on, never bought again (R26), unless a group decides over
    it: then only the group's administrator can help.
    """
    calling: tuple[Role, ...] = ("calling",) if number_type is NumberType.CALLING_PLAN else ()
    return foundation(holdings, tenant, facts, ("teams", "phone", *calling))


def foundation(
    holdings: Holdings, tenant: TenantView, facts: Country, roles: tuple[Role, ...]
) -> Licences | Refusal:
    """The licences it takes to have plans of these meanings: some of Teams, Teams Phone, a Calling Plan.

    `roles` name what builds on something after what it builds on. See `licences_for`.
    """
    case = _Case(holdings, tenant, facts, roles)
    standings = _standings(case)
    inherited = next((one for one in standings if _is_inherited(one)), None)
    if inherited:
        return _inherited(inherited, case)
    taken = _missing(standings, case)
    if isinstance(taken, Refusal):
        return taken
    return Licences(
        switched_on=_switched_on(standings, tenant),
        taken=taken,
        plans=_plans(standings, taken, case),
        settled=all(one.footing is Footing.EFFECTIVE for one in standings),
    )


def calling_plans_for(facts: Country, tenant: TenantView) -> frozenset[ObjectId]:
    """Service plans that bring numbers of a country: any Calling Plan, or the country's own (R72)."""
    if facts.plan_part_number:
        own = country_plan(facts, tenant)
        return contents(own.sku_id, tenant) if own else frozenset()
    if facts.provider != "microsoft":
        return frozenset(
            plan_id
            for one in products_for("domestic", facts.iso2, tenant.facts.cloud, tenant.facts.segment)
            for plan_id in contents(one.sku_id, tenant)
        )
    return plans_of_role("calling")


def _standings(case: _Case) -> tuple[Standing, ...]:
    return tuple(standing(_plans_of(role, case), case.holdings, case.tenant) for role in case.roles)


def _plans_of(role: Role, case: _Case) -> frozenset[ObjectId]:
    """The plans that will do under a heading; not every Calling Plan will, everywhere (R72)."""
    return calling_plans_for(case.facts, case.tenant) if role == "calling" else plans_of_role(role)


def _is_inherited(one: Standing) -> bool:
    off = one.footing is Footing.SWITCHED_OFF
    return off and one.licence is not None and one.licence.assigned_by_group is not None


def _inherited(one: Standing, case: _Case) -> Refusal:
    sku_id = one.licence.sku_id if one.licence else ""
    return Refusal(
        code="SB-LIC-03",
        params={"name": case.name, "product": product_name(sku_id), "plan": plan_name(one.plan_id)},
    )


def _missing(standings: tuple[Standing, ...], case: _Case) -> tuple[Offer, ...] | Refusal:
    """New licences for what is not there in any form."""
    lacking = {
        role for role, one in zip(case.roles, standings, strict=True) if one.footing is Footing.MISSING
    }
    refusal = _cannot_carry_a_phone(case) if "phone" in lacking else None
    base = refusal or (_teams_base(case) if "teams" in lacking else ())
    if isinstance(base, Refusal):
        return base
    plan = calling_plan(case.facts, case.tenant) if "calling" in lacking else None
    if plan is None and "calling" in lacking:
        return no_calling_plan(case.facts)
    other = _other_plan(case) if plan else None
    if plan and other:
        params = {"name": case.name, "source": product_name(other.sku_id), "product": plan.name}
        return Refusal(code="SB-LIC-18", params=params)
    system = next(iter(offers("phone", case.facts.iso2, case.tenant)), None) if "phone" in lacking else None
    if system is None and "phone" in lacking:
        return Refusal(code="SB-LIC-36", params={"product": use_name("phone")})
    if system and plan:
        return (*base, *phone_and_calling(system, plan, case.facts, case.tenant))
    return (*base, *(one for one in (system, plan) if one))


def _other_plan(case: _Case) -> HeldLicence | None:
    """A Calling Plan that brings no numbers of this country (R72): it is replaced, never added to (R13)."""
    calling = plans_of_role("calling")
    return next(
        (
            one
            for one in case.holdings.licences
            if one.in_force
            and calling & contents(one.sku_id, case.tenant) - one.disabled_plans
            and not _is_add_on(one)
        ),
        None,
    )


def _is_add_on(held: HeldLicence) -> bool:
    known = product(held.sku_id)
    return known is not None and known.use == "international_only"


def _cannot_carry_a_phone(case: _Case) -> Refusal | None:
    """What the table of add-ons says of the suite (R21, R22); silent on somebody without any."""
    return base_refusal("phone", use_name("phone"), case.holdings, case.tenant.facts.era)


def _teams_base(case: _Case) -> tuple[Offer, ...] | Refusal:
    """Teams on its own, for somebody whose suite comes without it (R25)."""
    suite = _suite(case)
    if suite is None:
        return Refusal(code="SB-LIC-02", params={"name": case.name})
    found = [one for one in offers("teams", case.facts.iso2, case.tenant) if one.owned]
    if not found:
        return Refusal(code="SB-LIC-01", params={"name": case.name, "base": product_name(suite.sku_id)})
    return (next((one for one in found if one.in_stock), found[0]),)


def _suite(case: _Case) -> HeldLicence | None:
    """A licence phone add-ons can build on once Teams is there; Apps for Enterprise is none."""
    bases = plans_of_role("base")
    return next(
        (
            one
            for one in case.holdings.licences
            if one.in_force and not bases.isdisjoint(contents(one.sku_id, case.tenant))
        ),
        None,
    )


def no_calling_plan(facts: Country) -> Refusal:
    """What to say where only a special Calling Plan will do, and it is not there (R15, R72)."""
    product = facts.plan_part_number or _PARTNERS.get(facts.provider, "")
    return Refusal(code="SB-LIC-08", params={"country": facts.iso2, "product": product})


def _switched_on(standings: Iterable[Standing], tenant: TenantView) -> tuple[LicenceAdd, ...]:
    """One entry for each licence that has wanted plans switched off; its other plans stay as they are."""
    wanted: dict[ObjectId, tuple[HeldLicence, set[ObjectId]]] = {}
    for one in standings:
        if one.footing is Footing.SWITCHED_OFF and one.licence is not None:
            wanted.setdefault(one.licence.sku_id, (one.licence, set()))[1].add(one.plan_id)
    return tuple(
        LicenceAdd(
            sku_id=sku_id,
            part_number=_part_number(sku_id, tenant),
            disabled_plans=licence.disabled_plans - plans,
            reenables=frozenset(plans),
        )
        for sku_id, (licence, plans) in wanted.items()
    )


def _part_number(sku_id: str, tenant: TenantView) -> str:
    sku = tenant.sku(sku_id)
    return sku.part_number if sku else sku_id


def _plans(standings: tuple[Standing, ...], taken: tuple[Offer, ...], case: _Case) -> tuple[ObjectId, ...]:
    """The plan to wait for under each heading: the one at hand, or the one a new licence brings."""
    found = []
    for one, role in zip(standings, case.roles, strict=True):
        wanted = _plans_of(role, case)
        brought = (sorted(wanted & contents(offer.sku_id, case.tenant)) for offer in taken)
        found.append(one.plan_id or next((plans[0] for plans in brought if plans), ""))
    return tuple(plan_id for plan_id in found if plan_id)
