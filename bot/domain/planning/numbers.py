"""Which number: what fits, what is chosen, and what to say when nothing is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from zlib import crc32

from bot.domain.catalogue.countries import Country, country
from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.plans import AssignNumber, Notice, NoticeLevel, WaitReason
from bot.domain.tenant import TenantView
from bot.domain.values import E164

__all__ = ["choose_among", "choose_number", "fitting", "in_city", "shortage"]

_OFFERED = 3
"""How many other numbers are named when the wished one is not there (J01)."""

_NONE_FREE = {
    "admin_centre": "SB-NUM-05",
    "form": "SB-NUM-06",
    "partner": "SB-NUM-07",
    "unknown": "SB-NUM-08",
    "none": "SB-NUM-08",
}
"""What to say when a country has no free number, by how numbers are got there (R55)."""


def choose_number(
    step: AssignNumber,
    free_numbers: Iterable[PhoneNumber],
    held: Collection[E164],
    *,
    spread: str = "",
) -> PhoneNumber | None:
    """The number to give for a step, or None when none will do.

    The step's own number if it is still there; otherwise, unless the person insists on it, one with the
    wished ending, or any of the same city. `held` are numbers promised to others. `spread` (an id of the
    person) makes people who ask at the same moment choose different numbers; the choice is the same for
    the same arguments.
    """
    return choose_among(fitting(step, free_numbers, held), step, spread=spread)


def choose_among(fits: list[PhoneNumber], step: AssignNumber, *, spread: str) -> PhoneNumber | None:
    """The choice of `choose_number` out of numbers that are known to fit."""
    if step.telephone_number is not None:
        chosen = next((one for one in fits if one.telephone_number == step.telephone_number), None)
        if chosen or not step.any_number:
            return chosen
    wished = [one for one in fits if one.telephone_number.endswith(step.ending or "")]
    if not wished and not step.any_number:
        return None
    return _pick(wished or fits, spread)


def _pick(numbers: list[PhoneNumber], spread: str) -> PhoneNumber | None:
    if not numbers:
        return None
    ordered = sorted(numbers, key=lambda one: one.telephone_number)
    return ordered[crc32(spread.encode()) % len(ordered)]


def fitting(step: AssignNumber, numbers: Iterable[PhoneNumber], held: Collection[E164]) -> list[PhoneNumber]:
    """Numbers the person may be given under this step, whatever they end with (R60, R66, R68)."""
    facts = country(step.country)
    if facts is not None and facts.emergency_at == "assignment" and step.location_id is None:
        return []
    wants_address = _wants_address(step, facts)
    return [
        one
        for one in _assignable(step, numbers, held)
        if in_city(one, step.city) and (not wants_address or one.location_id is not None)
    ]


def _assignable(
    step: AssignNumber, numbers: Iterable[PhoneNumber], held: Collection[E164]
) -> list[PhoneNumber]:
    """Free numbers of the kind that people, rather than services, can have."""
    return [
        one
        for one in numbers
        if one.number_type is step.number_type
        and one.country == step.country
        and one.assignment_status is AssignmentStatus.UNASSIGNED
        and one.telephone_number not in held
        and Capability.USER in one.capabilities
    ]


def in_city(number: PhoneNumber, city: str | None) -> bool:
    """Whether a number is of a city, in whatever letters; every number is of no city in particular."""
    return city is None or number.city == city or (number.city or "").casefold() == city.casefold()


def _wants_address(step: AssignNumber, facts: Country | None) -> bool:
    """Where addresses are given on acquisition, a Calling Plan number without one is unusable (R66).

    Numbers of the organisation's own carrier have no address with Microsoft at all.
    """
    if step.number_type is not NumberType.CALLING_PLAN:
        return False
    return facts is not None and facts.emergency_at == "acquisition"


def shortage(step: AssignNumber, tenant: TenantView, facts: Country) -> tuple[WaitReason, Notice]:
    """Why no number could be chosen for a step, and what the request waits for."""
    anywhere = step.model_copy(update={"city": None})
    in_country = fitting(anywhere, tenant.free_numbers, tenant.held_numbers)
    here = [one for one in in_country if in_city(one, step.city)]
    if here:
        numbers = ", ".join(_offers(here))
        return WaitReason.NUMBER, _warn("SB-NUM-12", ending=step.ending or "", numbers=numbers)
    if in_country and step.city:
        cities = sorted({one.city for one in in_country if one.city})
        return WaitReason.NUMBER, _warn("SB-NUM-10", city=step.city, cities=", ".join(cities) or "-")
    if step.number_type is not NumberType.CALLING_PLAN:
        return WaitReason.NUMBER, _warn("SB-NUM-09", country=step.country)
    if _assignable(step, tenant.free_numbers, tenant.held_numbers):
        return WaitReason.ADDRESS, _warn("SB-LOC-05", country=step.country)
    return WaitReason.NUMBER, _warn(_NONE_FREE[facts.acquisition], country=step.country)


def _offers(numbers: list[PhoneNumber]) -> list[str]:
    return sorted(one.telephone_number for one in numbers)[:_OFFERED]


def _warn(code: str, **params: str) -> Notice:
    return Notice(code=code, level=NoticeLevel.WARN, params=params)
