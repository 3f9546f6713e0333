"""J05: after the licences Teams takes its time; and numbers that Microsoft took on and did not assign."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import PersonClient, text_of
from bot.store import requests
from tests.support.world import World, running_world, told

pytestmark = pytest.mark.either_database("sqlite")

Json = dict[str, Any]

NEVER = 1_000_000
"""Seconds; longer than anybody waits."""
ADMINS = ("priya", "tom", "yann")


async def waiting_for_teams(world: World, who: str = "dora", approver: str = "marc") -> Request:
    """A request whose licences are there while Teams does not know of them, and does not come to."""
    await world.control("PUT", "delays", {"teams_voice": NEVER})
    request = await world.granted(who, approver)
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.PROPAGATION
    return waiting


async def began(world: World, request: Request) -> datetime:
    """When the wait for Teams began."""
    steps = await world.service.desk.db.read(requests.steps_of, request.id)
    begun = next(step.started_at for step in steps if step.kind == "await_voice")
    assert begun is not None
    return begun


async def number_orders(world: World) -> list[Json]:
    """Every order for a number that Microsoft was given, whatever became of it."""
    logged: list[Json] = (await world.tenant("requests?method=POST&path=assignNumber"))["value"]
    return logged


async def heard(person: PersonClient, words: str) -> int:
    """How many messages of the bot say this."""
    return sum(words in text_of(message) for message in await person.looks())


async def test_teams_is_asked_at_the_agreed_moments(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await waiting_for_teams(world)
        start = await began(world, request)
        looked: list[float] = []
        while (due := await world.next_due()) is not None and due - start < timedelta(hours=50):
            looked.append(round((due - start) / timedelta(minutes=1)))
            await world.live_past_next_due()
        assert looked == [1, 5, 15, 60, 240, 720, 1440, 2160, 2880]


async def test_after_23_hours_nothing_is_said_and_after_24_once(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await waiting_for_teams(world)
        start = await began(world, request)
        await world.live_to(start + timedelta(hours=23))
        late = "24 hours after the licences"
        assert (await world.request(request.id)).waiting is WaitReason.PROPAGATION
        assert await heard(dora, late) == 0
        for admin in ADMINS:
            assert await heard(await world.person(admin), late) == 0

        await world.live_to(start + timedelta(hours=24, minutes=1))
        # The requester has it on the card as well, in words, and as one message.
        assert await heard(dora, late) == 2
        assert late in text_of(await world.progress("dora", request))
        for admin in ADMINS:
            assert await heard(await world.person(admin), late) == 1
            assert "Check the dial pad" in told(await world.person(admin))

        await world.live_to(start + timedelta(days=3))
        assert await heard(dora, late) == 2
        assert [await heard(await world.person(admin), late) for admin in ADMINS] == [1, 1, 1]
        assert len(await world.writes()) == 1


async def test_a_restart_at_hour_ten_loses_no_timer_and_repeats_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await waiting_for_teams(world)
        start = await began(world, request)
        await world.live_to(start + timedelta(hours=10))
        due, chat = await world.next_due(), len(await dora.looks())
        await world.restart()
        await world.settle()
        assert await world.next_due() == due
        assert len(await dora.looks()) == chat
        await world.control("PUT", "delays", {"teams_voice": 60})
        await world.live_until("done", request.id, most=timedelta(hours=3))
        writes = [row["path"].rsplit("/", 1)[1] for row in await world.writes()]
        assert writes == ["assignLicense", "assignNumber"]
        assert await heard(dora, "Your phone number is ready") == 1


async def test_after_seven_days_it_ends_with_what_is_kept(database_url: str) -> None:
    async with running_world(database_url) as world:
        dora = await world.person("dora")
        request = await waiting_for_teams(world)
        start = await began(world, request)
        await world.live_to(start + timedelta(days=6, hours=23))
        assert (await world.request(request.id)).state is RequestState.WAITING
        ended = await world.live_until("partly_done", request.id, most=timedelta(days=1))
        assert await world.now() - start >= timedelta(days=7)
        assert ended.outcome is not None
        assert [notice.code for notice in ended.outcome.notices] == ["SB-PRP-04", "SB-REQ-07", "SB-REQ-55"]
        await world.settle()
        assert await heard(dora, "7 days after the licences") >= 1
        assert "The licences were given" in told(dora)
        for admin in ADMINS:
            assert await heard(await world.person(admin), "7 days after the licences") == 1
        held = {one["skuPartNumber"] for one in (await world.tenant("people/dora"))["licences"]}
        assert held == {"ENTERPRISEPACK", "MCOEV", "MCOPSTN1"}
        # What was promised is nobody's any more: the next one may have the number.
        other = await world.ask("ana")
        assert other.plan.waits_for is None


async def test_a_failed_operation_says_why_and_is_not_repeated(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        effect = {"kind": "operation_fails", "detail": "The number is in a porting order."}
        await world.control("POST", "faults", {"match": {"path": "assignNumber"}, "effect": effect})
        request = await world.granted("ana", "marc")
        await world.live_until("failed", request.id)
        await world.live(days=2)
        assert await heard(ana, "The number is in a porting order.") >= 1
        assert "The number is in a porting order." in text_of(await world.progress("ana", request))
        assert len(await number_orders(world)) == 1
        # It failed and does not stand in the way of another try.
        again = await world.granted("ana", "marc")
        await world.live_until("done", again.id)


async def test_a_lie_is_found_out_and_the_number_is_ordered_again(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        await world.control(
            "POST", "faults", {"match": {"path": "assignNumber"}, "effect": {"kind": "lie_after_202"}}
        )
        request = await world.granted("ana", "marc")
        await world.live(minutes=14)
        assert (await world.request(request.id)).state is RequestState.EXECUTING
        assert len(await number_orders(world)) == 1
        assert await heard(ana, "is ready") == 0
        done = await world.live_until("done", request.id)
        assert len(await number_orders(world)) == 2
        assert done.outcome is not None
        assert (await world.tenant("people/ana"))["numbers"] == [done.outcome.telephone_number]


async def test_whoever_always_lies_is_never_believed(database_url: str) -> None:
    async with running_world(database_url) as world:
        ana = await world.person("ana")
        lie = {"match": {"path": "assignNumber", "times": None}, "effect": {"kind": "lie_after_202"}}
        await world.control("POST", "faults", lie)
        request = await world.granted("ana", "marc")
        ended = await world.live_until("failed", request.id, most=timedelta(days=2))
        assert ended.outcome is not None
        assert [notice.code for notice in ended.outcome.notices] == ["SB-UP-04"]
        await world.settle()
        assert len(await number_orders(world)) == 5
        assert await heard(ana, "is ready") == 0
        assert await heard(await world.person("priya"), "Switchboard has stopped") == 1


@pytest.mark.parametrize("effect", ["drop_after_apply", "effect_then_status"])
@pytest.mark.parametrize("what", ["assignLicense", "assignNumber"])
async def test_a_lost_answer_is_looked_for_and_never_sent_again(
    database_url: str, what: str, effect: str
) -> None:
    async with running_world(database_url) as world:
        wish = {"kind": effect, **({"status": 502} if effect == "effect_then_status" else {})}
        await world.control("POST", "faults", {"match": {"path": what}, "effect": wish})
        request = await world.granted("dora", "marc")
        await world.live_until("done", request.id)
        sent = (await world.tenant("requests?method=POST"))["value"]
        names = [row["path"].rsplit("/", 1)[1] for row in sent]
        assert [name for name in names if name.startswith("assign")] == ["assignLicense", "assignNumber"]
        results = [
            entry["details"].get("outcome") or entry["details"]["result"]
            for entry in await world.audit()
            if entry["action"] in ("graph.result", "graph.resolved")
        ]
        assert sorted(results) == ["applied", "done", "unknown"]
