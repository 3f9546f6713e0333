"""Another number for somebody who has one: the new one is held before the old one is given up."""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.countries import Country
from bot.domain.numbers import PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.licences import licences_for
from bot.domain.planning.notices import licence_notices
from bot.domain.planning.number_part import await_voice, number_part
from bot.domain.planning.number_wish import first_wait, licence_steps, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import eligible_country, location_refusal, number_type_of, unlicensable
from bot.domain.planning.releasing import calls_end, number_to_release, release, release_notice
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import Notify, Plan, Refusal, Step
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.wishes import NumberChangeWish

__all__ = ["plan_number_change"]


def plan_number_change(
    wish: NumberChangeWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """One number in place of the other; a person has only one, so there is a moment without any.

    While no new one is free, the old one stays and the request waits.
    """
    admitted = _admitted(wish, holdings, tenant.facts)
    if isinstance(admitted, Refusal):
        return admitted
    wish, facts, old = admitted
    number_type = number_type_of(holdings)
    licences = licences_for(holdings, tenant, facts, number_type)
    if isinstance(licences, Refusal):
        return licences
    number = number_part(wish, holdings, tenant, facts, number_type)
    gone = release(old, tenant.facts, after_hold=True)
    steps: tuple[Step, ...] = (
        *usage_location_steps(holdings.person, wish.country),
        *number.tasks,
        *licence_steps(licences, tenant),
        *await_voice(licences, holdings),
        gone,
        number.step,
        Notify(rules=("R69",)),
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            release_notice(old, holdings, gone),
            calls_end(old),
            *licence_notices(licences, holdings, tenant, facts),
            *number.notices,
        ),
        stock=(*seat_stock(licences), *number.stock),
        waits_for=first_wait(steps, licences, number.waits_for),
    )


def _admitted(
    wish: NumberChangeWish, holdings: Holdings, tenant: TenantFacts
) -> tuple[NumberChangeWish, Country, PhoneNumber] | Refusal:
    """The wish with the emergency location it takes over, the country, and the number to be replaced."""
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    facts = eligible_country(wish, holdings)
    if isinstance(facts, Refusal):
        return facts
    old = number_to_release(holdings)
    if isinstance(old, Refusal):
        return old
    if old is None:
        return Refusal(code="SB-NUM-17", params={"name": holdings.person.name})
    wish = _with_old_location(wish, old, tenant)
    return location_refusal(wish, holdings, facts, tenant) or (wish, facts, old)


def _with_old_location(wish: NumberChangeWish, old: PhoneNumber, tenant: TenantFacts) -> NumberChangeWish:
    """The person has not moved, so the place of the old number is the place of the new one."""
    known = {place.id for place in tenant.emergency_locations if place.country == wish.country}
    if wish.location_id or wish.new_location or old.location_id not in known:
        return wish
    return wish.model_copy(update={"location_id": old.location_id})
