"""The planner: a wish for a phone number becomes ordered steps with reasons, warnings and stock.

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
from bot.domain.planning.notices import country_notices, licence_notices, number_notices, person_notices
from bot.domain.planning.numbers import choose_number, fitting, shortage
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

__all__ = ["plan"]


def plan(wish: NumberWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
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
    chosen = choose_number(wanted, tenant.free_numbers, tenant.held_numbers, spread=wish.beneficiary_id)
    waits = _waits(licences, wanted, chosen, tenant, facts)
    new_here = _is_new(holdings, tenant, now)
    return Plan(
        steps=in_order(_steps(licences, _with_number(wanted, chosen), holdings, tenant)),
        notices=(
            *person_notices(holdings, new_here=new_here),
            *licence_notices(licences, holdings, tenant, facts),
            *(notice for _, notice in waits),
            *number_notices(wanted, chosen),
            *country_notices(facts, holdings),
        ),
        stock=(*_seat_stock(licences), *_number_stock(wanted, chosen, tenant, facts)),
        waits_for=_first_wait(licences, waits),
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


def _with_number(wanted: AssignNumber, chosen: PhoneNumber | None) -> AssignNumber:
    if chosen is None:
        return wanted
    return wanted.model_copy(update={"telephone_number": chosen.telephone_number})


def _steps(
    licences: Licences, number: AssignNumber, holdings: Holdings, tenant: TenantView
) -> tuple[Step, ...]:
    steps: list[Step] = [number, Notify(rules=("R69",))]
    if licences.adds:
        cost = monthly_cost(licences.taken, tenant.facts)
        steps.append(ChangeLicences(add=licences.adds, monthly_cost=cost, rules=("R05", "R10", "R26")))
    if licences.adds or not licences.settled or not voice_ready(holdings, licences.plans):
        steps.append(AwaitVoice(plans=licences.plans, rules=("R07", "R08")))
    return tuple(steps)


def _is_new(holdings: Holdings, tenant: TenantView, now: datetime) -> bool:
    """Whether Teams may not know the person yet (R08)."""
    created = holdings.person.created_at
    young = created is not None and now - created < timedelta(hours=tenant.facts.new_hire_hours)
    return young or holdings.voice is None


def _waits(
    licences: Licences,
    wanted: AssignNumber,
    chosen: PhoneNumber | None,
    tenant: TenantView,
    facts: Country,
) -> tuple[tuple[WaitReason, Notice], ...]:
    """What is missing of the number, with the words for it."""
    return () if chosen else (shortage(wanted, tenant, facts),)


def _first_wait(licences: Licences, waits: tuple[tuple[WaitReason, Notice], ...]) -> WaitReason | None:
    """The wait that comes first in the order of the steps."""
    if any(not one.in_stock for one in licences.taken):
        return WaitReason.LICENCES
    return waits[0][0] if waits else None


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
    wanted: AssignNumber, chosen: PhoneNumber | None, tenant: TenantView, facts: Country
) -> tuple[StockLine, ...]:
    """Numbers of the wished place, or of the place the chosen number is from."""
    city = wanted.city or (chosen.city if chosen else None)
    here = wanted.model_copy(update={"city": city})
    free = [
        one for one in fitting(here, tenant.free_numbers) if one.telephone_number not in tenant.held_numbers
    ]
    line = StockLine(
        label=f"{facts.name}, {city}" if city else facts.name,
        kind="number",
        key=facts.iso2,
        free_before=len(free),
        free_after=len(free) - (1 if chosen else 0),
    )
    return (line,)
