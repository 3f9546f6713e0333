"""J08: Communications Credits are asked for, approved, ordered by hand, and put on record."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.credits import balances
from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.domain.values import Money
from bot.sandbox.people import card_of, text_of
from bot.sandbox.seed import group_id, person_id
from bot.store import credits as ledger
from tests.support.asking import asked, form_of, press_task, reviewed, running_world_with, said, task_cards
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, running_world, shown

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

A_YEAR = timedelta(days=366)
RECHARGE = {"recharge": "200", "trigger": "50"}


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        running.ruled_by(POLICY)
        yield running


def euros(amount: int) -> Money:
    return Money(minor=amount * 100, currency="EUR")


async def money_left(world: World, later: timedelta = timedelta()) -> dict[str, Money]:
    """By order, as the ledger has it today or will have it if nothing happens."""
    entries = await world.service.desk.db.read(ledger.entries)
    day = ((await world.now()) + later).date()
    return {lot.id: lot.left for one in balances(entries, day) for lot in one.lots}


async def paid(world: World, amount: str, order: str = "A-1001", **more: str) -> str:
    """Done is pressed on the newest task; what takes its place."""
    today = (await world.now()).date().isoformat()
    known = {"order": order, "amount": amount, "bought_on": today, **more}
    return await press_task(world, "task.done", {f"evidence_{name}": value for name, value in known.items()})


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
    assert "A-1001" in await paid(world, "800")
    assert await money_left(world) == {"order:a-1001": euros(800)}
    assert await money_left(world, A_YEAR) == {"order:a-1001": euros(0)}, "12 months (R46)"

    await world.live_until("done", request.id)
    news = await heard(world, "marc", "order of Communications Credits is on record")
    assert "As a billing administrator has recorded it" in news
    assert "A-1001" in news
    assert "Amount paid in\n€800.00" in news.replace("\xa0", " ")
    (entry,) = [row for row in await world.audit() if row["action"] == "credits.recorded"]
    assert (entry["request_id"], entry["actor"]) == (request.id, person_id("priya"))
    hotline = {"purpose": "queue", "country": "FR", "city": "Paris", "name": "Hotline", "tariff": "toll_free"}
    review = await reviewed(world, "marc", "service_number", hotline)
    assert "SB-SVC-05" not in text_of(review), "there is money for toll-free numbers now (R39)"
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
    today = (await world.now()).date().isoformat()
    assert today in await press_task(world, "task.done", {"evidence_changed_on": today})
    await world.live_until("done", request.id)
    news = await heard(world, "marc", "Automatic recharging of Communications Credits has been changed")
    assert "Amount" not in news
    assert await money_left(world) == {}


async def test_what_is_missing_stays_open_and_every_order_counts_once(world: World) -> None:
    request = await ordered(world, "helene", "maya", amount="800")
    part = await paid(world, "500")
    assert "Buy Communications Credits: 300.00 EUR" in part
    assert "500.00 EUR have been paid in already" in part
    assert (await world.request(request.id)).state is RequestState.WAITING
    assert await heard(world, "marc", "€500.00 of the €800.00 have been paid in so far")

    assert "SB-CRE-58" in await said(await world.person("marc"), f"withdraw {request.id}")
    assert "SB-CRE-47" in await paid(world, "300", "#a-1001")
    assert "A-1002" in await paid(world, "300", "A-1002")
    await world.live_until("done", request.id)
    assert await money_left(world) == {"order:a-1001": euros(500), "order:a-1002": euros(300)}
    assert "800.00" in await heard(world, "marc", "Paid in by all orders")


async def test_a_rest_that_does_not_come_is_closed_with_the_reason(world: World) -> None:
    request = await ordered(world, "helene", amount="400")
    await paid(world, "300")
    await said(await world.person("priya"), "order cancelled A-1001 because it was the wrong account")
    assert "Buy Communications Credits: 400.00 EUR" in text_of((await task_cards(world))[-1])
    await paid(world, "300", "A-1002")
    await press_task(world, "task.cannot", {"reason": "the budget is used up"})
    await world.live_until("done", request.id)
    for who in ("marc", "helene"):
        said_so = "€300.00 were paid in, and €400.00 had been approved: the budget is used up."
        assert await heard(world, who, said_so)
    assert "€300.00" in await heard(world, "marc", "Paid in by all orders")
    assert await money_left(world) == {"order:a-1001": euros(0), "order:a-1002": euros(300)}


async def test_another_amount_is_closed_with_words(world: World) -> None:
    request = await ordered(world, "helene", "maya", amount="800")
    assert "SB-CRE-46" in await paid(world, "8000")
    await paid(world, "750", differs="the card has a limit")
    await world.live_until("done", request.id)
    for who in ("marc", "helene", "maya"):
        assert await heard(
            world, who, "€750.00 were paid in, and €800.00 had been approved: the card has a limit."
        )
    assert await money_left(world) == {"order:a-1001": euros(750)}


async def test_an_order_that_was_cancelled_counts_no_more_and_all_concerned_hear_it(world: World) -> None:
    request = await ordered(world, "helene", amount="400")
    await paid(world, "400")
    await world.live_until("done", request.id)
    priya, marc = await world.person("priya"), await world.person("marc")
    cancelled = "order cancelled a-1001 because the card was declined"
    assert "SB-ADM-01" in await said(marc, cancelled), "not everybody's to say"
    assert "SB-CRE-52" in await said(priya, "order cancelled A-1 because it was declined")
    await said(priya, f"{cancelled} --dry-run")
    assert await money_left(world) == {"order:a-1001": euros(400)}
    assert "€400.00 of the order" in await said(priya, cancelled)
    assert await money_left(world) == {"order:a-1001": euros(0)}
    assert "SB-CRE-52" in await said(priya, cancelled), "once"
    for who in ("marc", "helene"):
        assert await heard(world, who, "€400.00 was cancelled: the card was declined.")


async def test_everybody_who_calls_gets_the_licence_also_with_e5(world: World) -> None:
    """R42: as many requests as people, each decided on by the policy."""
    before = await world.tenant("people/olivia")
    assert "MCOPSTNC" not in str(before["licences"]), "Olivia has E5, and no licence for credits"
    priya = await world.person("priya")
    await said(priya, "credits licence for everybody")
    assert await world.all_requests() == [], "it changes much, so it is confirmed first"
    card = priya.last_card()
    await priya.clicks(card, "command.confirm")
    mine = await world.all_requests()
    names = {one.beneficiary.name.split()[0] for one in mine}
    assert "Olivia" in names
    assert all(one.wish.kind == "licence" for one in mine)
    hers = next(one for one in mine if one.beneficiary.name.startswith("Olivia"))
    await world.approve(hers.stages[0].approvers[0].upn.split("@")[0], hers)
    await world.live_until("done", hers.id)
    assert "MCOPSTNC" in str((await world.tenant("people/olivia"))["licences"])
    assert "SB-ADM-01" in await said(await world.person("marc"), "credits licence for all callers")


async def test_the_form_knows_what_calls_cost_and_the_approver_what_that_suggests(world: World) -> None:
    """R53, over call records of the simulated tenant."""
    await world.control("PUT", "calls", {"records": 300, "days": 85, "seed": 4})
    await world.does("credits.read")
    marc = await world.person("marc")
    form = await form_of(marc, "credits")
    (usage,) = (one for one in (card_of(form) or {})["body"] if one.get("id") == "usage")
    months = usage["value"].split("; ")
    assert months, "whole months"
    assert all(float(one) > 0 for one in months)
    review = text_of(shown(await marc.clicks(form, "wish.review", {"amount": "100"})))
    assert "By what was used in the last months" in review
    assert "Spent lately" in review.replace("\xa0", " ")


async def test_events_of_recharging_alert_once_with_who_depends_on_it(world: World) -> None:
    """R49: only an administrator hears of them; zero and failed are high."""
    by_minute = "9b196e97-5830-4c2e-adc2-1e10ebf5dee5"
    await world.control("POST", "skus", {"sku": by_minute, "enabled": 5})
    await world.control("PATCH", "people/ben", {"licences": [by_minute]})
    hotline = {"telephoneNumber": "+33800123456", "capabilities": ["voiceApplicationAssignment"]}
    await world.control("POST", "numbers", hotline)
    await world.control("PATCH", "numbers/+33800123456", {"assignmentTargetId": "jules"})
    priya = await world.person("priya")
    assert "have been alerted." in await said(priya, "recharge failed")
    alert = await heard(world, "priya", "recharge of Communications Credits has failed")
    assert "+33800123456, Ben" in alert
    assert "before" in await said(priya, "recharge failed")
    assert "SB-ADM-01" in await said(await world.person("dora"), "balance zero")

    assert "€200.00" in await said(priya, "recharge ok 200 EUR INV-77")
    assert await money_left(world) == {"order:inv-77": euros(200)}
    assert "have been alerted." in await said(priya, "recharge failed"), "it is news again"
    assert "have been alerted." in await said(priya, "balance zero")
    assert "before" in await said(priya, "balance zero")
    today = (await world.now()).date()
    await said(priya, f"credits bought 50 EUR {today} A-7")
    assert "have been alerted." in await said(priya, "balance zero"), "money has come since"
    assert "0.500" in await said(priya, "recharge ok 0.500 KWD INV-78"), "a dinar has a thousand fils"


async def test_a_failure_nobody_called_mended_does_not_hide_the_next_one(world: World) -> None:
    """R49: recharges go through without anybody saying so."""
    priya = await world.person("priya")
    assert "have been alerted." in await said(priya, "recharge failed")
    await world.live(days=2)
    assert "have been alerted." in await said(priya, "recharge failed")
    assert "before" in await said(priya, "recharge failed")


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
        await paid(world, "800")
        await world.live_until("done", request.id)
        assert await money_left(world) == {"order:a-1001": euros(800)}
