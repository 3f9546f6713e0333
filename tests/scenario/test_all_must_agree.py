"""A stage on which everybody must agree, and one of them is out of reach."""

from __future__ import annotations

import pytest

from bot.domain.approval import ResolvedStage, Verdict
from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.sandbox.seed import group_id
from bot.usecases.decide import Answer, Asked, decide
from bot.usecases.submit import submit
from tests.support.world import World, running_world, told

pytestmark = pytest.mark.either_database("postgres")

FINANCE = ("maya", "zoe", "lin")


def policy(need: str) -> str:
    return f"""
        [[rule]]
        name = "everything"
        [[rule.stages]]
        approvers = {{ kind = "group", id = "{group_id("Voice Admins")}" }}
        fallback = {{ kind = "group", id = "{group_id("Finance")}" }}
        need = {need}
    """


async def asked(world: World, need: str) -> Request:
    """Dora's request, under a policy of its own."""
    dora = (await world.person("dora")).who
    world.ruled_by(policy(need))
    wish = NumberWish(beneficiary_id=dora.user_id, country="FR", city="Paris")
    request = await submit(world.service.desk, Actor(id=dora.user_id, name=dora.name), wish, "a draft")
    assert isinstance(request, Request)
    return request


async def stage_of(world: World, request: Request) -> ResolvedStage:
    stage = (await world.request(request.id)).stage
    assert stage is not None
    return stage


async def block(world: World, who: str) -> None:
    path = f"teams/people/{(await world.person(who)).who.user_id}/block"
    await world.control("PUT", path, {"how": "ConversationBlockedByUser"})


async def rerouted(world: World) -> int:
    return sum(entry["action"] == "request.rerouted" for entry in await world.audit())


@pytest.mark.parametrize(("need", "asks_others"), [('"any"', 0), ("2", 0), ("3", 1), ('"all"', 1)])
async def test_others_are_asked_where_they_can_stand_in(
    database_url: str, need: str, asks_others: int
) -> None:
    async with running_world(database_url) as world:
        await block(world, "tom")
        await asked(world, need)
        await world.settle()
        assert await rerouted(world) == asks_others


async def test_where_all_must_agree_somebody_speaks_for_whoever_cannot_be_reached(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        await block(world, "tom")
        request = await asked(world, '"all"')
        await world.settle()
        priya = await world.person("priya")
        await priya.looks()
        assert told(priya).count("could not be delivered") == 1
        after = {seat.after.name for seat in (await stage_of(world, request)).seats if seat.after}
        assert after == {"Tom O'Neil"}
        for one in ("priya", "maya"):
            await world.approve(one, request)
        assert (await world.request(request.id)).stage is not None
        await world.approve("yann", request)
        assert (await world.request(request.id)).stage is None


async def test_whoever_cannot_be_reached_may_still_decide(database_url: str) -> None:
    async with running_world(database_url) as world:
        await block(world, "tom")
        request = await asked(world, '"all"')
        await world.settle()
        tom = (await world.person("tom")).who
        answer = Answer(Verdict.APPROVE)
        result = await decide(
            world.service.desk, Actor(id=tom.user_id, name=tom.name), request.id, answer, Asked(0, 0)
        )
        assert result.applied


async def test_a_stage_whose_people_are_all_out_of_reach_ends_all_the_same(database_url: str) -> None:
    async with running_world(database_url) as world:
        for who in ("priya", "tom", "yann", *FINANCE, "helene", "marc"):
            await block(world, who)
        request = await asked(world, "3")
        await world.live(days=20)
        assert (await world.request(request.id)).state is RequestState.EXPIRED
