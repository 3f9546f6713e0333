"""While carrying out is paused nothing is written to the tenant; afterwards all goes on, nothing twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from bot.domain.pause import PAUSED
from bot.domain.people import Actor
from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState, StepState
from bot.sandbox.faults import EffectKind
from bot.sandbox.seed import person_id
from bot.store import pauses, queue
from bot.store.database import Database, Transaction
from tests.support.carrying import ASSIGN_LICENSE, ASSIGN_NUMBER, Rig, running_rig
from tests.support.shifted_time import ShiftedTime

PRIYA = Actor(id=person_id("priya"), name="Priya Patel")
DORA = person_id("dora")

on_one_database = pytest.mark.either_database("postgres")


@pytest.fixture
async def rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    async with running_rig(db, clock) as running:
        yield running


def pause(db: Database, reason: str = "carrier maintenance") -> bool:
    return db.run(pauses.begin, PRIYA, reason)[1]


def resume(tx: Transaction) -> int:
    pauses.end(tx)
    return queue.wake_paused(tx)


async def codes(rig: Rig) -> list[str]:
    request = await rig.request()
    return [notice.code for notice in request.outcome.notices] if request.outcome else []


async def told(rig: Rig) -> int:
    """How often Dora was told that the desk is paused."""
    notices = await rig.messages("notice")
    return sum(1 for _, to, params in notices if to == DORA and params["code"] == PAUSED)


def test_a_pause_is_one_whoever_else_wants_one(db: Database) -> None:
    assert pause(db)
    assert not pause(db, "something else")
    lasting = db.run_read(pauses.current)
    assert lasting is not None
    assert (lasting.by, lasting.reason) == (PRIYA.id, "carrier maintenance")
    assert db.run(pauses.end) == lasting
    assert db.run(pauses.end) is None
    assert db.run_read(pauses.current) is None


async def test_an_approved_request_is_not_begun_and_says_so_once(rig: Rig) -> None:
    pause(rig.db)
    await rig.approved("dora")
    await rig.run()
    await rig.pass_time(days=3)
    request = await rig.request()
    assert (request.state, await codes(rig)) == (RequestState.APPROVED, [PAUSED])
    assert rig.writes() == []
    assert await told(rig) == 1
    assert [entry["action"] for entry in await rig.audit("request.")] == ["request.held_back"]


@on_one_database
async def test_it_goes_on_by_itself_once_work_is_resumed(rig: Rig) -> None:
    pause(rig.db)
    await rig.approved("dora")
    await rig.run()
    assert rig.db.run(resume) == 1
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert len(rig.writes()) == 2
    assert PAUSED not in await codes(rig)


async def test_a_pause_in_the_middle_stops_before_the_next_write(rig: Rig) -> None:
    rig.sandbox.tenant.set_delays({"teams_voice": 60.0})
    await rig.approved("dora")
    await rig.run()
    assert len(rig.writes(ASSIGN_LICENSE)) == 1
    pause(rig.db)
    await rig.pass_time(minutes=10)
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PAUSED)
    steps = await rig.steps()
    assert steps["change_licences"].state is StepState.DONE
    assert steps["await_voice"].state is StepState.DONE
    assert rig.writes(ASSIGN_NUMBER) == []
    rig.db.run(resume)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 2


@on_one_database
async def test_a_write_that_was_on_its_way_is_followed_to_its_end(rig: Rig) -> None:
    rig.fault(ASSIGN_LICENSE, EffectKind.DROP_AFTER_APPLY)
    await rig.approved("dora")
    await rig.run()
    assert (await rig.steps())["change_licences"].state is StepState.INTENDED
    pause(rig.db)
    await rig.pass_time(minutes=2)
    assert (await rig.steps())["change_licences"].state is StepState.DONE
    assert len(rig.writes()) == 1


@on_one_database
async def test_whoever_stands_in_line_keeps_the_place(rig: Rig) -> None:
    numbers = [one for one in rig.sandbox.tenant.numbers.values() if one.country == "FR"]
    for number in numbers:
        number.status, number.target_id = "userAssigned", person_id("ana")
    await rig.approved("dora")
    rig.sandbox.tenant.set_delays({"teams_voice": 0.0})
    await rig.run()
    await rig.pass_time(minutes=5)
    assert (await rig.request()).waiting is WaitReason.NUMBER
    pause(rig.db)
    for number in numbers:
        number.status, number.target_id = "unassigned", None
    await rig.pass_time(hours=2)
    assert (await rig.request()).waiting is WaitReason.NUMBER
    assert rig.writes(ASSIGN_NUMBER) == []
    rig.db.run(resume)
    done = await rig.run_to_the_end("SB-00001", within=timedelta(hours=2))
    assert done.state is RequestState.DONE


@on_one_database
async def test_a_restart_and_another_replica_find_it_paused(rig: Rig) -> None:
    pause(rig.db)
    await rig.approved("dora")
    await rig.runner().run_until_idle()
    await rig.runner().run_until_idle()
    assert (await rig.request()).state is RequestState.APPROVED
    assert rig.writes() == []


@on_one_database
def test_a_pause_waits_for_intents_that_are_being_recorded_and_then_lets_none_through(db: Database) -> None:
    """Whoever has read the switch commits first; whoever reads it afterwards sees the pause."""
    reading, go_on = Event(), Event()

    def intend(tx: Transaction) -> bool:
        free = pauses.held(tx) is None
        reading.set()
        assert go_on.wait(10)
        return free

    with ThreadPoolExecutor(2) as pool:
        intent = pool.submit(db.run, intend)
        assert reading.wait(10)
        pausing = pool.submit(pause, db)
        with pytest.raises(TimeoutError):
            pausing.result(timeout=0.2)
        go_on.set()
        assert intent.result(timeout=10)
        assert pausing.result(timeout=10)
    assert db.run(pauses.held) is not None
