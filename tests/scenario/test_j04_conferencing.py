"""J04: somebody who leads meetings asks for dial-in numbers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.asking import asked, reviewed, running_world_with, said
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world, shown, told

Json = dict[str, Any]

MCOMEETADV = "0c266dff-15dd-4b49-8397-2bb16070ed52"
PER_MINUTE = "df9561a4-4969-4e6a-8e73-c601b68ec077"
LEADS = {"leads_meetings": "yes"}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def part_numbers(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


def inputs_of(activity: Json) -> dict[str, Any]:
    card = card_of(activity) or {}
    return {one["id"]: one.get("value") for one in card["body"] if "id" in one}


async def nothing_happened(world: World, *approvers: str) -> None:
    """Nothing was asked of anybody, and the tenant has seen no change."""
    await world.settle()
    assert await world.all_requests() == []
    assert await world.writes() == []
    for who in approvers:
        assert await (await world.person(who)).looks() == []


async def test_an_organiser_gets_dial_in_numbers(database_url: str) -> None:
    async with running_world(database_url) as world:
        ben, olivia = await world.person("ben"), await world.person("olivia")
        await world.control("PUT", "delays", {"directory_read": 30})
        form = await said(ben, "I need dial-in numbers for my meetings")
        assert "Does the person schedule or lead meetings?" in form
        review = shown(await ben.clicks(ben.last_card(), "wish.review", {**LEADS, "reason": "Sales calls"}))
        shown(await ben.clicks(review, "wish.submit"))
        request = await world.newest_request("ben")
        card = await world.card_for("olivia", request)
        for fact in (
            "Give Microsoft 365 Audio Conferencing",
            "Wait until the licences are in force",
            "Tell the person what has changed",
            "Microsoft 365 Audio Conferencing: 28 free now, 27 after this",
            "Meetings share 780 minutes a month for calling out to zone A. Anything else takes credits.",
            "Invitation text, numbers in invitations, languages and the length of PINs",
        ):
            assert fact in text_of(review)
            assert fact in text_of(card)
        assert "Sales calls" in text_of(card)
        assert "Yes" in text_of(card).partition("Leads")[2]
        assert await world.writes() == []

        await world.approve("olivia", request)
        await world.settle()
        before = len(await ben.looks())
        assert (await world.request(request.id)).state is RequestState.EXECUTING
        await world.live_until("done", request.id)
        (write,) = await world.writes()
        assert write["path"].endswith("/assignLicense")
        assert [one["skuId"] for one in write["body"]["addLicenses"]] == [MCOMEETADV]
        assert await part_numbers(world, "ben") == {"ENTERPRISEPACK", "MCOMEETADV"}

        await ben.looks()
        (ready,) = ben.chat[before:]
        assert "Your meetings have dial-in numbers now" in text_of(ready)
        assert "New\nMicrosoft 365 Audio Conferencing" in text_of(ready)
        assert "Invitations that you send from now on have dial-in numbers" in text_of(ready)
        assert "Open the meetings that are planned already and send them again" in text_of(ready)
        await olivia.looks()
        assert "The meetings of Ben Carter have dial-in numbers now" in text_of(olivia.chat[-1])


async def test_who_asked_for_somebody_reads_what_that_person_is_to_do(world: World) -> None:
    request = await _for_ben(world)
    await world.approve("priya", request)
    await world.live_until("done", request.id)
    olivia = await world.person("olivia")
    await olivia.looks()
    assert "Meetings that are planned already get them when Ben Carter opens them" in told(olivia)


async def _for_ben(world: World) -> Any:
    olivia = await world.person("olivia")
    await said(olivia, "Ben needs conferencing for meetings that he leads")
    review = shown(await olivia.clicks(olivia.last_card(), "wish.review", LEADS))
    shown(await olivia.clicks(review, "wish.submit"))
    return await world.newest_request("olivia")


async def test_whoever_only_joins_is_told_that_nothing_is_needed(world: World) -> None:
    ben = await world.person("ben")
    card = await reviewed(world, "ben", "meeting_organiser", {"leads_meetings": "no"})
    assert "SB-CONF-01" in text_of(card)
    assert "Just dial the number in the invitation." in text_of(card)
    assert "Nothing was sent, and nobody has to decide." in text_of(card)
    assert buttons(card) == ["wish.edit"]
    await nothing_happened(world, "olivia")
    form = shown(await ben.clicks(card, "wish.edit"))
    review = shown(await ben.clicks(form, "wish.review", LEADS))
    assert "wish.submit" in buttons(review)


async def test_the_same_in_words_alone(world: World) -> None:
    ben = await world.person("ben")
    await said(ben, "I need dial-in numbers for my meetings")
    assert "schedule or lead meetings" in await said(ben, "by text")
    assert "What is it for?" in await said(ben, "no")
    answer = await said(ben, "skip")
    assert "Just dial the number in the invitation." in answer
    await nothing_happened(world, "olivia")


async def test_the_form_insists_on_an_answer(world: World) -> None:
    ben = await world.person("ben")
    await said(ben, "I need dial-in numbers for my meetings")
    click = ben.click(ben.last_card(), "wish.review", LEADS)
    del click["value"]["action"]["data"]["leads_meetings"]
    again = shown(await ben.delivers(click))
    assert "please say whether the person schedules or leads meetings" in text_of(again)
    await nothing_happened(world, "olivia")


async def test_a_provider_of_today_is_replaced_only_by_who_knows_it(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    hybrid = {"hybrid_conferencing": "true"}
    async with running_world_with(hybrid, sqlite_files.url(), tmp_path) as world:
        ben = await world.person("ben")
        form = await said(ben, "I need dial-in numbers for my meetings, our provider is InterCall")
        assert "I could not find" not in form
        assert inputs_of(ben.last_card())["provider"] == "InterCall"
        card = shown(await ben.clicks(ben.last_card(), "wish.review", LEADS))
        assert "please confirm that Microsoft becomes the provider instead" in text_of(card)
        assert "wish.submit" not in buttons(card)
        await nothing_happened(world, "olivia")

        review = shown(await ben.clicks(card, "wish.review", {"accepts_change": True}))
        shown(await ben.clicks(review, "wish.submit"))
        request = await world.newest_request("ben")
        for each in (review, await world.card_for("olivia", request)):
            assert "Microsoft takes the place of InterCall for the conferences of Ben Carter." in text_of(
                each
            )
            assert "Check that Ben Carter agrees." in text_of(each)
        await world.approve("olivia", request)
        await world.live_until("done", request.id)
        assert "MCOMEETADV" in await part_numbers(world, "ben")


async def test_teams_alone_never_used_another_provider(world: World) -> None:
    """R33: without a Skype for Business Server nobody is asked, and nobody is warned."""
    review = await reviewed(world, "ben", "meeting_organiser", LEADS)
    assert "provider" not in text_of(review).lower()
    ben = await world.person("ben")
    await said(ben, "I need dial-in numbers for my meetings, we use InterCall")
    assert inputs_of(ben.last_card()).keys().isdisjoint({"provider", "accepts_change"})
    named = shown(await ben.clicks(ben.last_card(), "wish.review", LEADS))
    assert "InterCall" not in text_of(named)


@pytest.mark.parametrize("kind", ["meeting_organiser", "licence"])
async def test_e5_has_it_already_and_nobody_is_asked(world: World, kind: str) -> None:
    more = {"product": MCOMEETADV} if kind == "licence" else {}
    rounds = [more, LEADS] if more else [LEADS]
    card = await reviewed(world, "ana", kind, *rounds)
    assert "Ana Moreau has Microsoft 365 Audio Conferencing already: it comes with Office 365 E5." in text_of(
        card
    )
    assert buttons(card) == ["wish.edit"]
    await nothing_happened(world, "marc")


async def test_where_a_group_gives_it_already_nobody_is_asked_either(sqlite_files: SqliteFiles) -> None:
    async with running_world(sqlite_files.url(), installed=("rosa", "olivia")) as world:
        card = await reviewed(world, "rosa", "meeting_organiser", LEADS)
        assert "SB-LIC-14" in text_of(card)
        await nothing_happened(world, "olivia")


async def in_albania(world: World) -> None:
    await world.control("PATCH", "people/ben", {"usageLocation": "AL"})


async def test_in_albania_there_is_no_subscription(world: World) -> None:
    await in_albania(world)
    card = await reviewed(world, "ben", "meeting_organiser", LEADS)
    assert "In Albania conferencing is sold by the minute only." in text_of(card)
    await nothing_happened(world, "olivia")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"credits_funded": "true"}, "SB-CONF-04"),
        ({"purchase_channel": '"volume"'}, "SB-CONF-03"),
    ],
)
async def test_by_the_minute_takes_volume_licensing_and_credits(
    sqlite_files: SqliteFiles, tmp_path: Path, facts: dict[str, str], code: str
) -> None:
    async with running_world_with(facts, sqlite_files.url(), tmp_path) as world:
        await in_albania(world)
        await world.control("POST", "skus", {"sku": "MCOMEETACPEA", "enabled": 5})
        card = await reviewed(world, "ben", "licence", {"product": PER_MINUTE}, LEADS)
        assert code in text_of(card)
        assert "What to do next:" in text_of(card)
        await nothing_happened(world, "olivia")


async def test_in_albania_an_organiser_pays_by_the_minute(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    facts = {"purchase_channel": '"volume"', "credits_funded": "true"}
    async with running_world_with(facts, sqlite_files.url(), tmp_path) as world:
        await in_albania(world)
        await world.control("POST", "skus", {"sku": "MCOMEETACPEA", "enabled": 5})
        request = await asked(world, "ben", "meeting_organiser", {**LEADS, "pay_per_minute": True})
        assert "minutes a month for calling out" not in text_of(await world.card_for("olivia", request))
        await world.approve("olivia", request)
        await world.live_until("done", request.id)
        assert await part_numbers(world, "ben") == {"ENTERPRISEPACK", "MCOMEETACPEA"}
        assert len(await world.writes()) == 1


@pytest.mark.parametrize(("country", "code"), [("KZ", "SB-CONF-07"), ("CN", "SB-CONF"), ("IN", "SB-CONF-10")])
async def test_r35_where_microsoft_does_not_sell_it_people_read_who_does(
    world: World, country: str, code: str
) -> None:
    await world.control("PATCH", "people/ben", {"usageLocation": country})
    card = await reviewed(world, "ben", "meeting_organiser", LEADS)
    assert code in text_of(card)
    assert "Ask the voice administrators" in text_of(card)
    await nothing_happened(world, "olivia")


async def test_e5_without_conferencing_takes_the_add_on_or_moves(world: World) -> None:
    await world.control("POST", "skus", {"sku": "ENTERPRISEPREMIUM_NOPSTNCONF", "enabled": 10})
    await world.control("PATCH", "people/ben", {"licences": ["ENTERPRISEPREMIUM_NOPSTNCONF"]})
    review = await reviewed(world, "ben", "meeting_organiser", LEADS)
    assert "Give Microsoft 365 Audio Conferencing" in text_of(review)
    assert "Compare the price of the add-on with that of the switch." in text_of(review)
    assert "Office 365 E5 without Audio Conferencing" in text_of(review)
    request = await asked(world, "ben", "meeting_organiser", LEADS)
    await world.approve("olivia", request)
    await world.live_until("done", request.id)
    assert await part_numbers(world, "ben") == {"ENTERPRISEPREMIUM_NOPSTNCONF", "MCOMEETADV"}


async def test_the_switch_instead_of_the_add_on_is_one_call(world: World) -> None:
    await world.control("POST", "skus", {"sku": "ENTERPRISEPREMIUM_NOPSTNCONF", "enabled": 10})
    await world.control("PATCH", "skus/ENTERPRISEPREMIUM", {"enabled": 210})
    await world.control("PATCH", "people/ben", {"licences": ["ENTERPRISEPREMIUM_NOPSTNCONF"]})
    e5 = (await world.tenant("skus"))["value"]
    wanted = next(one["skuId"] for one in e5 if one["skuPartNumber"] == "ENTERPRISEPREMIUM")
    request = await asked(world, "ben", "licence", {"product": wanted})
    await world.approve("olivia", request)
    await world.live_until("done", request.id)
    (write,) = await world.writes()
    assert len(write["body"]["addLicenses"]) == len(write["body"]["removeLicenses"]) == 1
    assert await part_numbers(world, "ben") == {"ENTERPRISEPREMIUM"}
    ben = await world.person("ben")
    await ben.looks()
    assert "Invitations that you send from now on have dial-in numbers" in told(ben)


async def test_a_request_that_waits_for_a_seat_writes_nothing_until_there_is_one(world: World) -> None:
    await world.control("PATCH", "skus/MCOMEETADV", {"enabled": 12})
    request = await asked(world, "ben", "meeting_organiser", LEADS)
    await world.approve("olivia", request)
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.LICENCES
    assert await world.writes() == []
    await world.control("PATCH", "skus/MCOMEETADV", {"enabled": 13})
    await world.live_until("done", request.id)
    assert len(await world.writes()) == 1


@pytest.mark.parametrize("effect", ["drop_after_apply", "effect_then_status"])
async def test_a_licence_is_given_once_though_the_answer_is_lost(database_url: str, effect: str) -> None:
    async with running_world(database_url) as world:
        request = await asked(world, "ben", "meeting_organiser", LEADS)
        lost: Json = {"match": {"path": "assignLicense$"}, "effect": {"kind": effect}}
        if effect == "effect_then_status":
            lost["effect"]["status"] = 503
        await world.control("POST", "faults", lost)
        await world.approve("olivia", request)
        done = await world.live_until("done", request.id)
        assert done.state is RequestState.DONE
        assert len(await world.writes()) == 1
        tried = (await world.tenant("requests?method=POST&path=assignLicense"))["value"]
        assert len(tried) == 1, "it looks first, and sees that the licence is there"
        assert await part_numbers(world, "ben") == {"ENTERPRISEPACK", "MCOMEETADV"}
