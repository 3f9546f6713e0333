"""Requests come back as they were stored, and nobody overwrites what somebody else wrote first."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.approval import Decision, Verdict
from bot.domain.errors import Bug, Conflict, LeaseLost
from bot.domain.plans import Notice, WaitReason
from bot.domain.requests import Outcome, Request, RequestState, StepRecord, StepState
from bot.store import requests, tables
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, sample_request, stored_request
from tests.support.shifted_time import ShiftedTime

SAMPLE = "SB-00001"


def columns(tx: Transaction, *names: str) -> tuple[object, ...]:
    """Columns of the sample request that the domain does not see."""
    return tuple(tx.conn.execute(sa.select(*(tables.requests.c[name] for name in names))).one())


def lease(tx: Transaction, token: str, seconds: float) -> None:
    until = tx.real_now + timedelta(seconds=seconds)
    tx.conn.execute(sa.update(tables.requests).values(lease_token=token, lease_until=until))


def test_a_request_comes_back_as_it_was_stored(db: Database) -> None:
    stored = db.run(stored_request)
    assert db.run_read(requests.by_id, SAMPLE) == stored
    assert db.run_read(requests.by_key, f"key:{SAMPLE}") == stored
    assert db.run_read(requests.open_for, f"open:{SAMPLE}") == stored
    assert db.run_read(requests.by_id, "SB-00002") is None


@pytest.mark.parametrize(
    ("request_id", "key", "open_key", "field"),
    [
        (SAMPLE, "k2", "o2", "id"),
        ("SB-00002", f"key:{SAMPLE}", "o2", "idempotency_key"),
        ("SB-00002", "k2", f"open:{SAMPLE}", "open_key"),
        (SAMPLE, f"key:{SAMPLE}", f"open:{SAMPLE}", "idempotency_key"),
    ],
)
def test_a_taken_key_is_named_and_the_transaction_goes_on(
    db: Database, request_id: str, key: str, open_key: str, field: str
) -> None:
    db.run(stored_request)

    def work(tx: Transaction) -> str:
        with pytest.raises(requests.KeyTaken) as caught:
            requests.insert(tx, sample_request(request_id), idempotency_key=key, open_key=open_key)
        stored_request(tx, "SB-00009")
        return caught.value.field

    assert db.run(work) == field
    assert db.run_read(requests.by_id, "SB-00009") is not None


def test_saving_raises_the_version_and_stamps_the_time(db: Database, clock: ShiftedTime) -> None:
    stored = db.run(stored_request)
    clock.advance(timedelta(days=400))
    changed = stored.model_copy(
        update={
            "state": RequestState.WAITING,
            "waiting": WaitReason.NUMBER,
            "due_at": stored.created_at + timedelta(hours=1),
            "outcome": Outcome(notices=(Notice(code="SB-NUM-01", params={"city": "Paris"}),)),
        }
    )
    saved = db.run(requests.save, changed)
    assert saved.version == 2
    assert saved.updated_at > stored.updated_at + timedelta(days=1)
    assert db.run_read(requests.by_id, SAMPLE) == saved
    assert saved == changed.model_copy(update={"version": 2, "updated_at": saved.updated_at})


def test_saving_over_somebody_elses_change_is_a_conflict(db: Database) -> None:
    stored = db.run(stored_request)
    db.run(requests.save, stored)
    with pytest.raises(Conflict, match="version 2, not 1"):
        db.run(requests.save, stored)


def test_an_ended_request_frees_its_wish_and_is_never_due(db: Database) -> None:
    stored = db.run(stored_request, due_at=sample_request().created_at)
    ended = db.run(requests.save, stored.model_copy(update={"state": RequestState.WITHDRAWN}))
    assert ended.due_at is None
    assert db.run_read(columns, "open_key", "due_at") == (None, None)
    assert db.run_read(requests.open_for, f"open:{SAMPLE}") is None
    assert db.run_read(requests.by_key, f"key:{SAMPLE}") == ended


def test_the_moment_of_approval_is_kept_from_the_first_time(db: Database, clock: ShiftedTime) -> None:
    stored = db.run(stored_request)
    assert db.run_read(columns, "approved_at") == (None,)
    approved = db.run(requests.save, stored.model_copy(update={"state": RequestState.APPROVED}))
    clock.advance(timedelta(hours=1))
    again = db.run(requests.save, approved)
    db.run(requests.save, again.model_copy(update={"state": RequestState.EXECUTING}))
    assert db.run_read(columns, "approved_at") == (approved.updated_at,)


def test_a_lease_fences_saving(db: Database) -> None:
    stored = db.run(stored_request)
    db.run(lease, "mine", 60)
    saved = db.run(lambda tx: requests.save(tx, stored, lease_token="mine"))
    with pytest.raises(LeaseLost):
        db.run(lambda tx: requests.save(tx, saved, lease_token="theirs"))
    db.run(lease, "mine", -1)
    with pytest.raises(LeaseLost):
        db.run(lambda tx: requests.save(tx, saved, lease_token="mine"))
    with pytest.raises(Conflict):
        db.run(lambda tx: requests.save(tx, stored, lease_token="mine"))
    assert db.run_read(requests.by_id, SAMPLE) == saved


def decision(name: str, stage_index: int = 0, verdict: Verdict = Verdict.APPROVE) -> Decision:
    at = sample_request().created_at + timedelta(minutes=stage_index)
    return Decision(
        stage_index=stage_index, approver=person(name), verdict=verdict, comment="d'accord", at=at
    )


def test_an_approver_decides_once_a_stage(db: Database) -> None:
    db.run(stored_request)
    assert db.run(requests.add_decision, SAMPLE, decision("ben"))
    assert not db.run(requests.add_decision, SAMPLE, decision("ben", verdict=Verdict.REJECT))
    assert db.run(requests.add_decision, SAMPLE, decision("carla"))
    assert db.run(requests.add_decision, SAMPLE, decision("ben", stage_index=1))
    found = db.run_read(requests.by_id, SAMPLE)
    assert found is not None
    assert found.decisions == (decision("ben"), decision("carla"), decision("ben", stage_index=1))


def test_a_persons_requests_are_the_newest_first(db: Database) -> None:
    start = sample_request().created_at

    def fill(tx: Transaction) -> None:
        for number in range(5):
            stored_request(tx, f"SB-0000{number}", created_at=start + timedelta(minutes=number))
        stored_request(tx, "SB-0000A", requester=person("zoe"), created_at=start + timedelta(hours=1))
        stored_request(tx, "SB-0000B", requester=person("zoe"), beneficiary=person("zoe"))
        ended = requests.by_id(tx, "SB-00003")
        assert ended is not None
        requests.add_decision(tx, ended.id, decision("ben", verdict=Verdict.REJECT))
        requests.save(tx, ended.model_copy(update={"state": RequestState.REJECTED}))

    def ids(open_only: bool, limit: int, offset: int) -> list[str]:
        def ask(tx: Transaction) -> list[Request]:
            return requests.of_person(tx, "ana", open_only=open_only, limit=limit, offset=offset)

        return [request.id for request in db.run_read(ask)]

    db.run(fill)
    assert ids(False, 3, 0) == ["SB-0000A", "SB-00004", "SB-00003"]
    assert ids(False, 3, 3) == ["SB-00002", "SB-00001", "SB-00000"]
    assert ids(True, 3, 0) == ["SB-0000A", "SB-00004", "SB-00002"]


def test_steps_are_kept_in_the_order_of_the_plan(db: Database) -> None:
    db.run(stored_request)
    later = StepRecord(index=1, kind="assign_number")
    first = StepRecord(index=0, kind="change_licences", state=StepState.INTENDED, attempts=1)
    done = first.model_copy(
        update={
            "state": StepState.DONE,
            "started_at": sample_request().created_at,
            "finished_at": sample_request().updated_at,
            "detail": {"operation": "op-1"},
        }
    )
    for record in (later, first, done):
        db.run(requests.save_step, SAMPLE, record)
    assert db.run_read(requests.steps_of, SAMPLE) == [done, later]


def test_a_step_of_no_request_is_refused(db: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError):
        db.run(requests.save_step, "SB-00009", StepRecord(index=0, kind="notify"))


def test_new_ids_avoid_those_in_use(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = iter(["SB-00001", "SB-00001", "SB-00002"])
    monkeypatch.setattr(requests, "new_request_id", lambda randbytes: next(fresh))
    db.run(stored_request)
    assert db.run_read(requests.new_id) == "SB-00002"
    monkeypatch.setattr(requests, "new_request_id", lambda randbytes: "SB-00001")
    with pytest.raises(Bug):
        db.run_read(requests.new_id)


def test_a_request_may_ask_for_something_else_unless_somebody_does(db: Database) -> None:
    db.run(stored_request)
    db.run(stored_request, "SB-00009")

    def work(tx: Transaction) -> None:
        with pytest.raises(requests.KeyTaken):
            requests.set_open_key(tx, "SB-00009", f"open:{SAMPLE}")
        requests.set_open_key(tx, "SB-00009", "open:something-else")

    db.run(work)
    found = db.run_read(requests.open_for, "open:something-else")
    assert found is not None
    assert found.id == "SB-00009"
    assert db.run_read(requests.open_for, f"open:{SAMPLE}") is not None
