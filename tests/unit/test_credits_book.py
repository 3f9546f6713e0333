"""What billing administrators enter into the ledger of credits, and what they may not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.credits import Check, Correction, Purchase, balances
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.values import Money
from bot.sandbox.seed import person_id
from bot.store import credits as ledger
from bot.usecases import credits_book
from bot.usecases.desk import Desk
from bot.usecases.order_cancelled import order_cancelled
from tests.support.world import World, running_world

pytestmark = pytest.mark.either_database("sqlite")

PRIYA, DORA = (Actor(id=person_id(who), name=who) for who in ("priya", "dora"))


@pytest.fixture
async def world(database_url: str) -> AsyncIterator[World]:
    async with running_world(database_url) as running:
        yield running


def euros(amount: float) -> Money:
    return Money(minor=round(amount * 100), currency="EUR")


async def today(desk: Desk) -> date:
    return await desk.db.read(lambda tx: tx.now.date())


async def left(desk: Desk) -> Money:
    (found,) = await desk.db.read(lambda tx: balances(ledger.entries(tx), tx.now.date()))
    return found.left


async def test_a_book_is_begun_once_then_held_against_what_is_seen(world: World) -> None:
    desk = world.service.desk
    bought_on = await today(desk) - timedelta(days=360)
    begun = await credits_book.open_book(desk, PRIYA, euros(500), bought_on=bought_on)
    assert isinstance(begun, Check)
    again = await credits_book.open_book(desk, PRIYA, euros(700))
    assert again == Refusal(code="SB-CRE-33", params={"currency": "EUR"})
    other = Money(minor=100, currency="USD")
    assert isinstance(await credits_book.open_book(desk, PRIYA, other), Check), "a currency by itself"
    seen = await credits_book.seen(desk, PRIYA, euros(480.5))
    assert isinstance(seen, Check)
    assert (seen.expected, seen.difference) == (euros(500), euros(-19.5))


async def test_a_purchase_entered_twice_is_one_and_is_put_right_by_a_correction(world: World) -> None:
    desk = world.service.desk
    on = await today(desk)
    for _ in range(2):
        entered = await credits_book.bought(desk, PRIYA, "E0700ABC", euros(800), on, "recharge")
        assert isinstance(entered, Purchase)
    other = await credits_book.bought(desk, PRIYA, "E0700ABC", euros(900), on)
    assert isinstance(other, Refusal)
    assert other.code == "SB-CRE-38"
    fixed = await credits_book.correct(desk, PRIYA, entered.id, euros(750), "typing error")
    assert isinstance(fixed, Correction)
    assert (fixed.by, await left(desk)) == (-5_000, euros(750))
    fixed = await credits_book.correct(desk, PRIYA, entered.id, euros(760), "and again")
    assert isinstance(fixed, Correction)
    assert (fixed.by, await left(desk)) == (1_000, euros(760))


async def test_an_order_that_comes_true_after_all_may_be_cancelled_once_more(world: World) -> None:
    desk = world.service.desk
    entered = await credits_book.bought(desk, PRIYA, "A-1", euros(800), await today(desk))
    assert isinstance(entered, Purchase)
    for amount in (800, 300):
        assert isinstance(await order_cancelled(desk, PRIYA, "a-1", "declined"), Money)
        assert await left(desk) == euros(0)
        await credits_book.correct(desk, PRIYA, entered.id, euros(amount), "it went through")
        assert await left(desk) == euros(amount)
    assert await order_cancelled(desk, PRIYA, "a-1", "declined") == euros(300)
    assert await left(desk) == euros(0)


async def test_an_order_is_one_however_long_its_number_is(world: World) -> None:
    desk, number = world.service.desk, "\u0390" * 250
    for _ in range(2):
        assert isinstance(
            await credits_book.bought(desk, PRIYA, number, euros(8), await today(desk)), Purchase
        )
    assert await order_cancelled(desk, PRIYA, number, "declined") == euros(8)


@pytest.mark.parametrize(
    ("entry", "right", "why", "code"),
    [
        ("order:2", euros(1), "x", "SB-CRE-34"),
        ("order:1", Money(minor=1, currency="USD"), "x", "SB-CRE-35"),
        ("order:1", euros(1), "  ", "SB-CRE-36"),
        ("order:1", euros(800), "x", "SB-CRE-37"),
        ("order:1", euros(-1), "x", "SB-CRE-39"),
    ],
)
async def test_a_correction_must_make_sense(
    world: World, entry: str, right: Money, why: str, code: str
) -> None:
    desk = world.service.desk
    await credits_book.bought(desk, PRIYA, "1", euros(800), await today(desk))
    answer = await credits_book.correct(desk, PRIYA, entry, right, why)
    assert isinstance(answer, Refusal)
    assert answer.code == code


async def test_what_cannot_have_been_is_refused(world: World) -> None:
    desk = world.service.desk
    now = await today(desk)
    tomorrow, long_ago = now + timedelta(days=1), now - timedelta(days=366)
    answers = [
        await credits_book.seen(desk, PRIYA, euros(1), tomorrow),
        await credits_book.seen(desk, PRIYA, euros(-1)),
        await credits_book.open_book(desk, PRIYA, euros(1), bought_on=long_ago),
        await credits_book.open_book(desk, PRIYA, euros(1), bought_on=tomorrow),
        await credits_book.bought(desk, PRIYA, "1", euros(1), tomorrow),
    ]
    assert [one.code for one in answers if isinstance(one, Refusal)] == [
        "SB-CRE-31", "SB-CRE-39", "SB-CRE-32", "SB-CRE-32", "SB-CRE-31",
    ]  # fmt: skip


async def test_nobody_else_enters_anything_and_every_entry_and_attempt_is_audited(world: World) -> None:
    desk = world.service.desk
    on = await today(desk)
    attempts: list[Any] = [
        await credits_book.open_book(desk, DORA, euros(500)),
        await credits_book.seen(desk, DORA, euros(500)),
        await credits_book.bought(desk, DORA, "1", euros(500), on),
        await credits_book.correct(desk, DORA, "order:1", euros(500), "because"),
    ]
    assert {one.code for one in attempts} == {"SB-ADM-01"}
    await credits_book.seen(desk, PRIYA, euros(500))
    said = [one["action"] for one in await world.audit() if one["action"].startswith("credits.")]
    assert said == [
        "credits.opening.refused", "credits.seen.refused", "credits.purchase.refused",
        "credits.correction.refused", "credits.recorded",
    ]  # fmt: skip
