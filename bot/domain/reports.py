"""What a report says of a month: how much was asked, how long it took, what waits, who decides, what it cost.

Months and weeks are those of UTC; weeks begin on Monday. A span of time is counted by the clock, nights and
weekends included: that is how long people waited.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from bot.domain.catalogue.products import product
from bot.domain.plans import WaitReason
from bot.domain.states import RequestState
from bot.domain.stock_views import NumberState, PlaceStock, ProductStock
from bot.domain.usage import rounded
from bot.domain.values import Instant, Money, ObjectId, Value

__all__ = [
    "FIRST_MONTH",
    "WEEKS",
    "Burn",
    "Load",
    "LoadOrder",
    "LoadSum",
    "Period",
    "Report",
    "Seats",
    "StockNow",
    "Times",
    "Week",
    "burns",
    "in_order",
    "load_sum",
    "midnight",
    "month_before",
    "stock_now",
    "times_of",
    "weeks_of",
]

WEEKS = 8
"""Shown of what goes from week to week: enough for a trend, few enough for a card."""

FIRST_MONTH = date(2020, 1, 1)
"""There is nothing to report from before."""

_WEEK = timedelta(days=7)


class Period(Value):
    """A month, as far as it has come."""

    month: date
    """Its first day."""
    until: Instant
    """Where it ends, or has come to."""

    @classmethod
    def of(cls, month: date, now: datetime) -> Period:
        """The month a day is in."""
        first = month.replace(day=1)
        return cls(month=first, until=min(midnight(_next(first)), now))

    @property
    def since(self) -> datetime:
        return midnight(self.month)

    @property
    def over(self) -> bool:
        return self.until == midnight(_next(self.month))

    @property
    def last_day(self) -> date:
        """The last day that has begun by its end."""
        return max((self.until - timedelta(microseconds=1)).date(), self.month)

    @property
    def weeks(self) -> tuple[date, ...]:
        """The Mondays of the last `WEEKS` weeks up to its end, oldest first; the last may be cut short."""
        last = self.last_day - timedelta(days=self.last_day.weekday())
        return tuple(last - _WEEK * ago for ago in reversed(range(WEEKS)))


def midnight(day: date) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def month_before(day: date) -> date:
    """The first day of the month before the one a day is in."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def _next(month: date) -> date:
    return (month + timedelta(days=32)).replace(day=1)


class Week(Value):
    """How much was asked for, and how much was done, in a week."""

    since: date
    asked: int
    done: int


def weeks_of(period: Period, asked: Mapping[int, int], done: Mapping[int, int]) -> tuple[Week, ...]:
    """From how many there were in each of the period's weeks, by its place among them."""
    return tuple(
        Week(since=since, asked=asked.get(at, 0), done=done.get(at, 0))
        for at, since in enumerate(period.weeks)
    )


class Times(Value):
    """How long something took."""

    count: int
    median: timedelta
    """Half took no longer."""
    p90: timedelta
    """Nine of ten took no longer."""


def times_of(seconds: Iterable[int]) -> Times | None:
    """Each figure is one of those measured (the nearest rank); None where nothing was."""
    measured = sorted(seconds)
    if not measured:
        return None
    median, p90 = (timedelta(seconds=measured[_rank(len(measured), part)]) for part in (50, 90))
    return Times(count=len(measured), median=median, p90=p90)


