"""Amounts as text: read back as they were written, and never read in a way that was not meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.amounts import amount_of, money_text, read_amount, with_currency
from bot.domain.values import Money

CURRENCIES = ("EUR", "USD", "JPY", "KWD")


@given(st.integers(0, 10**12 - 1), st.sampled_from(CURRENCIES))
def test_what_was_written_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor=minor, currency=currency)
    assert read_amount(money_text(amount), currency) == amount


@given(st.integers(-(10**12), 10**12), st.sampled_from(CURRENCIES))
def test_what_was_kept_with_its_currency_is_read_back(minor: int, currency: str) -> None:
    amount = Money(minor=minor, currency=currency)
    assert amount_of(with_currency(amount)) == amount


@pytest.mark.parametrize("text", ["", "800", "800 €", "800,00 EUR", "800.00 EUR or so", "EUR 800"])
def test_what_was_not_kept_so_is_no_amount(text: str) -> None:
    assert amount_of(text) is None


@given(st.text(max_size=30), st.sampled_from(CURRENCIES))
def test_anything_typed_is_an_amount_of_that_currency_or_nothing(text: str, currency: str) -> None:
    found = read_amount(text, currency)
    assert found is None or (found.minor >= 0 and found.currency == currency)


@pytest.mark.parametrize(
    ("typed", "currency", "minor"),
    [
        ("800", "EUR", 80_000),
        (" 800.5 ", "EUR", 80_050),
        ("1 200,50", "EUR", 120_050),
        ("1\u202f200,50", "EUR", 120_050),
        ("1\u2019200.50", "EUR", 120_050),
        ("1200", "JPY", 1_200),
        ("1,200", "EUR", None),
        ("1.200,50", "EUR", None),
        ("0.001", "EUR", None),
        ("1.5", "JPY", None),
        ("-5", "EUR", None),
        ("1e3", "EUR", None),
        ("٣", "EUR", None),
        ("", "EUR", None),
    ],
)
def test_what_could_mean_two_things_means_nothing(typed: str, currency: str, minor: int | None) -> None:
    found = read_amount(typed, currency)
    assert (found.minor if found else None) == minor
