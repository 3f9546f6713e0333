"""Leases as their holders see them, and loops that claim, renew, give back and are woken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.errors import LeaseLost
from bot.domain.requests import RequestState
from bot.execution.leases import Lease, elapsed
from bot.execution.loop import LeasedLoop
from bot.store import queue, requests, tables
from bot.store.bell import on_ring, ring
from bot.store.database import Database, Transaction
from bot.store.listener import listen
from tests.support.requests_sample import person, stored_request
from tests.support.shifted_time import ShiftedTime
from tests.support.until import until

LEASE = timedelta(seconds=9)
SOON = 10.0
"""Seconds after which a test gives up on something that should have happened long ago."""


def test_a_lease_ends_on_our_side_before_it_ends_in_the_database() -> None:
    began = elapsed() - 8.2
    with pytest.raises(LeaseLost):
        Lease("t", began, LEASE).check()
    Lease("t", elapsed() - 7.5, LEASE).check()


def test_a_renewal_counts_from_before_it_was_asked_for() -> None:
    lease = Lease("t", elapsed() - 20, LEASE)
    lease.renew(elapsed() - 5, LEASE)
    assert lease.remaining < 4
    lease.check()
    lease.lose()
    with pytest.raises(LeaseLost):
        lease.check()


@dataclass
class Errands:
    """A trade on the real queue whose work is whatever the test wants."""

    begun: asyncio.Queue[tuple[str, Lease]] = field(default_factory=asyncio.Queue)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)
    db: Database | None = None

    def claim(self, tx: Transaction, token: str, lasts: timedelta, limit: int) -> list[str]:
        return queue.claim_due(tx, token, lasts, limit)

    def key(self, item: str) -> str:
        return item

    def heartbeat(self, tx: Transaction, tokens: Mapping[str, str], lasts: timedelta) -> set[str]:
        return queue.heartbeat(tx, tokens, lasts)

    def release(self, tx: Transaction, key: str, token: str) -> None:
        queue.release(tx, key, token)

    def next_due(self, tx: Transaction) -> datetime | None:
        return queue.next_due(tx)

    async def work(self, item: str, lease: Lease) -> None:
        await self.begun.put((item, lease))
        await self.go_on.wait()
        assert self.db is not None
        await self.db.transact(_finish, item, lease.token)


def _finish(tx: Transaction, item: str, token: str) -> None:
    request = requests.by_id(tx, item)
    assert request is not None
    requests.save(tx, request.model_copy(update={"state": RequestState.FAILED}), lease_token=token)


def due(tx: Transaction, request_id: str) -> None:
    stored = stored_request(tx, request_id, beneficiary=person(request_id.lower()))
    requests.save(tx, stored.model_copy(update={"state": RequestState.APPROVED, "due_at": tx.now}))
    queue.notify(tx)


def leases(tx: Transaction) -> dict[str, str | None]:
    rows = tx.conn.execute(sa.select(tables.requests.c.id, tables.requests.c.lease_token))
    return {row.id: row.lease_token for row in rows}


@pytest.fixture
def errands(db: Database) -> Errands:
    return Errands(db=db)


@pytest.fixture
async def loop(db: Database, errands: Errands) -> AsyncIterator[LeasedLoop[str, str]]:
    running: LeasedLoop[str, str] = LeasedLoop(db, errands, slots=2, lease_for=LEASE)
    await running.start()
    yield running
    await running.stop(0)


async def test_a_bell_wakes_the_loop_and_it_takes_no_more_than_it_can_do(
    db: Database, errands: Errands, loop: LeasedLoop[str, str]
) -> None:
    for index in range(3):
        await db.transact(due, f"SB-0000{index}")
    async with asyncio.timeout(SOON):
        first, _ = await errands.begun.get()
        second, _ = await errands.begun.get()
    assert {first, second} == {"SB-00000", "SB-00001"}
    assert (await db.read(leases))["SB-00002"] is None
    errands.go_on.set()
    async with asyncio.timeout(SOON):
        assert (await errands.begun.get())[0] == "SB-00002"


async def test_a_drain_lets_work_finish_and_gives_the_rest_back(
    db: Database, errands: Errands, loop: LeasedLoop[str, str]
) -> None:
    await db.transact(due, "SB-00000")
    async with asyncio.timeout(SOON):
        _, lease = await errands.begun.get()
        stopping = asyncio.create_task(loop.stop(SOON))
        await until(lambda: lease.winding_down)
        await db.transact(due, "SB-00001")
        errands.go_on.set()
        await stopping
    assert await db.read(leases) == {"SB-00000": None, "SB-00001": None}
    finished = await db.read(requests.by_id, "SB-00000")
    assert finished is not None
    assert finished.ended
    assert errands.begun.empty()


async def test_work_that_never_ends_is_cut_off_and_given_back(
    db: Database, errands: Errands, loop: LeasedLoop[str, str]
) -> None:
    await db.transact(due, "SB-00000")
    async with asyncio.timeout(SOON):
        await errands.begun.get()
        await loop.stop(0)
    assert await db.read(leases) == {"SB-00000": None}
    assert await db.transact(queue.claim_due, "other", LEASE, 5) == ["SB-00000"]


async def test_the_loop_loses_a_lease_that_the_database_gave_to_another(db: Database) -> None:
    errands = Errands(db=db)
    quick: LeasedLoop[str, str] = LeasedLoop(db, errands, slots=1, lease_for=timedelta(seconds=1.5))
    await db.transact(due, "SB-00000")
    await quick.start()
    try:
        async with asyncio.timeout(SOON):
            _, lease = await errands.begun.get()
            await db.transact(
                lambda tx: tx.conn.execute(sa.update(tables.requests).values(lease_token="another"))
            )
        await until(lambda: lease.remaining == float("-inf"))
        with pytest.raises(LeaseLost):
            lease.check()
    finally:
        errands.go_on.set()
        await quick.stop(SOON)
    assert await db.read(leases) == {"SB-00000": "another"}


async def test_running_until_idle_does_what_is_due_and_no_more(
    db: Database, clock: ShiftedTime, errands: Errands
) -> None:
    errands.go_on.set()
    idle: LeasedLoop[str, str] = LeasedLoop(db, errands, slots=2, lease_for=LEASE)
    for index in range(5):
        await db.transact(due, f"SB-0000{index}")
    await db.transact(
        lambda tx: tx.conn.execute(
            sa.update(tables.requests)
            .where(tables.requests.c.id == "SB-00004")
            .values(due_at=tx.now + timedelta(hours=1))
        )
    )
    assert await idle.run_until_idle() == 4
    assert await idle.run_until_idle() == 0
    clock.advance(timedelta(hours=1))
    assert await idle.run_until_idle() == 1


async def test_other_replicas_hear_the_bell_on_postgres(postgres_db: Database) -> None:
    heard = asyncio.Event()
    listening = asyncio.create_task(listen(postgres_db, heard.set))
    try:
        async with asyncio.timeout(SOON):
            # Once when the connection stands, for whatever came before it.
            await heard.wait()
            heard.clear()
            await postgres_db.transact(ring)
            await heard.wait()
    finally:
        listening.cancel()


async def test_a_bell_in_a_transaction_that_fails_is_not_heard(db: Database) -> None:
    heard: list[None] = []

    def ring_and_fail(tx: Transaction) -> None:
        ring(tx)
        raise LeaseLost("never mind")

    forget = on_ring(db.engine, lambda: heard.append(None))
    with pytest.raises(LeaseLost):
        await db.transact(ring_and_fail)
    assert heard == []
    await db.transact(ring)
    assert len(heard) == 1
    forget()
    await db.transact(ring)
    assert len(heard) == 1
