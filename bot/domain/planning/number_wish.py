"""A wish for a phone number becomes ordered steps with reasons, warnings and stock.

It answers with a refusal where somebody must change something first, and with a plan that says what it
waits for where something is merely out of stock (R09). A missing usage location is a refusal that names
who can set it: no plan sets it by itself, and none guesses a country (R18).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.catalogue.countries import Country
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.licences import Licences, licences_for
from bot.domain.planning.money import monthly_cost
from bot.domain.planning.notices import country_notices, licence_notices, number_notices
from bot.domain.planning.numbers import choose_among, fitting, in_city, shortage
from bot.domain.planning.order import in_order
from bot.domain.planning.person import (
    already_has,
    eligible_country,
    location_refusal,
    number_type_of,
    unlicensable,
)
from bot.domain.planning.readiness import voice_ready
from bot.domain.plans import (
    AssignNumber,
    AwaitVoice,
    ChangeLicences,
    Notice,
    Notify,
    Plan,
    Refusal,
    Step,
    StockLine,
    WaitReason,
)
from bot.domain.tenant import TenantView
from bot.domain.wishes import NumberWish

__all__ = ["plan_number"]


def plan_number(wish: NumberWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What it takes to give the person a number, or why it cannot be.

    `tenant.free_numbers` need only hold numbers of the wished country; `now` is business time.
    """
    facts = _admitted(wish, holdings, tenant)
    if isinstance(facts, Refusal):
        return facts
    number_type = number_type_of(holdings)
    licences = licences_for(holdings, tenant, facts, number_type)
    if isinstance(licences, Refusal):
        return licences
    wanted = _number_step(wish, facts, number_type)
    fits = fitting(wanted, tenant.free_numbers, tenant.held_numbers)
    chosen = choose_among(fits, wanted, spread=wish.beneficiary_id)
    wait = None if chosen else shortage(wanted, tenant, facts)
    number = wanted.model_copy(
        update={
            "telephone_number": chosen.telephone_number if chosen else None,
            "location_name": _location_name(wanted.location_id, tenant),
        }
    )
    steps: tuple[Step, ...] = (
        *_licence_steps(licences, tenant),
        *_waiting(licences, holdings),
        number,
        Notify(rules=("R69",)),
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            *_newcomer(licences, holdings, tenant, now),
            *licence_notices(licences, holdings, tenant, facts),
            *((wait[1],) if wait else ()),
            *number_notices(wanted, chosen),
            *country_notices(facts, holdings),
        ),
        stock=(*_seat_stock(licences), *_number_stock(fits, wanted, chosen, facts)),
        waits_for=_first_wait(licences, wait),
    )


def _admitted(wish: NumberWish, holdings: Holdings, tenant: TenantView) -> Country | Refusal:
    """Everything that stands in the way before licences and numbers are looked at."""
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    facts = eligible_country(wish, holdings)
    if isinstance(facts, Refusal):
        return facts
    return already_has(holdings) or location_refusal(wish, holdings, facts, tenant.facts) or facts


def _number_step(wish: NumberWish, facts: Country, number_type: NumberType) -> AssignNumber:
    """The number as wished, before one is chosen."""
    carries_its_own = facts.emergency_at == "acquisition" and number_type is NumberType.CALLING_PLAN
    return AssignNumber(
        number_type=number_type,
        country=wish.country,
        city=wish.city,
        ending=wish.ending,
        any_number=wish.any_number,
        location_id=None if carries_its_own else wish.location_id,
        rules=("R60", "R66", "R67", "R68"),
    )


def _location_name(location_id: str | None, tenant: TenantView) -> str | None:
    places = tenant.facts.emergency_locations
    return next((place.name for place in places if place.id == location_id), None)


def _licence_steps(licences: Licences, tenant: TenantView) -> tuple[ChangeLicences, ...]:
    if not licences.adds:
        return ()
    cost = monthly_cost(licences.taken, tenant.facts)
    return (ChangeLicences(add=licences.adds, monthly_cost=cost, rules=("R05", "R10", "R26")),)


def _waiting(licences: Licences, holdings: Holdings) -> tuple[AwaitVoice, ...]:
    """Waiting is a step of its own, unless Teams could give a number at once (R07)."""
    if licences.settled and voice_ready(holdings, licences.plans):
        return ()
    return (AwaitVoice(plans=licences.plans, rules=("R07", "R08")),)


def _newcomer(
    licences: Licences, holdings: Holdings, tenant: TenantView, now: datetime
) -> tuple[Notice, ...]:
    """Somebody Teams may not know yet is planned for all the same, and told so (R08)."""
    person = holdings.person
    known_after = timedelta(hours=tenant.facts.new_hire_hours)
    young = person.created_at is not None and now - person.created_at < known_after
    if not _waiting(licences, holdings) or not (young or holdings.voice is None):
        return ()
    return (Notice(code="SB-PRP-03", params={"name": person.name}),)


def _first_wait(licences: Licences, wait: tuple[WaitReason, Notice] | None) -> WaitReason | None:
    """The wait that comes first in the order of the steps."""
    if any(not one.in_stock for one in licences.taken):
        return WaitReason.LICENCES
    return wait[0] if wait else None


def _seat_stock(licences: Licences) -> tuple[StockLine, ...]:
    return tuple(
        StockLine(
            label=one.name,
            kind="seat",
            key=one.sku_id,
            free_before=one.free,
            free_after=max(one.free - 1, 0),
        )
        for one in licences.taken
    )


def _number_stock(
    fits: list[PhoneNumber], wanted: AssignNumber, chosen: PhoneNumber | None, facts: Country
) -> tuple[StockLine, ...]:
    """Numbers of the wished place, or of the place the chosen number is from."""
    city = wanted.city or (chosen.city if chosen else None)
    free = sum(in_city(one, city) for one in fits)
    line = StockLine(
        label=f"{facts.name}, {city}" if city else facts.name,
        kind="number",
        key=facts.iso2,
        free_before=free,
        free_after=free - (1 if chosen else 0),
    )
    return (line,)
