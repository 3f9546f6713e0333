"""Who is asked when an approver is out of office, by Outlook's own word (J13c)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.approval import Why
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import group_id, person_id
from tests.support.world import World, buttons, running_world

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("postgres")

WITH_BEN = f"""
[[rule]]
name = "everything"
[[rule.stages]]
approvers = {{ kind = "manager" }}
fallback = {{ kind = "people", ids = ["{person_id("ben")}"] }}
need = "any"
"""


async def away(world: World, who: str, status: str = "alwaysEnabled", *, days: int = 0) -> None:
    """Somebody switches automatic replies on, for ever or for some days from now."""
    now = await world.now()
    dates = {"since": now.isoformat(), "until": (now + timedelta(days=days)).isoformat()} if days else {}
    await world.control("PATCH", f"people/{who}", {"automaticReplies": {"status": status, **dates}})


async def stand_ins(world: World, request: Request) -> dict[str, set[str]]:
    """Who speaks for whom on the first stage because somebody is away."""
    stage = (await world.request(request.id)).stages[0]
    return {
        seat.holder.name: {one.person.name for one in seat.stand_ins if one.why is Why.ABSENCE}
        for seat in stage.voices
        if seat.stand_ins
    }


async def mailboxes_read(world: World) -> int:
    rows = (await world.tenant("requests"))["value"]
    return sum("mailboxSettings" in str(row) for row in rows)


async def test_the_next_manager_up_is_asked_while_somebody_is_out_of_office(database_url: str) -> None:
    """Marc is away, and so are Ben, the fallback, and Helene above Marc: Grace is asked until he is back."""
    async with running_world(database_url) as world:
        world.ruled_by(WITH_BEN)
        await away(world, "marc", "scheduled", days=2)
        await away(world, "ben")
        await away(world, "helene")
        request = await world.ask("dora")
        card = await world.card_for("grace", request)
        assert "Grace Oyelaran stands in for Marc Dubois, who is out of office" in text_of(card)
        assert await stand_ins(world, request) == {"Marc Dubois": {"Grace Oyelaran"}}
        assert "request.approve" in buttons(await world.card_for("marc", request))

        await world.live(days=2, hours=1)
        assert await stand_ins(world, request) == {}
        assert "request.approve" not in buttons(await world.card_for("grace", request))
        await world.approve("marc", request)
        decided = (await world.request(request.id)).decisions[0]
        assert decided.instead_of is None


async def test_the_fallback_stands_in_and_says_for_whom_it_decided(database_url: str) -> None:
    async with running_world(database_url) as world:
        await away(world, "marc")
        request = await world.ask("dora")
        await world.card_for("yann", request)
        assert await stand_ins(world, request) == {
            "Marc Dubois": {"Priya Nair", "Tom O'Neil", "Yann Le Gall"}
        }
        await world.approve("tom", request)
        decided = (await world.request(request.id)).decisions[0]
        assert (decided.approver.name, decided.instead_of and decided.instead_of.name) == (
            "Tom O'Neil",
            "Marc Dubois",
        )


async def test_nobody_is_sought_where_enough_others_are_there(database_url: str) -> None:
    async with running_world(database_url) as world:
        admins = f'{{ kind = "group", id = "{group_id("Voice Admins")}" }}'
        world.ruled_by(WITH_BEN.replace('{ kind = "manager" }', admins))
        await away(world, "tom")
        request = await world.ask("dora")
        await world.settle()
        assert await stand_ins(world, request) == {}
        assert {one.name for one in (await world.request(request.id)).stages[0].approvers} == {
            "Priya Nair",
            "Tom O'Neil",
            "Yann Le Gall",
        }


async def test_neither_the_requester_nor_the_beneficiary_stands_in(database_url: str) -> None:
    async with running_world(database_url) as world:
        world.ruled_by(WITH_BEN)
        await away(world, "ben")
        await world.control("PATCH", "people/marc", {"manager": "dora"})
        await away(world, "marc")
        request = await world.ask("dora")
        await world.settle()
        # Above Marc stands Dora, who asks; above her Marc again: the circle ends, and he is asked alone.
        assert await stand_ins(world, request) == {}
        assert (await world.request(request.id)).state is RequestState.SUBMITTED
        assert await world.next_due() is not None


async def test_a_mailbox_that_cannot_be_read_is_nobodys_absence(database_url: str) -> None:
    async with running_world(database_url) as world:
        await away(world, "marc")
        refused = {"kind": "status", "status": 403}
        match = {"path": "mailboxSettings", "times": None}
        await world.control("POST", "faults", {"match": match, "effect": refused})
        request = await world.ask("dora")
        await world.settle()
        assert await stand_ins(world, request) == {}
        assert "request.approve" in buttons(await world.card_for("marc", request))


async def test_while_mailboxes_do_not_answer_nothing_changes_and_it_is_looked_again_soon(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        await away(world, "marc")
        busy = {"kind": "status", "status": 429, "retry_after": 3600}
        match = {"path": "mailboxSettings", "times": None}
        await world.control("POST", "faults", {"match": match, "effect": busy})
        request = await world.ask("dora")
        await world.card_for("marc", request)
        assert await stand_ins(world, request) == {}
        await world.control("DELETE", "faults")
        await world.live(minutes=6)
        assert set(await stand_ins(world, request)) == {"Marc Dubois"}


async def test_a_mailbox_is_read_once_in_a_while_for_many_requests(database_url: str) -> None:
    async with running_world(database_url) as world:
        for who in ("dora", "ana"):
            await world.ask(who)
        await world.settle()
        assert await mailboxes_read(world) == 1
        await world.live(hours=1)
        assert await mailboxes_read(world) == 1
