"""Graph that takes for ever: whoever clicked or wrote is answered while Teams still waits for the answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.domain.requests import RequestState
from bot.sandbox.people import text_of
from bot.teams import adapter
from tests.support.world import World, running_world, shown

pytestmark = pytest.mark.either_database("sqlite")

BUSY = "services are busy"


@contextmanager
def short_waits() -> Iterator[None]:
    """Whoever writes or clicks inside the block is answered after half a second at the latest."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(adapter, "_INVOKE_SECONDS", 0.5)
        patched.setattr(adapter, "_TURN_SECONDS", 0.5)
        yield


async def hangs(world: World, path: str) -> None:
    match = {"path": path, "times": None}
    await world.control("POST", "faults", {"match": match, "effect": {"kind": "hold_before"}})


async def test_a_click_is_answered_and_works_once_graph_is_back(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await world.ask("dora")
        card = await world.card_for("marc", request)
        marc = await world.person("marc")
        # What was asked when his card was sent is not remembered for longer than a minute.
        await world.live(seconds=61)
        await hangs(world, "/manager$")
        with short_waits():
            reply = await marc.clicks(card, "request.approve")
        assert reply.body["statusCode"] == 400
        assert BUSY in reply.body["value"]["message"]
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        await world.control("DELETE", "faults")
        shown(await marc.clicks(card, "request.approve"))
        assert (await world.request(request.id)).state is RequestState.APPROVED


async def test_a_message_is_answered(database_url: str) -> None:
    async with running_world(database_url) as world:
        await hangs(world, "/subscribedSkus$")
        dora = await world.person("dora")
        with short_waits():
            await dora.says("I need a phone number")
        await dora.hears(lambda activity: BUSY in text_of(activity))
