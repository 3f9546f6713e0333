"""J02: an employee with neither Teams Phone nor a Calling Plan asks for a number, and gets all of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.world import World, has_heading, has_input, running_world, shown, told

Json = dict[str, Any]


async def acts(world: World) -> list[str]:
    """The changes the tenant has seen, in order, by the last part of their path."""
    return [row["path"].rsplit("/", 1)[1] for row in await world.writes()]


async def part_numbers(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


async def test_a_new_phone_user_gets_licences_then_a_number(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")

        form = await world.form("dora")
        review = shown(await dora.clicks(form, "wish.review", {"reason": "Customer calls"}))
        assert "Marc" in text_of(review)
        sent = shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        assert request.id in text_of(sent)

        await world.settle()
        card = await marc.hears("Dora")
        shown(await marc.clicks(card, "request.approve", {"comment": ""}))

        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        number = done.outcome.telephone_number
        assert number is not None
        ready = await dora.hears(number)
        assert "Calls" in text_of(ready)
        assert await acts(world) == ["assignLicense", "assignNumber"]


async def test_everybody_sees_the_facts_before_deciding(database_url: str) -> None:
    facts = (
        "Give Teams Phone Standard and Domestic Calling Plan",
        "Wait until Teams can give a number",
        "Assign +33 1 99 00 10 0",
        "Tell the person the number",
        "Teams Phone Standard: 3 free now, 2 after this",
        "Domestic Calling Plan: 1 free now, 0 after this",
        "Paris, France: 3 free now, 2 after this",
        "Cost: €20.00 a month",
        "Compare the cost with a plan that has the phone included",
        "Domestic Calling Plan brings 1200 minutes a month in France",
    )
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        review = await world.review("dora", {"reason": "Customer calls"})
        assert has_heading(review, "Who decides")
        for fact in (*facts, "Marc Dubois", "Customer calls"):
            assert fact in text_of(review)
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        card = await world.card_for("marc", request)
        for fact in (*facts, "Dora Lefèvre (dora@contoso.com)", "Customer calls", request.id):
            assert fact in text_of(card)
        assert await world.writes() == []


async def test_both_licences_come_in_one_call_and_nobody_is_kept_guessing(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await world.ask("dora")
        progress = await world.progress("dora", request)
        assert "Asked: Marc Dubois" in text_of(progress)
        messages = len(dora.chat)
        await world.approve("marc", request)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.PROPAGATION

        (write,) = await world.writes()
        assert write["path"].endswith("/assignLicense")
        assert len(write["body"]["addLicenses"]) == 2
        assert write["body"]["removeLicenses"] == []

        card = await world.progress("dora", request)
        assert card["id"] == progress["id"]
        assert "minutes to hours" in text_of(card)
        assert "up to 24 hours" in text_of(card)
        await world.live_until("done", request.id)
        card = await world.progress("dora", request)
        assert card["id"] == progress["id"]
        assert "**Done**" in text_of(card)
        # The one new message is the outcome: everything before came by changing the card.
        assert len(dora.chat) == messages + 1

        audited = [
            entry["details"]["what"] for entry in await world.audit() if entry["action"] == "graph.intent"
        ]
        assert audited == ["change_licences", "assign_number"]


async def test_an_e5_user_gets_the_calling_plan_alone(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/ana", {"licences": ["ENTERPRISEPREMIUM"]})
        request = await world.granted("ana", "marc")
        await world.live_until("done", request.id)
        assert await acts(world) == ["assignLicense", "assignNumber"]
        assert len((await world.writes())[0]["body"]["addLicenses"]) == 1
        assert await part_numbers(world, "ana") == {"ENTERPRISEPREMIUM", "MCOPSTN1"}


async def test_a_switched_off_phone_plan_is_switched_on_and_takes_no_seat(database_url: str) -> None:
    async with running_world(database_url) as world:
        off = {"sku": "ENTERPRISEPREMIUM", "disabled_plans": ["MCOEV"]}
        await world.control("PATCH", "people/ana", {"licences": [off, "MCOPSTN1"]})
        review = await world.review("ana")
        assert "Switch the missing parts of Office 365 E5 on" in text_of(review)
        assert "none, no new licence is taken" in text_of(review)
        request = await world.granted("ana", "marc")
        await world.live_until("done", request.id)
        assert await acts(world) == ["assignLicense", "assignNumber"]
        licences = (await world.tenant("people/ana"))["licences"]
        e5 = next(one for one in licences if one["skuPartNumber"] == "ENTERPRISEPREMIUM")
        assert e5["disabledPlans"] == []
        assert {one["skuPartNumber"] for one in licences} == {"ENTERPRISEPREMIUM", "MCOPSTN1"}


async def test_a_suite_without_teams_is_refused_before_anybody_is_bothered(database_url: str) -> None:
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/petra", {"usageLocation": "FR"})
        answer = await world.review("petra")
        assert "comes without Teams" in text_of(answer)
        assert "SB-LIC-01" in text_of(answer)
        assert await world.all_requests() == []
        await world.settle()
        assert await (await world.person("karin")).looks() == []


TALKS = {
    "en": ("can I get a number", ["by text", "me", "1", "any", "Customer calls", "submit"], "en-US"),
    "fr": (
        "j'ai besoin d'un numéro",
        ["par texte", "moi", "1", "peu importe", "Appels clients", "envoyer"],
        "fr-FR",
    ),
    "zh": ("我需要一个电话号码", ["文字", "我", "1", "随便", "客户电话", "提交"], "zh-CN"),
}


@pytest.mark.parametrize("language", TALKS)
async def test_by_text_alone(database_url: str, language: str) -> None:
    """The form comes first, and whoever prefers to type answers one question at a time, no card needed."""
    wish, answers, locale = TALKS[language]
    async with running_world(database_url) as world:
        dora = await world.person("dora", locale=locale)
        await dora.says(wish)
        await dora.hears(has_input("country"))
        answers = [one for one in answers if one not in ("me", "moi", "我")]
        for answer in answers:
            reply = await dora.says(answer)
            assert reply.ok
            assert await world.all_requests() == [] or answer == answers[-1]
        request = await world.newest_request("dora")
        assert request.wish.reason == answers[-2]
        assert request.wish.city == "Paris"
        await world.approve("marc", request)
        await world.live_until("done", request.id)
        assert await acts(world) == ["assignLicense", "assignNumber"]


@pytest.mark.parametrize("language", TALKS)
async def test_the_wish_opens_the_form_in_each_language(database_url: str, language: str) -> None:
    wish, _, locale = TALKS[language]
    async with running_world(database_url) as world:
        dora = await world.person("dora", locale=locale)
        await dora.says(wish)
        form = await dora.hears(has_input("country"))
        review = shown(await dora.clicks(form, "wish.review", {"reason": "x"}))
        shown(await dora.clicks(review, "wish.submit"))
        assert (await world.newest_request("dora")).state is RequestState.SUBMITTED


async def test_clients_without_universal_actions_reach_the_same_end(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")
        form = await world.form("dora")
        await dora.clicks(form, "wish.review", {"reason": "Old client"}, as_submit=True)
        (review,) = dora.cards()
        assert review["id"] == form["id"]
        assert has_heading(review, "Who decides")
        await dora.clicks(review, "wish.submit", as_submit=True)
        request = await world.newest_request("dora")
        card = await world.card_for("marc", request)
        await marc.clicks(card, "request.approve", {"comment": "fine"}, as_submit=True)
        decided = await world.card_for("marc", request)
        assert decided["id"] == card["id"]
        assert "Approved by Marc Dubois" in text_of(decided)
        await world.live_until("done", request.id)


async def test_a_manager_asks_for_his_report(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, dora = await world.person("marc"), await world.person("dora")
        await marc.says("I need a number for Dora")
        form = await marc.hears(has_input("country"))
        assert "Dora" in text_of(form)
        review = shown(await marc.clicks(form, "wish.review", {"reason": "New in the team"}))
        # He may not decide on his own wish: those who stand in are asked.
        assert "Marc Dubois" not in text_of(review).partition("Who decides")[2]
        shown(await marc.clicks(review, "wish.submit"))
        request = await world.newest_request("marc")
        assert request.beneficiary.id == dora.who.user_id
        card = await world.card_for("priya", request)
        assert "Asked\u00a0by\nMarc Dubois" in text_of(card)
        await world.approve("priya", request)
        await world.live_until("done", request.id)
        await dora.looks()
        await marc.looks()
        assert "Your phone number is ready" in told(dora)
        assert "The phone number of Dora Lefèvre is ready" in told(marc)


async def test_nobody_asks_for_a_stranger(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, ana = await world.person("dora"), await world.person("ana")
        await dora.says("I need a number for Marc Dubois")
        await dora.hears("for the people who report to you")
        form = await world.form("dora")
        answer = await dora.clicks(form, "wish.review", {"beneficiary": ana.who.user_id})
        assert "people who report to you" in text_of(shown(answer))
        assert await world.all_requests() == []


async def test_an_admin_may_ask_for_everybody(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("yann")).says("I need a number for dora@contoso.com")
        form = await (await world.person("yann")).hears(has_input("country"))
        assert "Dora" in text_of(form)


async def test_a_number_that_cannot_be_assigned_leaves_the_licences_and_says_so(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        await world.control(
            "POST",
            "faults",
            {"match": {"path": "assignNumber"}, "effect": {"kind": "operation_fails", "detail": "No trunk"}},
        )
        request = await world.granted("dora", "marc")
        ended = await world.live_until("partly_done", request.id)
        assert ended.outcome is not None
        assert [one.code for one in ended.outcome.notices] == ["SB-NUM-15", "SB-REQ-07", "SB-REQ-55"]
        assert {"MCOEV", "MCOPSTN1"} <= await part_numbers(world, "dora")
        await world.settle()
        await dora.looks()
        assert "No trunk" in told(dora)
        assert "carried out in part" in told(dora)
        marc = await world.person("marc")
        await marc.looks()
        assert "carried out in part" in told(marc)
        assert card_of(await world.card_for("marc", request)) is not None
