"""Waiting for licences to come into force and for days that people chose; taking licences back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.domain.catalogue.products import E3, MCOEV, MCOPSTN1
from bot.domain.numbers import Capability, NumberType
from bot.domain.plans import (
    AwaitMoment,
    AwaitPlans,
    ChangeLicences,
    HumanTask,
    LicenceAdd,
    Notice,
    NumberNeed,
    ReleaseNumber,
    SetUsageLocation,
    WaitReason,
)
from bot.domain.requests import RequestState, StepState
from bot.domain.tasks import TaskKind
from bot.domain.wishes import NumberPortWish
from bot.sandbox.faults import EffectKind
from bot.sandbox.licensing import apply_group_licences, assign
from bot.sandbox.model import Number
from bot.sandbox.products import PlanId
from bot.sandbox.seed import group_id, person_id
from bot.store import requests, tasks
from bot.store.database import Database, Transaction
from tests.support.carrying import ADMIN, ASSIGN_LICENSE, MARC, Rig, running_rig
from tests.support.shifted_time import ShiftedTime

pytestmark = pytest.mark.either_database("postgres")

GIVE_PHONE = ChangeLicences(add=(LicenceAdd(sku_id=MCOEV, part_number="MCOEV"),))
DAY = 24 * 3600.0


@pytest.fixture
async def rig(db: Database, clock: ShiftedTime) -> AsyncIterator[Rig]:
    async with running_rig(db, clock) as running:
        yield running


def wish_of(who: str) -> NumberPortWish:
    """A wish that is not checked again before the first write, so that a test is about its steps."""
    return NumberPortWish(beneficiary_id=person_id(who), country="FR", numbers=())


GROUP_TASK = {
    "group": group_id("Field sales France"),
    "name": "Léon Marchand",
    "person": "leon@contoso.com",
    "product": "Domestic Calling Plan",
    "action": "remove",
}
QUEUE = {"purpose": "queue", "name": "Desk", "country": "FR", "city": "", "tariff": "toll", "number": ""}


async def say_done(rig: Rig) -> None:
    """Somebody has done the task of the first step."""

    def done(tx: Transaction) -> None:
        task = tasks.of_step(tx, "SB-00001", 0)
        assert task is not None
        tasks.finish(tx, task, MARC, {})
        request = requests.by_id(tx, "SB-00001")
        assert request is not None
        requests.save(tx, request.model_copy(update={"due_at": tx.now}))

    await rig.db.transact(done)


async def codes(rig: Rig) -> list[str]:
    request = await rig.request()
    return [notice.code for notice in request.outcome.notices] if request.outcome else []


# Plans -----------------------------------------------------------------------------------------------------


async def test_a_licence_is_done_once_its_plans_are_in_force(rig: Rig) -> None:
    rig.sandbox.tenant.set_delays({"directory_read": 600.0})
    await rig.agreed(wish_of("dora"), GIVE_PHONE, AwaitPlans(plans=(PlanId.PHONE,)))
    await rig.run()
    assert (await rig.request()).state is not RequestState.DONE
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 1


async def test_plans_are_looked_at_on_schedule_and_the_admins_hear_of_it_once_after_a_day(rig: Rig) -> None:
    await rig.agreed(wish_of("dora"), AwaitPlans(plans=(PlanId.PHONE,)))
    await rig.run()
    began = (await rig.steps())["await_plans"].started_at
    assert began is not None
    assert await codes(rig) == ["SB-PRP-05"]
    due = [(await rig.request()).due_at]
    for _ in range(11):
        seen = due[-1]
        assert seen is not None
        now = await rig.db.read(lambda tx: tx.now)
        await rig.pass_time(seconds=(seen - now).total_seconds() + 0.001)
        due.append((await rig.request()).due_at)
        if seen - began < timedelta(hours=24):
            assert await rig.messages("notice") == []
    ages = [round((moment - began).total_seconds() / 60) for moment in due if moment]
    assert ages == [1, 5, 15, 30, 60, 120, 240, 480, 720, 1440, 2160, 2880]
    told = [(who, params["code"], params["plans"]) for _, who, params in await rig.messages("notice")]
    plans = told[0][2]
    assert "Phone" in plans or "MCOEV" in plans
    assert sorted(told) == sorted([(ADMIN, "SB-PRP-06", plans), (person_id("dora"), "SB-PRP-06", plans)])
    ended = await rig.run_to_the_end("SB-00001", within=timedelta(days=9))
    assert (ended.state, await codes(rig)) == (RequestState.FAILED, ["SB-PRP-07"])
    assert rig.writes() == []


async def test_what_is_taken_back_is_waited_for_until_it_is_out_of_force(rig: Rig) -> None:
    tenant = rig.sandbox.tenant
    jules = tenant.people[person_id("jules")]
    small = next(one.sku_id for one in jules.now.licences if one.sku_id not in (E3, MCOEV))
    await rig.agreed(
        wish_of("jules"),
        AwaitPlans(plans=(), gone=(PlanId.MINUTES_120,)),
    )
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PROPAGATION)
    assign(tenant, jules, {}, [small])
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE


# Days ------------------------------------------------------------------------------------------------------


async def test_nothing_happens_before_the_last_day_and_nobody_is_asked(rig: Rig) -> None:
    now = await rig.db.read(lambda tx: tx.now)
    last = now + timedelta(days=5)
    await rig.agreed(wish_of("leon"), AwaitMoment(until=last), GIVE_PHONE)
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.DATE)
    assert waiting.outcome is not None
    assert waiting.outcome.notices == (
        Notice(code="SB-REQ-40", params={"moment": f"{last:%Y-%m-%d %H:%M} UTC"}),
    )
    await rig.pass_time(days=4, hours=23)
    assert rig.sandbox.graph.journal.entries() == []
    await rig.pass_time(hours=1, seconds=1)
    assert (await rig.steps())["await_moment"].state is StepState.DONE
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE


# Taking back -----------------------------------------------------------------------------------------------


async def test_licences_taken_back_are_read_back_and_not_believed(rig: Rig) -> None:
    rig.fault(ASSIGN_LICENSE, EffectKind.LIE_AFTER_202)
    await rig.agreed(wish_of("frank"), ChangeLicences(remove=(MCOPSTN1,)))
    await rig.run()
    await rig.pass_time(minutes=1)
    assert (await rig.request()).state is RequestState.EXECUTING
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    lied, meant = rig.writes()
    assert meant.at - lied.at > timedelta(minutes=14)


@pytest.mark.parametrize("fault", [None, EffectKind.DROP_AFTER_APPLY])
async def test_somebody_who_leaves_has_the_number_taken_first_and_then_the_licences(
    rig: Rig, fault: EffectKind | None
) -> None:
    if fault:
        rig.fault(ASSIGN_LICENSE, fault)
    tenant = rig.sandbox.tenant
    frank = tenant.people[person_id("frank")]
    number = ReleaseNumber(
        telephone_number="+14255550142", number_type=NumberType.CALLING_PLAN, rest_days=30, tag="ex-Frank"
    )
    await rig.agreed(wish_of("frank"), number, ChangeLicences(remove=(MCOEV, MCOPSTN1)))
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    released, taken = rig.writes()
    assert released.path.endswith("/unassignNumber")
    assert set(taken.body["removeLicenses"]) == {MCOEV, MCOPSTN1}
    assert {one.sku_id for one in frank.now.licences} == {E3}
    assert tenant.numbers["+14255550142"].target_id is None


async def test_a_licence_that_comes_from_a_group_is_never_taken_directly(rig: Rig) -> None:
    await rig.agreed(wish_of("leon"), ChangeLicences(remove=(MCOPSTN1,)))
    failed = await rig.run_to_the_end("SB-00001")
    assert (failed.state, await codes(rig)) == (RequestState.FAILED, ["SB-LIC-80"])
    assert rig.writes() == []


async def test_what_a_group_gives_stops_the_removal_of_what_it_builds_on(rig: Rig) -> None:
    await rig.agreed(wish_of("leon"), ChangeLicences(remove=(MCOEV,)))
    failed = await rig.run_to_the_end("SB-00001")
    assert (failed.state, await codes(rig)) == (RequestState.FAILED, ["SB-LIC-11"])
    (call,) = rig.writes()
    assert call.status == 400


async def test_two_plans_that_exclude_each_other_are_refused_by_name(rig: Rig) -> None:
    tenant = rig.sandbox.tenant
    small = tenant.find_sku("MCOPSTN_5")
    assert small is not None
    add = (LicenceAdd(sku_id=small.sku_id, part_number=small.part_number),)
    await rig.agreed(wish_of("frank"), ChangeLicences(add=add))
    failed = await rig.run_to_the_end("SB-00001")
    assert (failed.state, await codes(rig)) == (RequestState.FAILED, ["SB-LIC-12"])
    assert failed.outcome is not None
    assert failed.outcome.notices[0].params["plans"].count(", ") == 1


async def test_what_somebody_took_away_meanwhile_is_no_failure(rig: Rig) -> None:
    await rig.agreed(wish_of("frank"), ChangeLicences(remove=(MCOPSTN1,)))
    rig.fault(
        ASSIGN_LICENSE,
        EffectKind.EFFECT_THEN_STATUS,
        status=400,
        body={
            "error": {
                "code": "Request_BadRequest",
                "message": "User does not have a corresponding license.",
            }
        },
    )
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert len(rig.writes()) == 1


# What stays ------------------------------------------------------------------------------------------------


async def test_what_was_changed_before_a_failure_is_said_thing_by_thing(rig: Rig) -> None:
    await rig.agreed(
        wish_of("dora"),
        SetUsageLocation(country="BE"),
        GIVE_PHONE,
        ChangeLicences(remove=(E3,)),
    )
    ended = await rig.run_to_the_end("SB-00001")
    assert ended.state is RequestState.PARTLY_DONE
    assert await codes(rig) == ["SB-LIC-11", "SB-REQ-47", "SB-REQ-44", "SB-REQ-55"]


async def test_licences_that_were_taken_back_before_a_failure_are_named(rig: Rig) -> None:
    await rig.agreed(wish_of("frank"), ChangeLicences(remove=(MCOPSTN1,)), ChangeLicences(remove=(E3,)))
    ended = await rig.run_to_the_end("SB-00001")
    assert await codes(rig) == ["SB-LIC-11", "SB-REQ-42"]
    assert ended.outcome is not None
    assert ended.outcome.notices[1].params == {"products": "Domestic Calling Plan"}


# Groups and service numbers --------------------------------------------------------------------------------


async def test_a_group_that_was_changed_takes_its_time_and_the_rest_follows(rig: Rig) -> None:
    by_hand = HumanTask(task=TaskKind.CHANGE_GROUP, params=GROUP_TASK)
    await rig.agreed(wish_of("leon"), by_hand, ChangeLicences(remove=(MCOEV,)))
    await rig.run()
    await say_done(rig)
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.PROPAGATION)
    assert await codes(rig) == ["SB-PRP-05"]
    tenant = rig.sandbox.tenant
    leon = tenant.people[person_id("leon")]
    for group in tenant.groups.values():
        group.members = [one for one in group.members if one != leon.id]
    apply_group_licences(tenant, leon)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert [entry.status for entry in rig.writes(ASSIGN_LICENSE)] == [400, 200]


async def test_in_place_of_a_number_that_somebody_named_no_other_is_taken(rig: Rig) -> None:
    mine, other = (
        Number(digits, "callingPlan", "FR", "Paris", ("voiceApplicationAssignment",))
        for digits in ("+33199002001", "+33199002002")
    )
    rig.sandbox.tenant.add_number(mine)
    rig.sandbox.tenant.add_number(other)
    need = NumberNeed(
        country="FR",
        capability=Capability.VOICE_APPLICATION,
        telephone_number=mine.telephone_number,
        named=True,
    )
    rig.sandbox.tenant.point_number(mine, person_id("reception"))
    await rig.agreed(wish_of("tom"), HumanTask(task=TaskKind.VOICE_APPLICATION, params=QUEUE, number=need))
    await rig.run()
    await rig.pass_time(hours=2)
    assert (await rig.request()).waiting is WaitReason.NUMBER
    assert await codes(rig) == ["SB-SVC-18"]
    assert await rig.db.read(tasks.of_step, "SB-00001", 0) is None
    rig.sandbox.tenant.point_number(mine, None)
    await rig.pass_time(hours=1)
    task = await rig.db.read(tasks.of_step, "SB-00001", 0)
    assert task is not None
    assert task.params["number"] == mine.telephone_number


async def test_a_task_is_opened_with_its_service_number_and_not_before_there_is_one(rig: Rig) -> None:
    need = NumberNeed(country="FR", capability=Capability.VOICE_APPLICATION)
    await rig.agreed(wish_of("tom"), HumanTask(task=TaskKind.VOICE_APPLICATION, params=QUEUE, number=need))
    await rig.run()
    waiting = await rig.request()
    assert (waiting.state, waiting.waiting) == (RequestState.WAITING, WaitReason.NUMBER)
    assert await rig.db.read(tasks.of_step, "SB-00001", 0) is None
    number = Number("+33199002001", "callingPlan", "FR", "Paris", ("voiceApplicationAssignment",))
    rig.sandbox.tenant.add_number(number)
    await rig.pass_time(minutes=31)
    assert (await rig.request()).waiting is WaitReason.MANUAL
    task = await rig.db.read(tasks.of_step, "SB-00001", 0)
    assert task is not None
    assert task.params["number"] == number.telephone_number
    assert await rig.held() == {number.telephone_number}
    await rig.agreed(
        wish_of("priya"),
        HumanTask(task=TaskKind.VOICE_APPLICATION, params=QUEUE, number=need),
        request_id="SB-00002",
    )
    await rig.run()
    assert (await rig.request("SB-00002")).waiting is WaitReason.NUMBER
    await say_done(rig)
    assert (await rig.run_to_the_end("SB-00001")).state is RequestState.DONE
    assert await rig.held() == set()
