"""Delegations on record, and what waits for whoever made one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.domain.approval import Seat, StandIn, Why
from bot.domain.requests import RequestState
from bot.store import askings, delegations, requests
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, sample_request
from tests.support.shifted_time import ShiftedTime


def given(tx: Transaction, delegate: str = "cem", days: int = 3, *kinds: str) -> int:
    until = tx.now + timedelta(days=days)
    return delegations.add(tx, person("ben"), person(delegate), kinds, tx.now, until).id


def test_it_stands_until_its_last_moment_or_until_it_is_ended(db: Database, clock: ShiftedTime) -> None:
    first = db.run(given, "cem", 3, "number")
    second = db.run(given, "dan", 5)
    assert [one.id for one in db.run_read(delegations.given_by, "ben")] == [first, second]
    assert [one.kinds for one in db.run_read(delegations.given_to, "cem")] == [("number",)]
    assert db.run_read(delegations.given_to, "ben") == ()
    db.run(delegations.end, second)
    assert [one.id for one in db.run_read(delegations.of_owners, ["ben", "eve"])] == [first]
    clock.advance(timedelta(days=4))
    assert db.run_read(delegations.of_owners, ["ben"]) == ()
    ended = db.run_read(delegations.by_id, second)
    assert ended is not None
    assert ended.ended_at is not None


@pytest.mark.parametrize("why", list(Why))
def test_only_a_delegation_has_to_be_on_record_at_the_click(db: Database, why: Why) -> None:
    made = db.run(given, "cem", 3, "number")
    seat = Seat(holder=person("ben"), stand_ins=(StandIn(person=person("cem"), why=why),))
    assert db.run_read(delegations.holds, seat, "cem", "number")
    assert db.run_read(delegations.holds, seat, "ben", "credits")
    db.run(delegations.end, made)
    assert db.run_read(delegations.holds, seat, "cem", "number") is (why is not Why.DELEGATION)


def waiting(tx: Transaction, request_id: str, state: RequestState = RequestState.SUBMITTED) -> None:
    """A request of two stages that waits for Ben on its second, looked at again in a day."""
    sample = sample_request(request_id)
    opened = {"opened_at": tx.now, "look_at": tx.now + timedelta(days=1)}
    stages = (sample.stages[0], sample.stages[0].model_copy(update=opened))
    later = {"stages": stages, "stage_index": 1, "due_at": tx.now + timedelta(days=1)}
    request = sample.model_copy(update=later)
    requests.insert(tx, request, idempotency_key=request_id, open_key=request_id)
    askings.follow(tx, request)
    if state is not RequestState.SUBMITTED:
        requests.save(tx, request.model_copy(update={"state": state}))


def test_whoever_is_asked_is_looked_up_again_at_once_everywhere(db: Database) -> None:
    db.run(waiting, "SB-00001")
    db.run(waiting, "SB-00002", RequestState.WITHDRAWN)
    before = db.run_read(requests.by_id, "SB-00001")
    db.run(delegations.wake_asked, "cem")
    assert db.run_read(requests.by_id, "SB-00001") == before

    now = db.run(lambda tx: (delegations.wake_asked(tx, "ben"), tx.now)[1])
    after = db.run_read(requests.by_id, "SB-00001")
    assert before is not None
    assert after is not None
    assert (after.due_at, after.version) == (now, before.version + 1)
    assert (after.stages[0], after.stages[1].look_at) == (before.stages[0], now)
    assert after.stages[1].model_copy(update={"look_at": None}) == before.stages[1].model_copy(
        update={"look_at": None}
    )
    ended = db.run_read(requests.by_id, "SB-00002")
    assert ended is not None
    assert ended.due_at is None
