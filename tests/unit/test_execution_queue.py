"""Who may work on what, and for how long; the same on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import Conflict, LeaseLost
from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.store import holds, queue, requests, tables
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, stored_request
from tests.support.shifted_time import ShiftedTime

LEASE = timedelta(seconds=30)
NONE = timedelta(0)


def due(tx: Transaction, request_id: str, user: str = "ana", after: timedelta = NONE) -> Request:
    """An approved request for `user` that is to be looked at `after` from now."""
    stored = stored_request(tx, request_id, beneficiary=person(user))
    return requests.save(
        tx, stored.model_copy(update={"state": RequestState.APPROVED, "due_at": tx.now + after})
    )


def expire_leases(tx: Transaction) -> None:
    """As if a replica had fallen silent long ago."""
    for table in (tables.requests, tables.writer_locks):
        tx.conn.execute(sa.update(table).values(lease_until=tx.real_now - timedelta(seconds=1)))


def test_only_what_is_due_is_claimed_the_oldest_first(db: Database, clock: ShiftedTime) -> None:
    db.run(due, "SB-00001", "ana", timedelta(hours=1))
    db.run(due, "SB-00002", "ben")
    db.run(due, "SB-00003", "chen")
    assert db.run(queue.claim_due, "t1", LEASE, 1) == ["SB-00002"]
    assert db.run(queue.claim_due, "t2", LEASE, 10) == ["SB-00003"]
    assert db.run(queue.claim_due, "t3", LEASE, 10) == []
    clock.advance(timedelta(hours=1))
    assert db.run(queue.claim_due, "t4", LEASE, 10) == ["SB-00001"]


def test_a_user_has_one_writer(db: Database) -> None:
    db.run(due, "SB-00001", "ana")
    db.run(due, "SB-00002", "ana")
    db.run(due, "SB-00003", "ben")
    assert db.run(queue.claim_due, "t1", LEASE, 10) == ["SB-00001", "SB-00003"]
    assert db.run(queue.claim_due, "t2", LEASE, 10) == []
    db.run(lambda tx: queue.postpone(tx, "SB-00001", "t1", tx.now + timedelta(hours=1)))
    db.run(queue.release, "SB-00001", "t1")
    assert db.run(queue.claim_due, "t3", LEASE, 10) == ["SB-00002"]


def test_a_users_many_requests_do_not_hide_those_of_others(db: Database) -> None:
    for index in range(5):
        db.run(due, f"SB-0000{index}", "ana")
    db.run(due, "SB-00005", "ben")
    assert db.run(queue.claim_due, "t1", LEASE, 1) == ["SB-00000"]
    assert db.run(queue.claim_due, "t2", LEASE, 1) == ["SB-00005"]


def test_giving_back_wakes_the_first_in_line(db: Database) -> None:
    db.run(due, "SB-00001", "ana", timedelta(hours=1))
    db.run(lambda tx: holds.take_number(tx, "SB-00001", "+33100000000"))
    db.run(wait_for, "SB-00002", "ben", WaitReason.NUMBER)
    db.run(wait_for, "SB-00003", "chen", WaitReason.LICENCES)
    assert db.run(queue.claim_due, "t1", LEASE, 5) == []
    db.run(queue.give_back, "SB-00001")
    assert db.run(queue.claim_due, "t2", LEASE, 5) == ["SB-00002"]
    assert db.run_read(holds.of_request, "SB-00001") == []


def test_business_time_does_not_shorten_a_lease(db: Database, clock: ShiftedTime) -> None:
    db.run(due, "SB-00001")
    db.run(queue.claim_due, "t1", LEASE, 10)
    clock.advance(timedelta(days=30))
    assert db.run(queue.claim_due, "t2", LEASE, 10) == []


def test_an_expired_lease_is_taken_over_and_the_old_holder_can_do_nothing(db: Database) -> None:
    request = db.run(due, "SB-00001")
    db.run(queue.claim_due, "old", LEASE, 10)
    db.run(expire_leases)
    assert db.run(queue.claim_due, "new", LEASE, 10) == ["SB-00001"]

    assert db.run(queue.heartbeat, {"SB-00001": "old"}, LEASE) == set()
    with pytest.raises(LeaseLost):
        db.run(queue.own, "SB-00001", "old")
    with pytest.raises(LeaseLost):
        db.run(lambda tx: queue.park(tx, "SB-00001", request.version, "old", tx.now))
    with pytest.raises(LeaseLost):
        db.run(lambda tx: requests.save(tx, request, lease_token="old"))
    db.run(queue.release, "SB-00001", "old")
    db.run(queue.own, "SB-00001", "new")


def test_a_lease_that_ran_out_is_lost_even_if_nobody_took_over(db: Database) -> None:
    db.run(due, "SB-00001")
    db.run(queue.claim_due, "t1", LEASE, 10)
    db.run(expire_leases)
    assert db.run(queue.heartbeat, {"SB-00001": "t1"}, LEASE) == set()
    with pytest.raises(LeaseLost):
        db.run(queue.own, "SB-00001", "t1")


def test_a_heartbeat_keeps_request_and_user(db: Database) -> None:
    db.run(due, "SB-00001", "ana")
    db.run(due, "SB-00002", "ana")
    db.run(queue.claim_due, "t1", timedelta(milliseconds=1500), 10)
    assert db.run(queue.heartbeat, {"SB-00001": "t1", "SB-00099": "t1"}, LEASE) == {"SB-00001"}

    def leases(tx: Transaction) -> list[timedelta]:
        found = [
            *tx.conn.scalars(
                sa.select(tables.requests.c.lease_until).where(tables.requests.c.id == "SB-00001")
            ),
            *tx.conn.scalars(sa.select(tables.writer_locks.c.lease_until)),
        ]
        return [until - tx.real_now for until in found]

    assert all(left > LEASE / 2 for left in db.run_read(leases))


def test_parking_needs_the_version_that_was_seen(db: Database) -> None:
    request = db.run(due, "SB-00001")
    db.run(queue.claim_due, "t1", LEASE, 10)
    withdrawn = request.model_copy(update={"state": RequestState.WITHDRAWN})
    db.run(requests.save, withdrawn)
    with pytest.raises(Conflict):
        db.run(lambda tx: queue.park(tx, "SB-00001", request.version, "t1", tx.now))
    db.run(queue.release, "SB-00001", "t1")
    assert db.run(queue.claim_due, "t2", LEASE, 10) == []


def test_the_next_due_time_is_that_of_work_nobody_does(db: Database) -> None:
    assert db.run_read(queue.next_due) is None
    db.run(due, "SB-00001", "ana")
    later = db.run(due, "SB-00002", "ben", timedelta(hours=3))
    db.run(queue.claim_due, "t1", LEASE, 10)
    assert db.run_read(queue.next_due) == later.due_at


def test_replicas_that_race_share_the_work_without_overlap(db: Database) -> None:
    users = [f"user{index % 20}" for index in range(40)]
    for index, user in enumerate(users):
        db.run(due, f"SB-{index:05d}", user)

    def claim(replica: int) -> list[str]:
        return [
            request_id
            for turn in range(4)
            for request_id in db.run(queue.claim_due, f"replica{replica}-{turn}", LEASE, 4)
        ]

    with ThreadPoolExecutor(8) as pool:
        claimed = [request_id for ids in pool.map(claim, range(8)) for request_id in ids]
    assert len(claimed) == len(set(claimed)) == 20
    assert {users[int(request_id[3:])] for request_id in claimed} == set(users)


def wait_for(tx: Transaction, request_id: str, user: str, reason: WaitReason) -> None:
    approved = due(tx, request_id, user)
    moved = approved.model_copy(
        update={
            "state": RequestState.WAITING,
            "waiting": reason,
            "due_at": tx.now + timedelta(minutes=30),
        }
    )
    requests.save(tx, moved)


def test_those_who_wait_are_woken_in_the_order_of_their_approval(db: Database, clock: ShiftedTime) -> None:
    for index, (user, reason) in enumerate(
        [("ana", "number"), ("ben", "licences"), ("chen", "number"), ("dora", "number")]
    ):
        db.run(wait_for, f"SB-0000{index}", user, WaitReason(reason))
        clock.advance(timedelta(seconds=1))
    assert len(db.run_read(lambda tx: list(queue.waiting_before(tx, "SB-00003", WaitReason.NUMBER)))) == 2
    db.run(queue.wake_waiting, WaitReason.NUMBER, 2)
    assert db.run(queue.claim_due, "t1", LEASE, 10) == ["SB-00000", "SB-00002"]
