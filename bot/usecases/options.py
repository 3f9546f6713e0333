"""What a form for a phone number can offer somebody."""

from __future__ import annotations

from collections import Counter

from bot.domain.catalogue.countries import country as country_facts
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Actor, Holdings
from bot.domain.planning import Needs
from bot.domain.plans import Refusal
from bot.domain.views import CityStock, CountryChoice, NumberOptions
from bot.usecases.desk import Desk
from bot.usecases.preview import may_ask_for
from bot.usecases.snapshot import holdings_of, tenant_view

__all__ = ["number_options"]


async def number_options(desk: Desk, actor: Actor, beneficiary_id: str) -> NumberOptions | Refusal:
    """Country, cities with free numbers, and emergency locations for one person.

    The country is the person's usage location and no other (R18, R68); without one nothing is offered
    and the planner says who can set it. Raises `graph.errors.NotFound` for an unknown person.
    """
    refusal = await may_ask_for(desk, actor, beneficiary_id)
    if refusal:
        return refusal
    holdings = await holdings_of(desk, beneficiary_id)
    here = holdings.person.usage_location
    if here is None:
        return NumberOptions(beneficiary=holdings.person, countries=(), cities=(), locations=())
    view = await tenant_view(desk, Needs(numbers_of=here))
    facts = country_facts(here)
    free = [number for number in view.free_numbers if number.telephone_number not in view.held_numbers]
    needs_location = facts is not None and facts.emergency_at == "assignment"
    return NumberOptions(
        beneficiary=holdings.person,
        countries=(
            CountryChoice(country=here, name=facts.name if facts else here, needs_location=needs_location),
        ),
        cities=_cities(free, holdings),
        locations=tuple(place for place in desk.facts.emergency_locations if place.country == here),
    )


def _cities(free: list[PhoneNumber], holdings: Holdings) -> tuple[CityStock, ...]:
    wanted = NumberType.DIRECT_ROUTING if holdings.own_pstn else NumberType.CALLING_PLAN
    counts = Counter(
        (number.country, number.city) for number in free if number.city and number.number_type is wanted
    )
    return tuple(
        CityStock(country=country, city=city, free=count)
        for (country, city), count in sorted(counts.items())
        if city
    )
