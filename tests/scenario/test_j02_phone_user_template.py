"""J02: everything a telephone takes at once, from the template "phone user"."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import card_of, text_of
from bot.sandbox.seed import location_id
from tests.support.asking import asked, reviewed, running_world_with, said
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world, shown, told

Json = dict[str, Any]

MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def acts(world: World) -> list[str]:
    """The changes the tenant has seen, in order, by the last part of their path."""
    return [row["path"].rsplit("/", 1)[1] for row in await world.writes()]


async def part_numbers(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


def inputs_of(activity: Json) -> dict[str, Any]:
    card = card_of(activity) or {}
    return {one["id"]: one.get("value") for one in card["body"] if "id" in one}


async def carried_out(world: World, request: Request, approver: str, state: str = "done") -> Request:
    await world.approve(approver, request)
    return await world.live_until(state, request.id)


async def for_dora(world: World, inputs: Mapping[str, Any] | None = None) -> Request:
    """Marc says in the chat what Dora is to be, and sends the form."""
    marc = await world.person("marc")
    await said(marc, "phone user for Dora")
    review = shown(await marc.clicks(marc.last_card(), "wish.review", inputs or {}))
    shown(await marc.clicks(review, "wish.submit"))
    return await world.newest_request("marc")


async def test_a_manager_makes_a_phone_user_of_his_report(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, dora = await world.person("marc"), await world.person("dora")
        form = await said(marc, "phone user for Dora")
        assert "Dora Lefèvre" in form
        assert inputs_of(marc.last_card())["calling_plan"] == "domestic"
        review = shown(await marc.clicks(marc.last_card(), "wish.review", {"reason": "Customer calls"}))
        for fact in (
            "Step 1\nGive Teams Phone Standard and Domestic Calling Plan",
            "Step 2\nWait until Teams can give a number",
            "Step 3\nAssign +33 1 99 00 10 0",
            "Step 4\nTell the person the number",
            "Teams Phone Standard: 3 free now, 2 after this",
            "Domestic Calling Plan: 1 free now, 0 after this",
            "Compare the cost with a plan that has the phone included, such as E5.",
            "1200 minutes a month in France",
            "Domestic Calling Plan (120 min) has free seats and would do in place of Domestic Calling Plan",
        ):
            assert fact in text_of(review).replace("\u00a0", " ")
        shown(await marc.clicks(review, "wish.submit"))
        request = await world.newest_request("marc")
        assert request.beneficiary.id == dora.who.user_id
        assert await world.writes() == []

        await world.approve("priya", request)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.PROPAGATION
        (first,) = await world.writes()
        assert first["path"].endswith("/assignLicense")
        assert {one["skuId"] for one in first["body"]["addLicenses"]} == {MCOEV, MCOPSTN1}
        assert first["body"]["removeLicenses"] == []

        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number is not None
        assert await acts(world) == ["assignLicense", "assignNumber"]
        await dora.looks()
        await marc.looks()
        assert "Your telephone is ready" in told(dora)
        assert "The telephone of Dora Lefèvre is ready" in told(marc)


async def test_the_number_comes_when_teams_is_ready_and_not_before(world: World) -> None:
    await world.control("PUT", "delays", {"teams_voice": 5 * 3600})
    request = await for_dora(world)
    await world.approve("priya", request)
    await world.live(hours=4)
    assert (await world.request(request.id)).state is RequestState.WAITING
    assert await acts(world) == ["assignLicense"]
    await world.live(hours=9)
    assert (await world.request(request.id)).state is RequestState.DONE
    assert await acts(world) == ["assignLicense", "assignNumber"]


async def test_a_bundle_that_is_owned_is_shown_beside_the_two(world: World) -> None:
    before = await reviewed(world, "dora", "phone_user", {"city": "Paris"})
    assert "in one licence" not in text_of(before)
    await world.control("POST", "skus", {"sku": "MCOTEAMS_ESSENTIALS", "enabled": 5})
    review = await reviewed(world, "dora", "phone_user", {"city": "Paris"})
    assert "Teams Phone with Calling Plan has free seats" in text_of(review)
    assert "Give Teams Phone Standard and Domestic Calling Plan" in text_of(review)


async def test_the_smaller_plan_is_given_to_who_asks_for_it(world: World) -> None:
    request = await asked(world, "dora", "phone_user", {"calling_plan": "domestic_120"})
    await carried_out(world, request, "marc")
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN_5"}
    assert await acts(world) == ["assignLicense", "assignNumber"]


async def test_calls_beyond_the_minutes_take_the_credits_licence_in_the_same_call(world: World) -> None:
    request = await asked(world, "dora", "phone_user", {"with_credits": True})
    await carried_out(world, request, "marc")
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1", "MCOPSTNC"}
    assert await acts(world) == ["assignLicense", "assignNumber"]


async def test_whoever_declines_credits_that_are_there_is_told_what_that_means(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    funded = {"credits_funded": "true"}
    async with running_world_with(funded, sqlite_files.url(), tmp_path) as world:
        review = await reviewed(world, "dora", "phone_user", {"with_credits": False})
        assert "calls beyond the minutes will not go out" in text_of(review)
        assert "Ask for the credits licence as well" in text_of(review)
        assert "wish.submit" in buttons(review)
        willing = await reviewed(world, "dora", "phone_user", {"with_credits": True})
        assert "will not go out" not in text_of(willing)


async def test_e5_has_the_phone_inside_and_takes_the_calling_plan_alone(world: World) -> None:
    await world.control("PATCH", "people/ana", {"licences": ["ENTERPRISEPREMIUM"]})
    request = await asked(world, "ana", "phone_user", {})
    await carried_out(world, request, "marc")
    first, _ = await world.writes()
    assert [one["skuId"] for one in first["body"]["addLicenses"]] == [MCOPSTN1]
    assert await part_numbers(world, "ana") == {"ENTERPRISEPREMIUM", "MCOPSTN1"}


async def test_in_the_us_the_address_is_checked_before_the_number(world: World) -> None:
    request = await asked(world, "ben", "phone_user", {"location": location_id("redmond")})
    await carried_out(world, request, "olivia")
    licences, number = await world.writes()
    assert licences["path"].endswith("/assignLicense")
    assert number["body"]["locationId"] == location_id("redmond")


async def test_whose_calls_go_over_the_own_carrier_is_asked_to_pay_for_no_plan(world: World) -> None:
    await world.control("PATCH", "people/dieter", {"licences": ["ENTERPRISEPACK"]})
    dieter = await world.person("dieter")
    refused = await reviewed(world, "dieter", "phone_user", {"calling_plan": "domestic"})
    assert "SB-LIC-15" in text_of(refused)
    assert "Ask for Teams Phone alone" in text_of(refused)
    assert await world.all_requests() == []

    await said(dieter, "phone user for me")
    form = dieter.last_card()
    assert inputs_of(form)["calling_plan"] == "none"
    review = shown(await dieter.clicks(form, "wish.review", {}))
    shown(await dieter.clicks(review, "wish.submit"))
    done = await carried_out(world, await world.newest_request("dieter"), "karin")
    assert await part_numbers(world, "dieter") == {"ENTERPRISEPACK", "MCOEV"}
    assert done.outcome is not None
    assert str(done.outcome.telephone_number).startswith("+4930231251")


@pytest.mark.parametrize("plan", ["domestic", "payg"])
async def test_in_mexico_no_plan_of_other_countries_will_do(world: World, plan: str) -> None:
    await world.control("PATCH", "people/sam", {"usageLocation": "MX"})
    refused = await reviewed(world, "sam", "phone_user", {"calling_plan": plan})
    assert "SB-LIC-08" in text_of(refused)
    assert "What to do next: Get" in text_of(refused)
    assert await world.all_requests() == []
    assert await world.writes() == []


async def test_where_the_number_fails_the_licences_stay_and_the_manager_hears_of_it(world: World) -> None:
    failing = {"match": {"path": "assignNumber"}, "effect": {"kind": "operation_fails", "detail": "No trunk"}}
    await world.control("POST", "faults", failing)
    request = await for_dora(world)
    ended = await carried_out(world, request, "priya", "partly_done")
    assert ended.outcome is not None
    assert "SB-REQ-07" in [one.code for one in ended.outcome.notices]
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1"}
    await world.settle()
    for who in ("marc", "dora"):
        person = await world.person(who)
        await person.looks()
        assert "No trunk" in told(person)
        assert "carried out in part" in told(person)
        assert "licences" in told(person).partition("No trunk")[2]
    assert "assignLicense" not in (await acts(world))[1:], "nothing is taken back in silence"


async def test_colleagues_are_called_without_any_of_it(world: World) -> None:
    refused = await reviewed(world, "dora", "phone_user", {"calls": "inside"})
    assert "SB-LIC-16" in text_of(refused)
    assert await world.all_requests() == []


async def test_whoever_has_no_suite_gets_one_with_the_rest_in_one_call(world: World) -> None:
    """R12: the template is all it takes, less what is there."""
    await world.control("PATCH", "people/dora", {"licences": []})
    request = await asked(world, "dora", "phone_user", {})
    await carried_out(world, request, "marc")
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1"}
    assert await acts(world) == ["assignLicense", "assignNumber"]
