"""J12: licences that do not go together. Every case ends in a code with what to do next, or in one call."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from tests.support.asking import asked, press_task, reviewed, said
from tests.support.databases import SqliteFiles
from tests.support.world import EVERYBODY, World, buttons, running_world, shown, told

Json = dict[str, Any]

PEOPLE = (*EVERYBODY, "leon", "petra")
OUTSIDE = {"calls": "outside"}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url(), installed=PEOPLE) as running:
        yield running


async def buys(world: World, part_number: str, enabled: int = 10) -> None:
    await world.control("POST", "skus", {"sku": part_number, "enabled": enabled})


async def sku(world: World, part_number: str) -> str:
    rows = (await world.tenant("skus"))["value"]
    return next(str(one["skuId"]) for one in rows if one["skuPartNumber"] == part_number)


async def part_numbers(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


async def numbers_of(world: World, who: str) -> list[str]:
    holder = (await world.person(who)).who.user_id
    rows = (await world.tenant("numbers"))["value"]
    return [one["telephoneNumber"] for one in rows if one["assignmentTargetId"] == holder]


async def refused(world: World, card: Json, code: str) -> str:
    """The card says why, what next and who; nothing can be sent, and the tenant was left alone."""
    read = text_of(card)
    assert code in read, read
    assert "What to do next:" in read
    assert "Who can do it:" in read
    assert "wish.submit" not in buttons(card)
    assert await world.all_requests() == []
    assert (await world.tenant("requests?method=POST&path=assignLicense"))["value"] == []
    return read


async def in_one_call(world: World, request: Request, approver: str) -> Json:
    """Carry it out: the only change there was."""
    await world.approve(approver, request)
    await world.live_until("done", request.id)
    (write,) = await world.writes()
    assert write["path"].endswith("/assignLicense")
    return dict(write["body"])


# a) A base that carries no phone ----------------------------------------------------------------------------


async def apps_alone(world: World) -> None:
    await buys(world, "OFFICESUBSCRIPTION")
    await world.control("PATCH", "people/dora", {"licences": ["OFFICESUBSCRIPTION"]})


async def test_a_whoever_has_the_apps_alone_is_told_what_to_move_to(world: World) -> None:
    await apps_alone(world)
    dora = await world.person("dora")
    form = await world.form("dora")
    read = await refused(world, shown(await dora.clicks(form, "wish.review", {})), "SB-LIC-26")
    assert "Microsoft 365 Apps for Enterprise, which Dora Lefèvre has, cannot carry Teams Phone." in read
    assert "Move Dora Lefèvre to one of these first:" in read
    assert "Office 365 E3" in read
    product = await sku(world, "MCOEV")
    await refused(world, await reviewed(world, "dora", "licence", {"product": product}), "SB-LIC-26")


async def test_a_her_manager_is_offered_the_better_base_with_the_phone(world: World) -> None:
    await apps_alone(world)
    request = await asked(world, "dora", "phone_user", {"city": "Paris"})
    card = text_of(await world.card_for("marc", request))
    assert "Take back Microsoft 365 Apps for Enterprise" in card
    assert "Check that nothing else of Microsoft 365 Apps for Enterprise is still needed." in card
    await world.approve("marc", request)
    await world.live_until("done", request.id, most=timedelta(days=1))
    licences, number = await world.writes()
    assert len(licences["body"]["addLicenses"]) == 3
    assert len(licences["body"]["removeLicenses"]) == 1
    assert number["path"].endswith("/assignNumber")
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1"}


# b) Plans that exclude each other ---------------------------------------------------------------------------


async def test_b_a_second_suite_takes_the_place_of_the_first_in_one_call(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
        e3, e5 = await sku(world, "ENTERPRISEPACK"), await sku(world, "ENTERPRISEPREMIUM")
        before = await numbers_of(world, "jules")
        request = await asked(world, "jules", "licence", {"product": e5})
        card = text_of(await world.card_for("marc", request))
        assert "Office 365 E5 takes the place of Office 365 E3" in card
        assert "+33 1 99 00 10 12" in card
        body = await in_one_call(world, request, "marc")
        assert [one["skuId"] for one in body["addLicenses"]] == [e5]
        assert set(body["removeLicenses"]) == {e3, await sku(world, "MCOEV")}
        assert await part_numbers(world, "jules") == {"ENTERPRISEPREMIUM", "MCOPSTN_5"}
        assert await numbers_of(world, "jules") == before == ["+33199001012"]
        jules = await world.person("jules")
        await jules.looks()
        ready = text_of(jules.chat[-1])
        assert "Office 365 E5" in ready
        assert "Number, as before\n+33 1 99 00 10 12" in ready


async def test_b_what_somebody_gave_meanwhile_ends_in_words_with_both_plans(database_url: str) -> None:
    """Nobody could know when it was agreed on; Graph's own refusal says it, and nothing is half applied."""
    async with running_world(database_url) as world:
        await buys(world, "MCOPSTN2")
        await world.control("PATCH", "people/dora", {"licences": ["ENTERPRISEPREMIUM"]})
        wish = {"product": await sku(world, "MCOPSTN1")}
        request = await asked(world, "dora", "licence", wish, OUTSIDE)
        meanwhile = {"licences": ["ENTERPRISEPREMIUM", "MCOPSTN2"]}
        await world.control("PATCH", "people/dora", meanwhile)
        await world.approve("marc", request)
        ended = await world.live_until("failed", request.id)
        assert ended.outcome is not None
        (notice,) = ended.outcome.notices
        assert notice.code == "SB-LIC-12"
        await world.settle()
        for who in ("dora", "priya"):
            person = await world.person(who)
            await person.looks()
            assert "two of them exclude each other: " in told(person)
            assert "Domestic Calling Plan, International Calling Plan." in told(person)
        assert "swap them, then ask again" in told(await world.person("dora"))
        assert await world.writes() == []
        assert await part_numbers(world, "dora") == set(meanwhile["licences"])


