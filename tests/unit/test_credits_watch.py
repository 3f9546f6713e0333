"""What billing administrators are alerted to: each thing once, until it is well again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.amounts import with_currency
from bot.domain.credits import expires_on
from bot.domain.requests import RequestState
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish
from bot.store import alerts
from bot.store import credits as ledger
from bot.store.database import Database, Transaction
from bot.usecases.credits_watch import CHORE, tell
from tests.support.call_history import bought, calls, euros, read
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime

BILLING = ("00000000-0000-0000-0000-0000000000b1",)


def look(db: Database) -> dict[str, str]:
    """What stands after another look: codes by what they are about."""

    def work(tx: Transaction) -> dict[str, str]:
        tell(tx, BILLING)
        return {one.key.removeprefix(f"{CHORE}:"): one.code for one in alerts.standing(tx, CHORE)}

    return db.run(work)


def said(db: Database, code: str) -> dict[str, str]:
    """The parameters of the alert that stands."""
    (found,) = db.run(lambda tx: [one for one in alerts.standing(tx) if one.code == code])
    return dict(found.params)


def begin(db: Database, money: float, a_day: float = 2, days: int = 70) -> list[date]:
    """Money bought when the records begin, and calls for the same amount every day."""

    def work(tx: Transaction) -> list[date]:
        known = read(tx, days)
        bought(tx, known[0], money)
        calls(tx, known, a_day)
        return known

    return db.run(work)


def test_enough_money_and_ordinary_calls_are_no_news(db: Database) -> None:
    begin(db, 1000)
    assert look(db) == {}


def test_what_is_left_when_an_order_may_come_too_late_is_told_once(db: Database) -> None:
    begin(db, 168)
    assert look(db) == {"low:EUR": "SB-CRE-61"}
    told = said(db, "SB-CRE-61")
    assert (told["left"], told["trigger"]) == ("28.00 EUR", "28.00 EUR")
    assert not db.run(lambda tx: tell(tx, BILLING)), "nobody hears it again"


def test_one_cent_more_is_enough(db: Database) -> None:
    begin(db, 168.01)
    assert look(db) == {}


def test_a_new_purchase_clears_it_and_it_may_come_back(db: Database) -> None:
    begin(db, 150)
    assert look(db) == {"low:EUR": "SB-CRE-61"}
    db.run(lambda tx: bought(tx, tx.now.date(), 300, "2"))
    assert look(db) == {}
    db.run(lambda tx: ledger.reconciled(tx, tx.now.date(), euros(5), BILLING[0]))
    assert db.run(lambda tx: tell(tx, BILLING)), "it is news again"
    assert look(db) == {"low:EUR": "SB-CRE-61"}


def test_nothing_left_is_told_instead_of_too_little(db: Database) -> None:
    begin(db, 140)
    assert look(db) == {"zero:EUR": "SB-CRE-60"}


def test_calls_beyond_the_money_on_record_mean_that_money_was_not_recorded(db: Database) -> None:
    begin(db, 100)
    assert look(db) == {"unrecorded:EUR": "SB-CRE-62"}
    assert said(db, "SB-CRE-62")["spent"] == "40.00 EUR"


def test_too_little_is_told_also_where_money_of_before_is_not_on_record(db: Database) -> None:
    """Calls from before the first purchase on record were paid with something."""

    def work(tx: Transaction) -> None:
        known = read(tx, 70)
        calls(tx, known, 2)
        bought(tx, known[-5], 30)

    db.run(work)
    assert look(db) == {"unrecorded:EUR": "SB-CRE-62", "low:EUR": "SB-CRE-61"}


def test_before_any_money_is_on_record_nobody_is_alerted_to_having_none(db: Database) -> None:
    db.run(lambda tx: calls(tx, read(tx, 70), 2))
    assert look(db) == {}


def test_an_auto_recharge_that_should_have_come_is_missed(db: Database) -> None:
    begin(db, 180)
    wish = CreditsWish(
        beneficiary_id="b1", purpose="auto_recharge", amount=euros(0), recharge=euros(200), trigger=euros(50)
    )
    db.run(lambda tx: stored_request(tx, wish=wish, state=RequestState.DONE))
    assert look(db) == {"low:EUR": "SB-CRE-67"}
    assert said(db, "SB-CRE-67")["trigger"] == "50.00 EUR"


def test_an_auto_recharge_that_was_switched_off_is_not_missed(db: Database) -> None:
    begin(db, 180)
    wish = CreditsWish(beneficiary_id="b1", purpose="recharge_off", amount=euros(0))
    db.run(lambda tx: stored_request(tx, wish=wish, state=RequestState.DONE))
    assert look(db) == {}


def test_money_that_expires_is_told_60_30_and_7_days_before(db: Database, clock: ShiftedTime) -> None:
    """R46: on each of these days, and on no other."""

    def buy(tx: Transaction) -> int:
        on = tx.now.date()
        bought(tx, on, 100)
        return (expires_on(on) - on).days

    days = db.run(buy)
    told = []
    for remaining in (61, 60, 59, 30, 29, 7, 1):
        clock.advance(timedelta(days=days - remaining))
        days = remaining
        if db.run(lambda tx: tell(tx, BILLING)):
            told.append(remaining)
    assert told == [60, 30, 7]
    assert said(db, "SB-CRE-64")["days"] == "7"
    clock.advance(timedelta(days=1))
    assert look(db) == {"zero:EUR": "SB-CRE-60"}


def test_money_that_will_be_used_in_time_is_told_apart_from_money_that_will_not(db: Database) -> None:
    def work(tx: Transaction, amount: float, order: str) -> None:
        known = read(tx, 70)
        bought(tx, tx.now.date() - timedelta(days=340), amount, order)
        bought(tx, tx.now.date(), 500, f"{order}b")
        calls(tx, known, 2)

    db.run(work, 140 + 30, "1")
    assert list(look(db).values()) == ["SB-CRE-63"]
    db.run(lambda tx: bought(tx, tx.now.date() - timedelta(days=339), 900, "2"))
    assert sorted(look(db).values()) == ["SB-CRE-63", "SB-CRE-64"]
    assert said(db, "SB-CRE-64")["left"] == with_currency(euros(900))


@pytest.mark.parametrize(
    ("who", "country", "about"),
    [
        ("ana", "CU", {"unusual:country:CU:EUR": "SB-CRE-65"}),
        ("ben", "FR", {"unusual:person:ben:EUR": "SB-CRE-66"}),
    ],
)
def test_a_country_or_a_person_that_jumps_is_told(
    db: Database, who: str, country: str, about: dict[str, str]
) -> None:
    known = begin(db, 1000)
    db.run(lambda tx: calls(tx, known[-2:], 13, who=who, country=country))
    assert look(db) == about
    (code,) = about.values()
    assert said(db, code)["spent"] == "26.00 EUR"


def test_currencies_are_watched_apart(db: Database) -> None:
    known = begin(db, 1000)

    def dollars(tx: Transaction) -> None:
        ledger.reconciled(tx, known[0], Money(minor=14_000, currency="USD"), BILLING[0])
        calls(tx, known[1:], 2, currency="USD")

    db.run(dollars)
    assert look(db) == {"low:USD": "SB-CRE-61"}
