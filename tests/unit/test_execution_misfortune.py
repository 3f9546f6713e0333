"""Lost replies, lies, races, crashes and frozen processes: nothing is done twice and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa

from bot.audit.chain import seal
from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState, StepRecord, StepState
from bot.graph import Graph
from bot.sandbox.faults import EffectKind
from bot.sandbox.seed import person_id
from bot.store import queue, requests, tables
from bot.store.database import AuditEntry, Database, Transaction, open_database
from tests.support.carrying import ADMIN, ASSIGN_LICENSE, ASSIGN_NUMBER, Rig, running_rig
from tests.support.shifted_time import ShiftedTime
from tests.support.until import until

PARIS = "FR"
NEARLY = 0.9
"""A write arrives a moment after it was intended, which is when it begins to settle; the look before the last
one is much earlier."""


@pytest.fixture
async def rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    async with running_rig(db, clock) as running:
        yield running


def ready(rig: Rig) -> None:
    """Let Teams be ready at once, so that a test is about the rest."""
    rig.sandbox.tenant.set_delays({"teams_voice": 0.0})


async def outcomes(rig: Rig) -> tuple[list[str], list[str]]:
    """(results of writes, how the open ones were resolved)."""
    results = [entry["result"] for entry in await rig.audit("graph.result")]
    return results, [entry["outcome"] for entry in await rig.audit("graph.resolved")]


async def codes(rig: Rig) -> list[str]:
    request = await rig.request()
    return [notice.code for notice in request.outcome.notices] if request.outcome else []


# Replies that never come -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [ASSIGN_LICENSE, ASSIGN_NUMBER])
@pytest.mark.parametrize(
    ("kind", "more"),
    [(EffectKind.DROP_AFTER_APPLY, {}), (EffectKind.EFFECT_THEN_STATUS, {"status": 502})],
)
async def test_a_write_whose_answer_was_lost_is_found_by_reading(
    rig: Rig, path: str, kind: EffectKind, more: dict[str, int]
) -> None:
    ready(rig)
    rig.fault(path, kind, **more)
    await rig.approved("dora")
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert len(rig.writes()) == 2
    results, resolved = await outcomes(rig)
    assert sorted(results) == ["done", "unknown"]
    assert resolved == ["applied"]


@pytest.mark.parametrize(
    ("path", "settled"),
    [(ASSIGN_LICENSE, timedelta(seconds=60)), (ASSIGN_NUMBER, timedelta(minutes=5))],
)
async def test_a_write_that_never_arrived_is_sent_again_but_not_before_it_had_time_to_show(
    rig: Rig, path: str, settled: timedelta
) -> None:
    ready(rig)
    rig.fault(path, EffectKind.DROP_BEFORE_APPLY)
    await rig.approved("dora")
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    first, second = rig.writes(path)
    assert second.at - first.at > NEARLY * settled
    results, resolved = await outcomes(rig)
    assert sorted(results) == ["done", "done", "unknown"]
    assert resolved == ["not_applied"]


async def test_time_alone_does_not_settle_a_write_it_must_have_been_looked_for(rig: Rig) -> None:
    rig.fault(ASSIGN_LICENSE, EffectKind.DROP_BEFORE_APPLY)
    await rig.approved("dora")
    await rig.run()
    for _ in range(2):
        await rig.pass_time(hours=2)
        assert len(rig.writes()) == 1
    await rig.pass_time(hours=2)
    assert len(rig.writes()) == 2


# Refusals --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("status", "retry_after"), [(429, 7.0), (409, None)])
async def test_being_told_to_wait_costs_time_and_nothing_else(
    rig: Rig, status: int, retry_after: float | None
) -> None:
    ready(rig)
    rig.fault(ASSIGN_LICENSE, EffectKind.STATUS, status=status, retry_after=retry_after)
    await rig.approved("dora")
    await rig.run()
    assert (await rig.request()).state is RequestState.EXECUTING
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    first, second = rig.writes(ASSIGN_LICENSE)
    assert second.at - first.at >= timedelta(seconds=retry_after or 2)
    assert (await outcomes(rig))[0] == ["failed", "done", "done"]


async def test_a_seat_that_went_to_somebody_else_in_graph_is_waited_for(rig: Rig) -> None:
    rig.fault(
        ASSIGN_LICENSE,
        EffectKind.STATUS,
        status=400,
        body={
            "error": {
                "code": "Request_BadRequest",
                "message": "Subscription with SKU 0dab259f-bf13-4952-b7f8-7db8f131b28d does not have any "
                "available licenses.",
            }
        },
    )
    await rig.approved("dora")
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.LICENCES)
    assert not any("-" in key for key in await rig.held())
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE


async def test_a_refusal_for_good_ends_the_request_with_its_reason_and_tells_the_admins(rig: Rig) -> None:
    rig.fault(
        ASSIGN_LICENSE,
        EffectKind.STATUS,
        status=400,
        body={"error": {"code": "Request_BadRequest", "message": "Quota policy forbids this."}},
    )
    await rig.approved("dora")
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-UP-02"]
    assert [(who, params["code"]) for _, who, params in await rig.messages("notice")] == [(ADMIN, "SB-UP-02")]
    assert await rig.held() == set()


# Numbers ---------------------------------------------------------------------------------------------------


async def test_a_202_that_lies_is_not_believed(rig: Rig) -> None:
    rig.fault(ASSIGN_NUMBER, EffectKind.LIE_AFTER_202)
    await rig.approved("ana")
    await rig.run()
    await rig.pass_time(minutes=5)
    assert (await rig.request()).state is RequestState.EXECUTING
    assert await rig.messages() == []
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    first, second = rig.writes(ASSIGN_NUMBER)
    assert second.at - first.at > NEARLY * rig.pace.settle_done
    assert (await outcomes(rig))[1] == ["not_applied"]


async def test_lying_for_ever_ends_in_a_dead_letter_that_people_see(rig: Rig) -> None:
    rig.fault(ASSIGN_NUMBER, EffectKind.LIE_AFTER_202, times=None)
    await rig.approved("ana")
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-UP-04"]
    assert len(rig.writes()) == rig.pace.most_strikes
    assert (ADMIN, "SB-UP-04") in [(who, params["code"]) for _, who, params in await rig.messages("notice")]


async def test_an_order_that_fails_shows_its_detail_and_is_not_repeated(rig: Rig) -> None:
    ready(rig)
    rig.fault(ASSIGN_NUMBER, EffectKind.OPERATION_FAILS, detail="The number is being ported")
    await rig.approved("dora")
    ended = await rig.run_to_the_end("SB-00001")
    assert ended.state is RequestState.PARTLY_DONE
    assert await codes(rig) == ["SB-NUM-15", "SB-REQ-07", "SB-REQ-55"]
    assert ended.outcome is not None
    assert ended.outcome.notices[0].params["detail"] == "The number is being ported"
    assert len(rig.writes(ASSIGN_NUMBER)) == 1
    assert (await outcomes(rig))[1] == ["failed"]


async def test_a_number_taken_before_the_write_is_replaced_without_a_write(rig: Rig) -> None:
    request = await rig.approved("ana")
    (held,) = await rig.held()
    rig.sandbox.tenant.point_number(rig.sandbox.tenant.numbers[held], person_id("helene"))
    done = await rig.run_to_the_end(request.id)
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    assert done.outcome.telephone_number != held
    assert len(rig.writes()) == 1
    assert [entry["code"] for entry in await rig.audit("number.lost")] == ["SB-NUM-14"]


async def test_a_number_taken_during_the_write_is_replaced(rig: Rig) -> None:
    taken = "Telephone Number '+33100000000' has already been assigned to another user"
    rig.fault(ASSIGN_NUMBER, EffectKind.OPERATION_FAILS, detail=taken)
    await rig.approved("ana")
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert len(rig.writes(ASSIGN_NUMBER)) == 2
    assert (await outcomes(rig))[1] == ["failed"]


async def test_after_three_lost_numbers_people_must_look(rig: Rig) -> None:
    taken = "Telephone Number '+33100000000' has already been assigned to another user"
    rig.fault(ASSIGN_NUMBER, EffectKind.OPERATION_FAILS, times=None, detail=taken)
    await rig.approved("ana")
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-NUM-14"]
    assert len(rig.writes(ASSIGN_NUMBER)) == rig.pace.most_numbers


async def test_a_number_that_must_be_the_wished_one_is_not_replaced(rig: Rig) -> None:
    free = next(n for n in rig.sandbox.tenant.numbers.values() if n.country == PARIS and n.target_id is None)
    await rig.approved("ana", ending=free.telephone_number[-4:], any_number=False)
    rig.sandbox.tenant.point_number(free, person_id("helene"))
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.OWNER)
    assert rig.writes() == []


async def test_an_admin_who_was_faster_has_done_the_step(rig: Rig) -> None:
    await rig.approved("ana")
    (held,) = await rig.held()
    number = rig.sandbox.tenant.numbers[held]
    number.activated_at = rig.sandbox.tenant.clock.now()
    rig.sandbox.tenant.point_number(number, person_id("ana"))
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert rig.writes() == []
    assert [entry["by_us"] for entry in await rig.audit("step.done")] == [False]


async def test_teams_not_ready_after_all_is_waited_for_and_then_tried_again(rig: Rig) -> None:
    lacking = "User 'x' lacks appropriate licenses to assign a 'CallingPlan' number"
    rig.fault(ASSIGN_NUMBER, EffectKind.OPERATION_FAILS, detail=lacking)
    await rig.approved("ana")
    await rig.run()
    await rig.pass_time(seconds=10)
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PROPAGATION)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes(ASSIGN_NUMBER)) == 2


# Graph away ------------------------------------------------------------------------------------------------


async def test_while_graph_is_away_the_request_waits_visibly_and_nothing_is_lost(rig: Rig) -> None:
    await rig.approved("dora")
    rig.fault("", EffectKind.STATUS, method=None, status=503, times=8)
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.UPSTREAM)
    assert await codes(rig) == ["SB-UP-01"]
    version = waiting.version
    await rig.pass_time(seconds=5)
    assert (await rig.request()).version == version
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 2


async def test_an_outage_does_not_hide_what_a_request_waits_for(rig: Rig) -> None:
    await rig.approved("dora")
    await rig.run()
    await rig.pass_time(seconds=5)
    rig.fault("", EffectKind.STATUS, method=None, status=503, times=3)
    await rig.pass_time(minutes=1)
    assert (await rig.request()).waiting is WaitReason.PROPAGATION
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE


# Crashes, takeovers, frozen processes ----------------------------------------------------------------------


@pytest.mark.parametrize("path", [ASSIGN_LICENSE, ASSIGN_NUMBER])
@pytest.mark.parametrize("kind", [EffectKind.HOLD_BEFORE, EffectKind.HOLD_AFTER])
async def test_a_runner_cut_off_while_a_write_is_on_its_way_leaves_it_to_the_next_one(
    rig: Rig, path: str, kind: EffectKind
) -> None:
    ready(rig)
    rig.fault(path, kind)
    await rig.approved("dora")
    runner = rig.runner(grace=0.0)
    await runner.start()
    await until(lambda: _sees(rig, path))
    await runner.stop()
    assert await rig.db.read(_leases) == []
    assert (await rig.audit("graph.intent"))[-1]["attempt"] == 1

    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    results, resolved = await outcomes(rig)
    assert sorted(results).count("unknown") == 1
    assert resolved == (["applied"] if kind is EffectKind.HOLD_AFTER else ["not_applied"])
    applied = [entry for entry in rig.writes(path) if entry.applied]
    assert len(applied) == 1


async def _sees(rig: Rig, path: str) -> bool:
    """Whether the write is parked at the tenant; business time moves on meanwhile."""
    await rig.pass_time(then_run=False, seconds=0.2)
    return bool(rig.sandbox.graph.holds.parked)


def _leases(tx: Transaction) -> list[str]:
    return [token for token in tx.conn.scalars(sa.select(tables.requests.c.lease_token)) if token]


async def test_a_runner_that_lost_its_lease_while_reading_sends_nothing(rig: Rig) -> None:
    await rig.approved("dora")
    rig.fault("subscribedSkus", EffectKind.HOLD_AFTER, method="GET")
    runner = rig.runner()
    await runner.start()
    try:
        await until(lambda: rig.sandbox.graph.holds.parked)
        await rig.db.transact(_steal)
        rig.sandbox.graph.holds.release_all()
        # Once to plan, once for the last check before the write, once for the write itself.
        await until(lambda: _reads(rig, "subscribedSkus") == 3)
    finally:
        await runner.stop()
    assert rig.writes() == []
    assert await rig.audit("graph.intent") == []
    assert (await rig.request()).state is RequestState.EXECUTING


class FrozenTokens:
    """A process that stands still, past its lease, between the record of an intent and the first byte."""

    def __init__(self, rig: Rig, lease_for: timedelta) -> None:
        self._rig = rig
        self._real = rig.tokens
        self._lease_for = lease_for
        self.thawed = asyncio.Event()

    async def token(self, scope: str, *, refused: str | None = None) -> str:
        if not self.thawed.is_set() and await self._rig.audit("graph.intent"):
            await self._rig.db.transact(_steal)
            await asyncio.sleep(self._lease_for.total_seconds())
            self.thawed.set()
        return await self._real.token(scope, refused=refused)


async def test_a_process_frozen_between_the_intent_and_the_first_byte_sends_nothing(rig: Rig) -> None:
    lease_for = timedelta(seconds=1)
    frozen = FrozenTokens(rig, lease_for)
    await rig.approved("ana")
    async with Graph(rig.sandbox.graph_url, frozen) as graph:
        runner = rig.runner(lease_for, graph=graph)
        await runner.start()
        async with asyncio.timeout(20):
            await frozen.thawed.wait()
        await runner.stop()
    assert rig.writes() == []
    assert await rig.audit("graph.result") == []


def _reads(rig: Rig, path: str) -> int:
    return sum(path in entry.path for entry in rig.sandbox.graph.journal.entries())


def _steal(tx: Transaction) -> None:
    until_then = tx.real_now + timedelta(minutes=5)
    tx.conn.execute(sa.update(tables.requests).values(lease_token="another", lease_until=until_then))


async def test_a_request_withdrawn_while_the_runner_reads_is_left_alone(rig: Rig) -> None:
    await rig.approved("dora")
    rig.fault("subscribedSkus", EffectKind.HOLD_AFTER, method="GET")
    runner = rig.runner()
    await runner.start()
    try:
        await until(lambda: rig.sandbox.graph.holds.parked)
        await rig.db.transact(_withdraw)
        rig.sandbox.graph.holds.release_all()
        await until(lambda: _given_back(rig))
    finally:
        await runner.stop()
    assert (await rig.request()).state is RequestState.WITHDRAWN
    assert rig.writes() == []
    await rig.pass_time(days=1)
    assert rig.writes() == []


async def _given_back(rig: Rig) -> bool:
    return not await rig.db.read(_leases)


def _withdraw(tx: Transaction) -> None:
    request = requests.by_id(tx, "SB-00001")
    assert request is not None
    requests.save(tx, request.model_copy(update={"state": RequestState.WITHDRAWN}))


async def test_a_dead_replicas_request_is_taken_over_when_its_lease_runs_out(rig: Rig) -> None:
    ready(rig)
    await rig.approved("dora")
    await rig.db.transact(queue.claim_due, "dead", timedelta(seconds=0.3), 5)
    runner = rig.runner()
    await runner.start()
    try:
        await until(lambda: rig.writes(ASSIGN_LICENSE))
    finally:
        await runner.stop()
    assert len(rig.writes()) == 1


async def test_an_intent_that_was_never_sent_is_settled_and_made_again(rig: Rig) -> None:
    """As if the process had been killed between the commit of the intent and the first byte."""
    ready(rig)
    await rig.approved("dora")
    await rig.db.transact(_intended_only)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert len(rig.writes()) == 2
    assert (await outcomes(rig))[0][0] == "unknown"


def _intended_only(tx: Transaction) -> None:
    intent = uuid4().hex
    detail = {"intent": intent, "intended_at": tx.now.isoformat()}
    record = StepRecord(index=0, kind="change_licences", state=StepState.INTENDED, attempts=1, detail=detail)
    requests.save_step(tx, "SB-00001", record)
    tx.audit("graph.intent", "switchboard", "SB-00001", intent=intent, what="change_licences")


async def test_without_a_record_there_is_no_act(rig: Rig, database_url: str, clock: ShiftedTime) -> None:
    def no_room(tx: Transaction, entries: list[AuditEntry]) -> None:
        if any(entry.action == "graph.intent" for entry in entries):
            raise OSError("no room for the audit log")
        seal(tx, entries)

    await rig.approved("ana")
    full = open_database(database_url, no_room, clock)
    try:
        await Rig(full, clock, rig.sandbox, rig.graph, rig.tokens).run()
    finally:
        await full.close()
    assert rig.writes() == []
    await rig.pass_time(minutes=1)
    assert len(rig.writes()) == 1


async def test_a_step_our_code_cannot_do_is_a_dead_letter_and_not_an_endless_loop(rig: Rig) -> None:
    await rig.approved("ana")
    broken = StepRecord(
        index=0,
        kind="assign_number",
        state=StepState.INTENDED,
        attempts=1,
        detail={"intent": uuid4().hex, "result": "unknown"},
    )
    await rig.db.transact(requests.save_step, "SB-00001", broken)
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert await codes(rig) == ["SB-UP-04"]
    assert rig.writes() == []


async def test_a_request_that_cannot_be_read_does_not_stop_the_others(rig: Rig) -> None:
    await rig.approved("ana")
    await rig.approved("dora", "SB-00002")
    strange = sa.update(tables.requests).where(tables.requests.c.id == "SB-00001")
    await rig.db.transact(lambda tx: tx.conn.execute(strange.values(plan={"steps": [{"kind": "new"}]})))
    async with asyncio.timeout(20):
        assert (await rig.run_to_the_end("SB-00002")).state is RequestState.DONE
