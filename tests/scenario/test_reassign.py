"""An approver hands his part of one request to a colleague; a voice admin does it for anybody."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.approval import Why
from bot.domain.requests import Request
from bot.sandbox.people import Reply, text_of
from bot.sandbox.seed import group_id
from tests.support.world import World, buttons, running_world, shown, ticks

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("sqlite")


async def forge(world: World, who: str, verb: str, **data: Any) -> Reply:
    """A click as a hostile client would make it."""
    person = await world.person(who)
    await person.says("help")
    click = person.click(person.last_card(), "help.show")
    click["value"]["action"] |= {"verb": verb, "data": {"stage": 0, "round": 0, **data}}
    return await person.delivers(click)


async def user_id(world: World, who: str) -> str:
    return (await world.person(who)).who.user_id


async def refused(world: World) -> list[tuple[str, str]]:
    return [
        (entry["actor"], entry["details"]["code"])
        for entry in await world.audit()
        if entry["action"] == "reassign.refused"
    ]


async def handed_to(world: World, request: Request) -> set[tuple[str, str]]:
    stage = (await world.request(request.id)).stages[0]
    return {
        (seat.holder.name, one.person.name)
        for seat in stage.voices
        for one in seat.stand_ins
        if one.why is Why.REASSIGNED
    }


async def test_the_colleague_is_asked_and_decides_and_the_holder_is_not_reminded(database_url: str) -> None:
    async with running_world(database_url) as world:
        marc, sam = await world.person("marc"), await world.person("sam")
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        picker = shown(await marc.clicks(card, "request.reassign.ask"))
        inputs = {"colleague": sam.who.user_id, "reason": "You know the budget"}
        mine = shown(await marc.clicks(picker, "request.reassign", inputs))
        assert "Handed to Sam Whitaker, who has been asked" in text_of(mine)

        theirs = await world.card_for("sam", request)
        assert "Marc Dubois has handed this over to Sam Whitaker: You know the budget" in text_of(theirs)
        marc.forgets()
        await world.live(days=2, hours=12)
        entries = [entry for entry in await world.audit() if entry["action"] == "stage.reminded"]
        assert entries
        assert all(entry["details"]["reminded"] == [sam.who.user_id] for entry in entries)
        await world.control("PATCH", "people/sam", {"accountEnabled": False})
        await world.live(days=1, hours=1)
        assert await handed_to(world, request) == set()
        await world.control("PATCH", "people/sam", {"accountEnabled": True})
        await marc.says(f"reassign {request.id} to sam@contoso.com")
        await marc.hears("was handed to Sam Whitaker")
        await world.approve("sam", request)
        decided = (await world.request(request.id)).decisions[0]
        assert (decided.approver.id, decided.instead_of and decided.instead_of.id) == (
            sam.who.user_id,
            marc.who.user_id,
        )


async def test_who_may_not_have_it_and_who_may_not_give_it(database_url: str) -> None:
    """The requester, whoever is switched off, a stranger, a stale card, and somebody who has decided."""
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        for who in ("dora", "walter", "marc"):
            colleague = await user_id(world, who)
            reply = await forge(world, "marc", "request.reassign", request=request.id, colleague=colleague)
            assert "cannot be handed to" in str(reply.body)
        sam = await user_id(world, "sam")
        for who in ("dora", "ben"):
            await forge(world, who, "request.reassign", request=request.id, colleague=sam)
        await forge(world, "marc", "request.reassign", request=request.id, colleague=sam, stage=1)
        assert await handed_to(world, request) == set()
        marc, dora, ben = [await user_id(world, who) for who in ("marc", "dora", "ben")]
        assert await refused(world) == [
            *[(marc, "SB-APP-57")] * 3,
            (dora, "SB-APP-58"),
            (ben, "SB-APP-58"),
            (marc, "SB-APP-03"),
        ]
        shown(await (await world.person("marc")).clicks(card, "request.approve", ticks(card)))
        assert (await world.request(request.id)).decisions
        await forge(world, "marc", "request.reassign", request=request.id, colleague=sam)
        assert await handed_to(world, request) == set()


async def test_the_policy_may_forbid_it_and_a_stand_in_has_nothing_to_hand_over(database_url: str) -> None:
    async with running_world(database_url) as world:
        tom, sam = await world.person("tom"), await user_id(world, "sam")
        person = await world.person("marc")
        await person.says("delegate to sam@contoso.com for a week")
        await person.hears("can decide in your place")
        request = await world.ask("dora")
        await world.card_for("sam", request)
        priya = await user_id(world, "priya")
        await forge(world, "sam", "request.reassign", request=request.id, colleague=priya)
        assert await refused(world) == [(sam, "SB-APP-58")]

        admins = group_id("Voice Admins")
        world.ruled_by(
            f"""
            [[rule]]
            name = "everything"
            [[rule.stages]]
            approvers = {{ kind = "group", id = "{admins}" }}
            reassign = false
            """
        )
        second = await world.ask("ana")
        card = await world.card_for("tom", second)
        assert "request.reassign.ask" not in buttons(card)
        answer = await forge(world, "tom", "request.reassign", request=second.id, colleague=sam)
        assert "does not let this request be handed" in str(answer.body)
        assert (tom.who.user_id, "SB-APP-56") in await refused(world)


async def test_a_voice_admin_hands_over_anybodys_part_by_text(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        request = await world.ask("dora")
        await world.card_for("marc", request)
        priya.forgets()
        await priya.says(f"reassign {request.id} from Marc Dubois to sam@contoso.com because Marc is ill")
        await priya.hears("was handed to Sam Whitaker")
        assert await handed_to(world, request) == {("Marc Dubois", "Sam Whitaker")}
        await world.card_for("sam", request)
        await priya.says(f"reassign {request.id} to Nobody Known")
        await priya.hears("not clear which colleague is meant")
        await priya.says(f"reassign {request.id} to helene@contoso.com")
        await priya.hears("was handed to")
        assert await handed_to(world, request) == {("Marc Dubois", "Hélène Girard")}
        assert "request.approve" not in buttons(await world.card_for("sam", request))
        entry = next(one for one in await world.audit() if one["action"] == "request.reassigned")
        assert entry["details"]["reason"] == "Marc is ill"
