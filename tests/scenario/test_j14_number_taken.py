"""J14a: an admin takes the number between approval and assignment; the requester says which other one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from cards import wording
from tests.support.world import World, buttons, running_world, shown

PARIS = ("+33199001001", "+33199001002", "+33199001003")
ONLY_THAT_ONE = {"ending": "1002", "any_number": False}
LEFT = (PARIS[0], PARIS[2])

sqlite = pytest.mark.either_database("sqlite")


async def orders(world: World) -> list[str]:
    """Numbers that were tried, applied or not."""
    rows = (await world.tenant("requests?method=POST&path=assignNumber"))["value"]
    return [row["body"]["telephoneNumber"] for row in rows]


async def choice(world: World) -> Any:
    """Ana's card, as it stands."""
    ana = await world.person("ana")
    return await ana.hears("Your number has gone to somebody else")


async def taken(world: World) -> Request:
    """Ana wanted one number and no other, and somebody else has it."""
    request = await world.granted("ana", "marc", ONLY_THAT_ONE)
    assert request.plan.chosen_number == PARIS[1]
    await world.control("PATCH", f"numbers/{PARIS[1]}", {"assignmentTargetId": "helene"})
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.OWNER
    return waiting


async def test_the_requester_chooses_another_one_and_it_goes_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await taken(world)
        await world.live(hours=3)
        assert await orders(world) == []
        card = await choice(world)
        assert Counter(buttons(card)) == {"number.pick": 3, "request.withdraw": 1}
        assert all(wording.number(one) in text_of(card) for one in LEFT)
        ana = await world.person("ana")
        after = shown(await ana.clicks(card, wording.number(LEFT[1])))
        assert "No choice is needed any more" in text_of(after)
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == LEFT[1]
        assert await orders(world) == [LEFT[1]]
        late = shown(await ana.clicks(card, wording.number(LEFT[0])))
        assert "does not wait for your choice" in text_of(late)
        assert await orders(world) == [LEFT[1]]


@sqlite
async def test_any_of_them(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await taken(world)
        shown(await (await world.person("ana")).clicks(await choice(world), "Any of the same place"))
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number in LEFT


@sqlite
async def test_the_chosen_one_goes_as_well_and_the_third_time_it_ends(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await taken(world)
        ana = await world.person("ana")
        for number in LEFT:
            shown(await ana.clicks(await choice(world), wording.number(number)))
            await world.control("PATCH", f"numbers/{number}", {"assignmentTargetId": "helene"})
            await world.settle()
            if number == LEFT[0]:
                assert (await world.request(request.id)).waiting is WaitReason.OWNER
                ana.forgets()
        ended = await world.request(request.id)
        assert ended.state is RequestState.FAILED
        assert ended.outcome is not None
        assert [notice.code for notice in ended.outcome.notices] == ["SB-NUM-14"]
        assert await orders(world) == []


@sqlite
async def test_withdrawn_instead_of_choosing(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await taken(world)
        card = await choice(world)
        shown(await (await world.person("ana")).clicks(card, "request.withdraw"))
        assert (await world.request(request.id)).state is RequestState.WITHDRAWN
        await world.live(days=1)
        assert await orders(world) == []


@sqlite
async def test_only_the_requester_chooses_and_only_what_was_offered(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await taken(world)
        card = await choice(world)
        ana, marc = await world.person("ana"), await world.person("marc")
        forged = marc.click(await world.form("marc"), "wish.cancel")
        data = {"request": request.id, "number": LEFT[0]}
        forged["value"]["action"] |= {"verb": "number.pick", "data": data}
        await marc.delivers(forged)
        for number in ("+33199001999", "", PARIS[1]):
            click = ana.click(card, wording.number(LEFT[0]))
            click["value"]["action"]["data"]["number"] = number
            await ana.delivers(click)
        waits = await world.request(request.id)
        assert waits.waiting is WaitReason.OWNER
        await world.live(hours=2)
        assert await orders(world) == []
        refused = [one for one in await world.audit() if one["action"] == "pick.refused"]
        assert [one["details"]["code"] for one in refused] == ["SB-APP-02", *["SB-REQ-53"] * 3]


@sqlite
async def test_a_lost_reply_is_looked_up_and_nothing_is_ordered_twice(database_url: str) -> None:
    async with running_world(database_url) as world:
        lost = {
            "match": {"path": "assignNumber", "times": 1},
            "effect": {"kind": "drop_after_apply"},
        }
        await world.control("POST", "faults", lost)
        request = await world.granted("ana", "marc")
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert await orders(world) == [done.outcome.telephone_number]
