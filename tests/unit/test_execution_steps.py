"""Plans carried out against the simulated tenant: what is sent, when, and what people are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.domain.catalogue.products import E5, MCOEV, MCOPSTN1
from bot.domain.plans import Plan, SetUsageLocation, WaitReason
from bot.domain.requests import RequestState, StepState
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.sandbox.faults import EffectKind
from bot.sandbox.seed import location_id, person_id
from bot.sandbox.shaping import PersonChanges, change_person, person_of
from bot.store import requests, tables
from bot.store.database import Database, Transaction
from tests.support.carrying import ADMIN, ASSIGN_LICENSE, ASSIGN_NUMBER, MARC, Rig, running_rig
from tests.support.shifted_time import ShiftedTime

pytestmark = pytest.mark.either_database("sqlite")


@pytest.fixture
async def rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    async with running_rig(db, clock) as running:
        yield running


async def test_a_number_for_somebody_who_has_the_licences_is_one_write(rig: Rig) -> None:
    request = await rig.approved("ana")
    await rig.run()
    assert (await rig.request()).state is RequestState.EXECUTING
    assert await rig.messages() == []

    done = await rig.run_to_the_end(request.id)
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    number = rig.sandbox.tenant.numbers[done.outcome.telephone_number or ""]
    assert number.target_id == person_id("ana")
    assert [entry.path for entry in rig.writes()] == [rig.writes(ASSIGN_NUMBER)[0].path]
    assert await rig.held() == set()
    assert [(template, who) for template, who, _ in await rig.messages()] == [
        ("outcome", person_id("ana")),
        ("decided", MARC.id),
    ]


async def test_nobody_is_told_of_a_number_that_does_not_ring_yet(rig: Rig) -> None:
    rig.sandbox.tenant.set_delays({"number_activation": 600.0})
    await rig.approved("ana")
    await rig.run()
    await rig.pass_time(seconds=30)
    await rig.pass_time(seconds=30)
    (held,) = await rig.held()
    assert rig.sandbox.tenant.numbers[held].target_id == person_id("ana")
    assert (await rig.request()).state is RequestState.EXECUTING
    assert await rig.messages() == []
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE


async def test_a_new_phone_user_gets_both_licences_in_one_call_and_the_number_once_teams_is_ready(
    rig: Rig,
) -> None:
    await rig.approved("dora")
    await rig.run()
    await rig.pass_time(seconds=5)
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PROPAGATION)
    assert waiting.outcome is not None
    assert [notice.code for notice in waiting.outcome.notices] == ["SB-PRP-01"]
    assert len(rig.writes()) == 1
    # The seats are Graph's to count by now; the number is still ours to keep.
    assert [key[0] for key in await rig.held()] == ["+"]

    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    (licences,), (number,) = rig.writes(ASSIGN_LICENSE), rig.writes(ASSIGN_NUMBER)
    assert {add["skuId"] for add in licences.body["addLicenses"]} == {MCOEV, MCOPSTN1}
    assert number.seq > licences.seq
    assert len(rig.writes()) == 2
    assert {record.state for record in (await rig.steps()).values()} == {StepState.DONE}


async def test_every_write_has_an_intent_before_it_and_one_result(rig: Rig) -> None:
    await rig.approved("dora")
    await rig.run_to_the_end("SB-00001")
    intents, results = await rig.audit("graph.intent"), await rig.audit("graph.result")
    assert [intent["what"] for intent in intents] == ["change_licences", "assign_number"]
    assert [result["intent"] for result in results] == [intent["intent"] for intent in intents]
    assert [result["result"] for result in results] == ["done", "done"]
    assert [entry.client_request_id for entry in rig.writes()] == [
        intent["client_request_id"] for intent in intents
    ]
    assert [entry["action"] for entry in await rig.audit("step")] == ["step.done"] * 3
    assert await rig.audit("graph.resolved") == []


async def test_a_plan_that_is_switched_off_is_switched_on_and_takes_no_second_seat(rig: Rig) -> None:
    redmond = EmergencyLocation(id=location_id("redmond"), name="Redmond HQ", country="US", city="Redmond")
    rig.facts = TenantFacts(emergency_locations=(redmond,))
    await rig.approved("sam", country="US", city="Redmond", location_id=redmond.id)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    (change,), (order,) = rig.writes(ASSIGN_LICENSE), rig.writes(ASSIGN_NUMBER)
    assert {(add["skuId"], *add["disabledPlans"]) for add in change.body["addLicenses"]} == {
        (E5,),
        (MCOPSTN1,),
    }
    assert order.body["locationId"] == redmond.id


@pytest.mark.parametrize("fault", [None, EffectKind.DROP_AFTER_APPLY])
async def test_the_usage_location_is_set_where_it_differs(rig: Rig, fault: EffectKind | None) -> None:
    rig.sandbox.tenant.set_delays({"teams_voice": 0.0})
    approved = await rig.approved("dora")
    licences, *rest = approved.plan.steps
    steps = (licences, SetUsageLocation(country="FR"), *rest)
    await rig.db.transact(requests.save, approved.model_copy(update={"plan": Plan(steps=steps)}))
    if fault:
        rig.fault("/users/[^/]+$", fault, method="PATCH")
    await rig.run()
    dora = person_of(rig.sandbox.tenant, person_id("dora"))
    change_person(rig.sandbox.tenant, dora, PersonChanges(usageLocation="US"))
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert [entry.body for entry in rig.writes() if entry.method == "PATCH"] == [{"usageLocation": "FR"}]


async def test_propagation_is_looked_at_on_schedule_and_admins_hear_of_it_once_after_a_day(rig: Rig) -> None:
    rig.sandbox.tenant.set_delays({"teams_voice": 8 * 24 * 3600.0})
    await rig.approved("dora")
    await rig.run()
    await rig.pass_time(seconds=5)
    began = (await rig.steps())["await_voice"].started_at
    assert began is not None
    due = [(await rig.request()).due_at]
    for _ in range(8):
        seen = due[-1]
        assert seen is not None
        now = await rig.db.read(lambda tx: tx.now)
        await rig.pass_time(seconds=(seen - now).total_seconds() + 0.001)
        due.append((await rig.request()).due_at)
        if seen - began < timedelta(hours=24):
            assert await rig.messages("notice") == []
    ages = [round((moment - began).total_seconds() / 60) for moment in due if moment]
    assert ages == [1, 5, 15, 60, 240, 720, 1440, 2160, 2880]
    told = [(who, params["code"]) for _, who, params in await rig.messages("notice")]
    assert sorted(told) == sorted([(ADMIN, "SB-PRP-02"), (person_id("dora"), "SB-PRP-02")])

    ended = await rig.run_to_the_end("SB-00001", within=timedelta(days=9))
    assert ended.state is RequestState.PARTLY_DONE
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-PRP-04", "SB-REQ-07", "SB-REQ-55"]
    assert rig.writes(ASSIGN_NUMBER) == []
    assert await rig.held() == set()


async def test_the_second_request_waits_for_the_seat_and_resumes_when_one_is_bought(rig: Rig) -> None:
    await rig.approved("dora", "SB-00001")
    await rig.approved("zoe", "SB-00002")
    await rig.run()
    await rig.pass_time(seconds=5)
    waiting = await rig.request("SB-00002")
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.LICENCES)
    assert len(rig.writes(ASSIGN_LICENSE)) == 1
    assert [who for _, who, _ in await rig.messages("task")] == [ADMIN]

    sku = rig.sandbox.tenant.find_sku("MCOPSTN1")
    assert sku is not None
    sku.enabled += 1
    done = await rig.run_to_the_end("SB-00002")
    assert done.state is RequestState.DONE
    assert len(rig.writes(ASSIGN_LICENSE)) == 2


async def test_those_who_wait_are_served_in_the_order_of_their_approval(rig: Rig) -> None:
    sku = rig.sandbox.tenant.find_sku("MCOPSTN1")
    assert sku is not None
    sku.enabled -= 1
    for index, who in enumerate(("dora", "zoe", "louis")):
        await rig.approved(who, f"SB-0000{index}")
        await rig.pass_time(seconds=10)
    assert rig.writes() == []
    # The last in line happens to look first, and must not take what the first waits for.
    sku.enabled += 1
    await rig.db.transact(_look_now, "SB-00002")
    await rig.run()
    assert [entry.path.split("/")[-2] for entry in rig.writes(ASSIGN_LICENSE)] == [person_id("dora")]


def _look_now(tx: Transaction, request_id: str) -> None:
    mine = tables.requests.c.id == request_id
    tx.conn.execute(sa.update(tables.requests).where(mine).values(due_at=tx.now))


async def test_without_a_free_number_it_waits_and_goes_on_when_one_comes(rig: Rig) -> None:
    for number in rig.sandbox.tenant.numbers.values():
        if number.country == "FR" and number.target_id is None:
            rig.sandbox.tenant.point_number(number, person_id("helene"))
    await rig.approved("ana")
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.NUMBER)
    assert rig.writes() == []
    freed = next(n for n in rig.sandbox.tenant.numbers.values() if n.target_id == person_id("helene"))
    rig.sandbox.tenant.point_number(freed, None)
    done = await rig.run_to_the_end("SB-00001")
    assert done.state is RequestState.DONE
    assert done.outcome is not None
    assert done.outcome.telephone_number == freed.telephone_number


async def test_what_changed_since_the_approval_stops_the_request_before_any_write(rig: Rig) -> None:
    await rig.approved("dora")
    rig.sandbox.tenant.people[person_id("dora")].enabled = False
    failed = await rig.run_to_the_end("SB-00001")
    assert failed.state is RequestState.FAILED
    assert failed.outcome is not None
    assert [notice.code for notice in failed.outcome.notices] == ["SB-WHO-04"]
    assert rig.writes() == []
    assert await rig.held() == set()
    assert [who for _, who, _ in await rig.messages("outcome")] == [person_id("dora")]
