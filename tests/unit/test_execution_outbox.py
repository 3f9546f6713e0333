"""Messages are queued with what caused them, go out in order, and never get lost silently."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.errors import LeaseLost
from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.execution.outbox import OutboxLoop, OutboxSettings
from bot.execution.ports import (
    Blocked,
    Delivered,
    Delivery,
    Gone,
    Needless,
    NotInstalled,
    OutboxMessage,
    Retry,
)
from bot.store import cards, outbox, reach, requests, tables
from bot.store.database import Database, Transaction
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime
from tests.support.until import until

REQUEST = "SB-00001"
PEOPLE = ("ben", "dora", "marc")


@dataclass
class Postbox:
    """A courier that notes what it is given and answers as told."""

    db: Database
    answer: Callable[[OutboxMessage], Delivery] | None = None
    seen: list[OutboxMessage] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)

    async def deliver(self, message: OutboxMessage) -> Delivery:
        self.at_once[message.recipient_id] = self.at_once.get(message.recipient_id, 0) + 1
        assert self.at_once[message.recipient_id] == 1
        try:
            await asyncio.sleep(0)
            self.seen.append(message)
            if self.answer is not None:
                return self.answer(message)
            version = await self.db.read(shown_version, message.request_id)
            return Delivered(f"chat:{message.recipient_id}", "https://x/", f"act{message.id}", version)
        finally:
            self.at_once[message.recipient_id] -= 1


def shown_version(tx: Transaction, request_id: str | None) -> int | None:
    request = requests.by_id(tx, request_id) if request_id else None
    return request.version if request else None


@pytest.fixture
def postbox(db: Database) -> Postbox:
    return Postbox(db)


@dataclass
class Desk:
    """The loop under test, and who was called about undeliverable cards."""

    db: Database
    loop: OutboxLoop
    rerouted: list[OutboxMessage]

    async def sends(self) -> None:
        await self.loop.run_until_idle()


@pytest.fixture
def desk(db: Database, postbox: Postbox) -> Desk:
    rerouted: list[OutboxMessage] = []

    async def on_undeliverable(message: OutboxMessage) -> None:
        rerouted.append(message)

    settings = OutboxSettings(max_tries=3)
    return Desk(db, OutboxLoop(db, postbox, on_undeliverable=on_undeliverable, settings=settings), rerouted)


def notice(tx: Transaction, recipient: str, key: str, **params: str) -> None:
    outbox.enqueue(tx, Template.NOTICE, recipient, params={"code": "SB-UP-01", **params}, dedupe_key=key)


def approval_card(tx: Transaction, recipient: str = "ben") -> None:
    outbox.enqueue(tx, Template.APPROVAL, recipient, request_id=REQUEST, dedupe_key=f"approval:{recipient}")


def states(tx: Transaction) -> list[tuple[str, int, str | None]]:
    table = tables.outbox
    rows = tx.conn.execute(
        sa.select(table.c.state, table.c.attempts, table.c.last_error).order_by(table.c.id)
    )
    return [(row.state, row.attempts, row.last_error) for row in rows]


def audited(tx: Transaction, action: str) -> int:
    entries = tables.audit_entries
    query = sa.select(sa.func.count()).select_from(entries).where(entries.c.action == action)
    return tx.conn.scalar(query) or 0


def living_copies(tx: Transaction) -> list[sa.Row[Any]]:
    copies = tables.card_copies
    return list(tx.conn.execute(sa.select(copies).where(copies.c.gone.is_(False))))


def next_version(tx: Transaction) -> Request:
    request = requests.by_id(tx, REQUEST)
    assert request is not None
    saved = requests.save(tx, request)
    outbox.refresh_copies(tx, saved.id, saved.version)
    return saved


async def test_the_same_message_is_queued_once(db: Database, desk: Desk, postbox: Postbox) -> None:
    await db.transact(notice, "ana", "k1")
    await desk.sends()
    await db.transact(notice, "ana", "k1")
    await desk.sends()
    assert [message.params["code"] for message in postbox.seen] == ["SB-UP-01"]


async def test_a_person_gets_his_messages_one_by_one_in_order(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    for index in range(12):
        await db.transact(notice, f"person{index % 3}", f"k{index}", nth=str(index))
    await desk.sends()
    for person in range(3):
        mine = [
            message.params["nth"] for message in postbox.seen if message.recipient_id == f"person{person}"
        ]
        assert mine == [str(index) for index in range(person, 12, 3)]


async def test_a_message_that_must_wait_does_not_hold_up_the_next(
    db: Database, clock: ShiftedTime, desk: Desk, postbox: Postbox
) -> None:
    busy = True
    postbox.answer = lambda message: (
        Retry(60, "busy") if busy and message.params["nth"] == "1" else Delivered("c", "s", str(message.id))
    )
    await db.transact(notice, "ana", "k1", nth="1")
    await db.transact(notice, "ana", "k2", nth="2")
    await desk.sends()
    assert await db.read(states) == [("pending", 1, "busy"), ("delivered", 1, None)]
    busy = False
    clock.advance(timedelta(seconds=59))
    await desk.sends()
    assert len(postbox.seen) == 2
    clock.advance(timedelta(seconds=2))
    await desk.sends()
    assert (await db.read(states))[0][:2] == ("delivered", 2)


async def test_after_too_many_tries_a_card_is_undelivered_and_somebody_else_is_asked(
    db: Database, clock: ShiftedTime, desk: Desk, postbox: Postbox
) -> None:
    postbox.answer = lambda message: Retry(0, "502")
    await db.transact(stored_request)
    await db.transact(approval_card)
    for _ in range(5):
        await desk.sends()
        clock.advance(timedelta(hours=1))
    assert await db.read(states) == [("undelivered", 3, "502")]
    assert [message.recipient_id for message in desk.rerouted] == ["ben"]
    assert await db.read(audited, "delivery.failed") == 1


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Blocked("by user"), "blocked"), (NotInstalled("403"), "not_installed"), (Gone("left"), "gone")],
)
async def test_a_recipient_who_cannot_be_reached_is_final(
    db: Database, desk: Desk, postbox: Postbox, outcome: Delivery, state: str
) -> None:
    postbox.answer = lambda message: outcome
    await db.transact(notice, "ana", "k1")
    await desk.sends()
    assert [row[0] for row in await db.read(states)] == [state]
    assert desk.rerouted == []
    assert await db.read(audited, "delivery.failed") == 1


async def test_what_nobody_needs_any_more_is_closed_without_a_word(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    postbox.answer = lambda _: Needless("decided meanwhile")
    await db.transact(stored_request)
    await db.transact(approval_card)
    await desk.sends()
    assert await db.read(states) == [("cancelled", 1, "decided meanwhile")]
    assert desk.rerouted == []
    assert await db.read(audited, "delivery.failed") == 0


async def test_of_several_who_cannot_be_reached_the_last_one_knows_of_all(
    db: Database, postbox: Postbox
) -> None:
    known: list[frozenset[str]] = []

    async def on_undeliverable(message: OutboxMessage) -> None:
        known.append(await db.read(reach.unreached_approvers, REQUEST, PEOPLE))

    postbox.answer = lambda message: Gone("left")
    await db.transact(stored_request)
    for who in PEOPLE:
        await db.transact(approval_card, who)
    await OutboxLoop(db, postbox, on_undeliverable=on_undeliverable).run_until_idle()
    assert max(known, key=len) == set(PEOPLE)


async def test_what_a_courier_raises_is_tried_again(
    db: Database, clock: ShiftedTime, desk: Desk, postbox: Postbox
) -> None:
    def breaks(message: OutboxMessage) -> Delivery:
        raise RuntimeError("a bug")

    postbox.answer = breaks
    await db.transact(notice, "ana", "k1")
    await desk.sends()
    assert await db.read(states) == [("pending", 1, "RuntimeError: a bug")]
    postbox.answer = None
    clock.advance(timedelta(minutes=1))
    await desk.sends()
    assert (await db.read(states))[0][0] == "delivered"


async def test_if_rerouting_fails_the_card_is_not_forgotten(db: Database, postbox: Postbox) -> None:
    calls: list[int] = []

    async def fails_once(message: OutboxMessage) -> None:
        calls.append(message.id)
        if len(calls) == 1:
            raise RuntimeError("directory out of reach")

    postbox.answer = lambda message: Blocked()
    loop = OutboxLoop(db, postbox, on_undeliverable=fails_once)
    await db.transact(stored_request)
    await db.transact(approval_card)
    await loop.run_until_idle()
    assert len(calls) == 2
    assert [row[0] for row in await db.read(states)] == ["blocked"]


async def test_a_delivered_card_is_remembered_and_follows_the_request(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    await db.transact(stored_request)
    await db.transact(approval_card)
    await desk.sends()
    saved = await db.transact(next_version)
    await desk.sends()
    (copy,) = await db.read(living_copies)
    assert copy.shown_version == saved.version
    assert [message.copy_id for message in postbox.seen] == [None, copy.id]


async def test_only_the_newest_update_of_a_card_is_sent(db: Database, desk: Desk, postbox: Postbox) -> None:
    await db.transact(stored_request)
    await db.transact(approval_card)
    await desk.sends()
    for _ in range(4):
        await db.transact(next_version)
    await desk.sends()
    assert len(postbox.seen) == 2
    assert [row[0] for row in await db.read(states)] == ["delivered", *["cancelled"] * 3, "delivered"]


async def test_the_same_version_asked_for_twice_is_still_sent(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    await db.transact(stored_request)
    await db.transact(approval_card)
    await desk.sends()
    saved = await db.transact(next_version)
    await db.transact(outbox.refresh_copies, REQUEST, saved.version)
    await desk.sends()
    assert len(postbox.seen) == 2


async def test_a_request_that_moved_while_its_card_was_on_the_way_is_caught_up(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    await db.transact(stored_request)
    await db.transact(approval_card)
    moved = False

    def moves_meanwhile(message: OutboxMessage) -> Delivery:
        nonlocal moved
        version = 1
        if moved:
            version = 2
        else:
            db.run(next_version)
            moved = True
        return Delivered("chat", "https://x/", "act", version)

    postbox.answer = moves_meanwhile
    await desk.sends()
    (copy,) = await db.read(living_copies)
    assert copy.shown_version == 2
    assert len(postbox.seen) == 2


async def test_a_card_that_was_deleted_is_never_updated_again(
    db: Database, desk: Desk, postbox: Postbox
) -> None:
    await db.transact(stored_request)
    await db.transact(approval_card)
    await desk.sends()
    postbox.answer = lambda message: Gone("404")
    await db.transact(next_version)
    await desk.sends()
    await db.transact(next_version)
    await desk.sends()
    assert len(postbox.seen) == 2
    assert await db.read(living_copies) == []
    assert await db.read(audited, "delivery.failed") == 0


async def test_nothing_is_recorded_under_a_lease_that_was_lost(db: Database) -> None:
    await db.transact(notice, "ana", "k1")
    (message,) = await db.transact(outbox.claim_due, "old", timedelta(seconds=30), 5)
    await db.transact(
        lambda tx: tx.conn.execute(
            sa.update(tables.outbox).values(lease_until=tx.real_now - timedelta(seconds=1))
        )
    )
    (again,) = await db.transact(outbox.claim_due, "new", timedelta(seconds=30), 5)
    assert again.id == message.id
    with pytest.raises(LeaseLost):
        await db.transact(outbox.finish, message.id, "old", outbox.MessageState.DELIVERED)
    await db.transact(outbox.finish, message.id, "new", outbox.MessageState.DELIVERED)


async def test_nothing_is_sent_while_the_recipients_earlier_message_is_on_its_way(db: Database) -> None:
    await db.transact(notice, "ana", "k1")
    await db.transact(notice, "ana", "k2")
    await db.transact(notice, "ben", "k3")
    first = await db.transact(outbox.claim_due, "one", timedelta(seconds=30), 5)
    second = await db.transact(outbox.claim_due, "two", timedelta(seconds=30), 5)
    assert [message.recipient_id for message in first] == ["ana", "ben"]
    assert second == []


async def test_sending_stops_when_the_lease_cannot_be_kept(db: Database) -> None:
    class Stuck:
        cancelled = False

        async def deliver(self, message: OutboxMessage) -> Delivery:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                self.cancelled = True
                raise
            raise AssertionError

    stuck = Stuck()

    async def nobody(message: OutboxMessage) -> None:
        raise AssertionError

    settings = OutboxSettings(lease_for=timedelta(seconds=0.6))
    loop = OutboxLoop(db, stuck, on_undeliverable=nobody, settings=settings)
    await db.transact(notice, "ana", "k1")
    await loop.start()
    try:
        await until(lambda: db.read(lambda tx: tx.conn.scalar(sa.select(tables.outbox.c.lease_token))))
        await db.transact(lambda tx: tx.conn.execute(sa.update(tables.outbox).values(lease_token="another")))
        await until(lambda: stuck.cancelled)
    finally:
        await loop.stop(0)


def test_two_updates_of_one_request_sent_at_the_same_moment_do_not_wait_for_each_other(
    postgres_db: Database,
) -> None:
    db = postgres_db

    def two_cards(tx: Transaction) -> None:
        for who in ("ana", "ben"):
            cards.remember_copy(
                tx,
                request_id=REQUEST,
                template=Template.PROGRESS,
                recipient_id=who,
                conversation_id=f"chat:{who}",
                service_url="https://x/",
                activity_id="act",
                shown_version=1,
            )

    db.run(stored_request)
    db.run(two_cards)
    version = db.run(next_version).version
    messages = db.run(outbox.claim_due, "token", timedelta(seconds=30), 10)
    both_have_finished = threading.Barrier(2)
    runs: list[int] = []

    def record(tx: Transaction, message: OutboxMessage) -> None:
        runs.append(message.id)
        outbox.finish(tx, message.id, "token", outbox.MessageState.DELIVERED)
        cards.mark_shown(tx, message.copy_id or 0, version)
        both_have_finished.wait(timeout=10)
        outbox.refresh_copies(tx, REQUEST, version)

    with ThreadPoolExecutor() as threads:
        for done in [threads.submit(db.run, record, message) for message in messages]:
            done.result(timeout=20)
    assert sorted(runs) == [message.id for message in messages]
    assert len(runs) == 2
