"""J13b and J13d: approvers who leave, change or lose their role, up to the moment of carrying out."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import Conflict, LeaseLost
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import group_id
from bot.usecases.recheck import still_approved
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

TWO_STAGES = f"""
    [[rule]]
    name = "everything"
    [[rule.stages]]
    approvers = {{ kind = "manager" }}
    fallback = {{ kind = "group", id = "{group_id("Finance")}" }}
    [[rule.stages]]
    approvers = {{ kind = "group", id = "{group_id("Voice Admins")}" }}
    need = 2
"""


async def new_manager(world: World, who: str | None) -> None:
    await world.control("PATCH", "people/dora", {"manager": who})


async def asked(world: World, request: Request) -> set[str]:
    """Who may decide now."""
    stage = (await world.request(request.id)).stage
    return {person.name for person in stage.approvers} if stage else set()


async def heard(world: World, who: str) -> str:
    person = await world.person(who)
    await person.looks()
    return told(person)


async def voided(world: World) -> list[tuple[str, str]]:
    return [
        (one["details"]["approver"], one["details"]["code"])
        for one in await world.audit()
        if one["action"] == "decision.voided"
    ]


async def test_an_approver_who_left_is_replaced_and_everybody_sees_why(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        await world.card_for("marc", request)
        await world.control("PATCH", "people/marc", {"accountEnabled": False})
        await world.live(hours=25)
        assert await asked(world, request) == {"Priya Nair", "Tom O'Neil", "Yann Le Gall"}
        card = await world.card_for("priya", request)
        assert "Marc Dubois cannot decide any more" in text_of(card)
        assert "Marc Dubois cannot decide any more" in text_of(await world.progress("dora", request))
        (changed,) = [one for one in await world.audit() if one["action"] == "stage.people_changed"]
        assert list(changed["details"]["gave_up"].values()) == ["SB-APP-30"]
        shown(await (await world.person("priya")).clicks(card, "request.approve"))
        await world.live_until("done", request.id)


async def test_a_new_manager_takes_the_place_of_the_old_one(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        await world.card_for("marc", request)
        await new_manager(world, "helene")
        await world.live(hours=25)
        assert await asked(world, request) == {"Hélène Girard"}
        card = await world.card_for("helene", request)
        assert "Hélène Girard was asked instead of Marc Dubois." in text_of(card)
        assert buttons(await world.card_for("marc", request)) == []
        looked = (await world.request(request.id)).version
        await world.approve("helene", request)
        assert (await world.request(request.id)).version == looked + 1
        await world.live_until("done", request.id)


async def test_a_role_lost_before_the_click_is_noticed_within_a_minute(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        await new_manager(world, "helene")
        await world.live(seconds=61)
        answer = shown(await (await world.person("marc")).clicks(card, "request.approve"))
        assert "not, or no longer, somebody who decides" in text_of(answer)
        # The click has shown what the daily look would have: whoever decides now is asked at once.
        await world.settle()
        assert await asked(world, request) == {"Hélène Girard"}
        await world.approve("helene", request)
        await world.live_until("done", request.id)
        assert await voided(world) == []


async def test_a_role_lost_after_the_click_makes_the_vote_void(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        await new_manager(world, "helene")
        # What was known of the last minute lets the click pass; nothing is carried out on it.
        shown(await (await world.person("marc")).clicks(card, "request.approve"))
        assert (await world.request(request.id)).state is RequestState.APPROVED
        await world.settle()
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        assert await world.writes() == []
        marc = (await world.person("marc")).who.user_id
        assert await voided(world) == [(marc, "SB-APP-31")]
        assert f"approval of Marc Dubois for {request.id} does not count" in await heard(world, "dora")
        assert f"Your approval of {request.id} does not count" in await heard(world, "marc")
        assert f"{request.id} waits for your decision" in await heard(world, "helene")
        again = await world.card_for("helene", request)
        assert "The approval of Marc Dubois" in text_of(again)
        shown(await (await world.person("helene")).clicks(again, "request.approve"))
        await world.live_until("done", request.id)
        assert (await heard(world, "dora")).count("approval of Marc Dubois for") == 1
        assert (await heard(world, "helene")).count("waits for your decision") == 1


async def test_whoever_gets_the_role_back_may_vote_again(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await world.control("PATCH", "people/marc", {"accountEnabled": False})
        await world.settle()
        assert (await voided(world))[0][1] == "SB-APP-30"
        for admin in ("priya", "tom", "yann"):
            await world.control("PATCH", f"people/{admin}", {"accountEnabled": False})
        await world.control("PATCH", "people/marc", {"accountEnabled": True})
        await world.live(hours=25)
        assert await asked(world, request) == {"Marc Dubois"}
        await world.approve("marc", request)
        await world.live_until("done", request.id)


async def test_a_void_vote_of_the_first_stage_leaves_those_of_the_second(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES)
        request = await world.ask("dora")
        for who in ("marc", "priya", "tom"):
            await world.approve(who, request)
        assert (await world.request(request.id)).state is RequestState.APPROVED
        await new_manager(world, "helene")
        await world.settle()
        back = await world.request(request.id)
        assert (back.state, back.stage_index, back.round) == (RequestState.SUBMITTED, 0, 0)
        await world.approve("helene", request)
        assert (await world.request(request.id)).state is RequestState.APPROVED
        await world.live_until("done", request.id)
        assert "waits for your decision" not in await heard(world, "priya")


async def test_a_void_vote_of_the_second_stage_asks_the_others_of_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES)
        request = await world.ask("dora")
        for who in ("marc", "priya", "tom"):
            await world.approve(who, request)
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        await world.settle()
        assert (await world.request(request.id)).stage_index == 1
        assert f"{request.id} waits for your decision" in await heard(world, "yann")
        assert "waits for your decision" not in await heard(world, "priya")
        await world.approve("yann", request)
        await world.live_until("done", request.id)


async def test_enough_other_votes_carry_it_and_those_concerned_hear_of_the_void_one(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES.replace("need = 2", 'need = "all"'))
        request = await world.ask("dora")
        for who in ("marc", "priya", "tom", "yann"):
            await world.approve(who, request)
        await world.control("DELETE", "groups/Voice Admins/members/tom")
        await world.live_until("done", request.id)
        assert "enough others have agreed" in await heard(world, "dora")
        assert "enough others have agreed" in await heard(world, "tom")
        assert len(await voided(world)) == 1


async def test_while_the_directory_is_away_nothing_is_carried_out(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        away = {"kind": "status", "status": 503, "retry_after": 120}
        await world.control("POST", "faults", {"match": {"times": None}, "effect": away})
        await world.settle()
        await world.live(minutes=20)
        assert (await world.request(request.id)).state is RequestState.APPROVED
        assert await voided(world) == []
        await world.control("DELETE", "faults")
        await world.live_until("done", request.id)


async def test_withdrawn_while_it_is_asked_about_again(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await new_manager(world, "helene")
        await world.settle()
        await (await world.person("dora")).says(f"withdraw {request.id}")
        await world.live(days=1)
        assert (await world.request(request.id)).state is RequestState.WITHDRAWN
        assert buttons(await world.card_for("helene", request)) == []
        assert await world.writes() == []


async def test_only_who_holds_the_request_may_find_its_votes_void(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await new_manager(world, "helene")
        with pytest.raises(LeaseLost):
            await still_approved(world.service.desk, request, "a lease that ran out")
        assert await voided(world) == []
        assert await world.request(request.id) == request


async def test_somebody_else_acted_while_graph_was_asked(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.granted("dora", "marc")
        await new_manager(world, "helene")
        await (await world.person("dora")).says(f"withdraw {request.id}")
        with pytest.raises(Conflict):
            await still_approved(world.service.desk, request, "any lease")
        assert await voided(world) == []


async def test_where_nobody_is_left_the_admins_hear_of_it_and_it_expires(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("yann")
        for who in ("priya", "tom"):
            await world.control("DELETE", f"groups/Voice Admins/members/{who}")
        # Helene is asked, whose manager is Grace.
        for who in ("helene", "grace"):
            await world.control("PATCH", f"people/{who}", {"accountEnabled": False})
        await world.live(hours=25)
        assert await asked(world, request) == set()
        assert f"Nobody is left who may decide on {request.id}" in await heard(world, "yann")
        await world.live(days=20)
        assert (await world.request(request.id)).state is RequestState.EXPIRED
        assert (await heard(world, "yann")).count("Nobody is left who may decide") == 1


async def test_where_an_approval_must_say_why_it_says_so_on_the_same_card(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(TWO_STAGES.replace("need = 2", "comment_on_approve = true"))
        request = await world.ask("dora")
        await world.approve("marc", request)
        card = await world.card_for("priya", request)
        assert "Comment (required to approve or reject)" in text_of(card)
        priya = await world.person("priya")
        silent = shown(await priya.clicks(card, "request.approve"))
        assert "Here an approval needs a few words on why." in text_of(silent)
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        shown(await priya.clicks(silent, "request.approve", {"comment": "She sells in France"}))
        assert (await world.request(request.id)).state is RequestState.APPROVED


async def test_a_click_with_what_is_known_asks_graph_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        cards = [await world.card_for("marc", await world.ask(who)) for who in ("ana", "dora")]
        marc = await world.person("marc")
        shown(await marc.clicks(cards[0], "request.reject", {"comment": "no"}))
        await world.control("DELETE", "requests")
        shown(await marc.clicks(cards[1], "request.reject", {"comment": "no"}))
        assert (await world.tenant("requests"))["value"] == []
