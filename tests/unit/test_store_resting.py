"""A number that was given back rests before somebody else is offered it (J07)."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.tenant import Resting
from bot.store import resting, tables
from bot.store.database import Database, Transaction
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime

PARIS = "+33199001011"


def rests(db: Database, days: int, number: str = PARIS, **more: str) -> Resting:
    until = db.run_read(lambda tx: tx.now) + timedelta(days=days)
    return Resting.model_validate({"telephone_number": number, "until": until, **more})


def rows(tx: Transaction) -> int:
    return tx.conn.scalar(sa.select(sa.func.count()).select_from(tables.resting_numbers)) or 0


def test_a_number_rests_for_its_days_and_no_longer(db: Database, clock: ShiftedTime) -> None:
    db.run(stored_request, "SB-00001")
    wanted = rests(db, 30, kept_for="bea", tag="ex-Ana")
    db.run(resting.put, "SB-00001", wanted)
    assert db.run_read(resting.active) == (wanted,)
    clock.advance(timedelta(days=29, hours=23))
    assert db.run_read(resting.active) == (wanted,)
    clock.advance(timedelta(hours=1))
    assert db.run_read(resting.active) == ()


def test_whose_time_is_over_is_forgotten_with_the_next_one(db: Database, clock: ShiftedTime) -> None:
    db.run(stored_request, "SB-00001")
    db.run(resting.put, "SB-00001", rests(db, 1))
    clock.advance(timedelta(days=2))
    db.run(resting.put, "SB-00001", rests(db, 1, "+33199001012"))
    assert db.run_read(rows) == 1


def test_given_back_again_it_rests_afresh_and_given_out_it_rests_no_more(db: Database) -> None:
    db.run(stored_request, "SB-00001")
    db.run(resting.put, "SB-00001", rests(db, 1, tag="ex-Ana"))
    again = rests(db, 9, tag="ex-Bea")
    db.run(resting.put, "SB-00001", again)
    assert db.run_read(resting.active) == (again,)
    db.run(resting.remove, PARIS)
    assert db.run_read(resting.active) == ()
