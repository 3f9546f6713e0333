"""How long the credits last: what a week costs, until when the money does, and what to buy.

What is spent is taken to repeat week by week, each weekday with a mean of its own. How far a sum of days may
stray from that is judged by how far whole weeks strayed from each other, since good and bad days come in
runs. Ranges are meant to hold nine times in ten; they know nothing of holidays or of people who will join.

Sums are minor units of one currency. Estimates are fractions until they are shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import accumulate, count, pairwise
from math import ceil, sqrt
from statistics import NormalDist, fmean, stdev
from typing import NamedTuple

from babel.numbers import get_currency_precision

from bot.domain.credits import Balance, suggested_amount
from bot.domain.values import Money, Value

__all__ = [
    "LEAD_DAYS",
    "MONTH_DAYS",
    "SIZING_MONTHS",
    "Advice",
    "Burn",
    "Forfeit",
    "Outlook",
    "Span",
    "advice",
    "burn_of",
    "months_of",
    "outlook",
    "spending",
]

MONTH_DAYS = 30
"""What is called a month in a forecast."""

LEAD_DAYS = 14
"""How long an order may take: approvals, purchasing, and somebody who pays."""

_MOST_WEEKS = 12
_FEWEST_WEEKS = 3
"""With less nothing can be said about how much weeks differ."""

_TAIL = 0.95
"""Nine in ten lie between this and the same from below."""

SIZING_MONTHS = 3
"""How many months the amount to buy is drawn up from, where so many are known (R53)."""

_NOTHING = 1e-6
"""What is left below this is the rounding of the machine."""


class Burn(Value):
    """How fast the money of one currency goes."""

    currency: str
    by_weekday: tuple[float, ...]
    """Mean of a day, Monday first."""
    spread: float
    """Standard deviation of a whole week."""
    weeks: int
    """How many whole weeks this rests on."""
    until: date
    """The last day that is known."""

    @property
    def week(self) -> float:
        return sum(self.by_weekday)

    @property
    def day(self) -> Money:
        """Mean of all days."""
        return Money(minor=round(self.week / 7), currency=self.currency)


class _Lot(NamedTuple):
    """What is left of a purchase, on the way into the future."""

    id: str
    ends: date
    """The first day on which it is forfeited."""
    left: float


class Span(Value):
    """What is expected, and between what it should lie nine times in ten."""

    low: Money
    expected: Money
    high: Money


class Forfeit(Value):
    """Money that will not be used in time, as far as can be seen."""

    lot_id: str
    on: date
    """When it is gone."""
    amount: Money


class Outlook(Value):
    """What becomes of the money that is there, if nothing is bought."""

    gone_on: date
    """The day on which the last of it is spent or forfeited."""
    gone_first: date
    """The same, if as much is spent as should happen once in twenty times."""
    gone_last: date
    """The same, if as little is spent as should happen once in twenty times."""
    forfeits: tuple[Forfeit, ...]
    course: tuple[Money, ...]
    """What is left at the end of each day until then, as expected."""


class Advice(Value):
    """What to buy, and when."""

    amount: Money
    """For a month (R53), and never below the trigger, which would be pointless (R45)."""
    trigger: Money
    """Buy when no more than this is left: it lasts as long as an order takes, also if those are dear days."""
    months: int
    """Whole months the amount is the mean of; 0: none is known yet, and the weeks known stand in."""


def burn_of(spent: Mapping[date, int], currency: str, since: date, until: date) -> Burn | None:
    """What a week costs, by the last weeks from `since` to `until`, both known to their ends.

    Weeks begin on Monday, so that one that differs from the others does so as a whole; the days after the
    last whole one count for the means. None where fewer than three whole weeks are known. Days that are not
    in `spent` cost nothing.
    """
    monday = since + timedelta(days=-since.weekday() % 7)
    weeks = ((until - monday).days + 1) // 7
    if weeks < _FEWEST_WEEKS:
        return None
    monday += timedelta(weeks=max(weeks - _MOST_WEEKS, 0))
    sums = [spent.get(monday + timedelta(days=at), 0) for at in range((until - monday).days + 1)]
    whole = [sum(sums[at : at + 7]) for at in range(0, len(sums) - 6, 7)]
    return Burn(
        currency=currency,
        # What was refunded once is no income to count on.
        by_weekday=tuple(max(fmean(sums[weekday::7]), 0) for weekday in range(7)),
        spread=stdev(whole),
        weeks=len(whole),
        until=until,
    )


def spending(burn: Burn, days: int) -> Span:
    """What so many days after the last known one cost altogether."""
    path = list(_cumulated(burn, burn.until, days))
    expected, strays = path[-1] if path else (0.0, 0.0)
    return Span(
        low=_money(max(expected - strays, 0), burn.currency),
        expected=_money(expected, burn.currency),
        high=_money(expected + strays, burn.currency),
    )


def outlook(balance: Balance, burn: Burn, after: date) -> Outlook | None:
    """What becomes of a balance that holds everything spent up to a day; None where nothing is left."""
    lots = [_Lot(lot.id, lot.expires_on, lot.left.minor) for lot in balance.lots if lot.left.minor]
    if not lots:
        return None
    path = list(_cumulated(burn, after, (lots[-1].ends - after).days))
    expected = _spent(lots, after, [mean for mean, _ in path])
    dear = _spent(lots, after, [mean + strays for mean, strays in path])
    cheap = _spent(lots, after, _never_falling(mean - strays for mean, strays in path))
    return Outlook(
        gone_on=after + timedelta(days=len(expected.lefts)),
        gone_first=after + timedelta(days=len(dear.lefts)),
        gone_last=after + timedelta(days=len(cheap.lefts)),
        forfeits=tuple(
            Forfeit(lot_id=lot.id, on=lot.ends, amount=_money(lot.left, burn.currency))
            for lot in expected.forfeited
        ),
        course=tuple(_money(left, burn.currency) for left in expected.lefts),
    )


def advice(burn: Burn, months: Sequence[Money]) -> Advice:
    """What to buy by the months known, oldest first, and below how much."""
    trigger = _whole(spending(burn, LEAD_DAYS).high)
    month = [spending(burn, MONTH_DAYS).expected]
    amount = suggested_amount(months or month) or trigger
    return Advice(
        amount=max(_whole(amount), trigger, key=lambda one: one.minor),
        trigger=trigger,
        months=min(len(months), SIZING_MONTHS),
    )


def months_of(spent: Mapping[date, int], currency: str, since: date, until: date) -> tuple[Money, ...]:
    """What each whole calendar month from `since` to `until` cost, both included, oldest first."""
    sums: dict[date, int] = {}
    first = since if since.day == 1 else _next_month(since)
    while (following := _next_month(first)) <= until + timedelta(days=1):
        sums[first] = 0
        first = following
    for day, minor in spent.items():
        if day.replace(day=1) in sums:
            sums[day.replace(day=1)] += minor
    return tuple(Money(minor=minor, currency=currency) for _, minor in sorted(sums.items()))


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _cumulated(burn: Burn, after: date, days: int) -> Iterator[tuple[float, float]]:
    """By day after one: all that is expected to be spent until its end, and how far it may stray either way.

    It strays because weeks differ, and because their mean is known from a few of them only.
    """
    factor = _student(burn.weeks - 1) * burn.spread
    expected = 0.0
    for day in range(1, days + 1):
        expected += burn.by_weekday[(after + timedelta(days=day)).weekday()]
        weeks = day / 7
        yield expected, factor * sqrt(weeks + weeks**2 / burn.weeks)


def _never_falling(sums: Iterable[float]) -> list[float]:
    return list(accumulate(sums, max, initial=0.0))[1:]


class _Way(NamedTuple):
    """What becomes of money, day by day until it is gone."""

    lefts: list[float]
    forfeited: list[_Lot]


def _spent(lots: Sequence[_Lot], after: date, path: Sequence[float]) -> _Way:
    """Spend money along a path of cumulated sums; what is left on the day it expires is forfeited."""
    purse, way = list(lots), _Way([], [])
    for day, (before, now) in enumerate(pairwise([0.0, *path]), start=1):
        today = after + timedelta(days=day)
        way.forfeited.extend(lot for lot in purse if lot.ends <= today)
        purse = _paid([lot for lot in purse if lot.ends > today], now - before)
        way.lefts.append(sum(lot.left for lot in purse))
        if not purse:
            break
    return way


def _paid(purse: Sequence[_Lot], due: float) -> list[_Lot]:
    """What is left once so much was paid from the oldest money (R47)."""
    kept = []
    for lot in purse:
        taken = min(due, lot.left)
        due -= taken
        if lot.left - taken > _NOTHING:
            kept.append(_Lot(lot.id, lot.ends, lot.left - taken))
    return kept


def _student(freedom: int) -> float:
    """Student's t at `_TAIL`, by its expansion around the normal (Abramowitz and Stegun 26.7.5).

    Within half a hundredth of the tables from two degrees of freedom up.
    """
    z = NormalDist().inv_cdf(_TAIL)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + sum(term / float(freedom) ** power for term, power in zip(terms, count(1), strict=False))


def _money(minor: float, currency: str) -> Money:
    return Money(minor=round(minor), currency=currency)


def _whole(amount: Money) -> Money:
    """Rounded up to whole euros: nobody orders cents."""
    unit = 10 ** get_currency_precision(amount.currency)
    return Money(minor=ceil(amount.minor / unit) * unit, currency=amount.currency)
