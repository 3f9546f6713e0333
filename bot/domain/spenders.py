"""Where the credits go: who spends most, and who or what suddenly spends far more than usual."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import fmean, stdev

from bot.domain.usage import millionths_of, rounded
from bot.domain.values import Money, Value

__all__ = ["RECENT_DAYS", "USUAL_WEEKS", "Dimension", "Jump", "Share", "Spent", "jumps", "shares"]

RECENT_DAYS = 7
"""What is compared with what was usual before: a week, so that weekdays weigh the same."""

USUAL_WEEKS = 8
"""How many weeks say what is usual, where so many are known."""

_FEWEST_WEEKS = 2

_TIMES_USUAL = 3
_SPREADS = 4
_SHARE_OF_ALL = 0.1
_SMALLEST = 2000
"""Minor units: 20 euros, or 2,000 yen."""


class Dimension(StrEnum):
    """By what spending is told apart."""

    COUNTRY = "country"
    """Where calls went."""
    DEPARTMENT = "department"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one country, department or person spent within some days."""

    currency: str
    key: str
    """ISO 3166-1 code, department, or object id; empty: not known."""
    name: str
    """A person's name; the key for others."""
    calls: int
    millionths: int
    """Of the currency's unit."""


class Share(Value):
    """One part of what was spent."""

    key: str
    name: str
    amount: Money
    calls: int
    part: float
    """Of everything, from 0 to 1."""


class Jump(Value):
    """Far more than usual within the last days."""

    by: Dimension
    key: str
    name: str
    spent: Money
    """In the last `RECENT_DAYS`."""
    usual: Money
    """In as many days before, in the mean."""


def shares(spent: Iterable[Spent], currency: str) -> tuple[Share, ...]:
    """The parts of what was spent in one currency, the largest first."""
    own = [one for one in spent if one.currency == currency]
    whole = sum(one.millionths for one in own) or 1
    found = (
        Share(
            key=one.key,
            name=one.name,
            amount=rounded(one.millionths, currency),
            calls=one.calls,
            part=one.millionths / whole,
        )
        for one in own
    )
    return tuple(sorted(found, key=lambda one: (-one.part, one.key)))


def jumps(by: Dimension, weeks: Sequence[Sequence[Spent]], currency: str) -> tuple[Jump, ...]:
    """Who spent far more in the last week than in the weeks before, the dearest first.

    `weeks` are those known to their ends, the last one first. Far more is three times the usual, and more
    than weeks differ by themselves (four standard deviations), and more than a tenth of what a week costs
    altogether and than 20 euros: one call to a country nobody calls is no news. Nothing is unusual as long
    as fewer than two weeks before are known, and nothing is where it is not known who or where it was.
    """
    if len(weeks) <= _FEWEST_WEEKS:
        return ()
    weekly = _weekly(weeks, currency)
    floor = max(_SHARE_OF_ALL * _usual_week(weekly), millionths_of(_SMALLEST, currency))
    names = {one.key: one.name for week in reversed(weeks) for one in week}
    found = (
        Jump(
            by=by,
            key=key,
            name=names[key],
            spent=rounded(sums[0], currency),
            usual=rounded(round(fmean(sums[1:])), currency),
        )
        for key, sums in weekly.items()
        if key and _is_unusual(sums, floor)
    )
    return tuple(sorted(found, key=lambda one: (-one.spent.minor, one.key)))


def _usual_week(weekly: Mapping[str, Sequence[int]]) -> float:
    """What a week before the last one cost altogether, in the mean."""
    return sum(fmean(sums[1:]) for sums in weekly.values())


def _is_unusual(sums: Sequence[int], floor: float) -> bool:
    recent, *before = sums
    usual = fmean(before)
    return recent > max(_TIMES_USUAL * usual, usual + _SPREADS * stdev(before), floor)


def _weekly(weeks: Sequence[Sequence[Spent]], currency: str) -> Mapping[str, list[int]]:
    """Millionths of each by week, the last one first."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0] * len(weeks))
    for at, one in _numbered(weeks):
        if one.currency == currency:
            sums[one.key][at] += one.millionths
    return sums


def _numbered(weeks: Sequence[Sequence[Spent]]) -> Iterator[tuple[int, Spent]]:
    for at, week in enumerate(weeks):
        for one in week:
            yield at, one
