"""How the credits stand: one currency at a time, from entries alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.domain.credits import Charge, Entry, Purchase, Seen
from bot.domain.credits_stand import Known, Stand, known_days, stand_of
from bot.domain.values import Money

TODAY = date(2026, 11, 21)
KNOWN = Known(since=date(2026, 8, 1), until=date(2026, 11, 20))


def money(amount: float, currency: str = "EUR") -> Money:
    return Money(minor=round(amount * 100), currency=currency)


def bought(on: date, amount: float, currency: str = "EUR") -> Purchase:
    return Purchase(id=f"p:{on}:{currency}", on=on, amount=money(amount, currency))


def calls(amount: float, currency: str = "EUR", known: Known = KNOWN) -> list[Entry]:
    """The same every day."""
    days = (known.since + timedelta(days=at) for at in range((known.until - known.since).days + 1))
    return [Charge(id=f"c:{on}:{currency}", on=on, amount=money(amount, currency)) for on in days]


def one(entries: list[Entry], days: int = 90, known: Known | None = KNOWN) -> Stand:
    (found,) = stand_of(entries, TODAY, known, days)
    return found


def test_what_is_left_and_until_when_it_lasts() -> None:
    found = one([bought(date(2026, 8, 1), 500), *calls(2)])
    assert found.balance.left == money(500 - 2 * 112)
    assert found.burn is not None
    assert found.burn.day == money(2)
    assert found.outlook is not None
    assert found.outlook.gone_on == KNOWN.until + timedelta(days=276 / 2)
    assert found.month is not None
    assert found.month.expected == money(60)
    assert found.advice is not None
    assert found.advice.amount == money(74)


def test_the_line_goes_from_the_first_money_through_today_to_the_end() -> None:
    found = one([bought(date(2026, 11, 1), 60), *calls(2)])
    assert found.history[0].on == date(2026, 11, 1)
    assert found.history[0].left == money(58)
    assert found.history[-1].on == TODAY
    assert found.history[-1].left == money(20)
    assert [point.left for point in found.ahead][-1] == money(0)
    assert found.ahead[-1].on == KNOWN.until + timedelta(days=10)


def test_money_bought_this_morning_makes_a_line_of_one_point() -> None:
    found = one([bought(TODAY, 60)], known=None)
    assert [(point.on, point.left) for point in found.history] == [(TODAY, money(60))]
    assert (found.burn, found.outlook, found.advice) == (None, None, None)
    assert (found.ahead, found.spent) == ((), ())


@pytest.mark.parametrize(
    ("days", "count", "first", "last"), [(30, 4, 14, 14), (90, 12, 14, 14), (365, 4, 62, 40)]
)
def test_spending_comes_by_week_and_over_a_year_by_month(
    days: int, count: int, first: float, last: float
) -> None:
    found = one(calls(2), days).spent
    assert len(found) == count
    assert found[-1].until == KNOWN.until
    assert (found[0].spent, found[-1].spent) == (money(first), money(last))


def test_currencies_are_kept_apart_and_the_one_most_is_spent_in_comes_first() -> None:
    entries = [bought(KNOWN.since, 900, "USD"), bought(KNOWN.since, 500), *calls(1, "USD"), *calls(2)]
    found = stand_of(entries, TODAY, KNOWN)
    assert [stand.currency for stand in found] == ["EUR", "USD"]
    assert [stand.balance.left for stand in found] == [money(500 - 224), money(900 - 112, "USD")]


def test_calls_without_any_money_on_record_are_no_empty_balance() -> None:
    found = one(calls(2))
    assert not found.bought
    assert found.balance.uncovered == money(224)
    assert found.outlook is None


def test_days_since_a_look_into_the_admin_centre_are_not_spent_twice() -> None:
    look = Seen(id="seen", on=TODAY, amount=money(10))
    found = one([*calls(2), look])
    assert found.outlook is not None
    assert found.outlook.gone_on == TODAY + timedelta(days=5)


@pytest.mark.parametrize(
    ("since", "until", "known"),
    [
        ((2026, 8, 1, 0), (2026, 11, 21, 2), (date(2026, 8, 1), date(2026, 11, 20))),
        ((2026, 8, 1, 9), (2026, 11, 21, 0), (date(2026, 8, 2), date(2026, 11, 20))),
        ((2026, 11, 20, 9), (2026, 11, 21, 2), None),
    ],
)
def test_only_days_read_from_beginning_to_end_are_known(
    since: tuple[int, int, int, int], until: tuple[int, int, int, int], known: tuple[date, date] | None
) -> None:
    found = known_days(datetime(*since, tzinfo=UTC), datetime(*until, tzinfo=UTC))
    assert found == (Known(since=known[0], until=known[1]) if known else None)


def test_nothing_read_is_nothing_known() -> None:
    assert stand_of([], TODAY, None) == ()


def test_who_does_not_call_is_not_told_to_buy_nothing() -> None:
    found = one([bought(date(2026, 8, 1), 500)])
    assert found.burn is not None
    assert found.advice is None


def test_refunds_neither_go_on_nor_make_money() -> None:
    found = one([bought(date(2026, 8, 1), 500), *calls(-2)])
    assert found.month is not None
    assert (found.month.low, found.month.expected, found.month.high) == (money(0), money(0), money(0))
    assert found.outlook is not None
    assert max(left.minor for left in found.outlook.course) == 50_000
