"""J07: somebody leaves, or changes the product a number hangs on; no number gets lost on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import CannotClick, text_of
from bot.sandbox.seed import group_id, person_id
from bot.store import resting
from tests.support.asking import asked, form_of, press_task, reviewed, said, task_cards
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by, orders, tried
from tests.support.world import World, buttons, running_world, shown

Json = dict[str, Any]

E3 = "6fd2c87f-b296-42f0-b197-1e91e994b900"
E5 = "c7df2760-2c81-4ef7-b578-5b5392b571df"
MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
MCOPSTN2 = "d3b4fe1f-9992-4930-8acb-ca6ec609365e"
MCOPSTN_5 = "11dee6af-eca8-419f-8061-6864517c1875"
JULES_NUMBER = "+33199001012"
LEON_NUMBER = "+33199001013"
FRANK_NUMBER = "+14255550142"
RESTS = timedelta(days=30)
"""How long a number rests where the organisation has not said otherwise."""


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def number(world: World, e164: str) -> Json:
    rows: list[Json] = (await world.tenant("numbers"))["value"]
    return next(one for one in rows if one["telephoneNumber"] == e164)


async def licences(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


def leaves(who: str, **more: str | bool) -> tuple[Json, Json]:
    """The rounds of the form: who, then what becomes of the number."""
    return {"beneficiary": person_id(who)}, {"confirms_loss": True, **more}


async def leaving(world: World, who: str = "jules", **more: str | bool) -> Request:
    """Marc says that Jules leaves, and the voice administrators agree."""
    request = await asked(world, "marc", "leaver", *leaves(who, **more))
    await world.approve("priya", request)
    return await world.request(request.id)


async def swapping(world: World, who: str, approver: str, **inputs: str | bool) -> Request:
    request = await asked(world, who, "swap", inputs)
    await world.approve(approver, request)
    return await world.request(request.id)


async def friday(world: World) -> str:
    """The last day, five days from now."""
    return (await world.now() + timedelta(days=5)).date().isoformat()


# Leaving --------------------------------------------------------------------------------------------------


async def test_after_the_last_day_the_number_rests_and_the_phone_licences_are_back(database_url: str) -> None:
    async with running_world(database_url) as world:
        last_day = await friday(world)
        review = text_of(await reviewed(world, "marc", "leaver", *leaves("jules", last_day=last_day)))
        assert f"{JULES_NUMBER} is given up, rests for 30 days" in review
        assert "Take back Teams Phone Standard and Domestic Calling Plan (120 min)" in review
        request = await asked(world, "marc", "leaver", *leaves("jules", last_day=last_day))
        card = text_of(await world.card_for("priya", request))
        assert f"{JULES_NUMBER} is given up, rests for 30 days" in card
        await world.approve("priya", request)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.DATE
        assert "Nothing happens before" in text_of(await world.progress("marc", request))
        await world.restart()
        await world.live(days=5)
        await world.control("PATCH", "people/jules", {"accountEnabled": False})
        assert await tried(world) == [], "it is still the last day, or the day before"

        await world.live_until("done", request.id, most=timedelta(days=2))
        assert await tried(world) == ["unassignNumber", "assignLicense"]
        assert await licences(world, "jules") == {"ENTERPRISEPACK"}
        assert (await number(world, JULES_NUMBER))["assignmentStatus"] == "unassigned"
        assert "The phone licences of Jules Fontaine have been taken back" in await heard_by(world, "marc")
        (rests,) = await world.service.desk.db.read(resting.active)
        assert (rests.telephone_number, rests.tag, rests.kept_for) == (
            JULES_NUMBER, "ex-Jules Fontaine", None,
        )  # fmt: skip
        left = rests.until - await world.now()
        assert RESTS - timedelta(hours=1) < left <= RESTS

        await offered_to_nobody(world)
        await world.live(days=30, minutes=1)
        form = await world.form("ana")
        assert "Paris (4 free)" in text_of(form)
        offered = await world.review("ana", {"ending": "1012", "any_number": "false"})
        assert "Assign +33 1 99 00 10 12" in text_of(offered)


async def offered_to_nobody(world: World) -> None:
    """Neither counted nor chosen while it rests."""
    form = await world.form("ana")
    assert "Paris (3 free)" in text_of(form)
    review = await world.review("ana", {"ending": "1012", "any_number": "false"})
    assert "No free number ends with 1012" in text_of(review)
    assert "+33 1 99 00 10 12" not in text_of(review)


async def test_a_number_kept_for_the_successor_is_given_to_him_and_to_nobody_else(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("louis")).installs()
        request = await asked(world, "marc", "leaver", *leaves("jules", successor=person_id("dora")))
        card = text_of(await world.card_for("priya", request))
        assert f"{JULES_NUMBER} is given up and kept for the successor for 30 days" in card
        assert "Dora Lefèvre" in card
        await world.approve("priya", request)
        await world.live_until("done", request.id)

        await world.control("PATCH", "skus/MCOPSTN1", {"enabled": 60})
        for ending in ("1001", "1002", "1003"):
            await world.control("DELETE", f"numbers/+3319900{ending}")
        other = await world.granted("louis", "helene")
        while (await world.request(other.id)).waiting is not WaitReason.NUMBER:
            await world.live_past_next_due()
        assert "No number of France is free" in text_of(await world.progress("louis", other))
        for _ in range(3):
            await world.live_past_next_due()

        successor = await world.granted("dora", "marc")
        done = await world.live_until("done", successor.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == JULES_NUMBER
        assert (await world.request(other.id)).state is RequestState.WAITING
        assert await world.service.desk.db.read(resting.active) == ()


async def test_nobody_loses_a_number_without_a_yes(world: World) -> None:
    marc = await world.person("marc")
    who, _ = leaves("jules")
    form = await reviewed(world, "marc", "leaver", who)
    assert "Number today: +33 1 99 00 10 12" in text_of(form)
    with pytest.raises(CannotClick, match="Please confirm that you know what is lost"):
        marc.click(form, "wish.review", {})
    forged = marc.click(form, "wish.review", {"confirms_loss": True})
    forged["value"]["action"]["data"]["confirms_loss"] = "false"
    again = shown(await marc.delivers(forged))
    assert "please confirm that you know what is lost" in text_of(again)
    assert "wish.submit" not in buttons(again)
    assert await world.all_requests() == []


async def test_manager_and_admin_may_say_so_and_a_colleague_may_not(world: World) -> None:
    for who in ("marc", "yann"):
        assert "wish.submit" in buttons(await reviewed(world, who, "leaver", *leaves("jules")))
    dora = await world.person("dora")
    form = await form_of(dora, "leaver")
    answer = shown(await dora.clicks(form, "wish.review", {"beneficiary": person_id("jules")}))
    assert "SB-WHO-02" in text_of(answer)
    assert "people who report to you" in text_of(answer)
    assert await world.all_requests() == []


async def test_an_admin_asks_and_the_manager_decides(world: World) -> None:
    request = await asked(world, "yann", "leaver", *leaves("jules"))
    await world.approve("marc", request)
    await world.live_until("done", request.id)
    assert await tried(world) == ["unassignNumber", "assignLicense"]


async def test_a_licence_of_a_group_is_left_to_the_group_and_then_it_goes_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, "helene", "leaver", *leaves("leon"))
        card = text_of(await world.card_for("priya", request))
        assert "Léon Marchand has Domestic Calling Plan from groups" in card
        await world.approve("priya", request)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.MANUAL
        (task,) = await task_cards(world)
        assert "Take Léon Marchand out of the group that gives Domestic Calling Plan" in text_of(task)
        assert group_id("Field sales France") in text_of(task)
        await world.live(hours=2)
        assert await tried(world) == ["unassignNumber"]

        await world.control("DELETE", f"groups/Field sales France/members/{person_id('leon')}")
        await world.live_until("done", request.id)
        assert [body["removeLicenses"] for body in await orders(world, "assignLicense")] == [[MCOEV]]
        assert await licences(world, "leon") == {"ENTERPRISEPACK"}
        assert (await number(world, LEON_NUMBER))["assignmentStatus"] == "unassigned"
        (task,) = await task_cards(world)
        assert "Done: Microsoft's directory shows it" in text_of(task)
        assert "The phone licences of Léon Marchand have been taken back" in await heard_by(world, "helene")


async def test_calls_are_forwarded_by_hand_while_there_is_a_number_to_forward(world: World) -> None:
    request = await leaving(world, forward_to="+33 1 99 00 10 10", successor=person_id("dora"))
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.MANUAL
    (task,) = await task_cards(world)
    assert "Forward the calls of Jules Fontaine" in text_of(task)
    assert "Forward to +33 1 99 00 10 10, all calls" in text_of(task)
    await world.live(hours=3)
    assert await tried(world) == [], "without the number there is nothing to forward"
    assert "Done by Priya" in await press_task(
        world, "task.done", {"evidence_forwarded_to": "+33 1 99 00 10 10"}
    )
    await world.live_until("done", request.id)
    assert await tried(world) == ["unassignNumber", "assignLicense"]


async def test_what_others_have_undone_already_is_not_undone_again(world: World) -> None:
    """The licence was taken away by hand before the last day was over, and Microsoft freed the number."""
    request = await leaving(world, last_day=await friday(world))
    await world.live_until("waiting", request.id)
    await world.control("PATCH", "people/jules", {"licences": ["ENTERPRISEPACK"]})
    assert (await number(world, JULES_NUMBER))["assignmentStatus"] == "unassigned"
    await world.live_until("done", request.id, most=timedelta(days=7))
    assert await tried(world) == []
    (rests,) = await world.service.desk.db.read(resting.active)
    assert rests.telephone_number == JULES_NUMBER


async def test_an_account_that_is_deleted_takes_nothing_from_the_successor(world: World) -> None:
    """Its number is free at once, and still rests for whom it is kept."""
    request = await leaving(world, forward_to="Reception", successor=person_id("dora"))
    await world.live_until("waiting", request.id)
    await world.control("DELETE", "people/jules")
    await world.live_until("done", request.id)
    assert await tried(world) == []
    (rests,) = await world.service.desk.db.read(resting.active)
    assert (rests.telephone_number, rests.kept_for) == (JULES_NUMBER, person_id("dora"))
    (task,) = await task_cards(world)
    assert "task.done" not in buttons(task)


# Taken back -----------------------------------------------------------------------------------------------


async def test_withdrawn_before_the_last_day_nothing_happens(world: World) -> None:
    request = await leaving(world, last_day=await friday(world))
    await world.live_until("waiting", request.id)
    assert "Withdrawn" in await said(await world.person("marc"), f"withdraw {request.id}")
    await world.live(days=10)
    assert (await world.request(request.id)).state is RequestState.WITHDRAWN
    assert await tried(world) == []
    assert (await number(world, JULES_NUMBER))["assignmentTargetId"] == person_id("jules")


async def test_once_the_number_is_gone_it_is_too_late_to_withdraw(world: World) -> None:
    await world.control("PUT", "delays", {"number_operation": 120})
    request = await leaving(world)
    await world.settle()
    marc = await world.person("marc")
    assert "on its way right now" in await said(marc, f"withdraw {request.id}")
    await world.live_until("done", request.id)
    assert "has ended already" in await said(marc, f"withdraw {request.id}")
    assert (await world.request(request.id)).state is RequestState.DONE
    assert await tried(world) == ["unassignNumber", "assignLicense"]


async def test_between_number_and_licences_the_only_way_is_on(world: World) -> None:
    request = await asked(world, "helene", "leaver", *leaves("leon"))
    await world.approve("priya", request)
    await world.live_until("waiting", request.id)
    answer = await said(await world.person("helene"), f"withdraw {request.id}")
    assert "it cannot be withdrawn any more" in answer
    assert (await world.request(request.id)).state is RequestState.WAITING


# Swaps ----------------------------------------------------------------------------------------------------


async def test_a_suite_takes_the_place_of_two_licences_in_one_call_and_the_number_stays(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
        request = await swapping(world, "jules", "marc", get=E5)
        done = await world.live_until("done", request.id, most=timedelta(days=1))
        assert done.outcome is not None
        (call,) = await orders(world, "assignLicense")
        assert [one["skuId"] for one in call["addLicenses"]] == [E5]
        assert set(call["removeLicenses"]) == {E3, MCOEV}
        assert await tried(world) == ["assignLicense"], "the number is not touched"
        held = await number(world, JULES_NUMBER)
        assert held["assignmentTargetId"] == person_id("jules")
        assert held["activationState"] == "activated"
        assert await licences(world, "jules") == {"ENTERPRISEPREMIUM", "MCOPSTN_5"}


async def test_a_number_that_the_tenant_loses_all_the_same_is_given_back_and_the_admins_hear_it(
    world: World,
) -> None:
    await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
    await world.control("PUT", "delays", {"directory_read": 90})
    request = await swapping(world, "jules", "marc", get=E5)
    await world.settle()
    assert await tried(world) == ["assignLicense"]
    await world.control("PATCH", f"numbers/{JULES_NUMBER}", {"assignmentTargetId": None})
    await world.live_until("done", request.id, most=timedelta(days=1))
    assert await tried(world) == ["assignLicense", "assignNumber"]
    (call,) = await orders(world, "assignNumber")
    assert call["telephoneNumber"] == JULES_NUMBER
    held = await number(world, JULES_NUMBER)
    assert (held["assignmentTargetId"], held["activationState"]) == (person_id("jules"), "activated")
    for admin in ("priya", "tom", "yann"):
        heard = await heard_by(world, admin)
        assert heard.count(f"Jules Fontaine lost {JULES_NUMBER} when the licences were changed") == 1


async def test_domestic_becomes_international_in_one_call(world: World) -> None:
    await world.control("POST", "skus", {"sku": "MCOPSTN2", "enabled": 5})
    await (await world.person("frank")).installs()
    request = await swapping(world, "frank", "olivia", give_up=MCOPSTN1, get=MCOPSTN2)
    await world.live_until("done", request.id, most=timedelta(days=1))
    (call,) = await orders(world, "assignLicense")
    assert [one["skuId"] for one in call["addLicenses"]] == [MCOPSTN2]
    assert call["removeLicenses"] == [MCOPSTN1]
    held = await number(world, FRANK_NUMBER)
    assert (held["assignmentTargetId"], held["activationState"]) == (person_id("frank"), "activated")


async def test_a_lost_reply_makes_no_second_call(world: World) -> None:
    await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
    lost = {"match": {"path": "assignLicense$"}, "effect": {"kind": "drop_after_apply"}}
    await world.control("POST", "faults", lost)
    request = await swapping(world, "jules", "marc", get=E5)
    await world.live_until("done", request.id, most=timedelta(days=1))
    assert await tried(world) == ["assignLicense"]
    assert (await number(world, JULES_NUMBER))["assignmentTargetId"] == person_id("jules")


async def test_a_plan_that_carries_the_number_is_given_up_only_with_a_yes(world: World) -> None:
    """R20: the number goes with the plan, and both who ask and who decide read which one."""
    frank = await world.person("frank")
    await frank.installs()
    form = await reviewed(world, "frank", "swap", {"give_up": MCOPSTN1, "get": ""})
    assert "+1 425-555-0142" in text_of(form)
    assert "wish.submit" not in buttons(form)
    review = shown(
        await frank.clicks(form, "wish.review", {"give_up": MCOPSTN1, "get": "", "confirms_loss": True})
    )
    assert "+1 425-555-0142" in text_of(review)
    shown(await frank.clicks(review, "wish.submit"))
    request = await world.newest_request("frank")
    said = text_of(await world.card_for("olivia", request))
    assert f"{FRANK_NUMBER}, and calls to it end" in said
    await world.approve("olivia", request)
    await world.live_until("done", request.id, most=timedelta(days=1))
    assert await tried(world) == ["unassignNumber", "assignLicense"]
    assert (await number(world, FRANK_NUMBER))["assignmentStatus"] == "unassigned"
