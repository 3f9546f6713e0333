"""Another emergency location for a number that somebody has (J10): a home worker, a move between offices."""

from __future__ import annotations

import re
from datetime import datetime

from bot.domain.catalogue.countries import country
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.notices import country_notices
from bot.domain.planning.person import had
from bot.domain.plans import Notice, NoticeLevel, Plan, Refusal, SetLocation
from bot.domain.tenant import EmergencyLocation, TenantFacts, TenantView
from bot.domain.wishes import LocationWish

__all__ = ["place_notices", "plan_location", "precheck_location", "street_hint"]

_NUMBERED_STREET = re.compile(r"^\d+\s+(\d+)\s")
"""A house number and then a bare number for a street (R65)."""

_ORDINALS = {1: "st", 2: "nd", 3: "rd"}
_TEENS = range(11, 14)


def plan_location(
    wish: LocationWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """The number with the other place, or why only somebody else can change it."""
    number = _number(holdings)
    if isinstance(number, Refusal):
        return number
    place = _place(wish, number, tenant.facts)
    if isinstance(place, Refusal):
        return place
    if number.location_id == place.id:
        return Refusal(code="SB-LOC-12", params={"number": number.telephone_number})
    step = SetLocation(
        telephone_number=number.telephone_number,
        location_id=place.id,
        location_name=place.name,
        rules=("R64", "R66"),
    )
    return Plan(steps=(step,), notices=_notices(place, number, holdings))


def precheck_location(
    wish: LocationWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """The number must still be the person's, and the place still known: a number may be another's by now."""
    number = _number(holdings)
    if isinstance(number, Refusal):
        return number
    meant = {step.telephone_number for step in agreed.steps if isinstance(step, SetLocation)}
    if number.telephone_number not in meant:
        return Refusal(code="SB-NUM-30", params={"name": holdings.person.name})
    place = _place(wish, number, tenant.facts)
    return place if isinstance(place, Refusal) else None


def street_hint(address: str) -> str | None:
    """How to write a street whose name is a number, such as "150th"; None where nothing is amiss (R65)."""
    found = _NUMBERED_STREET.match(address)
    if found is None:
        return None
    street = int(found[1])
    ending = "th" if street % 100 in _TEENS else _ORDINALS.get(street % 10, "th")
    return f"{street}{ending}"


def _number(holdings: Holdings) -> PhoneNumber | Refusal:
    number = next(iter(had(holdings)), None)
    if number is None:
        return Refusal(code="SB-NUM-17", params={"name": holdings.person.name})
    if number.number_type is NumberType.CALLING_PLAN:
        return number
    code = "SB-LOC-11" if number.number_type is NumberType.DIRECT_ROUTING else "SB-LOC-10"
    return Refusal(code=code, params={"number": number.telephone_number})


def _place(wish: LocationWish, number: PhoneNumber, facts: TenantFacts) -> EmergencyLocation | Refusal:
    here = (one for one in facts.emergency_locations if one.country == number.country)
    found = next((one for one in here if one.id == wish.location_id), None)
    return found or Refusal(code="SB-LOC-04", params={"country": number.country})


def place_notices(place: EmergencyLocation, name: str) -> tuple[Notice, ...]:
    """What approvers should look at before help is sent to a place for `name` (R64, R65)."""
    street = street_hint(place.address)
    odd = Notice(code="SB-LOC-09", params={"address": place.address, "street": street}) if street else None
    return (
        Notice(code="SB-LOC-08", level=NoticeLevel.WARN, params={"name": name}),
        *((odd,) if odd else ()),
    )


def _notices(place: EmergencyLocation, number: PhoneNumber, holdings: Holdings) -> tuple[Notice, ...]:
    facts = country(number.country)
    return (
        *place_notices(place, holdings.person.name),
        *(country_notices(facts, holdings) if facts else ()),
    )