def _rank(count: int, percent: int) -> int:
    """Where the smallest stands that so many per cent do not exceed."""
    return -(-count * percent // 100) - 1


class Load(Value):
    """What somebody had to decide."""

    person_id: ObjectId
    name: str
    approved: int = 0
    """In the month, votes that did not hold included: they were work as well."""
    rejected: int = 0
    waiting: int = 0
    """Now."""
    oldest: Instant | None = None
    """Since when the oldest of them waits."""

    @property
    def decided(self) -> int:
        return self.approved + self.rejected


class LoadOrder(StrEnum):
    DECIDED = "decided"
    WAITING = "waiting"
    OLDEST = "oldest"
    NAME = "name"


def in_order(load: Iterable[Load], order: LoadOrder) -> list[Load]:
    """Whoever has most first, or whoever lets others wait longest."""
    by_name = sorted(load, key=lambda one: (one.name.casefold(), one.person_id))
    match order:
        case LoadOrder.DECIDED:
            return sorted(by_name, key=lambda one: -one.decided)
        case LoadOrder.WAITING:
            return sorted(by_name, key=lambda one: -one.waiting)
        case LoadOrder.OLDEST:
            return sorted(by_name, key=lambda one: (one.oldest is None, one.oldest))
        case LoadOrder.NAME:
            return by_name


class LoadSum(Value):
    """What all of them had to decide, without saying who."""

    deciders: int
    """People who decided anything in the month."""
    decided: int
    most: int
    """By one of them."""
    asked: int
    """People whom something waits for now."""
    most_waiting: int
    """For one of them."""


def load_sum(load: Collection[Load]) -> LoadSum:
    """The sums, and how unevenly it is shared."""
    return LoadSum(
        deciders=sum(one.decided > 0 for one in load),
        decided=sum(one.decided for one in load),
        most=max((one.decided for one in load), default=0),
        asked=sum(one.waiting > 0 for one in load),
        most_waiting=max((one.waiting for one in load), default=0),
    )


class Burn(Value):
    """What calls cost in one currency."""

    spent: Money
    """In the month."""
    before: Money
    """In the month before."""
    weeks: tuple[Money, ...]
    """In each of the period's weeks."""
    left: Money | None = None
    """Now, by the ledger; None where nothing is known to have been bought."""


def burns(
    period: Period, days: Iterable[tuple[date, str, int]], left: Mapping[str, Money]
) -> tuple[Burn, ...]:
    """From days with what calls cost on them, in millionths; the dearest currency first.

    Sums are rounded once, whatever the days come to when each is rounded.
    """
    spent: dict[str, dict[date, int]] = {currency: {} for currency in left}
    for day, currency, millionths in days:
        found = spent.setdefault(currency, {})
        found[day] = found.get(day, 0) + millionths
    made = [
        Burn(
            spent=rounded(_sum(by_day, period.month, _next(period.month)), currency),
            before=rounded(_sum(by_day, month_before(period.month), period.month), currency),
            weeks=tuple(rounded(_sum(by_day, *week), currency) for week in _spans(period)),
            left=left.get(currency),
        )
        for currency, by_day in spent.items()
    ]
    return tuple(sorted(made, key=lambda one: (-one.spent.minor, one.spent.currency)))


def _sum(by_day: Mapping[date, int], since: date, until: date) -> int:
    return sum(cost for day, cost in by_day.items() if since <= day < until)


def _spans(period: Period) -> Iterator[tuple[date, date]]:
    return pairwise((*period.weeks, period.weeks[-1] + _WEEK))


class Seats(Value):
    """Seats of all products together that the desk hands out, but of those without a limit."""

    assigned: int
    promised: int
    free: int


class StockNow(Value):
    """What there is to give."""

    seats: Seats
    numbers: dict[NumberState, int]
    """Those for people."""


def stock_now(products: Iterable[ProductStock], places: Iterable[PlaceStock]) -> StockNow:
    """Summed up. Where more is in use than was bought, nothing is free."""
    ours = [one for one in products if not one.unlimited and _is_handed_out(one.sku_id)]
    counts = [one.counts for one in places if one.for_people]
    return StockNow(
        seats=Seats(
            assigned=sum(one.assigned for one in ours),
            promised=sum(one.promised for one in ours),
            free=sum(max(one.free, 0) for one in ours),
        ),
        numbers={state: sum(one.get(state, 0) for one in counts) for state in NumberState},
    )


def _is_handed_out(sku_id: str) -> bool:
    known = product(sku_id)
    return known is not None and bool(known.use)


class Report(Value):
    """A month, and how the desk stands at the moment it was made."""

    period: Period
    at: Instant
    asked: int
    ended: dict[RequestState, int]
    """Of those that ended in the month, by how."""
    weeks: tuple[Week, ...]
    decision: Times | None
    """From asking until the last approver agreed or one refused; without what the policy approved alone."""
    done: Times | None
    """From asking until all of it was done, or as much as could be."""
    undecided: int
    """Requests that wait for approval now."""
    waiting: dict[WaitReason, int]
    """Approved ones that wait now, by what for."""
    load: LoadSum
    approvers: tuple[Load, ...] = ()
    """Who had to decide how much; empty where nobody is to be named."""
    burns: tuple[Burn, ...] = ()
    calls_until: Instant | None = None
    """Up to when call records have been read; None: never."""
    stock: StockNow | None = None
    """None where Graph could not be asked."""
