"""What people put on record of orders: every sum adds up, however many orders it took."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import money_text
from bot.domain.payments import Payment, entry_of_order, payment_of, payment_problems
from bot.domain.values import Money

TODAY = date(2026, 11, 21)
PARAMS = {"amount": "800.00", "currency": "EUR"}


def euros(cents: int) -> Money:
    return Money(minor=cents, currency="EUR")


def evidence(amount: str, order: str = "A-1", **more: str) -> dict[str, str]:
    return {"order": order, "amount": amount, "bought_on": "2026-11-20", **more}


def paid(amount: str, params: Mapping[str, str] = PARAMS, **more: str) -> Payment:
    return payment_of(params, evidence(amount, **more))


def test_as_much_as_was_approved_leaves_nothing() -> None:
    whole = paid("800.00")
    assert (whole.left, whole.paid, whole.as_approved) == (euros(0), euros(80_000), True)
    assert whole.purchase.model_dump() == {
        "kind": "purchase", "id": "order:a-1", "on": date(2026, 11, 20), "amount": {"minor": 80_000,
        "currency": "EUR"},
    }  # fmt: skip


def test_less_leaves_the_rest_unless_somebody_says_why() -> None:
    assert paid("500.00").left == euros(30_000)
    closed = paid("500.00", differs="the card has a limit")
    assert (closed.left, closed.as_approved) == (euros(0), False)


def test_what_was_paid_before_counts() -> None:
    rest = paid("300.00", {"amount": "300.00", "paid": "500.00", "currency": "EUR"})
    assert (rest.paid, rest.asked, rest.as_approved) == (euros(80_000), euros(80_000), True)


@pytest.mark.parametrize(
    ("given_", "wrong"),
    [
        (evidence("800.00"), {}),
        (evidence("799.99"), {}),
        (evidence("800.01"), {"amount": "SB-CRE-46"}),
        (evidence("800.01", differs="the least they sell"), {}),
        (evidence("800.00") | {"bought_on": "2025-11-22"}, {}),
        (evidence("800.00") | {"bought_on": "2025-11-21"}, {"bought_on": "SB-CRE-48"}),
    ],
)
def test_what_cannot_be_right_is_said_by_field(given_: dict[str, str], wrong: dict[str, str]) -> None:
    found = payment_problems(PARAMS, given_, TODAY)
    assert {name: refusal.code for name, refusal in found.items()} == wrong


@pytest.mark.parametrize("typed", ["A-1001", "a-1001", " A-1001 ", "#A-1001", "A - 1001"])
def test_an_order_is_the_same_however_its_number_is_typed(typed: str) -> None:
    assert entry_of_order(typed) == "order:a-1001"


@given(approved=st.integers(1, 10**9), orders=st.lists(st.integers(1, 10**9), max_size=12))
def test_however_many_orders_it_takes_every_cent_is_accounted_for(approved: int, orders: list[int]) -> None:
    """Paid in and still open is what was approved, until more is paid than that."""
    params: dict[str, str] = {"amount": money_text(euros(approved)), "currency": "EUR"}
    total = 0
    for cents in orders:
        one = paid(money_text(euros(cents)), params)
        total += cents
        assert one.paid == euros(total)
        assert one.asked == euros(approved)
        assert one.as_approved is (total == approved)
        assert one.left.minor == max(approved - total, 0)
        if not one.left.minor:
            break
        params = {**params, "amount": money_text(one.left), "paid": money_text(one.paid)}
