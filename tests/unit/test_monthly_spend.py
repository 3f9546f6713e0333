"""The last whole months of calls, that an amount to buy is sized by (R53)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.credits import Charge, suggested_amount
from bot.domain.monthly_spend import last_months
from bot.domain.values import Money

YEAR = date(2026, 1, 1)


def charge(on: str, minor: int, currency: str = "EUR") -> Charge:
    return Charge(
        id=f"{on}:{currency}", on=date.fromisoformat(on), amount=Money(minor=minor, currency=currency)
    )


def euros(*amounts: int) -> tuple[Money, ...]:
    return tuple(Money(minor=amount * 100, currency="EUR") for amount in amounts)


CALLS = (
    charge("2026-07-31", 90_000),
    charge("2026-08-01", 5_000),
    charge("2026-08-31", 3_000),
    charge("2026-09-15", 10_000),
    charge("2026-10-15", 12_000),
    charge("2026-11-02", 70_000),
    charge("2026-10-16", 900, "USD"),
)


def test_three_whole_months_are_counted_and_the_one_that_has_begun_is_not() -> None:
    found = last_months(CALLS, YEAR, date(2026, 11, 20))
    assert found == euros(80, 100, 120)
    assert suggested_amount(found) == euros(120)[0]


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        ("2026-01-01", "2026-10-31", euros(80, 100, 120)),
        ("2026-08-02", "2026-10-31", euros(100, 120)),
        ("2026-10-01", "2026-10-31", euros(120)),
        ("2026-10-02", "2026-11-20", ()),
        ("2026-11-01", "2026-11-20", ()),
    ],
)
def test_only_months_that_are_known_from_end_to_end_count(
    since: str, until: str, months: tuple[Money, ...]
) -> None:
    assert last_months(CALLS, date.fromisoformat(since), date.fromisoformat(until)) == months


def test_a_month_without_calls_counts_as_nothing_and_no_calls_at_all_say_nothing() -> None:
    assert last_months(CALLS[-3:-2], YEAR, date(2026, 11, 20)) == euros(0, 0, 120)
    assert last_months((), YEAR, date(2026, 11, 20)) == ()


def test_the_currency_most_was_spent_in_is_taken() -> None:
    calls = (*CALLS, charge("2026-09-01", 99_000, "USD"))
    assert [one.currency for one in last_months(calls, YEAR, date(2026, 11, 20))] == ["USD"] * 3
