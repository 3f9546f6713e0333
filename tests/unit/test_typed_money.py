"""Amounts as admins type them: read as they were meant, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.values import Money
from bot.words import words_for
from dialogs.typed_money import typed_money

EN, FR = words_for("en"), words_for("fr")


@pytest.mark.parametrize(
    ("typed", "minor", "currency"),
    [
        ("214.30 EUR", 21430, "EUR"),
        ("214.30eur", 21430, "EUR"),
        ("€214.30", 21430, "EUR"),
        ("EUR 1,214.30", 121430, "EUR"),
        ("1 214,30 €", 121430, "EUR"),
        ("1200 SEK", 120000, "SEK"),
        ("1200 JPY", 1200, "JPY"),
        ("0 EUR", 0, "EUR"),
        ("£ 5", 500, "GBP"),
    ],
)
def test_amounts_are_read_with_their_currency(typed: str, minor: int, currency: str) -> None:
    assert typed_money(typed, (), EN) == Money(minor=minor, currency=currency)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "EUR",
        "about 5 EUR",
        "5",
        "-5 EUR",
        "5 XYZ",
        "$5 EUR",
        "EUR 5 EUR",
        "5 EUR or 6",
        "1.2.3 EUR",
        "5.12345 EUR",
    ],
)
def test_what_may_mean_something_else_is_not_read(typed: str) -> None:
    assert typed_money(typed, (), FR) is None


def test_the_ledgers_own_currency_goes_without_saying_where_there_is_only_one() -> None:
    assert typed_money("214.30", ("USD",), EN) == Money(minor=21430, currency="USD")
    assert typed_money("214.30", ("EUR", "USD"), EN) is None
    assert typed_money("SEK 214", ("EUR",), EN) == Money(minor=21400, currency="SEK"), "what is said counts"
    assert typed_money("XYZ 214", ("EUR",), EN) is None


def test_a_thousand_or_one_and_a_bit_is_the_readers_way_of_writing() -> None:
    assert typed_money("1,200 EUR", (), EN) == Money(minor=120000, currency="EUR")
    assert typed_money("1,200 EUR", (), FR) is None
    assert typed_money("1.200 EUR", (), EN) is None
    assert typed_money("1,20 EUR", (), FR) == Money(minor=120, currency="EUR")


@given(st.text(max_size=30))
def test_anything_typed_is_an_amount_or_nothing(text: str) -> None:
    found = typed_money(text, ("EUR",), EN)
    assert found is None or found.minor >= 0
