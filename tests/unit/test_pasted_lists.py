"""Which messages are lists of people, and what they are to have (R11, J11)."""

from __future__ import annotations

import pytest

from bot.domain.list_check import ListWish
from dialogs.intents import Kind
from dialogs.pasted_lists import meaning_of, pasted_list

TWO = "ana@contoso.com\nben@contoso.com"


def wanted(heading: str) -> ListWish | None:
    pasted = pasted_list(f"{heading}\n{TWO}")
    assert pasted is not None
    return pasted.wanted


@pytest.mark.parametrize(
    "text",
    [
        TWO,
        f"\n\n{TWO}\n",
        "ana@contoso.com;Sales\r\nben@contoso.com;IT",
        '"ana@contoso.com","Sales"\n"ben@contoso.com","IT"',
        "ana@contoso.com\tSales\nben@contoso.com\tIT",
        f"\ufeffUPN\n{TWO}",
        f"{TWO}\n=cmd|' /C calc'!A0\nnobody",
    ],
)
def test_r11_lines_with_addresses_are_a_list(text: str) -> None:
    assert meaning_of(text).kind is Kind.LIST


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "ana@contoso.com",
        "I need a number for ana@contoso.com",
        "ana@contoso.com and ben@contoso.com need numbers",
        "Hello,\nI need a phone number.\nKind regards,\nAna\nana@contoso.com",
        "please write to ana@contoso.com\nor to ben@contoso.com\nif there is anything",
        "+33170180001\n+33170180002",
        "Could you\ngive a number to\nana@contoso.com\nben@contoso.com\nand tell them\nafterwards",
    ],
)
def test_r11_prose_that_names_addresses_is_no_list(text: str) -> None:
    assert meaning_of(text).kind is not Kind.LIST


@pytest.mark.parametrize(
    ("heading", "meant"),
    [
        ("phone numbers for:", ListWish(kind="number")),
        ("Phone number for", ListWish(kind="number")),
        ("numéros de téléphone pour :", ListWish(kind="number")),
        ("电话号码：", ListWish(kind="number")),
        ("new telephones for:", ListWish()),
        ("Téléphonie pour :", ListWish()),
        ("Teams Phone for:", ListWish(kind="licence", product="phone")),
        ("Audio Conferencing for:", ListWish(kind="licence", product="conferencing")),
        ("domestic calling plan for:", ListWish(kind="licence", product="domestic")),
        ("dial-in for:", ListWish(kind="meeting_organiser")),
        ("User Principal Name;Department", ListWish()),
        ("E-mail", ListWish()),
    ],
)
def test_r11_the_first_line_says_what_for(heading: str, meant: ListWish) -> None:
    assert wanted(heading) == meant


@pytest.mark.parametrize("heading", ["leavers:", "licences for:", "Hello there", "credits: 800 EUR"])
def test_r11_a_first_line_that_says_something_else_is_never_guessed_at(heading: str) -> None:
    assert wanted(heading) is None


def test_r11_lines_are_counted_as_they_were_pasted() -> None:
    pasted = pasted_list(f"phone numbers for:\n{TWO}")
    assert pasted is not None
    assert pasted.text.splitlines() == ["", "ana@contoso.com", "ben@contoso.com"]
