"""A stage on which everybody must agree, and one of them is out of reach."""

from __future__ import annotations

import pytest

from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.domain.wishes import NumberWish
from bot.sandbox.seed import group_id
from bot.usecases.submit import submit
from tests.support.world import World, running_world, told


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


async def block(world: World, who: str) -> None:
    path = f"teams/people/{(await world.person(who)).who.user_id}/block"
    await world.control("PUT", path, {"how": "ConversationBlockedByUser"})


async def rerouted(world: World) -> int:
    return sum(entry["action"] == "request.rerouted" for entry in await world.audit())


@pytest.mark.parametrize(("need", "asks_others"), [('"any"', 0), ("2", 0), ("3", 1), ('"all"', 0)])
async def test_others_are_asked_where_they_can_stand_in(
    database_url: str, need: str, asks_others: int
) -> None:
    async with running_world(database_url) as world:
        await block(world, "tom")
        await asked(world, need)
        await world.settle()
        assert await rerouted(world) == asks_others


async def test_where_all_must_agree_the_admins_hear_that_one_cannot(database_url: str) -> None:
    async with running_world(database_url) as world:
        await block(world, "tom")
        await asked(world, '"all"')
        await world.settle()
        priya = await world.person("priya")
        await priya.looks()
        assert "SB-APP-07" in told(priya)
