"""What cannot be undone is approved only by somebody who says that he knows it (R20, R66)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.requests import Request, RequestState
from bot.sandbox.people import card_of, text_of
from tests.support.world import World, has_input, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]
KNOWS = "know-SB-NUM-20"


async def gives_back(world: World) -> Request:
    """Jules asks to give his number back, with everything ticked that he has to tick."""
    jules = await world.person("jules")
    await jules.says("release my number")
    form = await jules.hears(has_input("confirms_loss"))
    review = shown(await jules.clicks(form, "wish.review", {"confirms_loss": "true"}))
    shown(await jules.clicks(review, "wish.submit"))
    return await world.newest_request("jules")


def ticked(activity: Json) -> dict[str, str]:
    return {
        one["id"]: one["value"] for one in (card_of(activity) or {})["body"] if one["type"] == "Input.Toggle"
    }


async def test_r20_a_number_is_lost_only_by_the_yes_of_somebody_who_says_that_he_knows(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        request = await gives_back(world)
        (who,) = {person.name for stage in request.stages for person in stage.approvers}
        boss = await world.person(who.partition(" ")[0].lower())
        card = await world.card_for(boss.who.name.partition(" ")[0].lower(), request)
        assert ticked(card) == {KNOWS: "false"}
        assert "I know that +33199001012 will not reach Jules" in text_of(card)

        again = shown(await boss.clicks(card, "request.approve", {"comment": "Fine by me"}))
        assert "only by somebody who says that he knows what it means" in text_of(again)
        assert "Fine by me" in str(card_of(again))
        assert (await world.request(request.id)).decisions == ()
        assert await world.writes() == []

        shown(await boss.clicks(again, "request.approve", {KNOWS: "true"}))
        assert (await world.request(request.id)).state is RequestState.APPROVED
        (entry,) = [one for one in await world.audit() if one["action"] == "decision.recorded"]
        assert entry["details"]["acknowledged"] == ["SB-NUM-20"]


async def test_whoever_rejects_has_nothing_to_know(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await gives_back(world)
        boss = request.stages[0].approvers[0].name.partition(" ")[0].lower()
        card = await world.card_for(boss, request)
        shown(await (await world.person(boss)).clicks(card, "request.reject", {"comment": "He needs it"}))
        assert (await world.request(request.id)).state is RequestState.REJECTED
