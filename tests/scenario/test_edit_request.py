"""The requester changes a request while it waits for approval: the same request, asked about anew."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish
from bot.sandbox.people import Reply, card_of, text_of
from bot.sandbox.seed import person_id
from bot.store import holds, requests
from bot.usecases.edit import edit
from bot.usecases.submit import submit
from tests.support.world import World, buttons, has_input, running_world, shown

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

TWO_OF_THREE = """
[[rule]]
name = "two admins"
[[rule.stages]]
approvers = "voice_admins"
need = 2
"""


MUCH_MONEY = """
[[rule]]
name = "much"
match = { amount_from = "1000 EUR" }
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"

[[rule]]
name = "the rest"
[[rule.stages]]
approvers = "voice_admins"
"""


async def edit_form(world: World, who: str, request: Request) -> Json:
    """Press Change on the progress card; the form that comes."""
    person = await world.person(who)
    await world.settle()
    card = await world.progress(who, request)
    person.forgets()
    await person.clicks(card, "request.edit")
    return await person.hears(has_input("country"))


async def changed(world: World, who: str, form: Json, inputs: Json) -> Json:
    person = await world.person(who)
    review = shown(await person.clicks(form, "wish.review", inputs))
    assert "wish.submit" in buttons(review), text_of(review)
    return shown(await person.clicks(review, "wish.submit"))


async def test_a_change_restarts_approval_and_shows_what_changed(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_OF_THREE)
        tom, priya = await world.person("tom"), await world.person("priya")
        request = await world.ask("dora", {"reason": "Sales"})
        old = await world.card_for("tom", request)
        stale = priya.click(await world.card_for("priya", request), "request.approve")
        shown(await tom.clicks(old, "request.approve"))
        form = await edit_form(world, "dora", request)
        assert input_of(form, "reason")["value"] == "Sales"
        assert request.id in text_of(form)
        progress = await changed(world, "dora", form, {"reason": "Support desk"})
        assert request.id in text_of(progress)

        now = await world.request(request.id)
        assert (now.state, now.round, now.stage_index) == (RequestState.SUBMITTED, 1, 0)
        assert now.wish.reason == "Support desk"
        assert [vote.void for vote in now.decisions] == ["SB-APP-69"]
        card = await world.card_for("tom", request)
        assert card["id"] != old["id"]
        assert "Dora Lefèvre has changed the request." in text_of(card)
        assert "Why: Support desk (before: Sales)" in text_of(card)
        assert "Does not count" in text_of(card)
        assert "request.approve" in buttons(card)

        late = await priya.delivers(stale)
        assert "changed in the meantime" in json.dumps(late.body)
        assert len((await world.request(request.id)).decisions) == 1
        await world.restart()
        shown(await tom.clicks(await world.card_for("tom", request), "request.approve"))
        await world.approve("priya", request)
        assert (await world.request(request.id)).state is RequestState.APPROVED
        edited = [one for one in await world.audit() if one["action"] == "request.edited"]
        assert [one["details"]["round"] for one in edited] == [1]
        await world.live_until("done", request.id)


def input_of(activity: Json, name: str) -> Json:
    card = card_of(activity)
    assert card is not None
    return next(element for element in card["body"] if element.get("id") == name)


async def test_what_was_held_is_exchanged(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        before = await held(world, request)
        form = await edit_form(world, "dora", request)
        free = [
            one["telephoneNumber"]
            for one in (await world.tenant("numbers"))["value"]
            if (one["isoCountryCode"], one["assignmentStatus"]) == ("FR", "unassigned")
        ]
        other = next(one for one in free if one[-3:] != (request.plan.chosen_number or "")[-3:])
        await changed(world, "dora", form, {"ending": other[-3:]})
        now = await world.request(request.id)
        after = await held(world, request)
        assert now.plan.chosen_number in after
        assert after != before
        assert len(after) == len(before)


async def held(world: World, request: Request) -> set[str]:
    found = await world.service.desk.db.read(holds.of_request, request.id)
    return {one.key for one in found}


async def test_only_the_requester_changes_it_and_only_while_it_waits(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        form = await edit_form(world, "dora", request)
        dora = await world.person("dora")
        review = shown(await dora.clicks(form, "wish.review", {"reason": "Other"}))
        for who in ("marc", "ana", "tom"):
            stranger = await forge(world, who, "request.edit", request=request.id)
            assert stranger.body["statusCode"] == 400
        progress = await world.progress("dora", request)
        change = dora.click(progress, "request.edit")
        await world.approve("marc", request)
        late = shown(await dora.clicks(review, "wish.submit"))
        assert "cannot be changed any more" in text_of(late)
        too_late = await dora.delivers(change)
        assert "cannot be changed any more" in json.dumps(too_late.body)
        now = await world.request(request.id)
        assert (now.state, now.round, now.wish) == (RequestState.APPROVED, 0, request.wish)
        codes = [one["details"]["code"] for one in await world.audit() if one["action"] == "edit.refused"]
        assert codes.count("SB-APP-02") == 3
        assert codes.count("SB-APP-68") == 2


async def forge(world: World, who: str, verb: str, **data: Any) -> Reply:
    person = await world.person(who)
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    click["value"]["action"] |= {"verb": verb, "data": data}
    return await person.delivers(click)


async def test_the_same_once_more_changes_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        form = await edit_form(world, "dora", request)
        await changed(world, "dora", form, {})
        now = await world.request(request.id)
        assert (now.round, now.wish) == (0, request.wish)
        assert await world.service.desk.db.read(requests.open_for, f"number:{request.beneficiary.id}") == now


MANAGER_THEN_ADMINS = """
[[rule]]
name = "manager, then two admins"
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
[[rule.stages]]
approvers = "voice_admins"
need = 2
"""


async def test_every_copy_of_every_card_follows_through_stages_and_rounds(database_url: str) -> None:
    """Also when one has been deleted, and one chat answers 403: nobody else's card waits for them."""
    async with running_world(database_url) as world:
        world.ruled_by(MANAGER_THEN_ADMINS)
        request = await world.ask("dora", {"reason": "Sales"})
        await world.approve("marc", request)
        await world.card_for("tom", request)
        await changed(world, "dora", await edit_form(world, "dora", request), {"reason": "Support"})
        assert (await world.request(request.id)).stage_index == 0
        await world.approve("marc", request)
        await world.restart()
        gone = await world.card_for("yann", request)
        for status, card in ((404, gone), (403, await world.card_for("priya", request))):
            match = {"method": "PUT", "path": re.escape(card["id"]), "times": None}
            fault = {"match": match, "effect": {"kind": "status", "status": status}}
            await world.control("POST", "connector/faults", fault)
        await world.approve("tom", request)
        await world.approve("yann", request)
        await world.restart()
        await world.live(minutes=1)
        for who, copies in (("marc", 2), ("tom", 2)):
            person = await world.person(who)
            await person.looks()
            cards = [one for one in person.cards() if request.id in json.dumps(card_of(one))]
            assert len(cards) == copies
            for card in cards:
                assert "Approved by Tom O'Neil" in text_of(card)
                assert "Approved by Yann Le Gall" in text_of(card)
                assert buttons(card) == []
        await world.live_until("done", request.id)


