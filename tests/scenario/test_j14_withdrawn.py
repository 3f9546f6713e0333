"""J14b and J02: withdrawn, or failed, after the licences: whoever approved says whether they stay."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from tests.support.until import until
from tests.support.world import World, buttons, running_world, shown, ticks, told

TITLE = "Keep these licences, or take them back?"
PARIS = "+33199001001"
_DAY = timedelta(days=1)

sqlite = pytest.mark.either_database("sqlite")
postgres = pytest.mark.either_database("postgres")


async def licences(world: World, who: str) -> set[str]:
    return {one["skuPartNumber"] for one in (await world.tenant(f"people/{who}"))["licences"]}


async def removals(world: World) -> list[list[str]]:
    """Calls that took licences back, applied or not."""
    rows = (await world.tenant("requests?method=POST&path=assignLicense"))["value"]
    return [row["body"]["removeLicenses"] for row in rows if row["body"]["removeLicenses"]]


async def given(world: World) -> Request:
    """Dora has her licences and waits for Teams."""
    request = await world.granted("dora", "marc")
    waiting = await world.live_until("waiting", request.id)
    assert waiting.waiting is WaitReason.PROPAGATION
    return waiting


async def withdrawn(world: World) -> Request:
    request = await given(world)
    await (await world.person("dora")).says(f"withdraw {request.id}")
    await world.settle()
    ended = await world.request(request.id)
    assert ended.state is RequestState.PARTLY_DONE
    return ended


async def asked(world: World, who: str = "marc") -> Any:
    return await (await world.person(who)).hears(TITLE)


async def follow_up(world: World, request: Request) -> Request:
    answered = await world.request(request.id)
    assert answered.keep_or_undo is not None
    assert answered.keep_or_undo.follow_up is not None
    return await world.request(answered.keep_or_undo.follow_up)


async def test_the_approver_has_them_taken_back_in_one_call(database_url: str) -> None:
    async with running_world(database_url) as world:
        before = await licences(world, "dora")
        request = await withdrawn(world)
        card = await asked(world)
        assert buttons(card) == ["request.keep", "request.undo"]
        assert "Teams Phone Standard" in text_of(card)
        assert "they stay" in text_of(card)
        marc = await world.person("marc")
        after = shown(await marc.clicks(card, "request.undo"))
        assert "Marc Dubois has these licences taken back" in text_of(after)
        assert buttons(after) == []
        undo = await follow_up(world, request)
        assert (undo.undoes, undo.requester) == (request.id, request.requester)
        await world.live_until("done", undo.id, most=_DAY)
        assert await licences(world, "dora") == before
        (removed,) = await removals(world)
        assert len(removed) == 2
        again = shown(await marc.clicks(card, "request.keep"))
        assert "has been answered" in text_of(again)
        await world.live(days=20)
        assert len(await removals(world)) == 1
        dora = await world.person("dora")
        await dora.looks()
        assert "has these licences taken back" in told(dora)
        assert "Your licences have been taken back" in told(dora)
        assert [one["action"] for one in await world.audit()].count("request.undone") == 1


async def withdrawn_in_flight(world: World, effect: str) -> Request:
    """Dora withdraws while Graph has her licences before it and has not answered yet."""
    fault = {"match": {"path": "assignLicense", "times": 1}, "effect": {"kind": effect}}
    await world.control("POST", "faults", fault)
    request = await world.granted("dora", "marc")
    running = asyncio.create_task(world.settle())
    parked = world.sandbox.graph.holds.parked
    await until(lambda: bool(parked), seconds=30)
    dora = await world.person("dora")
    await dora.says(f"withdraw {request.id}")
    await dora.hears("The request stops right after it")
    assert (await world.request(request.id)).state is RequestState.EXECUTING
    await world.control("DELETE", "holds")
    await running
    return await world.live_until("partly_done", request.id)


@postgres
async def test_the_change_that_is_on_its_way_is_finished_and_nothing_after_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        ended = await withdrawn_in_flight(world, "hold_after")
        assert ended.state is RequestState.PARTLY_DONE
        assert {"MCOEV", "MCOPSTN1"} <= await licences(world, "dora")
        card = await asked(world)
        assert "withdrawn after licences had been given" in text_of(card)
        await world.live(days=2)
        assert len((await world.tenant("requests?method=POST&path=assign"))["value"]) == 1
        actions = [one["action"] for one in await world.audit()]
        assert (actions.count("request.stop_asked"), actions.count("request.withdrawn")) == (1, 1)


@sqlite
async def test_a_change_that_never_arrived_is_not_sent_again_after_a_withdrawal(database_url: str) -> None:
    async with running_world(database_url) as world:
        lost = {"match": {"path": "assignLicense", "times": 1}, "effect": {"kind": "drop_before_apply"}}
        await world.control("POST", "faults", lost)
        request = await world.granted("dora", "marc")
        await world.settle()
        dora = await world.person("dora")
        await dora.says(f"withdraw {request.id}")
        await dora.hears("The request stops right after it")
        ended = await world.live_until("withdrawn", request.id)
        assert ended.keep_or_undo is None
        await world.live(days=1)
        assert len((await world.tenant("requests?method=POST&path=assign"))["value"]) == 1


@sqlite
async def test_the_approver_keeps_them(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        after = shown(await (await world.person("marc")).clicks(card, "request.keep"))
        assert "has decided that these licences stay" in text_of(after)
        late = shown(await (await world.person("marc")).clicks(card, "request.undo"))
        assert "has been answered" in text_of(late)
        await world.live(days=1)
        assert {"MCOEV", "MCOPSTN1"} <= await licences(world, "dora")
        assert await removals(world) == []
        assert (await world.request(request.id)).state is RequestState.PARTLY_DONE


@postgres
async def test_of_two_answers_at_once_one_counts(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        marc = await world.person("marc")
        await asyncio.gather(*(marc.clicks(card, f"request.{verb}") for verb in ("keep", "undo", "keep")))
        actions = [one["action"] for one in await world.audit()]
        assert actions.count("request.kept") + actions.count("request.undone") == 1
        answered = (await world.request(request.id)).keep_or_undo
        assert answered is not None
        assert (answered.answer == "undo") == (answered.follow_up is not None)


@postgres
async def test_without_an_answer_they_stay_as_was_said(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        assert request.keep_or_undo is not None
        await world.live_to(request.keep_or_undo.until)
        late = shown(await (await world.person("marc")).clicks(card, "request.undo"))
        assert "the time to answer is over" in text_of(late)
        await world.live(days=1)
        assert await removals(world) == []


@sqlite
async def test_a_number_that_would_go_has_to_be_ticked_first(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        await world.live(hours=24)
        await world.control("PATCH", f"numbers/{PARIS}", {"assignmentTargetId": "dora"})
        marc = await world.person("marc")
        warned = shown(await marc.clicks(card, "request.undo"))
        assert "will not reach" in text_of(warned)
        assert await removals(world) == []
        still = shown(await marc.clicks(warned, "request.undo"))
        assert (await world.request(request.id)).keep_or_undo.answer is None  # type: ignore[union-attr]
        shown(await marc.clicks(still, "request.undo", ticks(still)))
        undo = await follow_up(world, request)
        await world.live_until("done", undo.id, most=2 * _DAY)
        assert (await world.tenant("people/dora"))["numbers"] == []
        assert len(await removals(world)) == 1


@postgres
async def test_nobody_else_chooses_and_a_lost_role_does_not_either(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        dora, ana, marc = [await world.person(who) for who in ("dora", "ana", "marc")]
        for who in (dora, ana):
            forged = who.click(await world.form(who.who.upn.split("@")[0]), "wish.cancel")
            forged["value"]["action"] |= {"verb": "request.undo", "data": {"request": request.id}}
            await who.delivers(forged)
        await world.control("PATCH", "people/dora", {"manager": "helene"})
        await world.pass_time(minutes=2)
        lost = shown(await marc.clicks(card, "request.undo"))
        assert "the role that it takes is somebody else's now" in text_of(lost)
        await world.live(days=1)
        assert await removals(world) == []
        assert [one["details"]["code"] for one in await world.audit() if one["action"] == "undo.refused"] == [
            "SB-APP-02",
            "SB-APP-02",
            "SB-APP-31",
        ]


@sqlite
async def test_a_failed_number_asks_as_well_and_what_goes_is_not_withdrawn(database_url: str) -> None:
    """J02: the number cannot be assigned for good, and the licences are there."""
    async with running_world(database_url) as world:
        refused = {
            "match": {"path": "assignNumber", "times": None},
            "effect": {"kind": "operation_fails", "detail": "Something is wrong with it."},
        }
        await world.control("POST", "faults", refused)
        request = await world.granted("dora", "marc")
        ended = await world.live_until("partly_done", request.id, most=2 * _DAY)
        assert ended.keep_or_undo is not None
        card = await asked(world)
        assert "could not be assigned" in text_of(card)
        shown(await (await world.person("marc")).clicks(card, "request.undo"))
        undo = await follow_up(world, request)
        dora = await world.person("dora")
        await dora.says(f"withdraw {undo.id}")
        await dora.hears("by decision of an approver")
        await world.live_until("done", undo.id, most=2 * _DAY)
        assert not {"MCOEV", "MCOPSTN1"} & await licences(world, "dora")


@sqlite
async def test_not_while_another_request_counts_on_them(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        again = await world.ask("dora")
        marc = await world.person("marc")
        refused = shown(await marc.clicks(card, "request.undo"))
        assert f"{again.id} is on its way, and counts on these licences" in text_of(refused)
        await (await world.person("dora")).says(f"withdraw {again.id}")
        shown(await marc.clicks(refused, "request.undo"))
        assert (await follow_up(world, request)).undoes == request.id


@sqlite
async def test_who_cannot_be_reached_leaves_it_to_the_voice_admins(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await given(world)
        await (await world.person("marc")).blocks()
        await (await world.person("dora")).says(f"withdraw {request.id}")
        await world.live(minutes=30)
        shown(await (await world.person("tom")).clicks(await asked(world, "tom"), "request.keep"))
        await world.settle()
        priya = await world.person("priya")
        await priya.looks()
        (card,) = [one for one in priya.cards() if TITLE in text_of(one)]
        assert "has decided that these licences stay" in text_of(card)
        assert buttons(card) == []


@postgres
async def test_what_was_there_before_and_what_a_group_gives_stays(database_url: str) -> None:
    async with running_world(database_url) as world:
        request = await withdrawn(world)
        card = await asked(world)
        # An admin has taken one of them away himself meanwhile.
        question = request.keep_or_undo
        assert question is not None
        left, gone = question.licences
        await world.service.desk.graph.change_licences(
            request.beneficiary.id, (), (gone,), fence=lambda: None, client_request_id=request.id
        )
        await world.pass_time(hours=1)
        shown(await (await world.person("marc")).clicks(card, "request.undo"))
        undo = await follow_up(world, request)
        assert undo.plan.removes == (left,)
