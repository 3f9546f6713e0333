"""What the watch remembers: the newest word on each thing, an open finding about each, who waits for long."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.domain.drift.compare import DriftKind
from bot.domain.drift.views import DriftState
from bot.domain.messages import Template
from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState, StepRecord, StepState
from bot.domain.tasks import Audience, TaskKind, TaskOrder
from bot.store import agreements, drifts, outbox, requests, standing_still, tasks
from bot.store.database import Database, Transaction
from bot.store.outbox import MessageState
from tests.support.drift_samples import finding
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime

NUMBER = "+33123450001"


def done(tx: Transaction, request_id: str = "SB-00001", number: str = NUMBER) -> None:
    """Ana's request, both steps done now."""
    request = stored_request(tx, request_id, state=RequestState.DONE)
    for index, step in enumerate(request.plan.steps):
        record = StepRecord(
            index=index,
            kind=step.kind,
            state=StepState.DONE,
            attempts=1,
            finished_at=tx.now,
            detail={"number": number} if index else {},
        )
        requests.save_step(tx, request_id, record)


def store(db: Database, request_id: str, **changes: Any) -> None:
    db.run(lambda tx: stored_request(tx, request_id, **changes))


def test_what_was_done_is_learned_once_and_again_without_harm(db: Database, clock: ShiftedTime) -> None:
    assert db.run_read(agreements.changed_since, None) == []
    db.run(done)
    began = db.run_read(lambda tx: tx.now)
    assert db.run_read(agreements.changed_since, None) == ["SB-00001"]
    for _ in range(2):
        db.run(agreements.learn, ["SB-00001"])
    assert db.run_read(agreements.watched_people) == ["ana"]
    assert db.run_read(agreements.watched_numbers) == {NUMBER}
    facts = db.run_read(agreements.expected_of, ["ana", "ben"], began)
    assert {one.key for one in facts} == {"licence:ana:sku-1", "number:ana", "country:ana"}
    assert db.run_read(agreements.expected_of, ["ana"], began - timedelta(hours=1)) == [], "done just now"

    clock.advance(timedelta(days=1))
    db.run(done, "SB-00002", "+33123450002")
    later = began + timedelta(hours=1)
    assert db.run_read(agreements.changed_since, later) == ["SB-00002"]
    db.run(agreements.learn, ["SB-00002", "SB-00001"])
    assert db.run_read(agreements.watched_numbers) == {"+33123450002"}


def test_how_far_one_has_looked_is_kept(db: Database) -> None:
    assert db.run_read(agreements.marked, "agreed") is None
    now = db.run_read(lambda tx: tx.now)
    for moment in (now, now + timedelta(days=1)):
        db.run(agreements.mark, "agreed", moment)
        assert db.run_read(agreements.marked, "agreed") == moment


def test_what_is_on_its_way_is_told_by_key(db: Database, clock: ShiftedTime) -> None:
    db.run(done)
    db.run(agreements.learn, ["SB-00001"])
    now = db.run_read(lambda tx: tx.now)
    later = now + timedelta(days=100)
    assert db.run_read(agreements.on_their_way, ["ana"], later) == frozenset()
    store(db, "SB-00002", state=RequestState.WAITING)
    moving = db.run_read(agreements.on_their_way, ["ana", "ben"], later)
    assert {"licence:ana:sku-1", "number:ana", f"place:{NUMBER}"} <= moving
    assert db.run_read(agreements.on_their_way, ["ben"], later) == frozenset()


def test_one_finding_at_a_time_about_each_thing(db: Database) -> None:
    db.run(done)
    gone = finding(DriftKind.LICENCE_GONE)
    moved = finding(DriftKind.COUNTRY_CHANGED)
    db.run(drifts.add, [gone, moved])
    first, second = db.run(drifts.open_ones)
    assert (first.finding, second.finding) == (gone, moved)
    db.run(drifts.mend, first.id, "SB-00001")
    assert [one.state for one in db.run_read(drifts.page, 5, 0)] == [DriftState.OPEN, DriftState.MENDING]
    db.run(drifts.reopen, first.id)
    found = db.run(drifts.locked, first.id)
    assert found is not None
    assert (found.state, found.request_id) == (DriftState.OPEN, "SB-00001")
    db.run(drifts.close, first.id, DriftState.ACCEPTED, "priya")
    assert db.run_read(drifts.count) == 1
    db.run(drifts.add, [gone])
    assert db.run_read(drifts.count) == 2, "it may come back later"
    assert [one.finding for one in db.run_read(drifts.open_of, "jules")] == [moved, gone]


def test_whoever_waits_for_long_is_for_those_who_were_asked(db: Database, clock: ShiftedTime) -> None:
    waiting = {"state": RequestState.WAITING, "waiting": WaitReason.LICENCES}
    store(db, "SB-00001", **waiting, pool="seats:x")
    store(db, "SB-00002", state=RequestState.WAITING, waiting=WaitReason.MANUAL)
    store(db, "SB-00003", state=RequestState.WAITING, waiting=WaitReason.DATE)
    store(db, "SB-00004")
    order = TaskOrder(kind=TaskKind.BUY_SEATS, audience=Audience.BILLING_ADMINS, pool="seats:x")
    db.run(tasks.open_for_pool, order)
    now = db.run_read(lambda tx: tx.now)
    assert db.run_read(standing_still.waiting_long, now) == {
        "SB-00001": Audience.BILLING_ADMINS,
        "SB-00002": Audience.VOICE_ADMINS,
    }
    assert db.run_read(standing_still.waiting_long, now - timedelta(days=3650)) == {}


def test_what_is_due_and_leased_by_nobody(db: Database, clock: ShiftedTime) -> None:
    now = db.run_read(lambda tx: tx.now)
    store(db, "SB-00001", due_at=now)
    store(db, "SB-00002", due_at=now + timedelta(hours=1))
    store(db, "SB-00003")
    assert db.run_read(standing_still.neglected, now) == ["SB-00001"]
    assert db.run_read(standing_still.neglected, now + timedelta(hours=1)) == ["SB-00001", "SB-00002"]


def test_messages_that_were_given_up(db: Database, clock: ShiftedTime) -> None:
    def lose(tx: Transaction, key: str) -> None:
        outbox.enqueue(tx, Template.NOTICE, "ana", params={"code": "SB-PRP-02"}, dedupe_key=key)
        (message,) = outbox.claim_due(tx, "token", timedelta(minutes=1), 1)
        outbox.finish(tx, message.id, "token", MessageState.GONE)

    db.run(lose, "a")
    between = db.run_read(lambda tx: tx.now)
    clock.advance(timedelta(hours=1))
    db.run(lose, "b")
    assert db.run_read(standing_still.undelivered_since, None) == 2
    assert db.run_read(standing_still.undelivered_since, between) == 1
