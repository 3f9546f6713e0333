"""Service numbers: what a queue, an attendant or the bridge may have, and what stands in the way (R60)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from zlib import crc32

from bot.domain.catalogue.countries import Country, ServiceNumbers
from bot.domain.dialling import is_toll_free
from bot.domain.numbers import AssignmentStatus, Capability, PhoneNumber
from bot.domain.planning.numbers import in_city
from bot.domain.plans import Notice, NoticeLevel, NumberNeed, Refusal
from bot.domain.tenant import Era, Resting, TenantFacts
from bot.domain.values import E164
from bot.domain.wishes import Tariff, VoicePurpose

__all__ = [
    "CAPABILITY",
    "availability",
    "choose_service_number",
    "fitting_services",
    "offered",
    "toll_free_refusal",
]

CAPABILITY: dict[VoicePurpose, Capability] = {
    "queue": Capability.VOICE_APPLICATION,
    "attendant": Capability.VOICE_APPLICATION,
    "bridge": Capability.CONFERENCE,
    "room": Capability.USER,
}
"""What a number must be able to be assigned to, by what it is for (R60); its label says nothing (R63)."""


def choose_service_number(
    need: NumberNeed,
    numbers: Iterable[PhoneNumber],
    held: Collection[E164],
    *,
    spread: str = "",
    resting: Iterable[Resting] = (),
) -> PhoneNumber | None:
    """The number to use, or None when none will do; the same choice for the same arguments.

    The need's own number if it is still there; otherwise any with the capability, of the tariff and the
    city. `held` are numbers promised to others, `resting` those that nobody is offered, and `spread` makes
    two requests at the same moment choose different ones.
    """
    fits = fitting_services(need, numbers, held, resting=resting)
    if need.telephone_number is not None:
        return next((one for one in fits if one.telephone_number == need.telephone_number), None)
    ordered = sorted(fits, key=lambda one: one.telephone_number)
    return ordered[crc32(spread.encode()) % len(ordered)] if ordered else None


def fitting_services(
    need: NumberNeed,
    numbers: Iterable[PhoneNumber],
    held: Collection[E164],
    *,
    resting: Iterable[Resting] = (),
) -> list[PhoneNumber]:
    """Every free number that would do, besides the one that was chosen already."""
    taken = {*held, *(one.telephone_number for one in resting)}
    fits = [one for one in numbers if one.telephone_number not in taken and _fits(one, need)]
    return in_city(fits, need.city)


def _fits(number: PhoneNumber, need: NumberNeed) -> bool:
    return (
        number.country == need.country
        and number.assignment_status is AssignmentStatus.UNASSIGNED
        and need.capability in number.capabilities
        and is_toll_free(number.telephone_number, number.country) is need.toll_free
    )


def toll_free_refusal(tariff: Tariff, facts: TenantFacts) -> Refusal | None:
    """Callers of a toll-free number pay nothing, so the organisation must be able to (R39)."""
    if tariff == "toll" or facts.credits_funded or facts.post_usage:
        return None
    return Refusal(code="SB-SVC-05")


def offered(facts: Country, tariff: Tariff, era: Era) -> ServiceNumbers:
    """Whether new service numbers of a country can be had: what the table of countries says.

    For who still lives by 2019, none outside the United States was in the admin centre (R62).
    """
    by_table: ServiceNumbers = facts.toll if tariff == "toll" else facts.toll_free
    if era == "seeds" and facts.iso2 != "US" and by_table == "yes":
        return "on_request"
    return by_table


def availability(facts: Country, tariff: Tariff, era: Era) -> tuple[Notice, ...] | Refusal:
    """Why new service numbers of a country cannot be had, or what to know about it (R62)."""
    had = offered(facts, tariff, era)
    params = {"country": facts.iso2}
    if had == "no":
        return Refusal(code="SB-SVC-03", params=params)
    if had == "yes":
        return ()
    code = "SB-SVC-16" if had == "local_organisations" else "SB-SVC-04"
    return (Notice(code=code, level=NoticeLevel.WARN, params=params),)
