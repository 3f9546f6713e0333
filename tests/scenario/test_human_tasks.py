"""What Graph cannot do: people are asked, do it, and the request goes on by itself (J03)."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest

from bot.bootstrap import build
from bot.domain.plans import WaitReason
from bot.domain.requests import Request
from bot.execution.pace import Pace
from bot.sandbox.people import PersonClient, text_of
from bot.sandbox.seed import person_id
from tests.support.world import World, buttons, running_world, shown, told

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

ADMINS = ("priya", "tom", "yann")


async def seats(world: World, free: int, part_number: str = "MCOPSTN1") -> None:
    """Leave so many seats of a product."""
    found = next(one for one in (await world.tenant("skus"))["value"] if one["skuPartNumber"] == part_number)
    await world.control("PATCH", f"skus/{part_number}", {"enabled": found["consumed"] + free})


async def without_country(world: World, who: str) -> None:
    await world.control("PATCH", f"people/{who}", {"usageLocation": None})


async def waits(world: World, request: Request) -> WaitReason | None:
    return (await world.request(request.id)).waiting


async def task_cards(world: World, admin: str) -> list[Json]:
    """The cards of tasks in somebody's chat, as they read now."""
    await world.settle()
    person = await world.person(admin)
    await person.looks()
    return [one for one in person.cards() if "\nTask TK-" in text_of(one)]


async def task_card(world: World, admin: str = "priya") -> Json:
    """The only card of a task somebody has."""
    (card,) = await task_cards(world, admin)
    return card


async def press(world: World, verb: str, inputs: Json | None = None, *, admin: str = "priya") -> str:
    """Click on the only task's card; what takes its place."""
    card = await task_card(world, admin)
    return text_of(shown(await (await world.person(admin)).clicks(card, verb, inputs or {})))


async def buys(world: World, quantity: str = "1", *, admin: str = "priya") -> str:
    return await press(world, "task.done", {"evidence_quantity": quantity}, admin=admin)


async def answer(person: PersonClient, text: str) -> str:
    """Something typed, and everything the bot says to it."""
    before = len(await person.looks())
    await person.says(text)
    return "\n".join(text_of(message) for message in (await person.looks())[before:])


async def task_id(world: World) -> str:
    opened = [one for one in await world.audit() if one["action"] == "task.opened"]
    found: str = opened[-1]["details"]["task"]
    return found


async def moves(world: World) -> list[str]:
    """What happened to tasks, oldest first."""
    return [one["action"] for one in await world.audit() if one["action"].startswith("task.")]


async def two_in_line(world: World) -> tuple[Request, Request]:
    """Dora, then Louis, approved in this order, and no seat for either."""
    await (await world.person("louis")).installs()
    await seats(world, 0)
    first = await world.granted("dora", "marc")
    await world.live(minutes=1)
    second = await world.granted("louis", "helene")
    await world.live(minutes=1)
    assert await waits(world, first) is await waits(world, second) is WaitReason.LICENCES
    return first, second


# J03: one task for what several wait for ------------------------------------------------------------------


async def test_two_who_wait_make_one_card_and_one_seat_serves_the_first(database_url: str) -> None:
    async with running_world(database_url) as world:
        first, second = await two_in_line(world)
        for admin in ADMINS:
            text = text_of(await task_card(world, admin))
            assert "Buy licences: Domestic Calling Plan, 2 more" in text
            assert first.id in text
            assert second.id in text
        await seats(world, 1)
        assert "Done by Priya" in await buys(world, "1")
        await world.settle()
        await world.live(hours=3)
        assert await waits(world, first) is not WaitReason.LICENCES
        assert await waits(world, second) is WaitReason.LICENCES
        # Who said that they had bought more are given time before they are asked again.
        assert len(await task_cards(world, "tom")) == 1
        await world.live(hours=22)
        assert len(await task_cards(world, "tom")) == 2
        assert await waits(world, second) is WaitReason.LICENCES


async def test_stock_that_comes_by_itself_serves_the_whole_line_and_ends_the_task(database_url: str) -> None:
    async with running_world(database_url) as world:
        first, second = await two_in_line(world)
        await task_card(world)
        await seats(world, 2)
        await world.live(minutes=29)
        # The first looks at its own time and calls the second.
        assert await waits(world, first) is await waits(world, second) is WaitReason.PROPAGATION
        assert "Not needed any more" in text_of(await task_card(world))
        assert await moves(world) == ["task.opened", "task.dropped"]


async def test_who_withdraws_is_counted_no_more_and_the_last_ends_the_task(database_url: str) -> None:
    async with running_world(database_url) as world:
        first, second = await two_in_line(world)
        await answer(await world.person("dora"), f"withdraw {first.id}")
        text = text_of(await task_card(world))
        assert "Domestic Calling Plan, 1 more" in text
        assert first.id not in text
        await answer(await world.person("louis"), f"withdraw {second.id}")
        assert "Not needed any more" in text_of(await task_card(world))


