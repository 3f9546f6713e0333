"""The ledger of Communications Credits against a naive one that walks through every day and cent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.credits import (
    WARN_DAYS,
    Charge,
    Correction,
    Entry,
    Purchase,
    balances,
    expires_on,
    expiries,
    warning_days,
)
from bot.domain.values import Money

START = date(2026, 1, 1)
CURRENCIES = ("EUR", "USD")


def euros(amount: int) -> Money:
    return Money(minor=amount * 100, currency="EUR")


def purchase(name: str, on: date, amount: int) -> Purchase:
    return Purchase(id=name, on=on, amount=euros(amount))


def charge(name: str, on: date, amount: int) -> Charge:
    return Charge(id=name, on=on, amount=euros(amount))


days = st.integers(0, 900).map(lambda count: START + timedelta(days=count))
amounts = st.builds(Money, minor=st.integers(0, 300), currency=st.sampled_from(CURRENCIES))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Entry]:
    bought = draw(st.lists(st.tuples(days, amounts), max_size=6))
    used = draw(st.lists(st.tuples(days, amounts), max_size=8))
    entries: list[Entry] = [Purchase(id=f"p{i}", on=on, amount=sum_) for i, (on, sum_) in enumerate(bought)]
    entries += [Charge(id=f"c{i}", on=on, amount=sum_) for i, (on, sum_) in enumerate(used)]
    names = st.sampled_from([one.id for one in entries] or ["p0"])
    changes = draw(st.lists(st.tuples(names, st.integers(-300, 300)), max_size=4))
    return entries + [Correction(id=f"x{i}", of=of, by=by) for i, (of, by) in enumerate(changes)]


class Purse:
    """One currency, cent by cent."""

    def __init__(self) -> None:
        self.cents: list[date] = []
        self.forfeited = 0
        self.uncovered = 0

    def forfeit(self, day: date) -> None:
        gone = [bought for bought in self.cents if expires_on(bought) <= day]
        self.forfeited += len(gone)
        self.cents = sorted(self.cents)[len(gone) :]

    def pay(self, cents: int) -> None:
        for _cent in range(cents):
            if self.cents:
                self.cents.pop(0)
            else:
                self.uncovered += 1


def naive(entries: Sequence[Entry], currency: str, today: date) -> tuple[int, int, int]:
    """Left, forfeited and uncovered cents: every day in turn, every cent one by one."""
    dated = [one for one in entries if not isinstance(one, Correction) and one.amount.currency == currency]
    purse = Purse()
    day = START
    while day <= today:
        for one in dated:
            if isinstance(one, Purchase) and one.on == day:
                purse.cents += [one.on] * right(one, entries)
        purse.forfeit(day)
        for one in dated:
            if isinstance(one, Charge) and one.on == day:
                purse.pay(right(one, entries))
        day += timedelta(days=1)
    return len(purse.cents), purse.forfeited, purse.uncovered


def right(wrong: Purchase | Charge, entries: Sequence[Entry]) -> int:
    by = sum(change.by for change in entries if isinstance(change, Correction) and change.of == wrong.id)
    return max(wrong.amount.minor + by, 0)


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
        spent = sum(lot.spent.minor for lot in balance.lots)
        charged = _charged(entries, balance.currency, today)
        assert spent + balance.uncovered.minor == charged


def _charged(entries: Sequence[Entry], currency: str, today: date) -> int:
    return sum(
        right(one, entries)
        for one in entries
        if isinstance(one, Charge) and one.amount.currency == currency and one.on <= today
    )


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
