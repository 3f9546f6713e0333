"""J18: somebody moves to another country; the old number rings until the new one is in hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import CannotClick, text_of
from bot.sandbox.seed import location_id, person_id
from bot.store import resting
from tests.support.asking import asked, reviewed, said, task_cards
from tests.support.databases import SqliteFiles
from tests.support.tried import heard_by, orders, tried
from tests.support.world import World, buttons, running_world, shown, ticks

Json = dict[str, Any]

MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
MCOPSTN_5 = "11dee6af-eca8-419f-8061-6864517c1875"
OLD = "+33199001012"
BERLIN = "+49302345678"
BERLIN_OFFICE = "3a1f9d52-6c1e-4a55-8f3e-0d2b7c9e1f60"
TOLD_OF_LOSS = {"confirms_loss": True}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def number(world: World, e164: str) -> Json:
    rows: list[Json] = (await world.tenant("numbers"))["value"]
    return next(one for one in rows if one["telephoneNumber"] == e164)


async def arrives(world: World) -> None:
    """Microsoft delivers a number of Berlin, with the address of its order."""
    new = {"telephoneNumber": BERLIN, "isoCountryCode": "DE", "city": "Berlin"}
    await world.control("POST", "numbers", {**new, "locationId": BERLIN_OFFICE})


def moves_to(country: str, **more: str | bool) -> tuple[Json, Json, Json]:
    """The rounds of the form: who; where to, with the yes; then what that country has."""
    return {"beneficiary": person_id("jules")}, {"country": country, **TOLD_OF_LOSS}, more


async def moving(world: World, country: str = "DE", **more: str | bool) -> Request:
    """Marc says that Jules moves, and the voice administrators agree."""
    request = await asked(world, "marc", "mover", *moves_to(country, **more))
    await world.approve("priya", request)
    return await world.request(request.id)


async def untouched(world: World) -> None:
    """Jules can be called as ever."""
    assert await tried(world) == []
    held = await number(world, OLD)
    assert (held["assignmentTargetId"], held["activationState"]) == (person_id("jules"), "activated")
    assert (await world.tenant("people/jules"))["usageLocation"] == "FR"


async def test_the_old_number_rings_until_a_german_one_is_there_and_then_everything_changes(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        await (await world.person("jules")).installs()
        review = text_of(await reviewed(world, "marc", "mover", *moves_to("DE")))
        assert "Microsoft takes orders for it by form only" in review
        assert "The minutes and the price zone of the calls change with the country: Germany." in review
        assert f"{OLD} is given up, rests for 30 days" in review
        assert "Tell everybody who knows the old number." in review
        request = await moving(world)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.NUMBER
        await world.live(hours=5)
        await world.restart()
        await untouched(world)
        assert "No number of Germany is free right now" in text_of(await world.progress("marc", request))
        (task,) = await task_cards(world)
        assert "Order phone numbers: 1 in Germany" in text_of(task)
        assert "Microsoft takes orders for Germany by form only" in text_of(task)

        await arrives(world)
        done = await world.live_until("done", request.id, most=timedelta(days=2))
        assert done.outcome is not None
        assert done.outcome.telephone_number == BERLIN
        assert await tried(world) == ["unassignNumber", "usageLocation", "assignNumber"]
        held = await number(world, BERLIN)
        assert (held["assignmentTargetId"], held["activationState"]) == (person_id("jules"), "activated")
        assert held["locationId"] == BERLIN_OFFICE, "help is sent to Berlin now"
        assert (await world.tenant("people/jules"))["usageLocation"] == "DE"
        assert (await number(world, OLD))["assignmentStatus"] == "unassigned"
        (rests,) = await world.service.desk.db.read(resting.active)
        assert rests.telephone_number == OLD

        jules = await heard_by(world, "jules")
        assert "Your new phone number is ready" in jules
        assert "+49 30 2345678" in jules
        assert "The new phone number of Jules Fontaine is ready" in await heard_by(world, "marc")
        (task,) = await task_cards(world)
        assert "task.done" not in buttons(task)


async def test_a_plan_that_ends_at_the_border_is_exchanged_and_a_new_place_goes_with_the_number(
    world: World,
) -> None:
    """No 120 minutes in the United States (R15), and there the place is chosen with the number (R66)."""
    request = await moving(world, "US", location=location_id("redmond"))
    await world.live_until("done", request.id, most=timedelta(days=2))
    assert await tried(world) == ["unassignNumber", "usageLocation", "assignLicense", "assignNumber"]
    (licences,) = await orders(world, "assignLicense")
    assert [one["skuId"] for one in licences["addLicenses"]] == [MCOPSTN1]
    assert licences["removeLicenses"] == [MCOPSTN_5]
    (order,) = await orders(world, "assignNumber")
    assert order["locationId"] == location_id("redmond")
    assert order["telephoneNumber"].startswith("+1425555")


async def test_without_a_seat_of_the_new_plan_the_old_service_stays_too(world: World) -> None:
    await world.control("PATCH", "skus/MCOPSTN1", {"enabled": 49})
    request = await moving(world, "US", location=location_id("redmond"))
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.LICENCES
    await world.live(hours=5)
    await untouched(world)
    await world.control("PATCH", "skus/MCOPSTN1", {"enabled": 50})
    await world.live_until("done", request.id, most=timedelta(days=2))


async def test_without_the_tick_it_is_refused_and_the_number_named(world: World) -> None:
    marc = await world.person("marc")
    form = await reviewed(world, "marc", "mover", {"beneficiary": person_id("jules")})
    assert "Number today: +33 1 99 00 10 12" in text_of(form)
    with pytest.raises(CannotClick, match="Please confirm that you know what is lost"):
        marc.click(form, "wish.review", {"country": "DE"})
    form = shown(await marc.clicks(form, "wish.review", {"country": "DE", **TOLD_OF_LOSS}))
    forged = marc.click(form, "wish.review", TOLD_OF_LOSS)
    forged["value"]["action"]["data"]["confirms_loss"] = "false"
    again = shown(await marc.delivers(forged))
    assert "please confirm that you know what is lost" in text_of(again)
    assert "+33 1 99 00 10 12" in text_of(again)
    assert "wish.submit" not in buttons(again)
    assert await world.all_requests() == []


async def test_whoever_approves_says_too_that_the_number_is_lost(world: World) -> None:
    await arrives(world)
    request = await asked(world, "marc", "mover", *moves_to("DE"))
    card = await world.card_for("priya", request)
    assert f"I know that {OLD} will not reach Jules Fontaine any more" in text_of(card)
    priya = await world.person("priya")
    again = shown(await priya.clicks(card, "request.approve"))
    assert (await world.request(request.id)).state is RequestState.SUBMITTED
    await untouched(world)
    shown(await priya.clicks(again, "request.approve", ticks(again)))
    await world.live_until("done", request.id, most=timedelta(days=2))


async def test_a_country_without_calling_plans_has_two_ways_out(world: World) -> None:
    answer = await reviewed(world, "marc", "mover", *moves_to("KE"))
    assert f"Microsoft has no Calling Plan in Kenya, so {OLD} has no successor there" in text_of(answer)
    assert "Have a number of another carrier arranged in Kenya" in text_of(answer)
    assert f"or ask to release {OLD} instead" in text_of(answer)
    assert "wish.submit" not in buttons(answer)
    await untouched(world)


async def test_withdrawn_while_it_waits_the_old_number_stays(world: World) -> None:
    request = await moving(world)
    await world.live_until("waiting", request.id)
    assert "Withdrawn" in await said(await world.person("marc"), f"withdraw {request.id}")
    await arrives(world)
    await world.live(days=2)
    assert (await world.request(request.id)).state is RequestState.WITHDRAWN
    await untouched(world)
    (task,) = await task_cards(world)
    assert "Not needed any more" in text_of(task)


async def test_once_the_old_number_is_gone_it_only_goes_on(world: World) -> None:
    await arrives(world)
    await world.control("PUT", "delays", {"teams_voice": 7200})
    request = await moving(world)
    while "usageLocation" not in await tried(world):
        await world.live_past_next_due()
    answer = await said(await world.person("marc"), f"withdraw {request.id}")
    assert "withdrawn any more" in answer or "on its way right now" in answer
    await world.live_until("done", request.id, most=timedelta(days=2))
    assert (await number(world, BERLIN))["assignmentTargetId"] == person_id("jules")


async def test_a_country_that_hr_has_changed_already_is_not_set_again(world: World) -> None:
    await world.control("PATCH", "people/jules", {"usageLocation": "DE"})
    await arrives(world)
    request = await moving(world)
    await world.live_until("done", request.id, most=timedelta(days=2))
    assert await tried(world) == ["unassignNumber", "assignNumber"]


async def test_nobody_but_those_who_may_say_that_somebody_moves(world: World) -> None:
    dora = await world.person("dora")
    answer = await reviewed(world, "dora", "mover", {"beneficiary": person_id("jules")})
    assert "SB-WHO-02" in text_of(answer)
    answer = await reviewed(world, "dora", "mover", {"beneficiary": dora.who.user_id})
    assert "SB-WHO-08" in text_of(answer)
    assert "wish.submit" in buttons(await reviewed(world, "yann", "mover", *moves_to("DE")))


async def test_a_number_that_was_exchanged_meanwhile_is_not_given_up(world: World) -> None:
    request = await asked(world, "marc", "mover", *moves_to("DE"))
    await arrives(world)
    await world.control("PATCH", f"numbers/{OLD}", {"assignmentTargetId": None})
    await world.control("PATCH", "numbers/+33199001001", {"assignmentTargetId": "jules"})
    await world.approve("priya", request)
    ended = await world.live_until("failed", request.id)
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-NUM-30"]
    assert await tried(world) == []
