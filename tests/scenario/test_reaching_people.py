"""Reaching people: not installed, blocked, throttled, Graph away; whatever they write, shown as written."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.world import World, has_input, running_world, shown, told

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("postgres")

ADMINS = ("priya", "tom", "yann")
AWAY: Json = {"kind": "status", "status": 503, "retry_after": 120}
BUSY: Json = {"kind": "status", "status": 429, "retry_after": 120}


async def installs(world: World) -> list[Json]:
    logged: list[Json] = (await world.tenant("requests?method=POST&path=installedApps"))["value"]
    return logged


@pytest.mark.parametrize(
    ("text", "locale", "answer"),
    [
        ("hi", "en-US", "your phone desk"),
        ("Hello!", "en-GB", "your phone desk"),
        ("bonjour", "fr-FR", "Switchboard"),
        ("你好", "zh-CN", "Switchboard"),
        ("help", "en-US", "What I can do"),
        ("aide", "fr-FR", "SB-4K7Q2"),
        ("帮助", "zh-CN", "SB-4K7Q2"),
        ("flargle the wug", "en-US", "I am not sure what you want, so I have done nothing."),
        ("🤷", "en-US", "I am not sure what you want, so I have done nothing."),
    ],
)
async def test_every_word_gets_an_answer(database_url: str, text: str, locale: str, answer: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana", locale=locale)
        await ana.says(text)
        (said,) = await ana.looks()
        assert answer in text_of(said)


async def test_the_welcome_comes_once_however_the_install_is_told(database_url: str) -> None:
    async with running_world(database_url, installed=()) as world:
        ana = await world.person("ana")
        # Each install is told in two ways: `conversationUpdate` and `installationUpdate`.
        await ana.installs()
        await ana.installs()
        await ana.resend_last()
        await world.restart()
        await ana.resend_last()
        await ana.uninstalls()
        await ana.installs()
        assert len(await ana.looks()) == 1
        assert "your phone desk" in text_of(ana.chat[0])


async def test_an_approver_without_the_app_gets_it_and_the_card(database_url: str) -> None:
    async with running_world(database_url, installed=("dora",)) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        assert len(await installs(world)) == 1
        marc = await world.person("marc")
        assert len([one for one in marc.cards() if request.id in json.dumps(one)]) == 1
        shown(await marc.clicks(card, "request.approve"))
        await world.live_until("done", request.id)
        assert len(await installs(world)) == 1


async def test_an_approver_who_removed_the_app_does_not_hold_the_request_up(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        await marc.installs()
        await marc.uninstalls()
        request = await world.ask("dora")
        await world.live(hours=4)
        for who in ADMINS:
            assert request.id in text_of(await world.card_for(who, request))
        await world.approve("tom", request)
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


@pytest.mark.parametrize("block", ["ConversationBlockedByUser", "MessageWritesBlocked"])
async def test_a_blocked_approver_is_stood_in_for_and_the_admins_know(database_url: str, block: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        path = f"teams/people/{marc.who.user_id}/block"
        await world.control("PUT", path, {"how": block})
        request = await world.ask("dora")
        for who in ADMINS:
            await world.card_for(who, request)
            person = await world.person(who)
            assert "could not be delivered" in told(person)
            assert "those who stand in have been asked too" in told(person)
            assert told(person).count("could not be delivered") == 1
        assert await marc.looks() == []
        rerouted = [one for one in await world.audit() if one["action"] == "request.rerouted"]
        assert [one["details"]["unreached"] for one in rerouted] == [marc.who.user_id]
        progress = await world.progress("dora", request)
        assert "Priya Nair" in text_of(progress)
        await world.approve("yann", await world.request(request.id))
        await world.live_until("done", request.id)


@pytest.mark.parametrize("trouble", [AWAY, BUSY], ids=["away", "busy"])
async def test_while_graph_is_away_people_are_told_so_and_can_go_on_later(
    database_url: str, trouble: Json
) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        form = await world.form("dora")
        await world.control("POST", "faults", {"match": {"times": None}, "effect": trouble})
        await dora.says("I need a phone number")
        await dora.hears("Microsoft's services are busy right now. Please try again in a minute.")
        reply = await dora.clicks(form, "wish.review", {"reason": "Patience"})
        assert reply.body["statusCode"] == 400
        assert "services are busy" in reply.body["value"]["message"]
        await dora.says("my requests")
        await dora.hears("There are none.")
        await world.control("DELETE", "faults")
        review = shown(await dora.clicks(form, "wish.review", {"reason": "Patience"}))
        shown(await dora.clicks(review, "wish.submit"))
        assert (await world.newest_request("dora")).wish.reason == "Patience"


async def test_while_graph_is_away_an_approved_request_waits_and_then_goes_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await world.control("POST", "faults", {"match": {"times": None}, "effect": AWAY})
        await world.live(minutes=20)
        assert "busy" in text_of(await world.progress("dora", request))
        # Whether its approval holds has not been looked up yet, so that it must not be in hand already.
        assert (await world.request(request.id)).state is RequestState.APPROVED
        unchecked = [one for one in await world.audit() if one["action"] == "approval.unchecked"]
        assert [one["details"]["codes"] for one in unchecked] == [["SB-UP-01"]]
        await world.control("DELETE", "faults")
        await world.live_until("done", request.id)
        writes = [row["path"].rsplit("/", 1)[1] for row in await world.writes()]
        assert writes == ["assignLicense", "assignNumber"]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_message_that_teams_does_not_take_now_arrives_later_once(
    database_url: str, status: int
) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await world.granted("ana", "marc")
        assert request.state is RequestState.APPROVED
        ana = await world.person("ana")
        fault = {
            "match": {"method": "POST", "conversation": ana.who.personal_chat, "times": 3},
            "effect": {"kind": "status", "status": status, "retry_after": 40},
        }
        await world.control("POST", "connector/faults", fault)
        await world.live_until("done", request.id)
        assert "is ready" not in told(ana)
        await world.live(minutes=10)
        await ana.looks()
        assert told(ana).count("Your phone number is ready") == 1
        assert await dora.looks() == []


async def test_a_card_that_teams_does_not_update_now_is_updated_later(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("ana", "marc")
        ana = await world.person("ana")
        fault = {
            "match": {"method": "PUT", "conversation": ana.who.personal_chat, "times": 2},
            "effect": {"kind": "status", "status": 429, "retry_after": 40},
        }
        await world.control("POST", "connector/faults", fault)
        await world.live_until("done", request.id)
        await world.live(minutes=10)
        assert "**Done**" in text_of(await world.progress("ana", request))


NASTY = {
    "markdown": ("**bold** [click](https://evil.example) `x` ~y~ # z", r"\[click\](https://evil.example)"),
    "html": ("<script>alert(1)</script><at>everyone</at>", r"\<script\>alert(1)\</script\>"),
    "functions": ("{{DATE(2020-01-01T00:00:00Z, SHORT)}}", "{ {DATE(2020-01-01T00:00:00Z, SHORT)}}"),
    "emoji": ("👩🏽‍💻 Ünïcödé 电话 ☎", "电话 ☎"),
    "controls": ("one\u0000two\u202ethree\u200bfour\r\nfive", "three"),
    "template": ("{name} %s %(x)s $(id)", "{name} %s %(x)s $(id)"),
}


@pytest.mark.parametrize("kind", NASTY)
async def test_a_reason_is_shown_as_written_and_never_obeyed(database_url: str, kind: str) -> None:
    reason, visible = NASTY[kind]
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        form = await world.form("dora")
        click = dora.click(form, "wish.review")
        click["value"]["action"]["data"]["reason"] = reason
        review = shown(await dora.delivers(click))
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        card = await world.card_for("marc", request)
        assert visible in text_of(card)
        for character in "\u0000\u202e\u200b\r":
            assert character not in text_of(card)
            assert character not in card["summary"]


@pytest.mark.parametrize("kind", NASTY)
async def test_a_name_is_shown_as_written_and_never_obeyed(database_url: str, kind: str) -> None:
    name, visible = NASTY[kind]
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/dora", {"displayName": name})
        await world.control("PATCH", "people/marc", {"displayName": name})
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        assert visible[:40] in text_of(card)
        await world.approve("marc", request)
        await world.live_until("done", request.id)
        dora = await world.person("dora")
        await dora.looks()
        for message in dora.chat:
            assert "[click](https" not in text_of(message)
            assert "{{DATE(2020" not in text_of(message)


async def test_ten_thousand_characters_are_cut_and_do_no_harm(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        form = await world.form("dora")
        click = dora.click(form, "wish.review")
        click["value"]["action"]["data"]["reason"] = "é" * 10_000
        review = shown(await dora.delivers(click))
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        assert request.wish.reason == "é" * 500
        marc = await world.person("marc")
        card = await world.card_for("marc", request)
        no = marc.click(card, "request.reject", {"comment": "x"})
        no["value"]["action"]["data"]["comment"] = "ü" * 10_000
        shown(await marc.delivers(no))
        (decision,) = (await world.request(request.id)).decisions
        assert decision.comment == "ü" * 500
        await world.settle()
        await dora.hears("Your request was rejected")


async def test_typed_answers_of_any_length_and_kind(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        await dora.says("x" * 10_000)
        await dora.hears("I am not sure")
        await dora.says("\u0000\ufeff  ")
        await dora.says("I need a phone number")
        await dora.hears(has_input("country"))
        for answer in ("by text", "1", "any", "y" * 10_000, "submit"):
            assert (await dora.says(answer)).ok
        assert (await world.newest_request("dora")).wish.reason == "y" * 500


async def test_in_a_channel_only_directions_are_given(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        for scope in ("channel", "groupChat"):
            await ana.says("I need a phone number", scope=scope)
            await ana.hears("Please write this to me in a chat of our own")
            await ana.says("my requests", scope=scope)
            await ana.hears("Please write this to me in a chat of our own")
            await ana.says("hi", scope=scope)
            await ana.hears("I am the phone desk.")
        assert await world.all_requests() == []
        assert all(card_of(message) is None for message in ana.chat)


async def test_somebody_who_was_just_deleted_gets_an_answer_and_nothing_is_asked_for(
    database_url: str,
) -> None:
    """His chat outlives his account by a while: the form he already has leads nowhere, in plain words."""
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        form = await world.form("ana")
        await world.control("DELETE", "people/ana")
        reply = await ana.clicks(form, "wish.review", {})
        assert "directory does not know that" in json.dumps(reply.body)
        assert not await world.all_requests()
