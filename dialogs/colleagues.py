"""Which colleague somebody means, and what day it is where he is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.people import PersonRef
from bot.teams.turn import Turn
from bot.usecases import people
from bot.usecases.desk import Desk

__all__ = ["Found", "colleague", "first_moment", "last_moment", "today_of", "zone_of"]


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a name may mean; one is meant only where there is just one."""

    people: tuple[PersonRef, ...]

    @property
    def one(self) -> PersonRef | None:
        return self.people[0] if len(self.people) == 1 else None


async def colleague(desk: Desk, turn: Turn, who: str) -> Found:
    """By a mention that tells who it is, or else by name or address. Raises `TransientUpstream`."""
    if len(turn.mentioned) == 1 and (mentioned := await people.person(desk, turn.mentioned[0])):
        return Found((mentioned.ref,))
    found = await people.find_people(desk, turn.actor, who)
    exact = [one for one in found if who.casefold() in (one.name.casefold(), one.upn.casefold())]
    return Found(tuple(one.ref for one in (exact if len(exact) == 1 else found)))


def zone_of(desk: Desk, turn: Turn) -> ZoneInfo:
    """Where the person is, as the client says; else where the policy has its working hours."""
    try:
        return ZoneInfo(turn.time_zone or desk.policy.hours.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(desk.policy.hours.zone)


async def today_of(desk: Desk, turn: Turn) -> date:
    """The day it is for the person (business time)."""
    now = await desk.db.read(lambda tx: tx.now)
    return now.astimezone(zone_of(desk, turn)).date()


_EARLIEST, _LATEST = date(1900, 1, 1), date(9000, 1, 1)
"""Nobody means a day beyond them, and the last ones there are have no moment in every zone."""


def first_moment(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins for somebody (UTC)."""
    return datetime.combine(_meant(day), time(0, 0), zone).astimezone(UTC)


def last_moment(day: date, zone: ZoneInfo) -> datetime:
    """The end of a day (UTC), still on that day: a card that shows it names the day that was meant."""
    return datetime.combine(_meant(day), time(23, 59, 59), zone).astimezone(UTC)


def _meant(day: date) -> date:
    return max(_EARLIEST, min(day, _LATEST))
