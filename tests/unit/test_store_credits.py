"""The ledger in the database: entries once, calls once, sums in step, and the same as one kept by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.credits import Charge, Correction, Entry, Purchase, Seen, balances
from bot.domain.errors import Conflict
from bot.domain.usage import CallCharge
from bot.domain.values import Money
from bot.store import call_charges
from bot.store import credits as ledger
from bot.store.database import Database, Transaction
from tests.support.naive_ledger import naive

START = date(2026, 1, 1)
DAYS = (0, 1, 200, 365, 366, 700)
CURRENCIES = ("EUR", "USD")


def on(day: int) -> date:
    return START + timedelta(days=day)


def cents(amount: int, currency: str = "EUR") -> Money:
    return Money(minor=amount, currency=currency)


def call(name: str, day: int = 0, cost: int = 10, currency: str = "EUR", **more: Any) -> CallCharge:
    """A call that cost so many cents."""
    told = {"seconds": 60, "person_id": "ana", "person": "Ana", "country": "DE", "call_type": "user_out"}
    began = datetime.combine(on(day), time(9), UTC)
    return CallCharge(id=name, began=began, currency=currency, millionths=cost * 10_000, **(told | more))


class Undo(Exception):
    """Takes back what an example did."""


days, costs = st.sampled_from(DAYS), st.integers(0, 90)
currencies = st.sampled_from(CURRENCIES)
# Few ids, so that records come again, with the same charge or another, on the same day or another.
arrivals = st.lists(
    st.lists(
        st.builds(
            call,
            st.sampled_from("abcdefgh"),
            days,
            costs,
            currencies,
            person_id=st.sampled_from(["ana", "ben", ""]),
            country=st.sampled_from(["DE", "FR", ""]),
        ),
        max_size=5,
    ),
    max_size=6,
)


@st.composite
def recorded(draw: st.DrawFn) -> list[Entry]:
    bought = draw(st.lists(st.tuples(days, costs, currencies), max_size=4))
    found: list[Entry] = [
        Purchase(id=f"p{index}", on=on(day), amount=cents(cost, currency))
        for index, (day, cost, currency) in enumerate(bought)
    ]
    looked = draw(st.lists(st.tuples(days, costs, currencies), max_size=2))
    found += [
        Seen(id=f"s{index}", on=on(day), amount=cents(cost, currency))
        for index, (day, cost, currency) in enumerate(looked)
    ]
    wrong = [one.id for one in found] + [f"calls:{on(day)}:EUR" for day in DAYS]
    changes = draw(st.lists(st.tuples(st.sampled_from(wrong), st.integers(-90, 90)), max_size=3))
    return [*found, *(Correction(id=f"x{i}", of=of, by=by) for i, (of, by) in enumerate(changes))]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(recorded(), arrivals, st.randoms(use_true_random=False), days)
def test_it_is_the_ledger_kept_by_hand_in_whatever_order_things_arrive(
    db: Database, entries: list[Entry], pages: list[list[CallCharge]], dice: Any, today: int
) -> None:
    arriving: list[Entry | list[CallCharge]] = [*entries, *entries[::2], *pages]
    dice.shuffle(arriving)

    def example(tx: Transaction) -> None:
        for one in arriving:
            if isinstance(one, list):
                call_charges.apply(tx, one)
            else:
                ledger.record(tx, one, source="manual", actor="ana")
        compare(tx, entries, [one for page in arriving if isinstance(page, list) for one in page], on(today))
        raise Undo

    with pytest.raises(Undo):
        db.run(example)


def compare(tx: Transaction, entries: Sequence[Entry], calls: Sequence[CallCharge], today: date) -> None:
    """The ledger beside one that knows the last word of each record and adds up nothing beforehand."""
    last = {one.id: one for one in calls}.values()
    by_hand = [*entries, *by_day(last)]
    said = {
        one.currency: (one.left.minor, one.forfeited.minor, one.uncovered.minor)
        for one in balances(ledger.entries(tx), today)
    }
    for currency in CURRENCIES:
        assert said.get(currency, (0, 0, 0)) == naive(by_hand, currency, today)
    spent = sum(one.millionths for one in last)
    assert sum(one.millionths for one in ledger.usage(tx, on(0), on(999))) == spent


def by_day(calls: Any) -> list[Charge]:
    found: dict[tuple[date, str], int] = {}
    for one in calls:
        key = (one.day, one.currency)
        found[key] = found.get(key, 0) + one.millionths // 10_000
    return [
        Charge(id=f"calls:{day}:{currency}", on=day, amount=cents(amount, currency))
        for (day, currency), amount in found.items()
        if amount
    ]


def record(tx: Transaction, entry: Entry, **more: Any) -> bool:
    return ledger.record(tx, entry, source="order", actor="priya", **more)


def test_the_same_entry_twice_is_one_and_another_under_its_name_is_refused(db: Database) -> None:
    bought = Purchase(id="order:1", on=START, amount=cents(80_000))
    assert db.run(record, bought, note="PO 7", request_id="SB-AAAAA") is True
    assert db.run(record, bought) is False
    with pytest.raises(Conflict):
        db.run(record, bought.model_copy(update={"on": on(1)}))
    (kept,) = db.run_read(ledger.recorded)
    assert (kept.entry, kept.source, kept.actor, kept.note, kept.request_id) == (
        bought, "order", "priya", "PO 7", "SB-AAAAA",
    )  # fmt: skip


def test_r47_the_oldest_money_goes_first(db: Database) -> None:
    db.run(record, Purchase(id="jan", on=START, amount=cents(10_000)))
    db.run(record, Purchase(id="jun", on=on(151), amount=cents(10_000)))
    db.run(call_charges.apply, [call("c", 200, 12_000)])
    (found,) = db.run_read(lambda tx: balances(ledger.entries(tx), on(200)))
    assert [lot.left for lot in found.lots] == [cents(0), cents(8_000)]
    (later,) = db.run_read(lambda tx: balances(ledger.entries(tx), on(366)))
    assert (later.forfeited, later.left) == (cents(0), cents(8_000))


def test_a_look_takes_in_what_was_recorded_of_the_day_and_shows_the_difference(db: Database) -> None:
    db.run(record, Purchase(id="order:1", on=START, amount=cents(80_000)))
    db.run(call_charges.apply, [call("c", 0, 10_000)])
    check = db.run(ledger.reconciled, START, cents(69_500), "priya")
    assert (check.expected, check.difference) == (cents(70_000), cents(-500))
    db.run(record, Purchase(id="order:2", on=START, amount=cents(1_000)))
    (found,) = db.run_read(lambda tx: balances(ledger.entries(tx), START))
    assert found.left == cents(70_500)
    assert db.run_read(ledger.last_reconciled, "EUR") == (START, cents(69_500), cents(-500))
    assert db.run_read(ledger.last_reconciled, "USD") is None


def test_sums_follow_a_call_that_turns_out_to_be_somebody_elses_on_another_day(db: Database) -> None:
    db.run(call_charges.apply, [call("c", 0, 10), call("d", 0, 5)])
    applied = db.run(call_charges.apply, [call("c", 1, 20, person_id="ben", person="Ben", country="FR")])
    assert (applied.charged, applied.corrected) == (0, 1)
    assert [
        (one.day, one.person, one.country, one.calls, one.millionths)
        for one in db.run_read(ledger.usage, on(0), on(1))
    ] == [(on(0), "Ana", "DE", 1, 50_000), (on(1), "Ben", "FR", 1, 200_000)]
    assert db.run_read(ledger.usage, on(2), on(9)) == ()


def test_a_caller_has_the_name_he_was_last_called(db: Database) -> None:
    db.run(call_charges.apply, [call("c", person="Ana Moreau")])
    db.run(call_charges.apply, [call("d", person="Ana Martin")])
    assert {one.person for one in db.run_read(ledger.usage, on(0), on(0))} == {"Ana Martin"}


def test_the_same_call_twice_on_a_page_counts_once_as_it_was_said_last(db: Database) -> None:
    assert db.run(call_charges.apply, [call("c", cost=10), call("c", cost=30)]).charged == 1
    (found,) = db.run_read(ledger.usage, on(0), on(0))
    assert (found.calls, found.amount) == (1, cents(30))
