"""J08: Communications Credits are asked for, approved, ordered by hand, and put on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.credits import balances
from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.domain.values import Money
from bot.sandbox.people import text_of
from bot.sandbox.seed import group_id, person_id
from bot.store import credits as ledger
from tests.support.asking import asked, press_task, reviewed, running_world_with, task_cards
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world

Json = dict[str, Any]

pytestmark = pytest.mark.either_database("postgres")

POLICY = f"""
[[rule]]
name = "much money"
match = {{ kinds = ["credits"], amount_from = "500 EUR" }}
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
[[rule.stages]]
approvers = {{ group = "{group_id("Finance")}" }}

[[rule]]
name = "everything else"
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
"""

ORDERED = {"evidence_order": "A-1001", "evidence_bought_on": "2026-11-20"}
RECHARGE = {"recharge": "200", "trigger": "50"}


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        running.ruled_by(POLICY)
        yield running


def euros(amount: int) -> Money:
    return Money(minor=amount * 100, currency="EUR")


async def money_left(world: World, day: date = date(2026, 12, 1)) -> dict[str, Money]:
    """By order, as the ledger has it on a day."""
    entries = await world.service.desk.db.read(ledger.entries)
    return {lot.id: lot.left for one in balances(entries, day) for lot in one.lots}


async def heard(world: World, who: str, words: str) -> str:
    """The message with these words in somebody's chat."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    found = [text for one in person.chat if words in (text := text_of(one))]
    assert found, f"{who} heard nothing of {words!r}"
    return found[-1]


async def ordered(world: World, *approvers: str, **inputs: str) -> Request:
    """A request for money whose order lies on the desk of the billing administrators."""
    request = await asked(world, "marc", "credits", inputs)
    for approver in approvers:
        await world.approve(approver, request)
    return await world.live_until("waiting", request.id)


async def test_money_above_the_threshold_is_approved_twice_ordered_by_hand_and_proven(world: World) -> None:
    request = await ordered(world, "helene", "maya", amount="800", purpose="top_up", **RECHARGE)
    assert (request.rule, request.waiting) == ("much money", WaitReason.MANUAL)

    card = text_of((await task_cards(world))[-1])
    assert "Billing → Your products → Communication Credits → Add funds" in card
    assert "Amount: 800.00 EUR." in card
    assert "Auto-recharge: on; add 200.00 EUR when 50.00 EUR are left." in card
    assert "the credits licence, also people with E5" in card

    # Done is said with evidence, or not at all.
    objected = await press_task(world, "task.done", {})
    assert objected.count("SB-TSK-21") == 3
    assert await money_left(world) == {}
    assert "A-1001" in await press_task(world, "task.done", {**ORDERED, "evidence_amount": "800"})
    assert await money_left(world) == {"order:a-1001": euros(800)}
    assert await money_left(world, date(2027, 11, 20)) == {"order:a-1001": euros(0)}, "12 months (R46)"

    await world.live_until("done", request.id)
    news = await heard(world, "marc", "order of Communications Credits is on record")
    assert "As a billing administrator has recorded it" in news
    assert "A-1001" in news
    assert "Amount paid in\n€800.00" in news.replace("\xa0", " ")
    (entry,) = [row for row in await world.audit() if row["action"] == "credits.recorded"]
    assert (entry["request_id"], entry["actor"]) == (request.id, person_id("priya"))
    written = [row["path"] for row in await world.writes() if not row["path"].endswith("installedApps")]
    assert written == [], "Graph knows nothing of money"


async def test_below_the_threshold_one_approval_does_and_what_recharges_itself_counts(world: World) -> None:
    assert len((await asked(world, "marc", "credits", {"amount": "400"})).stages) == 1
    # 300 that may become 600 by themselves, and again, are 600.
    inputs = {"purpose": "auto_recharge", "recharge": "100", "trigger": "50"}
    recharged = await asked(world, "marc", "credits", inputs)
    assert len(recharged.stages) == 2, "400 and 100 within 30 days"
    assert len((await asked(world, "helene", "credits", {"amount": "300", "recharge": "600",
                                                         "trigger": "50"})).stages) == 2  # fmt: skip


async def test_automatic_recharging_is_set_by_hand_and_buys_nothing(world: World) -> None:
    request = await ordered(world, "helene", purpose="auto_recharge", **RECHARGE)
    card = text_of((await task_cards(world))[-1])
    assert "Recharge Communications Credits automatically: 200.00 EUR when 50.00 EUR are left" in card
    assert "2026" in await press_task(world, "task.done", {"evidence_changed_on": "2026-11-20"})
    await world.live_until("done", request.id)
    news = await heard(world, "marc", "Automatic recharging of Communications Credits has been changed")
    assert "Amount" not in news
    assert await money_left(world) == {}


async def test_what_is_missing_stays_open_and_every_order_counts_once(world: World) -> None:
    request = await ordered(world, "helene", "maya", amount="800")
    part = await press_task(world, "task.done", {**ORDERED, "evidence_amount": "500"})
    assert "Buy Communications Credits: 300.00 EUR" in part
    assert "500.00 EUR have been paid in already" in part
    assert (await world.request(request.id)).state is RequestState.WAITING
    assert await heard(world, "marc", "€500.00 of the €800.00 have been paid in so far")

    again = await press_task(world, "task.done", {**ORDERED, "evidence_amount": "300"})
    assert "SB-CRE-47" in again
    rest = {**ORDERED, "evidence_order": "A-1002", "evidence_amount": "300"}
    assert "A-1002" in await press_task(world, "task.done", rest)
    await world.live_until("done", request.id)
    assert await money_left(world) == {"order:a-1001": euros(500), "order:a-1002": euros(300)}
    assert "800.00" in await heard(world, "marc", "Paid in by all orders")


async def test_another_amount_is_closed_with_words(world: World) -> None:
    request = await ordered(world, "helene", "maya", amount="800")
    more = {**ORDERED, "evidence_amount": "8000"}
    assert "SB-CRE-46" in await press_task(world, "task.done", more)
    less = {**ORDERED, "evidence_amount": "750", "evidence_differs": "the card has a limit"}
    await press_task(world, "task.done", less)
    await world.live_until("done", request.id)
    for who in ("marc", "helene", "maya"):
        said = "€750.00 were paid in, and €800.00 had been approved: the card has a limit."
        assert await heard(world, who, said)
    assert await money_left(world) == {"order:a-1001": euros(750)}


async def test_whoever_pays_after_use_is_sold_nothing(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    async with running_world_with({"billing": '"MCA"'}, sqlite_files.url(), tmp_path) as world:
        refused = await reviewed(world, "marc", "credits", {"purpose": "top_up", "amount": "500"})
        assert "pays for calls after they were made" in text_of(refused)
        assert "auto-recharge switched off" in text_of(refused)
        assert "wish.submit" not in buttons(refused)
        assert await world.all_requests() == []
        request = await ordered(world, "helene", purpose="recharge_off")
        assert "Switch automatic recharging of Communications Credits off" in text_of(
            (await task_cards(world))[-1]
        )
        assert request.state is RequestState.WAITING


async def test_a_partners_customer_has_the_partner_fund_it(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    async with running_world_with({"billing": '"CSP"'}, sqlite_files.url(), tmp_path) as world:
        request = await ordered(world, "helene", amount="800")
        card = text_of((await task_cards(world))[-1])
        assert "only the partner can pay credits in" in card
        assert "Amount" in card
        await press_task(world, "task.done", {**ORDERED, "evidence_amount": "800"})
        await world.live_until("done", request.id)
        assert await money_left(world) == {"order:a-1001": euros(800)}
