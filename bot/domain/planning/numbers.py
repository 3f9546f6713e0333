"""Which number: what fits, what is chosen, and what to say when nothing is there."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from operator import attrgetter
from zlib import crc32

from bot.domain.catalogue.countries import Country, country
from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.plans import AssignNumber, Notice, NoticeLevel, WaitReason
from bot.domain.tenant import Resting, TenantView
from bot.domain.values import E164

__all__ = ["choose_among", "choose_number", "fitting", "in_city", "others", "shortage"]

_OFFERED = 3
"""How many other numbers are named when the wished one is not there (J01)."""

_BY_NUMBER = attrgetter("telephone_number")

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
    resting: Collection[Resting] = (),
) -> PhoneNumber | None:
    """The number to give for a step, or None when none will do.

    The step's own number if it is still there; otherwise, unless the person insists on it, one with the
    wished ending, or any of the same city. `held` are numbers promised to others. `spread` is the id of the
    person it is for: people who ask at the same moment choose different numbers, and the choice is the same
    for the same arguments. Of the numbers that are `resting` now, only those kept for this person are
    chosen, and they come first (J07).
    """
    fits = fitting(step, free_numbers, held, resting=resting, person=spread)
    return choose_among(fits, step, spread=spread, resting=resting)


def choose_among(
    fits: list[PhoneNumber], step: AssignNumber, *, spread: str, resting: Collection[Resting] = ()
) -> PhoneNumber | None:
    """The choice of `choose_number` out of numbers that are known to fit."""
    if step.telephone_number is not None:
        chosen = next((one for one in fits if one.telephone_number == step.telephone_number), None)
        if chosen or not step.any_number:
            return chosen
    ending = step.ending
    wished = [one for one in fits if one.telephone_number.endswith(ending)] if ending else fits
    if not wished and not step.any_number:
        return None
    wished = wished or fits
    kept = _kept_for(spread, resting)
    return _pick([one for one in wished if one.telephone_number in kept] if kept else [], spread) or _pick(
        wished, spread
    )


def _kept_for(person: str, resting: Collection[Resting]) -> frozenset[E164]:
    return frozenset(one.telephone_number for one in resting if person and one.kept_for == person)


def _pick(numbers: list[PhoneNumber], spread: str) -> PhoneNumber | None:
    if not numbers:
        return None
    ordered = sorted(numbers, key=_BY_NUMBER)
    return ordered[crc32(spread.encode()) % len(ordered)]


def fitting(
    step: AssignNumber,
    numbers: Iterable[PhoneNumber],
    held: Collection[E164],
    *,
    resting: Collection[Resting] = (),
    person: str = "",
) -> list[PhoneNumber]:
    """Numbers the person may be given under this step, whatever they end with (R60, R66, R68).

    A number at rest is only for whom it is kept (J07).
    """
    facts = country(step.country)
    unplaced = step.location_id is None and not step.location_from_task
    if facts is not None and facts.emergency_at == "assignment" and unplaced:
        return []
    taken = _taken(held, resting, person)
    found = _assignable(step, numbers, taken)
    if _wants_address(step, facts):
        found = [one for one in found if one.location_id is not None]
    return in_city(found, step.city)


def _taken(held: Collection[E164], resting: Collection[Resting], person: str) -> Collection[E164]:
    """What is promised to others, or rests and is kept for somebody else."""
    at_rest = {one.telephone_number for one in resting if one.kept_for is None or one.kept_for != person}
    return at_rest.union(held) if at_rest else held


def _assignable(
    step: AssignNumber, numbers: Iterable[PhoneNumber], taken: Collection[E164]
) -> list[PhoneNumber]:
    """Free numbers of the kind that people, rather than services, can have."""
    kind, here = step.number_type, step.country
    free, personal = AssignmentStatus.UNASSIGNED, Capability.USER
    return [
        one
        for one in numbers
        if one.number_type is kind
        and one.country == here
        and one.assignment_status is free
        and one.telephone_number not in taken
        and personal in one.capabilities
    ]


def others(
    step: AssignNumber,
    free_numbers: Iterable[PhoneNumber],
    held: Collection[E164],
    *,
    resting: Collection[Resting] = (),
    person: str = "",
) -> tuple[E164, ...]:
    """What to offer somebody whose very number has gone: a few of the same place, the wished ending first.

    Nothing where another number will do anyway, or where none was chosen to begin with (J14a).
    """
    if step.any_number or step.telephone_number is None:
        return ()
    fits = fitting(step, free_numbers, held, resting=resting, person=person)
    found = sorted(one.telephone_number for one in fits if one.telephone_number != step.telephone_number)
    ending = step.ending or ""
    return tuple(sorted(found, key=lambda number: not number.endswith(ending))[:_OFFERED])


def in_city(numbers: list[PhoneNumber], city: str | None) -> list[PhoneNumber]:
    """Those of a city, in whatever letters; all of them for no city in particular."""
    if city is None:
        return numbers
    wanted = city.casefold()
    names = {one.city for one in numbers}
    spellings = {name for name in names if name and name.casefold() == wanted}
    if spellings == names:
        return numbers
    return [one for one in numbers if one.city in spellings]


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
    in_country = fitting(anywhere, tenant.free_numbers, tenant.held_numbers, resting=tenant.resting)
    here = in_city(in_country, step.city)
    if here:
        numbers = ", ".join(_offers(here))
        return WaitReason.NUMBER, _warn("SB-NUM-12", ending=step.ending or "", numbers=numbers)
    if in_country and step.city:
        cities = sorted({one.city for one in in_country if one.city})
        return WaitReason.NUMBER, _warn("SB-NUM-10", city=step.city, cities=", ".join(cities) or "-")
    if step.number_type is not NumberType.CALLING_PLAN:
        return WaitReason.NUMBER, _warn("SB-NUM-09", country=step.country)
    if _assignable(step, tenant.free_numbers, _taken(tenant.held_numbers, tenant.resting, "")):
        return WaitReason.ADDRESS, _warn("SB-LOC-05", country=step.country)
    return WaitReason.NUMBER, _warn(_NONE_FREE[facts.acquisition], country=step.country)


def _offers(numbers: list[PhoneNumber]) -> list[str]:
    return sorted(one.telephone_number for one in numbers)[:_OFFERED]


def _warn(code: str, **params: str) -> Notice:
    return Notice(code=code, level=NoticeLevel.WARN, params=params)
