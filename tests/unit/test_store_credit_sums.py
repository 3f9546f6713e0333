"""What was spent, summed in the database by what people ask about."""

from __future__ import annotations

from datetime import date, timedelta

from bot.domain.spenders import Dimension
from bot.store import call_charges
from bot.store.credit_sums import spent_by
from bot.store.database import Database, Transaction
from tests.support.call_history import calls

DAY = date(2026, 11, 20)


def spent(tx: Transaction, by: Dimension, days: int = 7) -> dict[tuple[str, str, str], tuple[int, float]]:
    """Calls and units by currency, key and name."""
    found = spent_by(tx, DAY - timedelta(days=days - 1), DAY, by)
    return {(one.currency, one.key, one.name): (one.calls, one.millionths / 1e6) for one in found}


def some_calls(tx: Transaction) -> None:
    last = [DAY - timedelta(days=ago) for ago in range(3)]
    calls(tx, last, 2, who="ana", country="FR")
    calls(tx, last[:1], 5, who="ben", country="FR")
    calls(tx, last[:1], 7, who="ben", country="DE", currency="USD")
    calls(tx, [DAY - timedelta(days=7)], 100, who="ana", country="CU")
    call_charges.departments(tx, {"ana": "Sales"})


def test_by_country_currencies_apart(db: Database) -> None:
    db.run(some_calls)
    assert db.run(spent, Dimension.COUNTRY) == {
        ("EUR", "FR", "FR"): (4, 11.0),
        ("USD", "DE", "DE"): (1, 7.0),
    }


def test_by_person_with_the_name_and_by_department(db: Database) -> None:
    db.run(some_calls)
    assert db.run(spent, Dimension.PERSON) == {
        ("EUR", "ana", "Ana"): (3, 6.0),
        ("EUR", "ben", "Ben"): (1, 5.0),
        ("USD", "ben", "Ben"): (1, 7.0),
    }
    assert db.run(spent, Dimension.DEPARTMENT) == {
        ("EUR", "Sales", "Sales"): (3, 6.0),
        ("EUR", "", ""): (1, 5.0),
        ("USD", "", ""): (1, 7.0),
    }


def test_both_ends_belong_to_the_days_asked_for(db: Database) -> None:
    db.run(some_calls)
    assert ("EUR", "CU", "CU") not in db.run(spent, Dimension.COUNTRY, 7)
    assert ("EUR", "CU", "CU") in db.run(spent, Dimension.COUNTRY, 8)
