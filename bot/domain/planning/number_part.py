"""The part of a plan that ends with a number on a person: the number, its location, its shortage."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.catalogue.countries import Country
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import Holdings
from bot.domain.planning.emergency_location import place_notices
from bot.domain.planning.licences import Licences
from bot.domain.planning.notices import country_notices, number_notices
from bot.domain.planning.numbers import choose_among, fitting, in_city, shortage
from bot.domain.planning.readiness import voice_ready
from bot.domain.plans import (
    AssignNumber,
    AwaitVoice,
    HumanTask,
    Notice,
    NoticeLevel,
    StockLine,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import EmergencyLocation, TenantView
from bot.domain.wishes import PersonalNumberWish

__all__ = ["NumberPart", "await_voice", "newcomer_notices", "number_part"]


@dataclass(frozen=True, slots=True)
class NumberPart:
    """What a number takes, besides licences."""

    tasks: tuple[HumanTask, ...]
    """Done by people before anything else: an emergency address that is not there yet (J10)."""
    step: AssignNumber
    notices: tuple[Notice, ...]
    stock: tuple[StockLine, ...]
    waits_for: WaitReason | None
    """What the number itself waits for; None where one was chosen."""


def number_part(
    wish: PersonalNumberWish,
    holdings: Holdings,
    tenant: TenantView,
    facts: Country,
    number_type: NumberType,
) -> NumberPart:
    """The number for a person whose country and emergency location were admitted already.

    A new emergency address comes before the number where R66 wants one and none of the known ones will do:
    the number is chosen and held meanwhile, and not given without the address.
    """
    wanted = _number_step(wish, facts, number_type, tenant)
    person = wish.beneficiary_id
    fits = fitting(wanted, tenant.free_numbers, tenant.held_numbers, resting=tenant.resting, person=person)
    chosen = choose_among(fits, wanted, spread=person, resting=tenant.resting)
    wait = None if chosen else shortage(wanted, tenant, facts)
    step = wanted.model_copy(update={"telephone_number": chosen.telephone_number if chosen else None})
    return NumberPart(
        tasks=_address_tasks(step, holdings),
        step=step,
        notices=(
            *((wait[1],) if wait else ()),
            *number_notices(wanted, chosen),
            *_address_notices(step, holdings, tenant),
            *country_notices(facts, holdings),
        ),
        stock=(_number_stock(fits, wanted, chosen, facts),),
        waits_for=wait[0] if wait else None,
    )


def await_voice(licences: Licences, holdings: Holdings) -> tuple[AwaitVoice, ...]:
    """Waiting is a step of its own, unless Teams could give a number at once (R07)."""
    if licences.settled and voice_ready(holdings, licences.plans):
        return ()
    return (AwaitVoice(plans=licences.plans, rules=("R07", "R08")),)


def newcomer_notices(
    licences: Licences, holdings: Holdings, tenant: TenantView, now: datetime
) -> tuple[Notice, ...]:
    """Somebody Teams may not know yet is planned for all the same, and told so (R08)."""
    person = holdings.person
    known_after = timedelta(hours=tenant.facts.new_hire_hours)
    young = person.created_at is not None and now - person.created_at < known_after
    if not await_voice(licences, holdings) or not (young or holdings.voice is None):
        return ()
    return (Notice(code="SB-PRP-03", params={"name": person.name}),)


def _number_step(
    wish: PersonalNumberWish, facts: Country, number_type: NumberType, tenant: TenantView
) -> AssignNumber:
    """The number as wished, before one is chosen."""
    carries_its_own = facts.emergency_at == "acquisition" and number_type is NumberType.CALLING_PLAN
    location_id = None if carries_its_own else wish.location_id
    return AssignNumber(
        number_type=number_type,
        country=wish.country,
        city=wish.city,
        ending=wish.ending,
        any_number=wish.any_number,
        location_id=location_id,
        location_name=_location_name(location_id, tenant),
        location_from_task=facts.emergency_at == "assignment" and location_id is None,
        rules=("R60", "R66", "R67", "R68"),
    )


def _location_name(location_id: str | None, tenant: TenantView) -> str | None:
    place = _place(location_id, tenant)
    return place.name if place else None


def _place(location_id: str | None, tenant: TenantView) -> EmergencyLocation | None:
    return next((one for one in tenant.facts.emergency_locations if one.id == location_id), None)


def _address_tasks(step: AssignNumber, holdings: Holdings) -> tuple[HumanTask, ...]:
    if not step.location_from_task:
        return ()
    params = {
        "country": step.country,
        "city": step.city or holdings.person.city or "",
        "number": step.telephone_number or "",
        "name": holdings.person.name,
    }
    task = TaskKind.EMERGENCY_ADDRESS
    return (HumanTask(task=task, params=params, rules=("R64", "R65", "R66")),)


def _address_notices(step: AssignNumber, holdings: Holdings, tenant: TenantView) -> tuple[Notice, ...]:
    """A check that an address passes proves little, whether it is known or still to be made (R64, R65)."""
    name = holdings.person.name
    if not step.location_from_task:
        place = _place(step.location_id, tenant)
        return place_notices(place, name) if place else ()
    warning = Notice(code="SB-LOC-08", level=NoticeLevel.WARN, params={"name": name})
    if any(place.country == step.country for place in tenant.facts.emergency_locations):
        return (warning,)
    none_known = Notice(code="SB-LOC-03", level=NoticeLevel.WARN, params={"country": step.country})
    return none_known, warning


def _number_stock(
    fits: list[PhoneNumber], wanted: AssignNumber, chosen: PhoneNumber | None, facts: Country
) -> StockLine:
    """Numbers of the wished place, or of the place the chosen number is from."""
    city = wanted.city or (chosen.city if chosen else None)
    free = len(in_city(fits, city))
    return StockLine(
        label=f"{facts.name}, {city}" if city else facts.name,
        kind="number",
        key=facts.iso2,
        free_before=free,
        free_after=free - (1 if chosen else 0),
    )
