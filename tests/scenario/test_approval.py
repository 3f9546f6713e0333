"""Who decides, who may not, and what everybody sees of it (J13)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.domain.requests import Request, RequestState
from bot.sandbox.people import Reply, card_of, text_of
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

ADMINS = ("priya", "tom", "yann")


async def decisions_refused(world: World) -> list[tuple[str, str]]:
    """Who was refused, and why, as audited."""
    return [
        (entry["actor"], entry["details"]["code"])
        for entry in await world.audit()
        if entry["action"] == "decision.refused"
    ]


async def untouched(world: World, request: Request) -> bool:
    """Whether nobody has decided, and the tenant is as it was."""
    now = await world.request(request.id)
    return (now.state, now.decisions) == (RequestState.SUBMITTED, ()) and await world.writes() == []


async def presses(world: World, who: str, card: Json, verb: str, **inputs: str) -> Reply:
    return await (await world.person(who)).clicks(card, verb, inputs)


async def test_a_rejection_says_why_and_the_requester_hears_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora, marc = await world.person("dora"), await world.person("marc")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        silent = shown(await presses(world, "marc", card, "request.reject", comment="   "))
        assert "A rejection needs a reason." in text_of(silent)
        assert "request.reject" in buttons(silent)
        assert await untouched(world, request)

        rejected = shown(await presses(world, "marc", silent, "request.reject", comment="No budget in 2026"))
        assert "Rejected by Marc Dubois" in text_of(rejected)
        assert buttons(rejected) == []
        await world.settle()
        await dora.hears("Your request was rejected")
        assert "Marc Dubois wrote: No budget in 2026" in told(dora)
        progress = await world.progress("dora", request)
        assert "**Rejected**" in text_of(progress)
        assert buttons(progress) == []
        await world.live(days=2)
        assert await world.writes() == []
        assert (await world.request(request.id)).state is RequestState.REJECTED
        assert await decisions_refused(world) == [(marc.who.user_id, "SB-APP-05")]


async def test_without_a_manager_the_voice_admins_are_asked_and_all_see_the_outcome(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("grace", {"location": "044bbc01-9134-5354-be78-7077fd765771"})
        cards = {who: await world.card_for(who, request) for who in ADMINS}
        late = (await world.person("tom")).click(cards["tom"], "request.reject", {"comment": "Too late"})
        shown(await presses(world, "priya", cards["priya"], "request.approve"))
        await world.settle()
        for who in ADMINS:
            card = await world.card_for(who, request)
            assert card["id"] == cards[who]["id"]
            assert "Approved by Priya Nair" in text_of(card)
            assert buttons(card) == []

        answer = await (await world.person("tom")).delivers(late)
        assert "Approved by Priya Nair" in json.dumps(answer.card)
        assert "changed in the meantime" in json.dumps(answer.card)
        tom = (await world.person("tom")).who.user_id
        assert await decisions_refused(world) == [(tom, "SB-APP-03")]
        assert (await world.request(request.id)).state is not RequestState.REJECTED


async def test_a_switched_off_manager_is_not_asked(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("emma")).installs()
        request = await world.ask("emma")
        names = {person.name for person in request.stages[0].approvers}
        assert names == {"Priya Nair", "Tom O'Neil", "Yann Le Gall"}
        await world.approve("yann", request)
        assert (await world.request(request.id)).state is not RequestState.SUBMITTED


async def test_whoever_asks_for_himself_as_admin_is_not_asked(database_url: str) -> None:
    """Yann is a voice admin; his manager being gone, the admins decide, and he is not one of them."""
    async with running_world(database_url) as world:
        await world.control("PATCH", "people/yann", {"manager": None})
        request = await world.ask("yann")
        assert {person.name for person in request.stages[0].approvers} == {"Priya Nair", "Tom O'Neil"}
        forged = await forge(world, "yann", request, "request.approve")
        assert forged.body["statusCode"] == 400
        assert await untouched(world, request)


async def test_nobody_at_all_can_decide(database_url: str) -> None:
    async with running_world(database_url) as world:
        for who in ("priya", "tom"):
            await world.control("PATCH", f"people/{who}", {"accountEnabled": False})
        await world.control("PATCH", "people/yann", {"manager": None})
        answer = await world.review("yann")
        assert "Nobody may decide on this request" in text_of(answer)
        assert await world.all_requests() == []


async def forge(world: World, who: str, request: Request, verb: str, **data: Any) -> Reply:
    """A click as a hostile client would make it: on any card, with any verb and data."""
    person = await world.person(who)
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    sent = {"request": request.id, "version": request.version, **data}
    click["value"]["action"] |= {"verb": verb, "data": sent}
    return await person.delivers(click)


@pytest.mark.parametrize("change", ["manager", "disabled", "left"])
async def test_whoever_may_no_longer_decide_is_refused_at_the_click(database_url: str, change: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        if change == "manager":
            await world.control("PATCH", "people/dora", {"manager": "helene"})
        elif change == "disabled":
            await world.control("PATCH", "people/marc", {"accountEnabled": False})
        else:
            await world.control("PATCH", "people/dora", {"manager": None})
        # What the directory said when he was asked is good for a minute.
        await world.live(seconds=61)
        marc = (await world.person("marc")).who.user_id
        answer = shown(await presses(world, "marc", card, "request.approve"))
        assert "not, or no longer, somebody who decides" in text_of(answer)
        assert await untouched(world, request)
        assert await decisions_refused(world) == [(marc, "SB-APP-02")]


async def test_whoever_left_the_group_is_refused_at_the_click(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("grace", {"location": "044bbc01-9134-5354-be78-7077fd765771"})
        card = await world.card_for("tom", request)
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        answer = shown(await presses(world, "tom", card, "request.approve"))
        assert "not, or no longer, somebody who decides" in text_of(answer)
        assert await untouched(world, request)
        shown(await presses(world, "yann", await world.card_for("yann", request), "request.approve"))
        assert (await world.request(request.id)).state is RequestState.APPROVED


@pytest.mark.parametrize("version", [0, 2, 99, "", "two", None, 1.5, True, [1], 10**30])
async def test_a_version_that_is_not_the_present_one_changes_nothing(
    database_url: str, version: object
) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        assert request.version == 1
        await world.card_for("marc", request)
        # JSON's `true` is not a version, even where a language takes it for 1.
        answer = await forge(world, "marc", request, "request.approve", version=version)
        assert "changed in the meantime" in json.dumps(answer.card)
        assert await untouched(world, request)


async def test_a_click_on_a_withdrawn_request(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        await (await world.person("dora")).says(f"withdraw {request.id}")
        answer = shown(await presses(world, "marc", card, "request.approve"))
        assert "Withdrawn" in text_of(answer)
        assert "nothing to decide any more" in text_of(answer)
        assert buttons(answer) == []
        assert (await world.request(request.id)).state is RequestState.WITHDRAWN
        await world.live(days=1)
        assert await world.writes() == []


async def test_an_approval_with_a_comment_is_kept_and_shown(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        shown(await presses(world, "marc", card, "request.approve", comment="Welcome aboard"))
        await world.settle()
        progress = await world.progress("dora", request)
        assert "Marc Dubois wrote: Welcome aboard" in text_of(progress)
        (entry,) = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert entry["details"]["comment"] == "Welcome aboard"


async def test_while_the_directory_is_away_nothing_is_decided(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        away = {"kind": "status", "status": 503, "retry_after": 120}
        await world.control("POST", "faults", {"match": {"times": None}, "effect": away})
        answer = await presses(world, "marc", card, "request.approve")
        assert answer.body["statusCode"] == 400
        assert "try again in a minute" in answer.body["value"]["message"]
        assert await untouched(world, request)
        await world.control("DELETE", "faults")
        shown(await presses(world, "marc", card, "request.approve"))
        assert (await world.request(request.id)).state is RequestState.APPROVED


async def test_the_approver_looks_at_his_requests_by_id_and_approves_by_word(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.ask("dora")
        await world.card_for("marc", request)
        await marc.says(f"show {request.id}")
        assert request.id in text_of(marc.last_card())
        await marc.says(f"approve {request.id}")
        assert "Approved, about to start" in str((await marc.looks())[-1]["summary"])
        assert (await world.request(request.id)).state is RequestState.APPROVED


async def test_both_cards_of_the_decision_are_one_message_each(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        request = await world.granted("dora", "marc")
        await world.live_until("done", request.id)
        await marc.looks()
        assert len([one for one in marc.chat if card_of(one)]) == 1
        assert [text_of(one) for one in marc.chat if not card_of(one)] == [
            f"{request.id}: the phone number of Dora Lefèvre is ready."
        ]
