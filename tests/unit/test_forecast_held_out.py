"""The forecast against a month of the simulated tenant's calls that it has not seen."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.forecast import MONTH_DAYS, burn_of, spending
from bot.domain.usage import rounded
from bot.sandbox.call_history import CallHistory, HistoryWish
from bot.sandbox.model import Person

TODAY = datetime(2026, 11, 21, tzinfo=UTC)
SEEN = 90
"""Days of which Graph tells at first."""
SEEDS = range(40)
PEOPLE = [Person("1", "ana@contoso.com", "Ana Alvarez", "Ana", "Alvarez", TODAY, history=[])]


def spent(records: int, seed: int) -> dict[date, int]:
    """Cents by day."""
    wish = HistoryWish(records=records, days=SEEN + MONTH_DAYS, seed=seed)
    history = CallHistory(wish, PEOPLE, TODAY, str)
    sums: dict[date, int] = defaultdict(int)
    for index in range(len(history)):
        made = history.made(index)
        sums[made.call.at.date()] += round(made.charge * 1_000_000)
    return {day: rounded(millionths, "EUR").minor for day, millionths in sums.items()}


@pytest.mark.parametrize("records", [400, 2000], ids=["few calls", "many calls"])
def test_a_month_lies_within_the_range_stated_for_it(records: int) -> None:
    """At least eight times in ten; nine are meant. And the range is narrow enough to be of use."""
    begin = (TODAY - timedelta(days=SEEN + MONTH_DAYS)).date()
    last = begin + timedelta(days=SEEN - 1)
    held, widths = 0, []
    for seed in SEEDS:
        days = spent(records, seed)
        burn = burn_of({day: sum_ for day, sum_ in days.items() if day <= last}, "EUR", begin, last)
        assert burn is not None
        stated = spending(burn, MONTH_DAYS)
        real = sum(sum_ for day, sum_ in days.items() if day > last)
        held += stated.low.minor <= real <= stated.high.minor
        widths.append((stated.high.minor - stated.low.minor) / stated.expected.minor)
    assert held >= 0.8 * len(SEEDS)
    assert sum(widths) / len(widths) < 0.7
