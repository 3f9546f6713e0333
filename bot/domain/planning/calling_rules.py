"""Calling Plans: who can have which, and what to know about them (R05, R06, R13-R17, R39, R72)."""

from __future__ import annotations

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import plans_of_role, product, product_name
from bot.domain.people import HeldLicence
from bot.domain.planning.choice import Offer, alternatives
from bot.domain.planning.exchange import Case
from bot.domain.planning.licences import no_calling_plan
from bot.domain.planning.notices import minutes_notices
from bot.domain.planning.standing import contents
from bot.domain.planning.wanted import CALLING, Wanted
from bot.domain.plans import Notice, NoticeLevel, Refusal
from bot.domain.tenant import TenantFacts, TenantView

__all__ = ["calling_notices", "calling_refusal", "step_up_notices"]

_RANK = ("payg", "domestic_120", "domestic_240", "domestic", "international")
"""From the smallest to the largest; what is larger costs more, as a rule (R13)."""


def calling_refusal(one: Wanted, gives: tuple[HeldLicence, ...], case: Case) -> Refusal | None:
    """Why this Calling Plan is not for this person."""
    if case.holdings.own_pstn:
        return Refusal(code="SB-LIC-15", params={"name": case.name, "product": one.offer.name})
    if not case.facts.calling_plan:
        return Refusal(code="SB-NUM-03", params={"country": case.iso2})
    known = product(one.offer.sku_id)
    if known is not None and not known.serves(case.iso2):
        return _elsewhere(one, case)
    if one.use == "international_only":
        return None if _others(gives, case) else _on_top(one, case)
    other = next(iter(_others(gives, case)), None)
    if other is None:
        return None
    params = {"name": case.name, "source": product_name(other.sku_id), "product": one.offer.name}
    return Refusal(code="SB-LIC-18", params=params)


def _elsewhere(one: Wanted, case: Case) -> Refusal:
    """A plan for other countries: the country's own one is named, or what is sold there (R15, R72)."""
    if case.facts.plan_part_number or case.facts.provider != "microsoft":
        return no_calling_plan(case.facts)
    params = {
        "product": one.offer.name,
        "country": case.iso2,
        "alternatives": alternatives(case.facts, case.tenant),
    }
    return Refusal(code="SB-LIC-21", params=params)


def _others(gives: tuple[HeldLicence, ...], case: Case) -> list[HeldLicence]:
    """Licences with a Calling Plan in them that would stay."""
    calling = plans_of_role("calling")
    return [
        one
        for one in case.holdings.licences
        if one not in gives
        and one.in_force
        and calling & contents(one.sku_id, case.tenant) - one.disabled_plans
    ]


def _on_top(one: Wanted, case: Case) -> Refusal:
    return Refusal(code="SB-LIC-27", params={"product": one.offer.name, "name": case.name})


def _dearer(new: Offer, old: str, facts: TenantFacts) -> bool:
    """Whether one Calling Plan costs more than another: by the price list, else by its size (R13)."""
    prices = {price.part_number: price.monthly for price in facts.prices}
    known = product(old)
    before = prices.get(known.part_number) if known else None
    after = prices.get(new.part_number)
    if before and after and before.currency == after.currency:
        return after.minor > before.minor
    old_use = known.use if known else ""
    ranked = new.use in _RANK and old_use in _RANK
    return ranked and _RANK.index(new.use) > _RANK.index(old_use)


def step_up_notices(new: Offer, gives: tuple[HeldLicence, ...], facts: TenantFacts) -> tuple[Notice, ...]:
    """A larger Calling Plan in place of a smaller one costs more, as a rule (R13)."""
    old = next((one.sku_id for one in gives if _dearer(new, one.sku_id, facts)), None)
    if old is None:
        return ()
    params = {"product": new.name, "replaced": product_name(old)}
    return (Notice(code="SB-LIC-20", level=NoticeLevel.WARN, params=params),)


def calling_notices(new: Offer, facts: Country, tenant: TenantView) -> tuple[Notice, ...]:
    """What people should know about a new Calling Plan before they agree."""
    if new.use == "payg":
        return _unfunded(new, tenant.facts)
    if new.use == "domestic_240":
        phased_out = Notice(code="SB-LIC-22", level=NoticeLevel.WARN, params={"product": new.name})
        return (phased_out, *minutes_notices(new, facts, tenant))
    return minutes_notices(new, facts, tenant) if new.use in CALLING else ()


def _unfunded(new: Offer, facts: TenantFacts) -> tuple[Notice, ...]:
    """Every call of pay-as-you-go costs: without money nobody calls out (R39, R40)."""
    if facts.credits_funded or facts.post_usage:
        return ()
    return (Notice(code="SB-LIC-44", level=NoticeLevel.WARN, params={"product": new.name}),)
