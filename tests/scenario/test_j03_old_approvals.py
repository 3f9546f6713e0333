"""J03: an approval that has grown old while stock was waited for is asked for again when stock comes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import location_id
from tests.scenario.test_j03_stock import PARIS, attempts, no_numbers, seats
from tests.support.world import World, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]


async def waiting_for_a_seat(world: World, who: str, approver: str) -> Request:
    request = await world.granted(who, approver)
    await world.settle()
    found = await world.request(request.id)
    assert found.waiting is WaitReason.LICENCES
    return found


async def a_seat_comes(world: World) -> None:
    await seats(world, "MCOPSTN1", 1)
    await world.pass_time(minutes=31)


async def test_an_old_approval_is_confirmed_before_anything_is_written(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, "MCOPSTN1", 0)
        request = await waiting_for_a_seat(world, "dora", "marc")
        first = await world.card_for("marc", request)
        await world.pass_time(days=15)
        # While there is no stock nobody is bothered.
        assert (await world.request(request.id)).state is RequestState.WAITING
        await a_seat_comes(world)
        back = await world.request(request.id)
        assert (back.state, back.round) == (RequestState.SUBMITTED, 1)
        assert await attempts(world) == []
        again = await world.card_for("marc", request)
        assert again["id"] != first["id"]
        assert "approved more than 14 days ago" in text_of(again)
        dora = await world.person("dora")
        await dora.looks()
        assert told(dora).count(f"but {request.id} was approved more than 14 days ago") == 1
        shown(await (await world.person("marc")).clicks(again, "request.approve"))
        await world.live_until("done", request.id)
        assert (await attempts(world))[0] == "assignLicense"


async def test_an_approval_of_less_than_two_weeks_goes_on_by_itself(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, "MCOPSTN1", 0)
        request = await waiting_for_a_seat(world, "dora", "marc")
        await world.pass_time(days=13)
        await a_seat_comes(world)
        await world.live_until("done", request.id)


async def test_stock_goes_to_the_next_in_line_and_the_place_is_kept(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("louis")).installs()
        await seats(world, "MCOPSTN1", 0)
        first = await waiting_for_a_seat(world, "dora", "marc")
        await world.pass_time(days=10)
        second = await waiting_for_a_seat(world, "louis", "helene")
        await world.pass_time(days=5)
        await a_seat_comes(world)
        # Dora's seat is not blocked by an approval that she does not have: Louis gets it.
        assert (await world.request(first.id)).state is RequestState.SUBMITTED
        assert (await world.request(second.id)).waiting is not WaitReason.LICENCES
        await world.approve("marc", first)
        await world.settle()
        assert (await world.request(first.id)).waiting is WaitReason.LICENCES
        await a_seat_comes(world)
        await world.live_until("done", first.id)


async def test_what_was_done_before_is_said_and_stays_when_it_is_rejected(database_url: str) -> None:
    async with running_world(database_url) as world:
        await no_numbers(world, but=PARIS[:1])
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        await world.control("DELETE", f"numbers/{PARIS[0]}")
        while (await world.request(request.id)).waiting is not WaitReason.NUMBER:
            await world.live_past_next_due()
        await world.pass_time(days=15)
        number = {"telephoneNumber": PARIS[0], "isoCountryCode": "FR", "city": "Paris"}
        await world.control("POST", "numbers", {**number, "locationId": location_id("paris")})
        await world.pass_time(minutes=31)
        again = await world.card_for("marc", request)
        assert "approved more than 14 days ago" in text_of(again)
        assert "The licences that were given stay" in text_of(again)
        marc = await world.person("marc")
        shown(await marc.clicks(again, "request.reject", {"comment": "Too late"}))
        ended = await world.request(request.id)
        assert ended.state is RequestState.PARTLY_DONE
        assert ended.outcome is not None
        assert [one.code for one in ended.outcome.notices] == ["SB-APP-39", "SB-REQ-47"]
        await world.settle()
        assert "Partly done" in text_of(await world.progress("dora", request))
        await world.live(days=1)
        assert await attempts(world) == ["assignLicense"]
