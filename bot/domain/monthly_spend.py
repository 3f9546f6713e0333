"""What calls cost month by month: the figure that an amount to buy is sized by (R53)."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from bot.domain.credits import Charge
from bot.domain.values import Money

__all__ = ["last_months"]

_MONTHS = 3


def last_months(charges: Iterable[Charge], since: date, until: date) -> tuple[Money, ...]:
    """Of the last whole months between two days, both included, at most three, the oldest first.

    In the currency most was spent in lately; empty where no whole month is known, or nothing was spent.
    """
    months = _whole_months(since, until)
    sums: Counter[tuple[str, tuple[int, int]]] = Counter()
    for charge in charges:
        month = (charge.on.year, charge.on.month)
        if month in months:
            sums[charge.amount.currency, month] += charge.amount.minor
    by_currency: Counter[str] = Counter()
    for (currency, _month), minor in sums.items():
        by_currency[currency] += minor
    if not any(by_currency.values()):
        return ()
    currency, _most = max(by_currency.items(), key=lambda one: (one[1], one[0]))
    return tuple(Money(minor=sums[currency, month], currency=currency) for month in months)


def _whole_months(since: date, until: date) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    last = until if until.day == monthrange(until.year, until.month)[1] else until.replace(day=1) - _DAY
    while len(found) < _MONTHS and last.replace(day=1) >= since:
        found.append((last.year, last.month))
        last = last.replace(day=1) - _DAY
    return tuple(reversed(found))


_DAY = timedelta(days=1)
