"""J16: new numbers for the organisation, or its own brought along from another operator."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.sandbox.people import text_of
from bot.sandbox.seed import location_id
from tests.support.asking import asked, press_task, reviewed, running_world_with, said, task_cards
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world, shown

Json = dict[str, Any]

FORTY = {"country": "FR", "city": "Paris", "quantity": "40"}
FUNDED = {"credits_funded": "true"}
LATER = {"billing": '"MCA"', "post_usage": "true"}
ORDERED = {"evidence_order": "Case 12345", "evidence_quantity": "40"}


@pytest.fixture
async def world(sqlite_files: SqliteFiles) -> AsyncIterator[World]:
    """For what does not depend on the database."""
    async with running_world(sqlite_files.url()) as running:
        yield running


async def arrive(world: World, count: int, *, first: int = 0) -> None:
    """Microsoft delivers numbers of Paris, with the emergency location of their order."""
    for one in range(first, first + count):
        new = {"telephoneNumber": f"+331990011{one:02}", "isoCountryCode": "FR", "city": "Paris"}
        await world.control("POST", "numbers", {**new, "locationId": location_id("paris")})


async def none_free(world: World) -> None:
    for ending in ("1001", "1002", "1003"):
        await world.control("DELETE", f"numbers/+3319900{ending}")


def french(count: int) -> str:
    return "\n".join(f"+33170{one:06}" for one in range(100_000, 100_000 + count))


# Orders ---------------------------------------------------------------------------------------------------


async def test_forty_numbers_are_ordered_by_hand_and_who_waits_for_one_goes_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        await none_free(world)
        waiting = await world.granted("ana", "marc")
        waiting = await world.live_until("waiting", waiting.id)
        assert waiting.waiting is WaitReason.NUMBER

        order = await asked(world, "marc", "number_order", FORTY)
        assert "By hand: Order phone numbers: 40 in Paris, France" in text_of(
            await world.card_for("helene", order)
        )
        await world.approve("helene", order)
        order = await world.live_until("waiting", order.id)
        assert order.waiting is WaitReason.MANUAL

        card = text_of((await task_cards(world))[-1])
        assert "Order phone numbers: 40 in Paris, France" in card
        assert "Quantity 40; search by Paris." in card
        assert "held for 10 minutes" in card
        assert "Priya Nair is working on it" in await press_task(world, "task.claim")
        assert "Case 12345" in await press_task(world, "task.done", ORDERED)
        await world.live_until("done", order.id)
        # Ordered is not there yet.
        assert (await world.request(waiting.id)).waiting is WaitReason.NUMBER

        await arrive(world, 40)
        done = await world.live_until("done", waiting.id)
        assert done.outcome is not None
        assert (done.outcome.telephone_number or "").startswith("+331990011")
        assert [row["path"].rsplit("/", 1)[1] for row in await world.writes()] == ["assignNumber"]


async def test_numbers_that_arrive_end_the_task_by_themselves(world: World) -> None:
    order = await asked(world, "marc", "number_order", FORTY)
    await world.approve("helene", order)
    await world.live_until("waiting", order.id)
    await arrive(world, 39)
    await world.live(hours=2)
    assert (await world.request(order.id)).state is RequestState.WAITING, "39 are not 40"
    await arrive(world, 1, first=39)
    await world.live_until("done", order.id)
    assert "Microsoft's directory shows it" in text_of((await task_cards(world))[-1])


async def test_more_than_microsoft_gives_is_refused_with_what_is_left(world: World) -> None:
    """51 plans allow 66 numbers; Contoso has ten already."""
    assert "wish.submit" in buttons(
        await reviewed(world, "marc", "number_order", {**FORTY, "quantity": "56"})
    )
    refused = await reviewed(world, "marc", "number_order", {**FORTY, "quantity": "57"})
    assert "gives out 66 such numbers for your licences, and 56 of them are left" in text_of(refused)
    assert "service centre" in text_of(refused)
    assert "wish.submit" not in buttons(refused)
    assert await world.all_requests() == []


async def test_ported_numbers_do_not_count_for_what_is_left(world: World) -> None:
    for number in world.sandbox.tenant.numbers.values():
        if number.country == "FR":
            number.port_in = "completed"
    world.sandbox.tenant.touch()
    assert "wish.submit" in buttons(
        await reviewed(world, "marc", "number_order", {**FORTY, "quantity": "63"})
    )
    refused = await reviewed(world, "marc", "number_order", {**FORTY, "quantity": "64"})
    assert "63 of them are left" in text_of(refused)


async def test_what_others_ordered_before_it_was_approved_counts(world: World) -> None:
    order = await asked(world, "marc", "number_order", FORTY)
    await arrive(world, 30)
    await world.approve("helene", order)
    ended = await world.live_until("failed", order.id)
    assert ended.outcome is not None
    (notice,) = (one for one in ended.outcome.notices if one.code == "SB-ORD-05")
    assert notice.params["left"] == "26"
    assert await task_cards(world) == []


WAYS = {
    ("DE", "Berlin"): "Microsoft takes orders for Germany by form only, one case a country.",
    ("AU", "Sydney"): "Order 5 numbers from Telstra.",
    ("CZ", "Prague"): "know your customer",
    ("LT", "Vilnius"): "New numbers take 1 to 12 weeks",
}


async def test_each_country_has_its_way_its_papers_and_its_weeks(world: World) -> None:
    """Four orders at once, since they are not for the same thing."""
    for (country, city), told in WAYS.items():
        inputs = {"country": country, "city": city, "quantity": "5"}
        order = await asked(world, "marc", "number_order", inputs)
        await world.approve("helene", order)
        await world.live_until("waiting", order.id)
        assert told in text_of((await task_cards(world))[-1])


async def test_the_same_order_again_is_shown_the_first(world: World) -> None:
    order = await asked(world, "marc", "number_order", FORTY)
    again = await reviewed(world, "marc", "number_order", {**FORTY, "city": "PARIS", "quantity": "20"})
    assert order.id in text_of(again)
    assert "wish.submit" not in buttons(again)


async def test_weeks_and_papers_are_known_before_anybody_decides(world: World) -> None:
    slow = await reviewed(
        world, "marc", "number_order", {"country": "LT", "city": "Vilnius", "quantity": "5"}
    )
    assert "New numbers of Lithuania take 1 to 12 weeks" in text_of(slow)
    strict = await reviewed(
        world, "marc", "number_order", {"country": "CZ", "city": "Prague", "quantity": "5"}
    )
    assert "asks who will use numbers of Czechia" in text_of(strict)


async def test_what_cannot_be_ordered_is_said_on_the_form(world: World) -> None:
    hong_kong = {"country": "HK", "city": "Hong Kong", "quantity": "5"}
    card = await reviewed(world, "marc", "number_order", hong_kong)
    assert "SB-ORD-17" in text_of(card)
    assert "wish.submit" not in buttons(card)


async def test_toll_free_numbers_are_ordered_once_something_pays_for_them(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    first = {**FORTY, "quantity": "5", "usage": "voice_application"}
    async with running_world(sqlite_files.url()) as world:
        refused = await reviewed(world, "marc", "number_order", first, {"tariff": "toll_free"})
        assert "SB-SVC-05" in text_of(refused)
    async with running_world_with(FUNDED, sqlite_files.url(), tmp_path) as world:
        order = await asked(world, "marc", "number_order", first, {"tariff": "toll_free"})
        await world.approve("helene", order)
        await world.live_until("waiting", order.id)
        assert "Number type: toll-free" in text_of((await task_cards(world))[-1])


async def test_who_cannot_order_says_why_and_the_requester_reads_it(world: World) -> None:
    order = await asked(world, "marc", "number_order", FORTY)
    await world.approve("helene", order)
    await world.live_until("waiting", order.id)
    await press_task(world, "task.cannot", {"reason": "None in stock before spring"})
    await world.settle()
    assert (await world.request(order.id)).state is RequestState.FAILED
    assert "None in stock before spring" in text_of(await world.progress("marc", order))


# Ports ----------------------------------------------------------------------------------------------------

PORT = {"country": "FR", "operator": "Orange"}


@pytest.mark.parametrize(
    ("count", "told"),
    [(999, "Voice → Phone numbers → Numbers → Port"), (1000, "open a case with Microsoft's Phone Number")],
)
async def test_more_than_999_numbers_are_a_case_of_their_own(
    database_url: str, count: int, told: str
) -> None:
    async with running_world(database_url) as world:
        port = await asked(world, "marc", "number_port", {**PORT, "numbers": french(count)})
        await world.approve("helene", port)
        await world.live_until("waiting", port.id)
        (card,) = await task_cards(world)
        text = text_of(card)
        assert f"Port phone numbers: {count} of France" in text
        assert told in text
        assert "from the present operator: Orange" in text
        assert "CSV file with one column: PhoneNumber" in text
        assert "The agreed day is not guaranteed" in text
        said_done = await press_task(
            world, "task.done", {"evidence_order": "PO-77", "evidence_agreed_day": "2026-11-20"}
        )
        assert "PO-77" in said_done
        await world.live_until("done", port.id)
        assert await world.writes() == []


def lines_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line == "PhoneNumber" or line.startswith("+")]


async def test_the_file_of_a_port_stands_on_the_card_of_its_task(world: World) -> None:
    """Nothing in it can be a formula: what is not a number never becomes part of a wish."""
    port = await asked(world, "marc", "number_port", {**PORT, "numbers": "PhoneNumber\n01 70 18 00 02"})
    await world.approve("helene", port)
    await world.live_until("waiting", port.id)
    (card,) = await task_cards(world)
    assert lines_of(text_of(card)) == ["PhoneNumber", "+33170180002"]


async def test_a_long_file_comes_in_messages_to_whoever_may_see_the_task(world: World) -> None:
    port = await asked(world, "marc", "number_port", {**PORT, "numbers": french(1500)})
    await world.approve("helene", port)
    await world.live_until("waiting", port.id)
    (card,) = await task_cards(world)
    (task_id,) = set(re.findall(r"TK-[0-9A-Z]{5}", text_of(card)))
    assert f"1500 numbers in all. Write **numbers {task_id}**" in text_of(card)
    assert len(lines_of(text_of(card))) == 11

    told = await said(await world.person("priya"), f"numbers {task_id}")
    assert "part 1 of 2" in told
    assert lines_of(told) == ["PhoneNumber", *french(1500).splitlines()]
    assert lines_of(await said(await world.person("marc"), f"numbers {task_id}")) == []


async def test_toll_and_toll_free_are_two_tasks_with_a_letter_each(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    mixed = {**PORT, "numbers": "+33805080001\n+33170180001\n01 70 18 00 02", "usage": "voice_application"}
    async with running_world_with(LATER, sqlite_files.url(), tmp_path) as world:
        review = await reviewed(world, "marc", "number_port", mixed)
        assert "two orders: 2 and 1 numbers" in text_of(review)
        shown(await (await world.person("marc")).clicks(review, "wish.submit"))
        port = await world.newest_request("marc")
        await world.approve("helene", port)
        await world.live_until("waiting", port.id)
        for told in ("Toll numbers only", "Toll-free numbers only"):
            newest = text_of((await task_cards(world))[-1])
            assert told in newest
            assert "Say that they are service numbers" in newest
            await press_task(world, "task.done", {"evidence_order": "PO-78"})
            await world.settle()
        await world.live_until("done", port.id)
        assert len(await task_cards(world)) == 2


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"country": "CZ", "numbers": "+420 224 123 456", "usage": "conference"}, "SB-ORD-12"),
        ({"country": "FR", "numbers": "+33170180001\n+4930123456"}, "SB-ORD-11"),
        ({"country": "FR", "numbers": "+33805080001"}, "SB-SVC-01"),
        ({"country": "FR", "numbers": "+33805080001", "usage": "voice_application"}, "SB-SVC-05"),
    ],
)
async def test_what_cannot_be_brought_along_is_said_on_the_form(
    world: World, inputs: dict[str, str], code: str
) -> None:
    card = await reviewed(world, "marc", "number_port", {"operator": "Orange", **inputs})
    assert code in text_of(card)
    assert "wish.submit" not in buttons(card)


async def test_rows_that_are_no_numbers_are_named_by_their_place(world: World) -> None:
    card = await reviewed(
        world, "marc", "number_port", {**PORT, "numbers": "PhoneNumber\n+33170180001\n=cmd\n12"}
    )
    assert "row 2: “=cmd”" in text_of(card)
    assert "row 3: “12”" in text_of(card)
    assert "wish.submit" not in buttons(card)


# Who ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["we need 40 new numbers in Paris", "we want to port our numbers from Orange"]
)
async def test_who_answers_for_nobody_does_not_ask_for_the_organisation(world: World, text: str) -> None:
    told = await said(await world.person("dora"), text)
    assert "This is for the whole organisation" in told
    assert "SB-WHO-07" in told
    assert await world.all_requests() == []


async def test_an_order_is_said_in_words_and_by_an_admin_too(world: World) -> None:
    yann = await world.person("yann")
    await said(yann, "we need 40 new numbers in Paris")
    review = shown(await yann.clicks(yann.last_card(), "wish.review"))
    assert "By hand: Order phone numbers: 40 in Paris, France" in text_of(review)
    shown(await yann.clicks(review, "wish.submit"))
    order = await world.newest_request("yann")
    assert order.wish.kind == "number_order"
    assert order.stages[0].approvers[0].name == "Hélène Girard"
