"""Tasks: asked for once, moved by one person at a time, on record with every move; on both databases."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import Conflict
from bot.domain.messages import Template
from bot.domain.plans import WaitReason
from bot.domain.request_ids import new_task_id, parse_request_id, parse_task_id
from bot.domain.requests import Request, RequestState
from bot.domain.tasks import Audience, Task, TaskKind, TaskOrder, TaskState, seat_pool
from bot.store import cards, holds, outbox, pools, queue, requests, tables, tasks
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, stored_request
from tests.support.shifted_time import ShiftedTime

REQUEST = "SB-00001"
POOL = "seats:sku-1"

BY_HAND = TaskOrder(
    kind=TaskKind.FORWARD_CALLS,
    audience=Audience.VOICE_ADMINS,
    params={"name": "Ana", "person": "ana@contoso.example", "target": ""},
)
MORE_SEATS = TaskOrder(
    kind=TaskKind.BUY_SEATS,
    audience=Audience.BILLING_ADMINS,
    params={"product": "Calling Plan", "sku_id": "sku-1", "quantity": "1"},
    pool=POOL,
    rests={TaskState.DONE: timedelta(hours=24), TaskState.CANNOT: timedelta(days=10)},
)


def opened(tx: Transaction) -> Task:
    stored_request(tx)
    return tasks.open_for_step(tx, REQUEST, 2, BY_HAND)


def in_line(tx: Transaction, request_id: str, pool: str = POOL) -> Request:
    """An approved request that waits for a seat."""
    stored = stored_request(tx, request_id)
    approved = requests.save(tx, stored.model_copy(update={"state": RequestState.APPROVED}))
    later = tx.now + timedelta(minutes=30)
    waiting = {"state": RequestState.WAITING, "waiting": WaitReason.LICENCES, "pool": pool, "due_at": later}
    return requests.save(tx, approved.model_copy(update=waiting))


def leaves(tx: Transaction, request_id: str) -> None:
    """The request goes on."""
    request = requests.by_id(tx, request_id)
    assert request is not None
    requests.save(tx, request.model_copy(update={"state": RequestState.EXECUTING, "waiting": None}))
    pools.left(tx, POOL)


def due_now(tx: Transaction) -> set[str]:
    table = tables.requests
    return set(tx.conn.scalars(sa.select(table.c.id).where(table.c.due_at <= tx.now)))


def asked(tx: Transaction) -> Task | None:
    return tasks.open_of_pool(tx, POOL)


def audited(tx: Transaction) -> list[tuple[str, str | None, str]]:
    entries = tables.audit_entries
    rows = tx.conn.execute(sa.select(entries).order_by(entries.c.seq))
    return [(row.action, row.request_id, json.loads(row.body)["details"]["task"]) for row in rows]


def test_a_task_comes_back_as_it_was_stored(db: Database) -> None:
    task = db.run(opened)
    assert parse_task_id(task.id) == task.id
    assert db.run_read(tasks.by_id, task.id) == task
    assert db.run_read(tasks.of_step, REQUEST, 2) == task
    assert db.run_read(tasks.version_of, task.id) == 1
    assert db.run_read(tasks.by_id, "TK-00000") is None
    assert db.run_read(audited) == [("task.opened", REQUEST, task.id)]


def test_ids_of_tasks_are_no_ids_of_requests() -> None:
    made = new_task_id(lambda count: bytes(range(count)))
    assert made == "TK-01234"
    assert parse_request_id(made) is None
    assert parse_task_id("tk o1234") == "TK-01234"
    assert parse_task_id("SB-01234") is None


def test_a_step_has_one_task_whatever_became_of_it(db: Database) -> None:
    task = db.run(opened)
    ended = db.run(tasks.cannot, task, person("tom"), "no phone")
    assert db.run(tasks.open_for_step, REQUEST, 2, BY_HAND) == ended
    assert [action for action, _, _ in db.run_read(audited)] == ["task.opened", "task.cannot"]


def test_every_move_is_on_record_and_shows_on_every_card(db: Database) -> None:
    def remembered(tx: Transaction, task: Task) -> None:
        for name in ("tom", "yann"):
            cards.remember_task_copy(
                tx, task_id=task.id, recipient_id=name, conversation_id=f"a:{name}",
                service_url="https://smba.example/", activity_id="m1", shown_version=task.version,
            )  # fmt: skip

    task = db.run(opened)
    db.run(remembered, task)
    claimed = db.run(tasks.claim, task, person("tom"))
    done = db.run(tasks.finish, claimed, person("tom"), {"forwarded_to": "+33123"})
    assert (done.state, done.version, done.claimed_by) == (TaskState.DONE, 3, person("tom"))
    assert db.run_read(tasks.by_id, task.id) == done
    assert [action for action, _, _ in db.run_read(audited)] == ["task.opened", "task.claimed", "task.done"]

    def refreshes(tx: Transaction) -> list[tuple[str, str, str]]:
        table = tables.outbox
        rows = tx.conn.execute(sa.select(table).where(table.c.state == "pending").order_by(table.c.id))
        return [(row.template, row.task_id, row.recipient_id) for row in rows]

    assert db.run_read(refreshes) == [("task", task.id, "tom"), ("task", task.id, "yann")]


def test_of_two_moves_on_what_was_seen_one_is_made(db: Database) -> None:
    task = db.run(opened)
    db.run(tasks.claim, task, person("tom"))
    with pytest.raises(Conflict):
        db.run(tasks.claim, task, person("yann"))
    after = db.run_read(tasks.by_id, task.id)
    assert after is not None
    assert after.claimed_by == person("tom")


def test_what_is_open_is_listed_for_those_who_are_asked_oldest_first(
    db: Database, clock: ShiftedTime
) -> None:
    first = db.run(opened)
    clock.advance(timedelta(minutes=1))
    second = db.run(tasks.open_for_step, REQUEST, 3, BY_HAND)
    billing = db.run(tasks.open_for_pool, MORE_SEATS)
    voice = [Audience.VOICE_ADMINS]
    assert [one.id for one in db.run_read(tasks.open_tasks, voice, limit=5)] == [first.id, second.id]
    assert [one.id for one in db.run_read(tasks.open_tasks, voice, limit=1, offset=1)] == [second.id]
    assert [one.id for one in db.run_read(tasks.open_tasks, list(Audience), limit=5)][2:] == [billing.id]
    db.run(tasks.drop, first)
    assert [one.id for one in db.run_read(tasks.open_tasks, voice, limit=5)] == [second.id]


def test_the_database_itself_keeps_a_second_open_task_out_of_a_pool(db: Database) -> None:
    task = db.run(tasks.open_for_pool, MORE_SEATS)
    again = {"id": "TK-ZZZZZ", "version": 1, "kind": "buy_seats", "audience": "billing_admins", "params": {},
             "state": "claimed", "pool": POOL, "evidence": {}, "created_at": task.created_at,
             "updated_at": task.created_at}  # fmt: skip
    with pytest.raises(sa.exc.IntegrityError):
        db.run(lambda tx: tx.conn.execute(sa.insert(tables.tasks).values(again)))
    db.run(tasks.drop, task)
    db.run(lambda tx: tx.conn.execute(sa.insert(tables.tasks).values(again)))


def test_everybody_who_gets_in_line_at_once_makes_one_task_that_counts_them(db: Database) -> None:
    names = [f"SB-0000{number}" for number in range(1, 7)]
    start = threading.Barrier(len(names))

    def waits(request_id: str) -> None:
        def move(tx: Transaction) -> None:
            queue.line_lock(tx)
            in_line(tx, request_id)
            pools.ask(tx, MORE_SEATS)

        start.wait()
        db.run(move)

    with ThreadPoolExecutor(len(names)) as threads:
        list(threads.map(waits, names))
    task = db.run_read(asked)
    assert task is not None
    assert task.params["quantity"] == task.params["waiting"] == "6"
    assert [action for action, _, _ in db.run_read(audited)] == ["task.opened"]


def test_who_leaves_is_counted_no_more_and_calls_the_next(db: Database) -> None:
    for request_id in ("SB-00001", "SB-00002", "SB-00003"):
        db.run(in_line, request_id)
        db.run(pools.ask, MORE_SEATS)
    db.run(in_line, "SB-00009", "seats:other")
    db.run(leaves, "SB-00001")
    task = db.run_read(asked)
    assert task is not None
    assert task.params["quantity"] == "2"
    assert db.run_read(due_now) - {"SB-00001"} == {"SB-00002"}
    assert [one.id for one in db.run_read(pools.first, POOL, 5)] == ["SB-00002", "SB-00003"]
    for request_id in ("SB-00002", "SB-00003"):
        db.run(leaves, request_id)
    ended = db.run_read(tasks.by_id, task.id)
    assert ended is not None
    assert ended.state is TaskState.DROPPED


@pytest.mark.parametrize(
    ("answered", "rest"), [(TaskState.DONE, timedelta(hours=24)), (TaskState.CANNOT, timedelta(days=10))]
)
def test_an_answer_stands_for_a_while_before_the_same_is_asked_again(
    db: Database, clock: ShiftedTime, answered: TaskState, rest: timedelta
) -> None:
    db.run(in_line, REQUEST)
    db.run(pools.ask, MORE_SEATS)
    task = db.run_read(asked)
    assert task is not None
    if answered is TaskState.DONE:
        db.run(tasks.finish, task, person("tom"), {"quantity": "1"})
    else:
        db.run(tasks.cannot, task, person("tom"), "no money")
    clock.advance(rest - timedelta(minutes=1))
    db.run(pools.ask, MORE_SEATS)
    assert db.run_read(asked) is None
    clock.advance(timedelta(minutes=2))
    db.run(pools.ask, MORE_SEATS)
    assert db.run_read(asked) is not None


def test_seats_given_back_call_the_next_in_their_line_only(db: Database) -> None:
    db.run(lambda tx: stored_request(tx))
    db.run(holds.take_seat, "SB-00001", "sku-1", 5)
    for request_id, pool in (("SB-00002", "seats:other"), ("SB-00003", seat_pool("sku-1"))):
        db.run(in_line, request_id, pool)
    db.run(pools.give_back_seats, "SB-00001")
    assert db.run_read(due_now) == {"SB-00003"}
    assert db.run_read(holds.active_seats) == {}


def test_a_request_that_has_ended_leaves_its_line_and_its_tasks(db: Database) -> None:
    def end(tx: Transaction) -> None:
        request = requests.by_id(tx, REQUEST)
        assert request is not None
        requests.save(tx, request.model_copy(update={"state": RequestState.WITHDRAWN, "waiting": None}))
        pools.ended(tx, request)

    db.run(in_line, REQUEST)
    db.run(pools.ask, MORE_SEATS)
    own = db.run(tasks.open_for_step, REQUEST, 0, BY_HAND)
    done = db.run(tasks.open_for_step, REQUEST, 1, BY_HAND)
    db.run(tasks.confirm, done)
    db.run(end)
    assert db.run_read(asked) is None
    states = [db.run_read(tasks.by_id, one.id) for one in (own, done)]
    assert [one.state for one in states if one] == [TaskState.DROPPED, TaskState.DONE]
    after = db.run_read(requests.by_id, REQUEST)
    assert after is not None
    assert after.pool is None


def test_cards_of_an_open_task_are_never_sent_a_second_time(db: Database, clock: ShiftedTime) -> None:
    def send(tx: Transaction, task: Task) -> None:
        outbox.enqueue(tx, Template.TASK, "tom", task_id=task.id, dedupe_key=f"task:{task.id}:tom")
        tx.conn.execute(sa.update(tables.outbox).values(state="delivered", due_at=None, finished_at=tx.now))

    task = db.run(opened)
    db.run(send, task)
    clock.advance(timedelta(days=90))
    assert db.run(outbox.purge, timedelta(days=30)) == 0
    db.run(tasks.drop, task)
    assert db.run(outbox.purge, timedelta(days=30)) == 1