async def test_a_change_and_an_approval_at_once_one_of_them_counts(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")
        request = await world.ask("dora", {"reason": "Sales"})
        card = await world.card_for("marc", request)
        form = await edit_form(world, "dora", request)
        review = shown(await dora.clicks(form, "wish.review", {"reason": "Support"}))
        await asyncio.gather(
            marc.delivers(marc.click(card, "request.approve")),
            dora.delivers(dora.click(review, "wish.submit")),
        )
        now = await world.request(request.id)
        if now.round:
            assert (now.state, now.wish.reason) == (RequestState.SUBMITTED, "Support")
            assert all(vote.void for vote in now.decisions)
        else:
            assert (now.state, now.wish.reason) == (RequestState.APPROVED, "Sales")


async def test_it_stays_for_whom_it_was_made(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, ana = await world.person("marc"), await world.person("ana")
        await marc.says("I need a number for Dora")
        form = await marc.hears(has_input("country"))
        review = shown(await marc.clicks(form, "wish.review"))
        shown(await marc.clicks(review, "wish.submit"))
        request = await world.newest_request("marc")
        form = await edit_form(world, "marc", request)
        other = {"beneficiary": ana.who.user_id}
        answer = shown(await marc.clicks(form, "wish.review", other))
        if "wish.submit" not in buttons(answer):
            # Country and city are asked once more for somebody else.
            answer = shown(await marc.clicks(answer, "wish.review", other))
        answer = shown(await marc.clicks(answer, "wish.submit"))
        assert "stays for the person" in text_of(answer)
        now = await world.request(request.id)
        assert (now.wish, now.plan, now.round) == (request.wish, request.plan, 0)


def money(who: str, minor: int, reason: str) -> CreditsWish:
    return CreditsWish(
        beneficiary_id=person_id(who), amount=Money(minor=minor, currency="EUR"), reason=reason
    )


async def test_two_that_grow_at_once_are_counted_together(database_url: str) -> None:
    """However they race: each for itself stays below what takes a second look."""
    async with running_world(database_url) as world:
        world.ruled_by(MUCH_MONEY)
        desk, priya = world.service.desk, Actor(id=person_id("priya"), name="Priya")
        first, second = [
            await submit(desk, priya, money("priya", 10_000, "Trips"), "first"),
            await submit(desk, priya, money("tom", 11_000, "Fair"), "second"),
        ]
        assert isinstance(first, Request), first
        assert isinstance(second, Request), second
        await asyncio.gather(
            edit(desk, priya, first.id, money("priya", 60_000, "Trips")),
            edit(desk, priya, second.id, money("tom", 60_001, "Fair")),
        )
        rules = {(await world.request(one.id)).rule for one in (first, second)}
        assert "much" in rules
