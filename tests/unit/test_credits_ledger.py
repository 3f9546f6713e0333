"""The ledger of Communications Credits against a naive one that walks through every day and cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.credits import (
    WARN_DAYS,
    Charge,
    Correction,
    Entry,
    Purchase,
    Seen,
    balances,
    change_to,
    expires_on,
    expiries,
    right_amount,
    warning_days,
)
from bot.domain.values import Money
from tests.support.naive_ledger import naive, right

START = date(2026, 1, 1)
CURRENCIES = ("EUR", "USD")


def euros(amount: int) -> Money:
    return Money(minor=amount * 100, currency="EUR")


def purchase(name: str, on: date, amount: int) -> Purchase:
    return Purchase(id=name, on=on, amount=euros(amount))


def charge(name: str, on: date, amount: int) -> Charge:
    return Charge(id=name, on=on, amount=euros(amount))


# Few enough days that things often happen on the same one, and enough for money to be forfeited.
days = st.sampled_from([0, 1, 2, 200, 364, 365, 366, 367, 700, 900]).map(
    lambda count: START + timedelta(days=count)
)
amounts = st.builds(Money, minor=st.integers(0, 300), currency=st.sampled_from(CURRENCIES))


@st.composite
def looks(draw: st.DrawFn, purchases: Sequence[Purchase]) -> list[Seen]:
    found = draw(st.lists(st.tuples(days, amounts, st.none() | st.integers(0, 364)), max_size=3))
    return [
        Seen(
            id=f"s{index}",
            on=on,
            amount=amount,
            bought_on=None if age is None else on - timedelta(days=age),
            includes=tuple(one.id for one in purchases if one.on == on and draw(st.booleans())),
        )
        for index, (on, amount, age) in enumerate(found)
    ]


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    bought = draw(st.lists(st.tuples(days, amounts), max_size=6))
    used = draw(st.lists(st.tuples(days, amounts), max_size=8))
    purchases = [Purchase(id=f"p{i}", on=on, amount=sum_) for i, (on, sum_) in enumerate(bought)]
    charges = [Charge(id=f"c{i}", on=on, amount=sum_) for i, (on, sum_) in enumerate(used)]
    entries: list[Entry] = [*purchases, *charges, *draw(looks(purchases))]
    names = st.sampled_from([one.id for one in entries] or ["p0"])
    changes = draw(st.lists(st.tuples(names, st.integers(-300, 300)), max_size=4))
    return entries + [Correction(id=f"x{i}", of=of, by=by) for i, (of, by) in enumerate(changes)]


@given(ledgers(), days)
def test_it_says_what_a_walk_through_every_day_and_cent_says(entries: list[Entry], today: date) -> None:
    said = {
        one.currency: (one.left.minor, one.forfeited.minor, one.uncovered.minor)
        for one in balances(entries, today)
    }
    for currency in CURRENCIES:
        assert said.get(currency, (0, 0, 0)) == naive(entries, currency, today)


@given(ledgers(), days)
def test_no_cent_is_lost_or_made(entries: list[Entry], today: date) -> None:
    for balance in balances(entries, today):
        for lot in balance.lots:
            assert lot.spent.minor + lot.forfeited.minor + lot.left.minor == lot.bought.minor
            assert min(lot.spent.minor, lot.forfeited.minor, lot.left.minor) >= 0
        out = sum(lot.spent.minor for lot in balance.lots) + balance.uncovered.minor
        lost = sum(max(-check.difference.minor, 0) for check in balance.checks)
        assert out == sum_of(Charge, entries, balance.currency, today) + lost
        purchases = {one.id for one in entries if isinstance(one, Purchase)}
        paid_in = sum(lot.bought.minor for lot in balance.lots if lot.id in purchases)
        assert paid_in == sum_of(Purchase, entries, balance.currency, today)


def sum_of(kind: type[Purchase | Charge], entries: Sequence[Entry], currency: str, today: date) -> int:
    return sum(
        right(one, entries)
        for one in entries
        if isinstance(one, kind) and one.amount.currency == currency and one.on <= today
    )


@given(ledgers(), amounts)
def test_what_was_seen_last_is_what_is_left_then(entries: list[Entry], seen: Money) -> None:
    last = START + timedelta(days=900)
    bought = tuple(one.id for one in entries if isinstance(one, Purchase) and one.on == last)
    look = Seen(id="zz", on=last, amount=seen, includes=bought)
    (found,) = [one for one in balances([*entries, look], last) if one.currency == seen.currency]
    assert (found.left, found.uncovered.minor) == (seen, 0)
    assert found.checks[-1].seen == seen


@given(ledgers(), days, st.integers(0, 2**32))
def test_neither_order_nor_repetition_of_arrival_matters(
    entries: list[Entry], today: date, seed: int
) -> None:
    arrived = [*entries, *entries[::2]]
    Random(seed).shuffle(arrived)
    assert balances(arrived, today) == balances(entries, today)
    assert expiries(arrived, today) == expiries(entries, today)


@given(ledgers(), days)
def test_what_happens_in_one_currency_changes_no_other(entries: list[Entry], today: date) -> None:
    dollars = {one.id for one in entries if not isinstance(one, Correction) and one.amount.currency == "USD"}
    others = [one for one in entries if (one.of if isinstance(one, Correction) else one.id) not in dollars]
    whole = [one for one in balances(entries, today) if one.currency == "EUR"]
    assert whole == [one for one in balances(others, today) if one.currency == "EUR"]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_money_lasts_a_year_and_is_warned_about_in_time(bought_on: date) -> None:
    end = expires_on(bought_on)
    assert 365 <= (end - bought_on).days <= 366
    assert [(end - day).days for day in warning_days(bought_on)] == list(WARN_DAYS)


def test_money_of_a_leap_day_ends_on_the_last_of_february() -> None:
    assert expires_on(date(2024, 2, 29)) == date(2025, 2, 28)


def test_money_is_there_on_its_first_day_and_gone_on_its_last() -> None:
    bought = purchase("p", date(2026, 3, 15), 100)
    (first,) = balances([bought, charge("c", date(2026, 3, 15), 30)], date(2026, 3, 15))
    assert first.left == euros(70)
    late = charge("late", date(2027, 3, 15), 30)
    (last,) = balances([bought, late], date(2027, 3, 15))
    assert (last.left, last.forfeited, last.uncovered) == (euros(0), euros(100), euros(30))


def test_a_charge_before_the_money_is_not_paid_by_it() -> None:
    (found,) = balances(
        [charge("c", START, 5), purchase("p", START + timedelta(days=1), 100)], date(2026, 2, 1)
    )
    assert (found.left, found.uncovered) == (euros(100), euros(5))


def test_a_correction_replaces_what_was_recorded_wrong_whenever_it_comes() -> None:
    fix = Correction(id="fix", of="p", by=-9_000)
    entries: list[Entry] = [fix, purchase("p", START, 100)]
    assert balances(entries, START)[0].left == euros(10)
    assert balances([fix], START) == (), "nothing is known of what it corrects yet"


def test_what_was_never_bought_counts_as_nothing() -> None:
    entries: list[Entry] = [purchase("p", START, 100), Correction(id="fix", of="p", by=-99_999)]
    assert balances(entries, START)[0].left == euros(0)


def test_one_id_for_two_different_entries_is_an_error() -> None:
    with pytest.raises(ValueError, match="called p"):
        balances([purchase("p", START, 100), purchase("p", START, 200)], START)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 13), None),
        (date(2027, 1, 14), 60),
        (date(2027, 2, 12), 60),
        (date(2027, 2, 13), 30),
        (date(2027, 3, 8), 7),
        (date(2027, 3, 14), 7),
        (date(2027, 3, 15), None),
    ],
)
def test_the_tightest_warning_that_is_reached_is_due(today: date, expected: int | None) -> None:
    found = expiries([purchase("p", date(2026, 3, 15), 100)], today)
    assert (found[0].days if found else None) == expected


def test_the_most_urgent_money_comes_first_and_spent_money_not_at_all() -> None:
    entries = [
        purchase("late", date(2026, 4, 1), 10),
        purchase("soon", date(2026, 3, 20), 20),
        purchase("spent", date(2026, 3, 1), 5),
        charge("c", date(2026, 4, 2), 5),
    ]
    found = expiries(entries, date(2027, 2, 20))
    assert [(one.lot_id, one.left) for one in found] == [("soon", euros(20)), ("late", euros(10))]


def seen(on: date, amount: int, **more: Any) -> Seen:
    return Seen(id=f"seen:{on}", on=on, amount=euros(amount), **more)


def test_the_ledger_goes_on_from_what_was_seen_and_shows_the_difference() -> None:
    entries = [purchase("p", START, 100), charge("c", START, 30), seen(START, 60, includes=("p",))]
    (found,) = balances(entries, START)
    assert (found.left, found.checks[0].expected, found.checks[0].difference) == (
        euros(60), euros(70), euros(-10),
    )  # fmt: skip


def test_a_record_that_comes_late_changes_the_difference_and_not_what_was_seen() -> None:
    look = seen(START, 60, includes=("p",))
    entries = [purchase("p", START, 100), charge("c", START, 30), look, charge("late", START, 10)]
    (found,) = balances(entries, START)
    assert (found.left, found.checks[0].difference) == (euros(60), euros(0))


def test_what_is_bought_after_a_look_on_the_same_day_is_added_to_it() -> None:
    before, after = purchase("before", START, 100), purchase("after", START, 50)
    (found,) = balances([before, after, seen(START, 80, includes=("before",))], START)
    assert found.left == euros(130)


def test_a_ledger_may_begin_with_what_was_left_and_whose_age_is_known() -> None:
    calls = charge("before", START - timedelta(days=30), 40)
    opened = [calls, seen(START, 200, bought_on=START - timedelta(days=300))]
    (found,) = balances(opened, START)
    assert (found.left, found.uncovered) == (euros(200), euros(0))
    (later,) = balances(opened, START + timedelta(days=65))
    assert (later.left, later.forfeited) == (euros(0), euros(200))


def test_money_that_would_be_forfeited_by_now_cannot_be_left() -> None:
    with pytest.raises(ValueError, match="twelve months"):
        seen(START, 10, bought_on=START - timedelta(days=365))


def test_what_an_entry_says_includes_its_corrections() -> None:
    entries = [purchase("p", START, 100), Correction(id="x", of="p", by=-1_000)]
    assert (right_amount(entries, "p"), right_amount(entries, "x")) == (euros(90), None)


@given(st.integers(0, 100), st.lists(st.integers(-200, 200), max_size=3), st.integers(0, 100))
def test_whatever_was_corrected_before_a_correction_makes_it_right(
    amount: int, changes: list[int], wanted: int
) -> None:
    entries: list[Entry] = [purchase("p", START, amount)]
    entries += [Correction(id=f"x{at}", of="p", by=100 * by) for at, by in enumerate(changes)]
    entries.append(Correction(id="last", of="p", by=change_to(entries, "p", euros(wanted))))
    assert right_amount(entries, "p") == euros(wanted)