async def test_b_two_suites_that_graph_keeps_apart_end_in_words_too(world: World) -> None:
    """Exchange and SharePoint of two suites, in the words of Graph."""
    request = await asked(world, "dora", "licence", {"product": await sku(world, "MCOEV")})
    plans = "5dbe027f-2339-4123-9542-606e4d348a72, c7699d2e-19aa-44de-8edf-1736da088ca1"
    text = f"License assignment failed because service plans {plans} are mutually exclusive."
    body = {"error": {"code": "Request_BadRequest", "message": text}}
    effect = {"kind": "status", "status": 400, "body": body}
    await world.control("POST", "faults", {"match": {"path": "assignLicense$"}, "effect": effect})
    await world.approve("marc", request)
    await world.live_until("failed", request.id)
    await world.settle()
    dora = await world.person("dora")
    await dora.looks()
    read = told(dora)
    assert "SB-LIC-12" in read
    assert "exclude each other: SharePoint (Plan 2), SharePoint (Plan 1)." in read
    assert await world.writes() == []
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK"}


async def test_b_the_way_out_that_is_named_works(world: World) -> None:
    await buys(world, "MCOPSTN2")
    await world.control("PATCH", "people/dora", {"licences": ["ENTERPRISEPREMIUM", "MCOPSTN2"]})
    wish = {"give_up": await sku(world, "MCOPSTN2"), "get": await sku(world, "MCOPSTN1")}
    body = await in_one_call(world, await asked(world, "dora", "swap", wish), "marc")
    assert (len(body["addLicenses"]), len(body["removeLicenses"])) == (1, 1)
    assert await part_numbers(world, "dora") == {"ENTERPRISEPREMIUM", "MCOPSTN1"}


# c) Two Calling Plans ---------------------------------------------------------------------------------------


async def test_c_the_larger_plan_takes_the_place_of_the_smaller_and_the_number_stays(world: World) -> None:
    await buys(world, "MCOPSTN2")
    product = {"product": await sku(world, "MCOPSTN2")}
    request = await asked(world, "marc", "licence", product, OUTSIDE)
    card = text_of(await world.card_for("helene", request))
    assert "International Calling Plan takes the place of Domestic Calling Plan, both in one step." in card
    assert "costs more each month" in card
    body = await in_one_call(world, request, "helene")
    assert body["removeLicenses"] == [await sku(world, "MCOPSTN1")]
    assert await part_numbers(world, "marc") == {"ENTERPRISEPREMIUM", "MCOPSTN2"}
    assert await numbers_of(world, "marc") == ["+33199001010"]


async def test_c_a_plan_of_a_group_is_left_to_the_group_which_has_a_name(world: World) -> None:
    await buys(world, "MCOPSTN2")
    product = {"product": await sku(world, "MCOPSTN2")}
    read = await refused(world, await reviewed(world, "leon", "licence", product, OUTSIDE), "SB-LIC-17")
    assert "through the group Field sales France" in read


async def test_c_giving_back_what_a_group_gives_is_a_task_that_names_the_group(world: World) -> None:
    wish = {"give_up": await sku(world, "MCOPSTN1"), "confirms_loss": True}
    review = await reviewed(world, "leon", "swap", wish)
    assert "through the group Field sales France, and an administrator changes that" in text_of(review)
    leon = await world.person("leon")
    shown(await leon.clicks(review, "wish.submit"))
    await world.approve("helene", await world.newest_request("leon"))
    await world.live(minutes=30)
    task = await press_task(world, "task.claim")
    assert "Groups → All groups → Field sales France → Members. Remove Léon Marchand" in task
    assert await part_numbers(world, "leon") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1"}


# d) A licence for machines ----------------------------------------------------------------------------------


async def test_d_a_person_gets_no_licence_of_a_resource_account(world: World) -> None:
    ana = await world.person("ana")
    await said(ana, "I need the resource account licence")
    read = await refused(world, shown(await ana.clicks(ana.last_card(), "wish.review", {})), "SB-LIC-32")
    assert "Ask for Teams Phone instead." in read


