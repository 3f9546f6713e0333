"""J15: several enterprise agreements, and purchase order numbers that are missing or used twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.plans import WaitReason
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import text_of
from tests.support.asking import asked, press_task, reviewed, running_world_with, said, task_cards
from tests.support.databases import SqliteFiles
from tests.support.world import World, buttons, shown

pytestmark = pytest.mark.either_database("sqlite")

AGREEMENTS = {"billing": '"EA"', "agreements": '["123", "456"]', "agreement_elsewhere": "true"}
STRICT = {"billing": '"MOSA"', "purchase_order_required": "true", "purchase_order_format": '"PO-[0-9]{4}"'}
LENIENT = {**STRICT, "purchase_order_may_follow": "true"}
ASKED = {"amount": "400", "purpose": "top_up"}


async def test_one_of_several_agreements_has_to_be_picked(sqlite_files: SqliteFiles, tmp_path: Path) -> None:
    async with running_world_with(AGREEMENTS, sqlite_files.url(), tmp_path) as world:
        form = await reviewed(world, "marc", "credits", ASKED)
        assert "please choose an agreement of the list" in text_of(form)
        assert "wish.submit" not in buttons(form)
        marc = await world.person("marc")
        review = shown(await marc.clicks(form, "wish.review", {"agreement": "456"}))
        assert "Microsoft may refuse the order" in text_of(review), "another region (R52)"
        shown(await marc.clicks(review, "wish.submit"))
        request = await world.newest_request("marc")
        await world.approve("helene", request)
        await world.live_until("waiting", request.id)
        assert "Pay by enterprise agreement, number 456." in text_of((await task_cards(world))[-1])


async def hearing(world: World, who: str, words: str) -> list[str]:
    """The messages with these words in somebody's chat."""
    await world.settle()
    person = await world.person(who)
    await person.looks()
    return [text for one in person.chat if words in (text := text_of(one))]


async def incomplete(world: World) -> Request:
    """Asked for without the number that the organisation wants."""
    request = await asked(world, "marc", "credits", ASKED)
    assert request.state is RequestState.SUBMITTED
    return request


async def test_without_its_number_nobody_can_approve_and_the_requester_is_asked(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    async with running_world_with(STRICT, sqlite_files.url(), tmp_path) as world:
        request = await incomplete(world)
        card = await world.card_for("helene", request)
        assert "Incomplete" in text_of(card)
        assert {"request.reject", "request.ask"} <= set(buttons(card))
        assert "request.approve" not in buttons(card)
        helene = await world.person("helene")
        assert "cannot be approved" in await said(helene, f"approve {request.id}")
        assert (await world.request(request.id)).decisions == ()

        await world.live(days=4)
        assert await hearing(world, "marc", "is incomplete: its purchase order number is missing")
        assert await hearing(world, "helene", "**Reminder:**") == [], "she cannot do anything"
        marc = await world.person("marc")
        mine = await world.progress("marc", request)
        assert "Nobody can approve this" in text_of(mine)
        assert "Incomplete: waits for the purchase order number" in text_of(mine)
        wrong = shown(await marc.clicks(mine, "request.purchase_order", {"purchase_order": "4711"}))
        assert "SB-CRE-12" in text_of(wrong)
        assert "SB-APP-02" not in await said(helene, f"po {request.id} PO-0001")
        assert (await world.request(request.id)).plan.lacks, "only whoever asked can complete it"

        shown(await marc.clicks(mine, "request.purchase_order", {"purchase_order": "PO-4711"}))
        assert "PO-4711" in (await hearing(world, "helene", "can be approved: its card"))[0]
        await world.approve("helene", request)
        await world.live_until("waiting", request.id)
        task = text_of((await task_cards(world))[-1])
        assert "Purchase order number: PO-4711" in task
        assert "support has to switch it on first" in task
        actions = [row["action"] for row in await world.audit()]
        assert "request.completed" in actions
        assert actions.count("purchase_order.refused") == 2

        again = await reviewed(world, "helene", "credits", {**ASKED, "purchase_order": "PO-4711"})
        assert f"is on request {request.id} already" in text_of(again)
        assert "wish.submit" in buttons(again), "a warning, no refusal"


async def test_where_the_number_may_follow_the_order_waits_for_it(
    sqlite_files: SqliteFiles, tmp_path: Path
) -> None:
    async with running_world_with(LENIENT, sqlite_files.url(), tmp_path) as world:
        request = await incomplete(world)
        assert "is to follow" in text_of(await world.card_for("helene", request))
        await world.approve("helene", request)
        waiting = await world.live_until("waiting", request.id)
        assert waiting.waiting is WaitReason.OWNER
        assert await task_cards(world) == [], "nothing is ordered without it"
        await world.live(days=4)
        overdue = "has not come within 5 working days"
        assert await hearing(world, "priya", overdue) == []
        await world.live(days=6)
        (alert,) = await hearing(world, "priya", overdue)
        assert "Marc" in alert

        marc = await world.person("marc")
        assert "Nothing is ordered before" not in await said(marc, f"po {request.id} PO-4711")
        await world.settle()
        assert "Purchase order number: PO-4711" in text_of((await task_cards(world))[-1])
        today = (await world.now()).date().isoformat()
        evidence = {"evidence_order": "A-1", "evidence_amount": "400", "evidence_bought_on": today}
        await press_task(world, "task.done", evidence)
        await world.live_until("done", request.id)
        late = await said(marc, f"po {request.id} PO-4712")
        assert "does not wait for a purchase order number" in late
