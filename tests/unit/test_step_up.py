"""One-time codes: bound to what they are for, few tries, few codes, and nothing of them in the database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.approval import Verdict
from bot.store import confirmations
from bot.store.confirmations import CODES_AN_HOUR, LASTS, TRIES, Confirmation
from bot.store.database import Database
from bot.usecases.decide import Answer
from bot.usecases.step_up import ask_for_code, fits, issue
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime

ANSWER = Answer(Verdict.APPROVE, comment="Fine", acknowledged=frozenset({"SB-B", "SB-A"}))
REQUEST = "SB-00001"


def ask(db: Database, who: str = "ben") -> bool:
    return db.run(ask_for_code, REQUEST, who, ANSWER, 0, 0)


def waiting(db: Database, who: str = "ben") -> Confirmation:
    found = db.run_read(confirmations.current, REQUEST, who)
    assert found is not None
    return found


def sent(db: Database, who: str = "ben") -> str | None:
    return asyncio.run(issue(db, REQUEST, who, {"ticket": waiting(db, who).ticket}))


def right(db: Database, code: str, who: str = "ben") -> bool:
    return asyncio.run(fits(code, waiting(db, who)))


@pytest.fixture
def asked(sqlite_db: Database) -> Database:
    sqlite_db.run(stored_request, REQUEST)
    assert ask(sqlite_db)
    return sqlite_db


def test_the_code_fits_what_it_was_sent_for_and_nothing_else(asked: Database) -> None:
    code = sent(asked) or ""
    assert len(code) == 6
    assert code.isdecimal()
    assert right(asked, code)
    assert not right(asked, f"{(int(code) + 1) % 10**6:06}")
    assert not right(asked, "")
    mine = waiting(asked)
    for other in (
        replace(mine, approver_id="eve"),
        replace(mine, request_id="SB-00002"),
        replace(mine, ticket="another asking"),
    ):
        assert not asyncio.run(fits(code, other))


def test_the_same_digits_look_different_every_time(asked: Database) -> None:
    sent(asked)
    first = waiting(asked).code_hash
    sent(asked)
    assert waiting(asked).code_hash.partition("$")[0] != first.partition("$")[0]


def test_what_was_said_is_kept_as_it_was_said(asked: Database) -> None:
    kept = waiting(asked).answer
    assert kept == {
        "verdict": "approve",
        "comment": "Fine",
        "acknowledged": ["SB-A", "SB-B"],
        "dropped": [],
    }


def test_a_code_sent_once_more_takes_the_place_of_the_first(asked: Database) -> None:
    first, second = sent(asked) or "", sent(asked) or ""
    assert right(asked, second)
    assert first == second or not right(asked, first)


def test_no_code_is_made_for_an_asking_that_was_overtaken(asked: Database) -> None:
    old = waiting(asked).ticket
    assert ask(asked)
    assert asyncio.run(issue(asked, REQUEST, "ben", {"ticket": old})) is None
    assert asyncio.run(issue(asked, REQUEST, "eve", {"ticket": waiting(asked).ticket})) is None
    assert asyncio.run(issue(asked, REQUEST, "ben", {})) is None


def test_tries_are_counted_before_the_code_is_looked_at(asked: Database) -> None:
    assert asked.run(confirmations.try_once, REQUEST, "ben") is None, "nothing was sent yet"
    sent(asked)
    tried = [asked.run(confirmations.try_once, REQUEST, "ben") for _ in range(TRIES + 1)]
    assert [one is None for one in tried] == [False] * TRIES + [True]
    assert asked.run(confirmations.try_once, REQUEST, "eve") is None


def test_ten_minutes_begin_when_it_is_sent(asked: Database, clock: ShiftedTime) -> None:
    clock.advance(LASTS - timedelta(seconds=5))
    assert sent(asked)
    clock.advance(LASTS - timedelta(seconds=5))
    assert asked.run(confirmations.try_once, REQUEST, "ben") is not None
    clock.advance(timedelta(seconds=10))
    assert asked.run(confirmations.try_once, REQUEST, "ben") is None
    assert sent(asked) is None


def test_codes_an_hour_are_few_whatever_is_pressed(asked: Database, clock: ShiftedTime) -> None:
    assert [ask(asked) for _ in range(CODES_AN_HOUR)] == [True] * (CODES_AN_HOUR - 1) + [False]
    assert ask(asked, "eve")
    clock.advance(timedelta(minutes=61))
    assert ask(asked)


def spend(db: Database, ticket: str, *, stage: int = 0, asked_round: int = 0, who: str = "ben") -> bool:
    return db.run(
        confirmations.spend, REQUEST, who, stage_index=stage, asked_round=asked_round, ticket=ticket
    )


def test_a_confirmation_is_spent_once_and_only_for_what_was_asked(asked: Database) -> None:
    ticket = waiting(asked).ticket
    assert not spend(asked, "")
    assert not spend(asked, ticket, stage=1)
    assert not spend(asked, ticket, asked_round=1)
    assert not spend(asked, ticket, who="eve")
    assert spend(asked, ticket)
    assert not spend(asked, ticket)


def test_what_ran_out_is_forgotten(asked: Database, clock: ShiftedTime) -> None:
    asked.run(confirmations.purge)
    assert asked.run_read(confirmations.current, REQUEST, "ben") is not None
    clock.advance(timedelta(minutes=61))
    asked.run(confirmations.purge)
    assert asked.run_read(confirmations.current, REQUEST, "ben") is None