async def test_who_cannot_buy_says_why_and_the_line_hears_it(database_url: str) -> None:
    async with running_world(database_url) as world:
        first, second = await two_in_line(world)
        assert "it is not said why" in await press(world, "task.cannot")
        await press(world, "task.cannot", {"reason": "No budget before January"})
        await world.live(hours=30)
        for who in ("dora", "louis"):
            person = await world.person(who)
            await person.looks()
            assert told(person).count("No budget before January") == 1
        assert await waits(world, first) is await waits(world, second) is WaitReason.LICENCES
        assert len(await task_cards(world, "tom")) == 1


async def test_numbers_are_ordered_the_way_the_country_has(database_url: str) -> None:
    async with running_world(database_url) as world:
        for ending in ("1001", "1002", "1003"):
            await world.control("DELETE", f"numbers/+3319900{ending}")
        request = await world.granted("ana", "marc")
        await world.live_until("waiting", request.id)
        text = text_of(await task_card(world))
        assert "Order phone numbers: 1 in France" in text
        assert "held for 10 minutes" in text
        assert re.search(r"May.be.ordered\W+[1-9]", text), text
        new = {"telephoneNumber": "+33199001099", "isoCountryCode": "FR", "city": "Paris"}
        paris = (await world.tenant("numbers"))["value"][0]["locationId"]
        await world.control("POST", "numbers", {**new, "locationId": paris})
        await press(world, "task.done", {"evidence_order": "Case 12345", "evidence_quantity": "1"})
        done = await world.live_until("done", request.id)
        assert done.outcome is not None
        assert done.outcome.telephone_number == "+33199001099"


async def test_after_ten_days_without_stock_who_asked_and_who_decided_are_told_once(
    database_url: str,
) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        await world.pass_time(days=9)
        for days in (2, 1):
            await world.pass_time(days=days)
        for who in ("dora", "marc"):
            person = await world.person(who)
            await person.looks()
            assert told(person).count("For 10 days there has been no stock") == 1
        assert await waits(world, request) is WaitReason.LICENCES


# Who may, and what is asked for ---------------------------------------------------------------------------


