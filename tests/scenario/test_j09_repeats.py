"""J09: the same wish, the same click or the same message more than once, at once, later, after restarts."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.world import World, buttons, has_input, running_world, shown, told

Json = dict[str, Any]


async def approval_cards(world: World, who: str) -> list[Json]:
    person = await world.person(who)
    await person.looks()
    return [card for card in person.cards() if "Asked\u00a0on" in text_of(card)]


async def test_a_second_wish_for_the_same_shows_the_first(database_url: str) -> None:
    async with running_world(database_url) as world:
        first = await world.ask("dora")
        answer = await world.review("dora")
        assert "wish.submit" not in buttons(answer)
        assert f"A request for the same thing is open already: {first.id}" in text_of(answer)
        assert "withdraw it and ask again" in text_of(answer)
        assert [one.id for one in await world.all_requests()] == [first.id]
        await world.settle()
        assert len(await approval_cards(world, "marc")) == 1


async def test_the_managers_wish_for_her_is_the_same_wish(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        await marc.says("I need a number for Dora")
        form = await marc.hears(has_input("country"))
        review = shown(await marc.clicks(form, "wish.review"))
        first = await world.ask("dora")
        answer = shown(await marc.clicks(review, "wish.submit"))
        assert first.id in text_of(answer)
        assert len(await world.all_requests()) == 1


async def test_what_has_ended_does_not_block(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")
        first = await world.ask("dora")
        await dora.says(f"withdraw {first.id}")
        second = await world.ask("dora")
        card = await world.card_for("marc", second)
        shown(await marc.clicks(card, "request.reject", {"comment": "Next month"}))
        third = await world.ask("dora")
        states = [(await world.request(one.id)).state for one in (first, second, third)]
        assert states == [RequestState.WITHDRAWN, RequestState.REJECTED, RequestState.SUBMITTED]


async def test_whoever_has_a_number_is_told_so(database_url: str) -> None:
    async with running_world(database_url) as world:
        answer = await world.review("marc")
        assert "Marc Dubois has a number already: +33199001010." in text_of(answer)
        assert "wish.submit" not in buttons(answer)
        assert await world.all_requests() == []


async def test_a_double_click_is_one_request(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        review = await world.review("dora")
        clicks = [dora.click(review, "wish.submit") for _ in range(4)]
        replies = await asyncio.gather(*(dora.delivers(click) for click in clicks))
        (request,) = await world.all_requests()
        for reply in replies:
            assert request.id in json.dumps(reply.card)
        await world.settle()
        assert len(await approval_cards(world, "marc")) == 1


@pytest.mark.parametrize("restarts", [0, 1])
async def test_the_same_activity_once_more_gets_the_same_answer(database_url: str, restarts: int) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        review = await world.review("dora")
        first = await dora.clicks(review, "wish.submit")
        for _ in range(restarts):
            await world.restart()
        again = [await dora.resend_last() for _ in range(3)]
        assert [(one.status, one.body) for one in again] == [(first.status, first.body)] * 3
        assert len(await world.all_requests()) == 1
        await world.settle()
        assert len(await approval_cards(world, "marc")) == 1


@pytest.mark.parametrize("restarts", [0, 1])
async def test_a_message_delivered_twice_is_answered_once(database_url: str, restarts: int) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        await dora.says("I need a phone number")
        for _ in range(restarts):
            await world.restart()
        assert (await dora.resend_last()).ok
        assert (await dora.resend_last()).ok
        assert len(await dora.looks()) == 1


async def test_a_submitted_card_delivered_twice_is_one_request(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        review = await world.review("dora")
        await dora.clicks(review, "wish.submit", as_submit=True)
        await dora.resend_last()
        await world.restart()
        await dora.resend_last()
        assert len(await world.all_requests()) == 1


async def test_a_form_answered_two_days_and_five_restarts_later(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        form = await world.form("dora")
        for _ in range(5):
            await world.restart()
            await world.pass_time(hours=9.6)
        review = shown(await dora.clicks(form, "wish.review", {"reason": "Late but true"}))
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        assert request.wish.reason == "Late but true"
        await world.approve("marc", request)
        await world.live_until("done", request.id)


async def test_a_review_clicked_again_shows_the_request_as_it_stands(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        review = await world.review("dora")
        late = dora.click(review, "wish.submit")
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        await world.approve("marc", request)
        await world.live_until("done", request.id)
        answer = await dora.delivers(late)
        assert "**Done**" in json.dumps(answer.card)
        assert len(await world.all_requests()) == 1


async def test_an_old_form_whose_wish_was_sent_shows_the_request(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        form = await world.form("dora")
        click = dora.click(form, "wish.review", {"reason": "one"})
        old = {**click, "id": "f:an-old-click"}
        review = shown(await dora.delivers(click))
        shown(await dora.clicks(review, "wish.submit"))
        request = await world.newest_request("dora")
        answer = await dora.delivers(old)
        assert request.id in json.dumps(answer.card)


async def test_five_deliveries_of_one_approval_are_one_approval(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        click = marc.click(await world.card_for("marc", request), "request.approve")
        replies = [await marc.delivers(click) for _ in range(3)]
        await world.restart()
        await world.live_until("waiting", request.id)
        replies += [await marc.delivers(click) for _ in range(2)]
        assert len({json.dumps(one.body) for one in replies}) == 1
        assert "Approved by Marc Dubois" in json.dumps(replies[0].card)
        decided = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert len(decided) == 1
        await world.live_until("done", request.id)
        writes = [row["path"].rsplit("/", 1)[1] for row in await world.writes()]
        assert writes == ["assignLicense", "assignNumber"]


async def test_five_clicks_on_approve_are_one_approval(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        clicks = [marc.click(card, "request.approve") for _ in range(5)]
        replies = list(await asyncio.gather(*(marc.delivers(click) for click in clicks[:3])))
        await world.restart()
        replies += [await marc.delivers(click) for click in clicks[3:]]
        for reply in replies:
            assert "Approved by Marc Dubois" in json.dumps(reply.card)
        decided = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert len(decided) == 1
        refused = [one for one in await world.audit() if one["action"] == "decision.refused"]
        assert len(refused) == 4
        assert len((await world.request(request.id)).decisions) == 1
        await world.live_until("done", request.id)
        assert len(await world.writes()) == 2


async def test_approve_and_reject_at_once_the_first_one_counts(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        yes = marc.click(card, "request.approve")
        no = marc.click(card, "request.reject", {"comment": "Oh no"})
        await asyncio.gather(marc.delivers(yes), marc.delivers(no))
        after = await world.request(request.id)
        assert len(after.decisions) == 1
        assert after.state in (RequestState.APPROVED, RequestState.REJECTED)
        assert (after.state is RequestState.APPROVED) == (after.decisions[0].verdict.value == "approve")


async def test_the_outcome_is_told_once_however_often_it_restarts(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await world.granted("dora", "marc")
        for _ in range(12):
            if (await world.request(request.id)).ended:
                break
            await world.live_past_next_due()
            await world.restart()
        await world.live_until("done", request.id)
        await world.restart()
        await world.live(hours=1)
        await dora.looks()
        assert told(dora).count("Your phone number is ready") == 1
        assert len([card for card in dora.cards() if card_of(card)]) == 2


async def test_somebody_else_who_wants_the_same_watches_it(database_url: str) -> None:
    """Marc asks for Dora, who has asked herself: he hears how it ends, once."""
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        first = await world.ask("dora")
        answer = await duplicate_of(world, "priya", "I need a number for Dora")
        assert set(buttons(answer)) == {"wish.watch", "wish.comment", "wish.edit", "wish.cancel"}
        for _ in range(2):
            answer = shown(await priya.clicks(answer, "wish.watch"))
            assert "I shall tell you how it ends." in text_of(answer)
        await world.approve("marc", first)
        await world.live_until("done", first.id)
        await world.live(hours=1)
        await priya.looks()
        assert told(priya).count("The phone number of Dora Lefèvre is ready") == 1


async def test_a_watcher_hears_that_it_was_withdrawn(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, priya = await world.person("dora"), await world.person("priya")
        first = await world.ask("dora")
        answer = await duplicate_of(world, "priya", "I need a number for Dora")
        shown(await priya.clicks(answer, "wish.watch"))
        await dora.says(f"withdraw {first.id}")
        await world.settle()
        await priya.hears("The request for Dora Lefèvre was withdrawn")


async def test_somebody_else_who_wants_the_same_adds_a_comment(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        first = await world.ask("dora")
        answer = await duplicate_of(world, "priya", "I need a number for Dora")
        empty = shown(await priya.clicks(answer, "wish.comment", {"remark": "  "}))
        assert "the text is empty" in text_of(empty)
        shown(await priya.clicks(answer, "wish.comment", {"remark": "She starts on Monday"}))
        card = await world.card_for("marc", first)
        assert "**Priya Nair adds:** She starts on Monday" in text_of(card)
        assert "request.approve" in buttons(card)
        await world.approve("marc", first)
        late = shown(await priya.clicks(answer, "wish.comment", {"remark": "Too late"}))
        assert "wish.comment" not in buttons(late)


async def test_ones_own_is_replaced(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        first = await world.ask("dora")
        answer = await world.review("dora", {"reason": "Changed my mind"})
        assert "wish.replace" in buttons(answer)
        click = dora.click(answer, "wish.replace")
        again = {**click, "id": "f:once-more"}
        for one in (click, again):
            assert "Waiting for approval" in json.dumps((await dora.delivers(one)).card)
        second = await world.newest_request("dora")
        assert (await world.request(first.id)).state is RequestState.WITHDRAWN
        assert (second.state, second.wish.reason) == (RequestState.SUBMITTED, "Changed my mind")
        assert len(await world.all_requests()) == 2


async def test_what_nothing_can_replace_stays(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        first = await world.ask("dora")
        answer = await world.review("dora", {"reason": "Changed my mind"})
        await world.control("PATCH", "people/dora", {"accountEnabled": False})
        reply = await dora.clicks(answer, "wish.replace")
        assert reply.body["statusCode"] == 400
        assert (await world.request(first.id)).state is RequestState.SUBMITTED
        assert [one["action"] for one in await world.audit()][-1] == "request.refused"


async def test_nobody_replaces_what_somebody_else_asked_for(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        first = await world.ask("dora")
        answer = await duplicate_of(world, "priya", "I need a number for Dora")
        click = priya.click(answer, "wish.watch")
        click["value"]["action"]["verb"] = "wish.replace"
        reply = await priya.delivers(click)
        assert reply.body["statusCode"] == 400
        for who in ("ana", "dora"):
            stranger = await world.person(who)
            await stranger.says("help")
            forged = stranger.click(stranger.last_card(), "help.show")
            forged["value"]["action"] |= click["value"]["action"]
            assert (await stranger.delivers(forged)).body["statusCode"] == 400
        assert (await world.request(first.id)).state is RequestState.SUBMITTED
        assert len(await world.all_requests()) == 1


async def duplicate_of(world: World, who: str, text: str) -> Json:
    """Ask for what is open already; the card that says so."""
    person = await world.person(who)
    await person.says(text)
    form = await person.hears(has_input("country"))
    return shown(await person.clicks(form, "wish.review"))
