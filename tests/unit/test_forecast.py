"""How long credits last: examples by hand, and what has to hold whatever was spent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.credits import Balance, Purchase, balances, expires_on
from bot.domain.forecast import (
    MONTH_DAYS,
    Burn,
    Outlook,
    advice,
    burn_of,
    months_of,
    outlook,
    spending,
)
from bot.domain.values import Money

MONDAY = date(2026, 9, 7)
SINCE = MONDAY - timedelta(weeks=8)
UNTIL = MONDAY - timedelta(days=1)
WORKWEEK = (1000, 1000, 1000, 1000, 600, 0, 0)


def euros(amount: float) -> Money:
    return Money(minor=round(amount * 100), currency="EUR")


def by_weekday(pattern: tuple[int, ...], since: date = SINCE, until: date = UNTIL) -> dict[date, int]:
    days = (since + timedelta(days=at) for at in range((until - since).days + 1))
    return {day: pattern[day.weekday()] for day in days}


def burn(spent: Mapping[date, int]) -> Burn:
    found = burn_of(spent, "EUR", SINCE, UNTIL)
    assert found is not None
    return found


def bought(*purchases: tuple[date, float], today: date = UNTIL) -> Balance:
    entries = [Purchase(id=f"p{at}", on=on, amount=euros(sum_)) for at, (on, sum_) in enumerate(purchases)]
    return balances(entries, today)[0]


def seen(balance: Balance, spent: Mapping[date, int]) -> Outlook:
    found = outlook(balance, burn(spent), UNTIL)
    assert found is not None
    return found


def test_each_weekday_has_its_own_mean() -> None:
    found = burn(by_weekday(WORKWEEK))
    assert found.by_weekday == WORKWEEK
    assert found.week == 4600
    assert found.day == euros(6.57)
    assert found.weeks == 8


def test_the_days_ahead_cost_what_their_weekdays_do() -> None:
    found = burn(by_weekday(WORKWEEK))
    assert spending(found, 5).expected == euros(46)
    assert spending(found, 7).expected == euros(46)
    assert spending(found, 8).expected == euros(56)


def test_money_lasts_until_the_day_it_is_used_up() -> None:
    """Monday to Thursday 10, Friday 6: of 100, the last 2 go on Wednesday of the third week."""
    found = seen(bought((UNTIL, 100)), by_weekday(WORKWEEK))
    assert found.gone_on == MONDAY + timedelta(days=14)
    assert found.forfeits == ()


def test_a_look_into_the_admin_centre_may_know_more_than_the_records() -> None:
    """What was spent up to Tuesday is in the balance already: the days go on with Wednesday."""
    found = outlook(bought((UNTIL, 26)), burn(by_weekday(WORKWEEK)), MONDAY + timedelta(days=1))
    assert found is not None
    assert found.gone_on == MONDAY + timedelta(days=4)
    assert found.course == (euros(16), euros(6), euros(0))


def test_weeks_that_are_all_alike_leave_no_doubt() -> None:
    found = seen(bought((UNTIL, 100)), by_weekday(WORKWEEK))
    assert found.gone_first == found.gone_on == found.gone_last
    month = spending(burn(by_weekday(WORKWEEK)), MONTH_DAYS)
    assert month.low == month.expected == month.high


def test_what_expires_before_it_is_used_is_foreseen() -> None:
    """46 a week: of 1,000 that end in two weeks, 92 are used; then the younger money is."""
    old = UNTIL - timedelta(days=365 - 15)
    found = seen(bought((old, 1000), (UNTIL, 92)), by_weekday(WORKWEEK))
    assert [(one.lot_id, one.on, one.amount) for one in found.forfeits] == [
        ("p0", expires_on(old), euros(1000 - 92))
    ]
    assert expires_on(old) == MONDAY + timedelta(days=14)
    assert found.gone_on == MONDAY + timedelta(days=14 + 11)


def test_money_nobody_uses_is_gone_when_its_year_is_over() -> None:
    found = seen(bought((UNTIL, 100)), {})
    assert found.gone_on == found.gone_first == found.gone_last == expires_on(UNTIL)
    assert [one.amount for one in found.forfeits] == [euros(100)]


def test_nothing_is_said_of_less_than_three_weeks_and_of_no_money() -> None:
    assert burn_of({}, "EUR", SINCE, SINCE + timedelta(days=19)) is None
    assert burn_of({}, "EUR", SINCE, SINCE + timedelta(days=20)) is not None
    assert outlook(Balance(currency="EUR", lots=(), uncovered=euros(0)), burn({}), UNTIL) is None


def test_only_whole_weeks_and_only_the_last_twelve_count() -> None:
    since = UNTIL - timedelta(weeks=20) - timedelta(days=3)
    spent = by_weekday((0,) * 7, since) | by_weekday(WORKWEEK, UNTIL - timedelta(days=12 * 7 - 1))
    found = burn_of(spent, "EUR", since, UNTIL)
    assert found is not None
    assert found.weeks == 12
    assert found.week == 4600


@pytest.mark.parametrize(
    ("usage", "amount"), [((80, 100, 120), 120), ((10, 80, 100, 120), 120), ((100,), 120)]
)
def test_the_amount_is_the_mean_of_three_months_and_a_fifth(usage: tuple[int, ...], amount: int) -> None:
    """R53."""
    found = advice(burn({}), [euros(month) for month in usage])
    assert found.amount == euros(amount)
    assert found.months == min(len(usage), 3)


def test_without_a_whole_month_the_amount_comes_from_the_weeks() -> None:
    found = advice(burn(by_weekday((700,) * 7)), ())
    assert found.amount == euros(7 * MONTH_DAYS * 1.2)
    assert found.months == 0


def test_the_trigger_lasts_for_an_order_and_the_amount_is_never_below_it() -> None:
    """R45; an order may take two weeks."""
    found = advice(burn(by_weekday(WORKWEEK)), [euros(10)])
    assert found.trigger == euros(92)
    assert found.amount == euros(92)


def test_advice_is_in_whole_units_of_the_currency() -> None:
    yen = burn_of(by_weekday((11,) * 7), "JPY", SINCE, UNTIL)
    assert yen is not None
    assert advice(yen, ()).trigger == Money(minor=11 * 14, currency="JPY")
    assert advice(burn(by_weekday((11,) * 7)), ()).trigger == euros(2)


def test_only_whole_months_are_counted() -> None:
    spent = by_weekday((100,) * 7, date(2026, 6, 15), date(2026, 9, 20))
    assert months_of(spent, "EUR", date(2026, 6, 15), date(2026, 9, 20)) == (euros(31), euros(31))
    assert months_of(spent, "EUR", date(2026, 7, 1), date(2026, 7, 31)) == (euros(31),)
    assert months_of(spent, "EUR", date(2026, 7, 1), date(2026, 7, 30)) == ()
    assert months_of({}, "EUR", date(2025, 11, 1), date(2026, 1, 31)) == (euros(0),) * 3


spends = st.dictionaries(
    st.integers(0, 55).map(lambda ago: UNTIL - timedelta(days=ago)), st.integers(0, 50_000), max_size=56
)
purchases = st.lists(
    st.tuples(st.integers(0, 364).map(lambda ago: UNTIL - timedelta(days=ago)), st.integers(1, 2000)),
    min_size=1,
    max_size=4,
)


@given(spends, purchases)
def test_more_spending_never_makes_money_last_longer(
    spent: dict[date, int], lots: list[tuple[date, float]]
) -> None:
    found = seen(bought(*sorted(lots)), spent)
    assert UNTIL < found.gone_first <= found.gone_on <= found.gone_last <= expires_on(max(lots)[0])
    month = spending(burn(spent), MONTH_DAYS)
    assert 0 <= month.low.minor <= month.expected.minor <= month.high.minor


@given(spends, purchases)
def test_money_is_spent_or_forfeited_and_nothing_else(
    spent: dict[date, int], lots: list[tuple[date, float]]
) -> None:
    balance = bought(*sorted(lots))
    found = seen(balance, spent)
    days = (found.gone_on - UNTIL).days
    used = balance.left.minor - sum(one.amount.minor for one in found.forfeits)
    assert 0 <= used <= spending(burn(spent), days).expected.minor + len(lots)


def uneven(dice: Random, weeks: int) -> dict[date, int]:
    """Weeks that differ by half either way, and days by chance."""
    return {
        SINCE + timedelta(weeks=week, days=weekday): round(usual * level * dice.expovariate(1))
        for week in range(weeks)
        for level in [dice.uniform(0.5, 1.5)]
        for weekday, usual in enumerate(WORKWEEK)
    }


def test_the_range_holds_nine_times_in_ten() -> None:
    """What was held back lies within what was stated, and what was stated is narrow enough to be of use."""
    dice, held, widths, runs = Random(7), 0, 0.0, 400
    for _ in range(runs):
        spent = uneven(dice, 8 + 5)
        span = spending(burn(spent), MONTH_DAYS)
        ahead = (spent[UNTIL + timedelta(days=day)] for day in range(1, MONTH_DAYS + 1))
        held += span.low.minor <= sum(ahead) <= span.high.minor
        widths += (span.high.minor - span.low.minor) / span.expected.minor
    assert 0.87 * runs <= held <= 0.97 * runs
    assert widths / runs < 1.3


@pytest.mark.parametrize(("weeks", "table"), [(3, 2.920), (4, 2.353), (8, 1.895), (12, 1.796)])
def test_few_weeks_make_the_range_wider_as_the_tables_of_student_say(weeks: int, table: float) -> None:
    found = Burn(currency="EUR", by_weekday=(0.0,) * 7, spread=100_000.0, weeks=weeks, until=UNTIL)
    assert spending(found, 7).high.minor == pytest.approx(table * 100_000 * (1 + 1 / weeks) ** 0.5, rel=0.005)
