"""Who decides in somebody's place because he said so: by text and by card, and what it may never do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from tests.support.world import World, buttons, has_input, running_world, shown, told

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")


async def says(world: World, who: str, text: str, heard: str) -> Json:
    """What somebody types, and the answer."""
    person = await world.person(who)
    person.forgets()
    await person.says(text)
    return await person.hears(heard)


async def audited(world: World, action: str) -> list[Json]:
    return [entry for entry in await world.audit() if entry["action"] == action]


async def standing_in(world: World, request: Request) -> set[str]:
    stage = (await world.request(request.id)).stages[0]
    return {one.person.name for seat in stage.voices for one in seat.stand_ins}


async def test_the_delegate_decides_in_the_owners_place_until_it_is_stopped(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, tom = await world.person("marc"), await world.person("tom")
        confirmation = await says(
            world, "marc", "delegate to tom@contoso.com for 2 weeks for numbers", "can decide in your place"
        )
        assert "phone numbers" in text_of(confirmation)
        await world.settle()
        await tom.hears("Marc Dubois asks you to decide in his or her place")

        request = await world.ask("dora")
        await world.card_for("marc", request)
        answer = await world.approve("tom", request)
        assert "Approved by Tom" in text_of(answer)
        decided = (await world.request(request.id)).decisions[0]
        assert (decided.approver.id, decided.instead_of and decided.instead_of.id) == (
            tom.who.user_id,
            marc.who.user_id,
        )

        second = await world.ask("ana")
        card = await world.card_for("tom", second)
        shown(await marc.clicks(confirmation, "delegation.stop"))
        late = await tom.clicks(card, "request.approve")
        assert late.status == 200
        assert (await world.request(second.id)).decisions == ()
        await world.settle()
        await tom.hears("You do not decide in place of Marc Dubois any more")
        assert "request.approve" not in buttons(await world.card_for("tom", second))
        assert {one.name for one in (await world.request(second.id)).stages[0].approvers} == {"Marc Dubois"}
        await world.approve("marc", second)
        assert len(await audited(world, "delegation.made")) == 1
        assert len(await audited(world, "delegation.ended")) == 1


async def test_what_waits_already_goes_to_the_delegate_at_once_and_again_when_it_is_over(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        await world.card_for("marc", request)
        await says(world, "marc", "delegate to tom@contoso.com until tomorrow", "can decide in your place")
        await world.settle()
        assert "request.approve" in buttons(await world.card_for("tom", request))
        await world.live(days=3)
        assert await standing_in(world, request) == set()


async def test_a_delegation_begins_on_its_first_day_and_for_its_kinds_only(database_url: str) -> None:
    async with running_world(database_url) as world:
        first = ((await world.now()) + timedelta(days=2)).date()
        period = f"from {first} until {first + timedelta(days=3)}"
        await says(world, "marc", "delegate to Priya Nair until tomorrow for credits", "Priya")
        await says(world, "marc", f"delegate to tom@contoso.com {period} for numbers", "Tom")
        request = await world.ask("dora")
        await world.card_for("marc", request)
        assert await standing_in(world, request) == set()
        # The zone of the client is UTC or near it: a day more than enough, and less than silence takes.
        await world.live(days=2, hours=4)
        assert await standing_in(world, request) == {"Tom O'Neil"}


async def test_nobody_decides_on_his_own_request_through_a_delegation(database_url: str) -> None:
    """Marc delegates to Dora, who asks for herself; a forged click on it changes nothing."""
    async with running_world(database_url) as world:
        await says(world, "marc", "delegate to dora@contoso.com for 2 weeks", "can decide in your place")
        request = await world.ask("dora")
        await world.settle()
        assert await standing_in(world, request) == set()
        await undecidable_for(world, "dora", request)


async def test_nobody_decides_on_what_is_for_him_as_delegate_of_a_member_of_a_group(
    database_url: str,
) -> None:
    """Marc asks for Dora, so the voice admins decide, of whom two have delegated to him and to her."""
    async with running_world(database_url) as world:
        await says(world, "tom", "delegate to dora@contoso.com for 2 weeks", "can decide in your place")
        await says(world, "yann", "delegate to marc@contoso.com for 2 weeks", "can decide in your place")
        dora = await world.person("dora")
        request = await world.ask("marc", {"beneficiary": dora.who.user_id})
        await world.settle()
        assert request.beneficiary.id == dora.who.user_id
        assert {one.name for one in (await world.request(request.id)).stages[0].approvers} == {
            "Priya Nair",
            "Tom O'Neil",
            "Yann Le Gall",
        }
        await undecidable_for(world, "dora", request)
        await undecidable_for(world, "marc", request)


async def undecidable_for(world: World, who: str, request: Request) -> None:
    """Somebody clicks as a hostile client would, with everything right but himself."""
    person = await world.person(who)
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    data = {"request": request.id, "stage": 0, "round": 0}
    click["value"]["action"] |= {"verb": "request.approve", "data": data}
    refused = await person.delivers(click)
    assert "request.approve" not in str(refused.card)
    now = await world.request(request.id)
    assert (now.state, now.decisions) == (RequestState.SUBMITTED, ())
    assert (person.who.user_id, "SB-APP-02") in [
        (entry["actor"], entry["details"]["code"]) for entry in await audited(world, "decision.refused")
    ]


async def test_a_circle_of_delegations_is_harmless_and_nobody_passes_one_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        for owner, delegate in (("marc", "tom"), ("tom", "priya"), ("priya", "marc")):
            text = f"delegate to {delegate}@contoso.com for a week"
            await says(world, owner, text, "can decide in your place")
        request = await world.ask("dora")
        await world.settle()
        stage = (await world.request(request.id)).stages[0]
        assert {one.name for one in stage.approvers} == {"Marc Dubois", "Tom O'Neil"}


async def test_what_a_text_leaves_open_is_asked_on_a_card_and_what_is_wrong_is_said(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        marc = await world.person("marc")
        marc.forgets()
        await marc.says("delegate to tom@contoso.com")
        form = await marc.hears(has_input("delegate"))
        tom = (await world.person("tom")).who.user_id
        past = shown(await marc.clicks(form, "delegation.make", {"delegate": tom, "until": "2026-01-01"}))
        assert "over already" in text_of(past)
        today = (await world.now()).date()
        late = f"{today.year + 1}-{today.month:02}-01"
        long = shown(await marc.clicks(past, "delegation.make", {"delegate": tom, "until": late}))
        assert "90 days" in text_of(long)
        own = shown(
            await marc.clicks(form, "delegation.make", {"delegate": marc.who.user_id, "until": str(today)})
        )
        assert "Nobody can delegate to himself" in text_of(own)
        made = shown(
            await marc.clicks(
                form, "delegation.make", {"delegate": tom, "until": str(today), "kinds": "credits,numbers"}
            )
        )
        assert "phone numbers and Communications Credits" in text_of(made)
        again = await says(world, "marc", "delegate to Priya Nair until tomorrow for numbers", "already")
        assert "delegated the same to Tom O'Neil already" in text_of(again)
        refused = {one["details"]["code"] for one in await audited(world, "delegation.refused")}
        assert refused == {"SB-APP-50", "SB-APP-52", "SB-APP-53", "SB-APP-54"}


async def test_lists_and_stops_by_text_and_the_other_side_may_decline(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, tom = await world.person("marc"), await world.person("tom")
        await says(world, "marc", "delegate to tom@contoso.com for 3 days", "can decide in your place")
        await says(world, "marc", "stop delegating to tom", "no longer decides in your place")
        await says(world, "marc", "stop delegating", "no such delegation")
        await says(world, "marc", "delegate to tom@contoso.com for 3 days", "can decide in your place")
        mine = await says(world, "tom", "delegations", "In whose place you decide")
        assert "Marc Dubois" in text_of(mine)
        shown(await tom.clicks(mine, "delegation.stop"))
        await world.settle()
        await marc.hears("does not decide in your place any more")

        stranger = await world.person("ben")
        await stranger.says("delegations")
        click = stranger.click(stranger.last_card(), "delegation.form")
        click["value"]["action"] |= {"verb": "delegation.stop", "data": {"delegation": 1}}
        assert "no such delegation" in str((await stranger.delivers(click)).card)
        assert "Marc" not in told(stranger)


async def test_a_mention_says_who_is_meant_and_french_and_chinese_are_understood(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, tom, mei = [await world.person(who) for who in ("marc", "tom", "mei")]
        activity = await marc.writes("delegate to <at>Tommy</at> until tomorrow for numbers")
        activity["entities"].append(
            {
                "type": "mention",
                "text": "<at>Tommy</at>",
                "mentioned": {"id": "29:x", "name": "Tommy", "aadObjectId": tom.who.user_id},
            }
        )
        marc.forgets()
        await marc.delivers(activity)
        await marc.hears("Tom O'Neil can decide in your place")
        await says(world, "marc", "arrêter de déléguer", "Tom O'Neil")
        text = "déléguer à tom@contoso.com jusqu'à demain pour les licences"
        french = await says(world, "marc", text, "Tom")
        assert "licences" in text_of(french)
        mei.forgets()
        await mei.says("委托给 tom@contoso.com 两周")
        await mei.hears("Tom O'Neil")
