"""Stock as admins look at it: products with their seats, numbers with what becomes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.values import E164, CountryCode, ObjectId, Value

__all__ = [
    "NumberState",
    "PlaceStock",
    "ProductStock",
    "StockedNumber",
    "Why",
    "by_place",
    "stocked",
]


class NumberState(StrEnum):
    """Whether a number can be given to somebody, and if not, why."""

    FREE = "free"
    PROMISED = "promised"
    """To an open request."""
    KEPT_BACK = "kept_back"
    """By a voice admin."""
    AT_REST = "at_rest"
    """Given back a while ago: callers still know it as somebody else's (J07)."""
    IN_USE = "in_use"


# Made by the ten thousand while somebody waits for a card, so these two are no `Value`s.
@dataclass(frozen=True, slots=True)
class Why:
    """What stands behind a number that is free by Graph's word and not offered."""

    state: NumberState
    request_id: str | None = None
    until: datetime | None = None
    said: str = ""
    """In somebody's own words: who keeps it back and why, or whose it was."""


@dataclass(frozen=True, slots=True)
class StockedNumber:
    """One number of the tenant, with what it is for now."""

    number: PhoneNumber
    why: Why

    @property
    def state(self) -> NumberState:
        return self.why.state


class PlaceStock(Value):
    """Numbers of one place, kind and use, by what becomes of them."""

    country: CountryCode
    city: str
    """Empty: numbers of no city."""
    number_type: NumberType
    for_people: bool
    """Else for queues, attendants and conferencing bridges (R60)."""
    counts: dict[NumberState, int]

    def count(self, state: NumberState) -> int:
        return self.counts.get(state, 0)


class ProductStock(Value):
    """Seats of one product."""

    sku_id: ObjectId
    part_number: str
    bought: int
    grace: int
    """Seats of a subscription that has run out and still works for a while (R09)."""
    assigned: int
    promised: int
    """To open requests."""
    waited_for: int
    """By requests in line: what comes in is theirs first."""
    free: int
    """What can still be promised; negative where more are in use than were bought."""
    unlimited: bool = False


_FREE, _IN_USE = Why(NumberState.FREE), Why(NumberState.IN_USE)


def stocked(numbers: Iterable[PhoneNumber], reasons: Mapping[E164, Why]) -> tuple[StockedNumber, ...]:
    """Every number with what it is for, in the order given; `reasons` are those of numbers not offered."""
    return tuple(StockedNumber(one, _why(one, reasons)) for one in numbers)


def _why(number: PhoneNumber, reasons: Mapping[E164, Why]) -> Why:
    if number.assignment_status is not AssignmentStatus.UNASSIGNED:
        return _IN_USE
    return reasons.get(number.telephone_number, _FREE)


def by_place(numbers: Iterable[StockedNumber]) -> tuple[PlaceStock, ...]:
    """Counted by country, city, kind and use, in this order."""
    counts: dict[tuple[CountryCode, str, NumberType, bool], Counter[NumberState]] = {}
    for one in numbers:
        key = (
            one.number.country,
            one.number.city or "",
            one.number.number_type,
            Capability.USER in one.number.capabilities,
        )
        counts.setdefault(key, Counter())[one.state] += 1
    return tuple(
        PlaceStock(country=country, city=city, number_type=kind, for_people=people, counts=dict(found))
        for (country, city, kind, people), found in sorted(counts.items())
    )
