"""Talking to the desk: by cards and by text, twice, too late, in another language, in the wrong place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.sandbox.people import PersonClient, card_of, text_of
from tests.support.world import World, running_world

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        yield running


async def said(person: PersonClient, text: str, **more: Any) -> str:
    """What the bot answers, as read by the person."""
    before = len(await person.looks())
    reply = await person.says(text, **more)
    assert reply.status < 300
    return "\n".join(text_of(activity) for activity in (await person.looks())[before:])


def with_data(click: Json, **data: Any) -> Json:
    """A click as a hostile client would send it."""
    click["value"]["action"]["data"] |= data
    return click


async def reviewed(person: PersonClient, **inputs: Any) -> Json:
    await person.says("I need a phone number")
    review = await person.clicks(person.last_card(), "wish.review", inputs)
    assert review.card is not None
    return review.activity


async def submitted(world: World, who: str = "dora", **inputs: Any) -> Json:
    """The progress card of a request just made."""
    person = await world.person(who)
    sent = await person.clicks(await reviewed(person, **inputs), "wish.submit")
    assert sent.card is not None
    return sent.activity


async def test_form_review_change_and_submit(world: World) -> None:
    dora = await world.person("dora")
    await dora.says("j'ai besoin d'un numéro")
    form = dora.last_card()
    assert "France" in text_of(form)
    review = await dora.clicks(form, "wish.review", {"city": "Paris", "reason": "clients"})
    assert "Marc Dubois" in text_of(review.activity)
    again = await dora.clicks(review.activity, "wish.edit")
    inputs = {one["id"]: one.get("value") for one in again.card["body"] if "id" in one}
    assert inputs["city"] == "Paris"
    assert inputs["reason"] == "clients"
    review = await dora.clicks(again.activity, "wish.review", {"city": "*"})
    sent = await dora.clicks(review.activity, "wish.submit")
    request = await world.newest_request("dora")
    assert request.state is RequestState.SUBMITTED
    assert request.wish.city is None
    assert request.wish.reason == "clients"
    assert request.id in text_of(sent.activity)


async def test_a_click_two_days_later_after_a_restart_and_once_more(world: World) -> None:
    dora = await world.person("dora")
    review = await reviewed(dora)
    await world.restart()
    await world.pass_time(days=2)
    first = await dora.clicks(review, "wish.submit")
    second = await dora.delivers(dora.click(review, "wish.submit"))
    third = await dora.delivers(dora.click(review, "wish.cancel"))
    assert len(await world.all_requests()) == 1
    for reply in (first, second, third):
        assert (await world.newest_request("dora")).id in text_of(reply.activity)


async def test_the_same_by_the_older_buttons(world: World) -> None:
    dora = await world.person("dora")
    await dora.says("I need a phone number")
    await dora.clicks(dora.last_card(), "wish.review", {"reason": "old client"}, as_submit=True)
    await dora.clicks(dora.last_card(), "wish.submit", as_submit=True)
    request = await world.newest_request("dora")
    assert request.wish.reason == "old client"
    assert request.id in text_of(dora.last_card())


async def test_wrong_input_comes_back_with_everything_kept(world: World) -> None:
    dora = await world.person("dora")
    await dora.says("I need a phone number")
    click = dora.click(dora.last_card(), "wish.review", {"reason": "sales"})
    reply = await dora.delivers(with_data(click, ending="12ab", city="Atlantis", country="DE"))
    inputs = {one["id"]: one.get("value") for one in reply.card["body"] if "id" in one}
    assert inputs["ending"] == "12ab"
    assert inputs["reason"] == "sales"
    shown = text_of(reply.activity)
    assert shown.count("Please correct:") == 3
    assert await world.all_requests() == []


@pytest.mark.parametrize(
    "data",
    [
        {"ending": {"$ne": 1}, "reason": ["x"], "city": 7, "any_number": None},
        {"draft": {"id": "x"}},
        {"draft": "0" * 10_000},
        {"beneficiary": "../../users"},
        {"beneficiary": "ffffffff-ffff-ffff-ffff-ffffffffffff"},
        {"reason": "x" * 100_000},
        {"reason": "a\x00b\ud800c"},
        {"country": 10**400},
        {"ending": 1e308},
    ],
)
async def test_hostile_card_data_is_answered_politely(world: World, data: Json) -> None:
    dora = await world.person("dora")
    await dora.says("I need a phone number")
    reply = await dora.delivers(with_data(dora.click(dora.last_card(), "wish.review", {}), **data))
    assert reply.status == 200
    assert reply.body["statusCode"] in (200, 400)
    assert await world.all_requests() == []


async def test_a_draft_belongs_to_its_owner(world: World) -> None:
    dora, ana = await world.person("dora"), await world.person("ana")
    review = await reviewed(dora)
    draft = dora.click(review, "wish.submit")["value"]["action"]["data"]
    mine = await reviewed(ana)
    reply = await ana.delivers(with_data(ana.click(mine, "wish.submit"), **draft))
    assert "not known any more" in str(reply.body)
    assert await world.all_requests() == []


async def test_a_review_of_something_else_is_shown_again_before_it_is_sent(world: World) -> None:
    dora = await world.person("dora")
    old = dora.click(await reviewed(dora, reason="one"), "wish.submit")
    form = await dora.delivers(dora.click(dora.last_card(), "wish.edit"))
    await dora.clicks(form.activity, "wish.review", {"reason": "two"})
    reply = await dora.delivers(old)
    assert "changed in another place" in text_of(reply.activity)
    assert await world.all_requests() == []


async def test_unknown_buttons_and_automatic_clicks_change_nothing(world: World) -> None:
    dora = await world.person("dora")
    click = dora.click(await reviewed(dora), "wish.submit")
    click["value"]["trigger"] = "automatic"
    assert (await dora.delivers(click)).body["statusCode"] == 400
    click["value"] |= {"trigger": "manual"}
    click["value"]["action"]["verb"] = "request.explode"
    assert (await dora.delivers(click | {"id": "f:other"})).body["statusCode"] == 400
    assert await world.all_requests() == []


async def test_by_text_alone_in_french(world: World) -> None:
    dora = await world.person("dora")
    fr = {"locale": "fr-FR"}
    await said(dora, "par texte", **fr)
    assert "Paris" in await said(dora, "moi", **fr)
    await said(dora, "Pariss", **fr)
    await said(dora, "peu importe", **fr)
    review = await said(dora, "Je commence lundi", **fr)
    assert "Marc Dubois" in review
    assert "Je commence lundi" in review
    await said(dora, "non", **fr)
    assert await world.all_requests() == []
    await said(dora, "oui", **fr)
    request = await world.newest_request("dora")
    assert request.wish.city == "Paris"
    assert request.wish.reason == "Je commence lundi"
    assert request.id in text_of(dora.last_card())


async def test_by_text_an_unclear_answer_is_asked_again_and_cancel_ends_it(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "I need a phone number")
    await said(dora, "by text")
    assert "ask again" in await said(dora, "somewhere nice")
    assert "Cancelled" in await said(dora, "cancel")
    assert "not sure" in await said(dora, "Paris")


async def test_by_text_the_questions_survive_a_restart(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "by text")
    await said(dora, "me")
    await world.restart()
    await said(dora, "1")
    await said(dora, "any")
    await said(dora, "skip")
    await said(dora, "submit")
    assert (await world.newest_request("dora")).state is RequestState.SUBMITTED


async def test_an_unfinished_dialog_does_not_hold_anybody(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "by text")
    assert "What I can do" in await said(dora, "help")
    assert "For **you**" in await said(dora, "I need a phone number")


async def test_for_somebody_else(world: World) -> None:
    marc = await world.person("marc")
    assert "For **Dora" in await said(marc, "I need a number for Dora")
    assert "could not find" in await said(marc, "I need a number for Xyzzy")
    dora = await world.person("dora")
    assert "people who report to you" in await said(dora, "I need a number for Marc Dubois")


async def test_another_person_picked_on_the_form(world: World) -> None:
    marc, dora = await world.person("marc"), await world.person("dora")
    await marc.says("I need a phone number")
    reply = await marc.clicks(marc.last_card(), "wish.review", {"beneficiary": dora.who.user_id})
    assert "Dora" in reply.card["fallbackText"]


async def test_a_wish_that_cannot_be_granted_says_why_and_who_can_help(world: World) -> None:
    ben = await world.person("ben")
    await ben.says("I need a phone number")
    reply = await ben.delivers(ben.click(ben.last_card(), "wish.review", {"location": _first_place(ben)}))
    assert reply.status == 200
    marc = await world.person("marc")
    await marc.says("I need a phone number")
    assert await world.all_requests() == []


def _first_place(person: PersonClient) -> str:
    card = card_of(person.last_card()) or {}
    location = next(one for one in card["body"] if one.get("id") == "location")
    return str(location["choices"][0]["value"])


async def test_withdraw_by_text_and_by_button(world: World) -> None:
    dora = await world.person("dora")
    await submitted(world)
    request = await world.newest_request("dora")
    assert "belongs to somebody else" in await said(await world.person("ana"), f"withdraw {request.id}")
    assert "Withdrawn" in await said(dora, f"please withdraw {request.id.lower()}")
    assert (await world.request(request.id)).state is RequestState.WITHDRAWN
    progress = await submitted(world)
    reply = await dora.clicks(progress, "request.withdraw")
    assert "Withdrawn" in text_of(reply.activity)
    assert (await world.newest_request("dora")).state is RequestState.WITHDRAWN


async def test_my_requests_and_one_of_them(world: World) -> None:
    dora = await world.person("dora")
    assert "There are none" in await said(dora, "my requests")
    await submitted(world)
    request = await world.newest_request("dora")
    assert request.id in await said(dora, "my requests")
    await dora.clicks(dora.last_card(), "requests.show")
    assert "Waiting for approval" in text_of(dora.last_card())
    assert "no such request" in await said(dora, "show SB-00000")


async def test_deciding(world: World) -> None:
    marc = await world.person("marc")
    await submitted(world)
    request = await world.newest_request("dora")
    await world.settle()
    card = await marc.hears(request.id)
    stale = marc.click(card, "request.approve", {})
    silent = await marc.clicks(card, "request.reject", {"comment": "  "})
    assert "needs a reason" in text_of(silent.activity)
    rejected = await marc.delivers(marc.click(silent.activity, "request.reject", {"comment": "Not *now*"}))
    assert "Rejected by Marc Dubois" in text_of(rejected.activity)
    late = await marc.delivers(stale)
    assert "Rejected" in text_of(late.activity)
    assert (await world.request(request.id)).state is RequestState.REJECTED
    await world.settle()
    told = await (await world.person("dora")).hears("Your request was rejected")
    assert r"Not \*now\*" in text_of(told)


async def test_nobody_decides_who_was_not_asked(world: World) -> None:
    await submitted(world)
    request = await world.newest_request("dora")
    for who in ("dora", "ana"):
        person = await world.person(who)
        forged = await _forged(person, request.id, request.version)
        assert forged.body["statusCode"] == 400
    assert (await world.request(request.id)).state is RequestState.SUBMITTED


async def _forged(person: PersonClient, request_id: str, version: int) -> Any:
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    click["value"]["action"] |= {
        "verb": "request.approve",
        "data": {"request": request_id, "version": version, "approver": "marc"},
    }
    return await person.delivers(click)


async def test_channels_get_directions_only(world: World) -> None:
    dora = await world.person("dora")
    assert "chat of our own" in await said(dora, "I need a phone number", scope="channel")
    assert "phone desk" in await said(dora, "help", scope="channel")
    assert await world.all_requests() == []


async def test_what_could_be_several_things_is_asked_and_the_choice_keeps_what_was_said(world: World) -> None:
    dora = await world.person("dora")
    answer = await said(dora, "I have a problem with my number in Paris, it should end in 42")
    assert "I am not sure, so I have done nothing" in answer
    click = dora.click(dora.last_card(), "asked.meant")
    click["value"]["action"]["data"]["as"] = "number"
    reply = await dora.delivers(click)
    assert reply.status == 200
    await dora.looks()
    form = dora.last_card()
    inputs = {one["id"]: one.get("value") for one in card_of(form)["body"] if "id" in one}
    assert inputs["city"] == "Paris"
    assert inputs["ending"] == "42"
    assert await world.all_requests() == []


async def test_a_choice_that_was_never_offered_is_refused(world: World) -> None:
    dora = await world.person("dora")
    await said(dora, "I have a problem with my number")
    click = dora.click(dora.last_card(), "asked.meant")
    click["value"]["action"]["data"]["as"] = "drop_tables"
    reply = await dora.delivers(click)
    assert "not known here" in json.dumps(reply.body)


async def test_help_and_lists_never_look_at_dialogs(world: World) -> None:
    seen: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if "dialog_states" in statement and not statement.startswith("DELETE"):
            seen.append(statement)

    dora = await world.person("dora")
    sa.event.listen(world.service.desk.db.engine, "before_cursor_execute", note)
    for text in ("help", "my requests", "hello"):
        await dora.says(text)
    assert seen == []
    await dora.says("by text")
    assert len(seen) > 0


async def test_welcome_once(world: World) -> None:
    dieter = await world.person("dieter")
    await dieter.uninstalls()
    for _ in range(2):
        await dieter.installs()
    welcomes = [one for one in await dieter.looks() if "your phone desk" in text_of(one)]
    assert len(welcomes) == 1


async def test_somebody_is_found_by_an_address_that_is_no_sign_in_name(world: World) -> None:
    dora, marc = await world.person("dora"), await world.person("marc")
    world.sandbox.tenant.people[dora.who.user_id].mail = "dora.l@mail.contoso.example"
    assert "For **Dora" in await said(marc, "I need a number for dora.l@mail.contoso.example")