# e) A plan of other countries -------------------------------------------------------------------------------


async def test_e_the_small_plan_of_other_countries_brings_nothing_in_the_united_states(world: World) -> None:
    ben = await world.person("ben")
    await said(ben, "I need MCOPSTN5")
    card = shown(await ben.clicks(ben.last_card(), "wish.review", OUTSIDE))
    read = await refused(world, card, "SB-LIC-21")
    assert "Ask for one of these instead: Domestic Calling Plan, " in read


async def test_e_where_the_american_one_is_owned_it_is_that_one(world: World) -> None:
    await buys(world, "MCOPSTN5_US")
    ben = await world.person("ben")
    await said(ben, "I need MCOPSTN5")
    review = shown(await ben.clicks(ben.last_card(), "wish.review", OUTSIDE))
    assert "Domestic Calling Plan (120 min, US)" in text_of(review)
    shown(await ben.clicks(review, "wish.submit"))
    await in_one_call(world, await world.newest_request("ben"), "olivia")
    assert await part_numbers(world, "ben") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN5_US"}


async def test_e_in_france_the_same_plan_is_fine(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "I need MCOPSTN5")
    review = shown(await dora.clicks(dora.last_card(), "wish.review", OUTSIDE))
    shown(await dora.clicks(review, "wish.submit"))
    await in_one_call(world, await world.newest_request("dora"), "marc")
    assert await part_numbers(world, "dora") == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN_5"}


# f) A plan that is switched off -----------------------------------------------------------------------------


async def test_f_teams_phone_that_is_switched_off_is_switched_on_and_takes_no_seat(world: World) -> None:
    sam = await world.person("sam")
    await said(sam, "I need Teams Phone")
    review = shown(await sam.clicks(sam.last_card(), "wish.review", {}))
    assert "Switch the missing parts of Office 365 E5 on" in text_of(review)
    assert "none, no new licence is taken" in text_of(review)
    shown(await sam.clicks(review, "wish.submit"))
    seats = {one["skuPartNumber"]: one["consumed"] for one in (await world.tenant("skus"))["value"]}
    body = await in_one_call(world, await world.newest_request("sam"), "priya")
    assert [one["disabledPlans"] for one in body["addLicenses"]] == [[]]
    assert body["removeLicenses"] == []
    after = {one["skuPartNumber"]: one["consumed"] for one in (await world.tenant("skus"))["value"]}
    assert after == seats
    (e5,) = (await world.tenant("people/sam"))["licences"]
    assert e5["disabledPlans"] == []
    await sam.looks()
    assert "if you have none, write **I need a phone number**" in told(sam)


# g) A suite without Teams -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["licence", "meeting_organiser", "phone_user"])
async def test_g_a_suite_without_teams_carries_nothing_before_teams_is_there(world: World, kind: str) -> None:
    await world.control("PATCH", "people/petra", {"usageLocation": "FR"})
    rounds: dict[str, Json] = {
        "licence": {"product": await sku(world, "MCOEV")},
        "meeting_organiser": {"leads_meetings": "yes"},
        "phone_user": {},
    }
    read = await refused(world, await reviewed(world, "petra", kind, rounds[kind]), "SB-LIC-01")
    assert "Buy Microsoft Teams Enterprise, or move Petra Novak to a plan that includes Teams." in read


async def test_g_where_teams_is_owned_it_comes_with_it_in_the_same_call(world: World) -> None:
    await buys(world, "Microsoft_Teams_Enterprise_New")
    request = await asked(world, "petra", "licence", {"product": await sku(world, "MCOEV")})
    body = await in_one_call(world, request, "karin")
    assert len(body["addLicenses"]) == 2
    assert await part_numbers(world, "petra") == {
        "Microsoft_365_E3_(no_Teams)",
        "Microsoft_Teams_Enterprise_New",
        "MCOEV",
    }


# A step of licences never runs twice ------------------------------------------------------------------------


@pytest.mark.parametrize("effect", ["drop_after_apply", "effect_then_status", "drop_before_apply"])
async def test_a_swap_takes_effect_once_though_the_answer_is_lost(database_url: str, effect: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
        wish = {"product": await sku(world, "ENTERPRISEPREMIUM")}
        request = await asked(world, "jules", "licence", wish)
        lost: Json = {"match": {"path": "assignLicense$"}, "effect": {"kind": effect}}
        if effect == "effect_then_status":
            lost["effect"]["status"] = 503
        await world.control("POST", "faults", lost)
        await world.approve("marc", request)
        done = await world.live_until("done", request.id)
        assert done.state is RequestState.DONE
        assert len(await world.writes()) == 1
        tried = (await world.tenant("requests?method=POST&path=assignLicense"))["value"]
        assert len(tried) == (2 if effect == "drop_before_apply" else 1)
        assert await part_numbers(world, "jules") == {"ENTERPRISEPREMIUM", "MCOPSTN_5"}
        assert await numbers_of(world, "jules") == ["+33199001012"]
