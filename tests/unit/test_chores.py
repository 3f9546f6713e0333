"""Work that comes back: at its times, by one replica, again after a failure, and never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.audit.chain import seal
from bot.domain.cadence import every, hourly, nightly
from bot.execution.chores import AFTER_TROUBLE, LONGEST, Chore, ChoreLoop
from bot.store import chores
from bot.store.chores import ChoreState
from bot.store.database import Database, Transaction, open_database
from bot.store.watch_tables import chores as table
from tests.support.shifted_time import ShiftedTime

LEASE = timedelta(seconds=6)


class Work:
    """Counts how often it was done, and fails as often as it is told."""

    def __init__(self, failing: int = 0) -> None:
        self.done = 0
        self._failing = failing

    async def __call__(self) -> None:
        if self._failing:
            self._failing -= 1
            raise RuntimeError("the line is dead")
        self.done += 1


class Office:
    """A database whose clock the test moves."""

    def __init__(self, url: str) -> None:
        self.clock = ShiftedTime()
        self.db: Database = open_database(url, seal, self.clock)

    def loop(self, *known: Chore, longest: timedelta = LONGEST) -> ChoreLoop:
        return ChoreLoop(self.db, known, lease_for=LEASE, longest=longest)

    async def after(self, loop: ChoreLoop, **by: float) -> int:
        """How many chores are done when so much time has passed."""
        self.clock.advance(timedelta(**by))
        return await loop.run_until_idle()

    async def state(self, name: str) -> ChoreState:
        return {one.name: one for one in await self.db.read(chores.states)}[name]


@pytest.fixture
def office(database_url: str) -> Iterator[Office]:
    found = Office(database_url)
    yield found
    found.db.close_now()


async def test_a_chore_is_done_at_its_times_and_not_before(office: Office) -> None:
    work = Work()
    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    assert await loop.run_until_idle() == 0
    assert await office.after(loop, minutes=59) == 0
    assert await office.after(loop, minutes=2) == 1
    assert await office.after(loop, minutes=2) == 0
    assert await office.after(loop, hours=1) == 1
    assert work.done == 2


async def test_what_was_missed_while_nobody_was_there_is_done_once(office: Office) -> None:
    work = Work()
    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    await loop.put_on_record()
    assert await office.after(loop, days=3) == 1
    assert work.done == 1


async def test_a_chore_that_fails_is_tried_again_and_its_trouble_is_on_record(office: Office) -> None:
    work = Work(failing=1)
    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    await loop.put_on_record()
    await office.after(loop, hours=1)
    assert work.done == 0
    assert "the line is dead" in (await office.state("count")).trouble
    await office.after(loop, seconds=AFTER_TROUBLE.total_seconds() + 1)
    assert work.done == 1
    assert (await office.state("count")).trouble == ""


async def test_two_replicas_do_a_chore_once(office: Office) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        begun.set()
        await go_on.wait()

    first, second = (office.loop(Chore("count", every(timedelta(hours=1)), slow)) for _ in range(2))
    await first.put_on_record()
    office.clock.advance(timedelta(hours=1))
    working = asyncio.create_task(first.run_until_idle())
    await begun.wait()
    assert await second.run_until_idle() == 0
    go_on.set()
    assert await working == 1
    assert await second.run_until_idle() == 0


class Hanging:
    """Never ends by itself, and knows that it was cut short."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.cut_short = False

    async def __call__(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cut_short = True
            raise


async def test_a_chore_that_hangs_is_cut_short_and_tried_again(office: Office) -> None:
    hanging = Hanging()
    loop = office.loop(Chore("count", every(timedelta(hours=1)), hanging), longest=timedelta(milliseconds=50))
    await loop.put_on_record()
    assert await office.after(loop, hours=1) == 1
    assert hanging.cut_short
    state = await office.state("count")
    assert "TimeoutError" in state.trouble
    assert state.due_at - (await office.db.read(lambda tx: tx.now)) <= AFTER_TROUBLE


async def test_a_chore_that_hangs_keeps_no_other_from_being_done(office: Office) -> None:
    hanging, done = Hanging(), asyncio.Event()

    async def other() -> None:
        done.set()

    hour = every(timedelta(hours=1))
    loop = office.loop(Chore("a", hour, hanging), Chore("b", hour, other))
    await loop.put_on_record()
    office.clock.advance(timedelta(hours=1))
    working = asyncio.create_task(loop.run_until_idle())
    await hanging.begun.wait()
    await done.wait()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert hanging.cut_short, "as when the service stops"


async def test_what_another_replica_may_have_begun_is_not_gone_on_with(office: Office) -> None:
    hanging = Hanging()
    known = Chore("count", every(timedelta(hours=1)), hanging)
    loop = ChoreLoop(office.db, [known], lease_for=LEASE / 10)
    await loop.put_on_record()
    office.clock.advance(timedelta(hours=1))
    working = asyncio.create_task(loop.run_until_idle())
    await hanging.begun.wait()
    await office.db.transact(_taken_over)
    assert await working == 1
    assert hanging.cut_short
    assert (await office.state("count")).trouble == ""


def _taken_over(tx: Transaction) -> None:
    tx.conn.execute(sa.update(table).values(lease_token="of somebody else"))


async def test_a_clock_that_went_wrong_puts_nothing_off_for_long(office: Office) -> None:
    work = Work()
    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    await loop.put_on_record()
    assert await office.after(loop, days=400) == 1
    office.clock.advance(timedelta(days=-400))
    await loop.put_on_record()
    assert await office.after(loop, hours=1) == 1


async def test_a_chore_can_be_had_at_once(office: Office) -> None:
    work = Work()
    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    await loop.put_on_record()
    await office.db.transact(chores.make_due, "count")
    assert await loop.run_until_idle() == 1


async def test_who_wants_a_chore_while_it_is_being_done_has_it_done_again(office: Office) -> None:
    wanted = [True, False]
    done = 0

    async def work() -> None:
        nonlocal done
        done += 1
        if wanted.pop(0):
            office.clock.advance(timedelta(seconds=1))
            await office.db.transact(chores.make_due, "count")

    loop = office.loop(Chore("count", every(timedelta(hours=1)), work))
    await loop.put_on_record()
    assert await office.after(loop, hours=1, minutes=1) == 2
    assert done == 2
    assert await loop.run_until_idle() == 0


async def test_chores_this_service_does_not_know_are_left_alone(office: Office) -> None:
    await office.loop(Chore("of a newer version", every(timedelta(hours=1)), Work())).put_on_record()
    assert await office.after(office.loop(Chore("count", nightly(2), Work())), minutes=61) == 0


def test_two_chores_cannot_have_one_name(office: Office) -> None:
    with pytest.raises(ValueError, match="same name"):
        office.loop(Chore("count", hourly, Work()), Chore("count", hourly, Work()))


def test_the_next_hour_and_the_next_night_are_always_later() -> None:
    full = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
    assert hourly(full) == full + timedelta(hours=1)
    assert hourly(full + timedelta(minutes=59, seconds=59)) == full + timedelta(hours=1)
    assert nightly(2)(full) == full + timedelta(days=1)
    assert nightly(2, 30)(full) == full + timedelta(minutes=30)
    assert nightly(1)(full) == full + timedelta(hours=23)
