"""Who can have a number, and of which country: the checks that come before any stock is looked at."""

from __future__ import annotations

from bot.domain.catalogue.countries import Country, country
from bot.domain.catalogue.products import plans_of_role
from bot.domain.numbers import ActivationState, NumberType, PhoneNumber
from bot.domain.people import AccountType, Holdings
from bot.domain.planning.usage_location import country_refusal
from bot.domain.plans import Refusal
from bot.domain.tenant import TenantFacts
from bot.domain.values import E164
from bot.domain.wishes import PersonalNumberWish

__all__ = [
    "already_has",
    "eligible_country",
    "had",
    "held_number",
    "location_refusal",
    "number_type_of",
    "unlicensable",
]


def unlicensable(holdings: Holdings) -> Refusal | None:
    """Why the account cannot have a licence or a personal number at all (R01, R60, R67)."""
    name = {"name": holdings.person.name}
    account = holdings.voice.account_type if holdings.voice else AccountType.USER
    if holdings.person.guest or account is AccountType.GUEST:
        return Refusal(code="SB-WHO-03", params=name)
    if not holdings.person.enabled:
        return Refusal(code="SB-WHO-04", params=name)
    for_machines = not plans_of_role("resource").isdisjoint(holdings.enabled_plans)
    if account is AccountType.RESOURCE_ACCOUNT or for_machines:
        return Refusal(code="SB-WHO-05", params=name)
    if account is AccountType.SFB_ON_PREM_USER or any(one.on_premises for one in holdings.numbers):
        return Refusal(code="SB-WHO-06", params=name)
    return None


def eligible_country(wish: PersonalNumberWish, holdings: Holdings) -> Country | Refusal:
    """The facts about the wished country, if the person can have a number there (R71, R18, R68, R06).

    The usage location decides; who has none is asked for it, and only a directory that says otherwise
    refuses. A country without Calling Plans serves only people whose calls go over the organisation's own
    carrier.
    """
    facts = country(wish.country)
    if facts is None or not facts.teams_phone:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    refusal = country_refusal(holdings.person, wish.country)
    if refusal:
        return refusal
    if number_type_of(holdings) is NumberType.CALLING_PLAN and not facts.calling_plan:
        return Refusal(code="SB-NUM-03", params={"country": wish.country})
    return facts


def number_type_of(holdings: Holdings) -> NumberType:
    """Own carrier: a number of that carrier's and never a Calling Plan (R06)."""
    return holdings.own_line if holdings.own_pstn else NumberType.CALLING_PLAN


def already_has(holdings: Holdings) -> Refusal | None:
    """A person has one number; whoever has it needs no plan."""
    held = held_number(holdings)
    if held is None:
        return None
    return Refusal(code="SB-NUM-01", params={"name": holdings.person.name, "number": held})


def held_number(holdings: Holdings) -> E164 | None:
    """The number the person has, by the inventory's word or else by Teams' own."""
    numbers = [one.telephone_number for one in had(holdings)]
    known = holdings.voice.numbers if holdings.voice else ()
    return next(iter((*numbers, *known)), None)


def had(holdings: Holdings) -> tuple[PhoneNumber, ...]:
    """The person's numbers; one whose assignment failed is not had."""
    failed = ActivationState.ASSIGNMENT_FAILED
    return tuple(one for one in holdings.numbers if one.activation_state is not failed)


def location_refusal(
    wish: PersonalNumberWish, holdings: Holdings, facts: Country, tenant: TenantFacts
) -> Refusal | None:
    """What is wrong with the emergency location: unknown, not chosen where R66 asks for one, or of no use.

    Where none is known, or none is where the person works, one is created first (J10): that is no refusal.
    """
    if facts.emergency_at == "not_supported" and not wish.accepts_no_emergency_calls:
        return Refusal(code="SB-LOC-13", params={"country": facts.iso2})
    here = {place.id for place in tenant.emergency_locations if place.country == facts.iso2}
    if wish.location_id is not None:
        known = wish.location_id in here
        return None if known else Refusal(code="SB-LOC-04", params={"country": facts.iso2})
    if facts.emergency_at != "assignment" or wish.new_location or not here:
        return None
    return Refusal(code="SB-LOC-02", params={"country": facts.iso2, "name": holdings.person.name})
