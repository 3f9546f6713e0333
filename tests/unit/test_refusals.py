"""Refusals are on the audit log, and nobody can fill it with them."""

from __future__ import annotations

from datetime import timedelta

from bot.audit.reading import entries
from bot.audit.verify import Verified, verify
from bot.store.database import Database, Transaction
from bot.usecases.refusals import MOST_AN_HOUR, record_refusal
from tests.support.shifted_time import ShiftedTime


def refuse(tx: Transaction, who: str, action: str = "decision.refused") -> None:
    record_refusal(tx, action, who, code="SB-APP-02")


def recorded(tx: Transaction, who: str) -> list[str]:
    return [str(entry.details.get("left_out", "")) for entry in entries(tx, limit=1000) if entry.actor == who]


def test_a_flood_is_cut_off_and_says_so(db: Database, clock: ShiftedTime) -> None:
    for _ in range(MOST_AN_HOUR + 20):
        db.run(refuse, "mallory")
    db.run(refuse, "mallory", "request.refused")
    db.run(refuse, "ana")
    noted = db.run_read(recorded, "mallory")
    assert len(noted) == MOST_AN_HOUR + 1
    assert [bool(note) for note in noted].index(True) == MOST_AN_HOUR - 1
    assert db.run_read(recorded, "ana") == [""]
    clock.advance(timedelta(minutes=61))
    db.run(refuse, "mallory")
    assert len(db.run_read(recorded, "mallory")) == MOST_AN_HOUR + 2
    assert isinstance(verify(db), Verified)