async def test_of_two_who_take_it_one_has_it_and_the_other_learns_who(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        said = await asyncio.gather(*(press(world, "task.claim", admin=admin) for admin in ("priya", "tom")))
        assert sum("has taken this task on already" in one for one in said) == 1
        claimed = [one for one in await world.audit() if one["action"] == "task.claimed"]
        assert len(claimed) == 1
        name = {person_id("priya"): "Priya", person_id("tom"): "Tom"}[claimed[0]["actor"]]
        for admin in ADMINS:
            card = await task_card(world, admin)
            assert f"{name}" in text_of(card)
            assert "task.claim" not in buttons(card)


async def test_who_did_not_see_that_somebody_took_it_on_is_told_before_it_is_ended(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        card, priya, tom = await task_card(world), await world.person("priya"), await world.person("tom")
        late = tom.click(await task_card(world, "tom"), "task.done", {"evidence_quantity": "3"})
        for click in (priya.click(card, "task.claim"), priya.click(card, "task.claim")):
            said = json.dumps((await priya.delivers(click)).card)
            assert "is working on it" in said
            assert "already" not in said
        reply = await tom.delivers(late)
        assert "took this task on after your card was made" in json.dumps(reply.card)
        assert "task.done" not in await moves(world)
        assert "Done by Tom" in await buys(world, "3", admin="tom")


async def test_repeated_and_late_clicks_change_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        card, late = await task_card(world, "priya"), await task_card(world, "tom")
        priya, tom = await world.person("priya"), await world.person("tom")
        await priya.clicks(card, "task.done", {"evidence_quantity": "5"})
        for person, old, verb in (
            (priya, card, "task.done"),
            (tom, late, "task.cannot"),
            (tom, late, "task.claim"),
        ):
            click = tom.click(late, verb, {"reason": "no"}) if person is tom else priya.click(old, verb, {})
            reply = await person.delivers(click)
            assert reply.card is not None
            assert "This task has ended already" in json.dumps(reply.card)
        assert [one for one in await moves(world) if one != "task.refused"] == ["task.opened", "task.done"]


async def test_nothing_is_done_before_it_is_on_record(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        assert "Something is missing here" in await press(world, "task.done")
        said = await press(world, "task.done", {"evidence_quantity": "a few"})
        assert "This is not a whole number above zero" in said
        card = await task_card(world)
        assert "task.done" in buttons(card)
        assert await moves(world) == ["task.opened"]
        assert "Licences bought" in await buys(world, "10")


async def test_tasks_are_for_those_who_are_asked(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        dora, found = await world.person("dora"), await task_id(world)
        for text in ("tasks", f"show {found}", f"claim {found}", f"done {found}", f"cannot {found} no money"):
            assert "you are not in their group" in await answer(dora, text)
        # A forged click, on a card of her own.
        own = await world.progress("dora", request)
        forged = dora.click(own, "request.withdraw")
        forged["value"]["action"] |= {"verb": "task.done", "data": {"task": found, "version": 1}}
        reply = await dora.delivers(forged)
        assert "you are not in their group" in json.dumps(reply.body)
        assert await moves(world) == ["task.opened", "task.refused"]
        typed = [one for one in await world.audit() if one["action"] == "command.refused"]
        assert [one["details"]["code"] for one in typed] == ["SB-TSK-07"] * 5
        assert await waits(world, request) is WaitReason.LICENCES


async def test_who_has_left_the_group_may_no_longer(database_url: str) -> None:
    async with running_world(database_url) as world:
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        card = await task_card(world, "tom")
        await world.control("DELETE", f"groups/Voice Admins/members/{person_id('tom')}")
        reply = await (await world.person("tom")).clicks(card, "task.done", {"evidence_quantity": "1"})
        assert "you are not in their group" in json.dumps(reply.body)
        assert "task.done" not in await moves(world)


# In words -------------------------------------------------------------------------------------------------


async def test_tasks_are_listed_shown_taken_on_and_done_by_text(database_url: str) -> None:
    async with running_world(database_url) as world:
        priya = await world.person("priya")
        assert "nothing waits for you" in await answer(priya, "tasks")
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        await task_card(world)
        found = await task_id(world)
        assert "Buy licences" in await answer(priya, "tasks")
        assert "Billing" in await answer(priya, f"show {found}")
        assert "Priya" in await answer(priya, f"claim {found.lower().replace('-', ' ')}")
        # What has to be put on record is asked for on a card.
        assert "Licences bought" in await answer(priya, f"done {found}")
        assert "Nothing has to be done" not in told(priya)
        assert "No budget" in await answer(priya, f"cannot {found} No budget")
        await world.settle()
        cards = await task_cards(world, "priya")
        assert len(cards) == 5
        assert all("Cannot be done, says Priya" in text_of(card) for card in cards)
        assert "I know no such task" in await answer(priya, "show TK-00000")


# Nothing gets lost or doubled -----------------------------------------------------------------------------


async def test_a_restart_in_between_loses_nothing(database_url: str) -> None:
    async with running_world(database_url) as world:
        await without_country(world, "dora")
        request = await world.granted("dora", "marc", {"country": "FR"})
        await world.live_until("waiting", request.id)
        card = await task_card(world)
        await world.restart()
        priya = await world.person("priya")
        assert "Done by Priya" in text_of(
            shown(await priya.clicks(card, "task.done", {"evidence_country": "FR"}))
        )
        await world.restart()
        await world.live_until("done", request.id)
        assert await moves(world) == ["task.opened", "task.done"]


async def test_two_replicas_open_one_task_and_send_one_card_each(database_url: str) -> None:
    async with running_world(database_url) as world:
        await (await world.person("louis")).installs()
        await seats(world, 0)
        await world.granted("dora", "marc")
        await world.granted("louis", "helene")
        other = build(world.settings, world.clock, Pace(quick_looks=()))
        await other.boundary.start()
        try:
            await asyncio.gather(world.settle(), other.runner.run_until_idle())
        finally:
            await other.boundary.stop()
            await other.desk.graph.aclose()
            await other.desk.db.close()
        assert (await moves(world)).count("task.opened") == 1
        for admin in ADMINS:
            assert "Domestic Calling Plan, 2 more" in text_of(await task_card(world, admin))


async def test_the_billing_admins_are_asked_where_there_are_any(database_url: str) -> None:
    async with running_world(database_url) as world:
        finance = next(
            one["id"] for one in (await world.tenant("groups"))["value"] if one["displayName"] == "Finance"
        )
        world.settings = world.settings.model_copy(update={"billing_group": finance})
        await world.restart()
        await (await world.person("zoe")).installs()
        await seats(world, 0)
        request = await world.granted("dora", "marc")
        await world.live_until("waiting", request.id)
        assert "Buy licences" in text_of(await task_card(world, "zoe"))
        assert await task_cards(world, "priya") == []
        assert "nothing waits for you" in await answer(await world.person("priya"), "tasks")
        assert "not in their group" in await answer(
            await world.person("priya"), f"show {await task_id(world)}"
        )
