"""Lists of people, as they come out of spreadsheets (R11, J11)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lists import MOST_LINES, Slip, TooLong, nearest_address, read_list

_FILE = (
    "\ufeffUser Principal Name;Department\r\n"
    "ana@contoso.com;Sales\r\n"
    "ben@contoso.com;Sales\r\n"
    " ANA@Contoso.com ;Sales\r\n"
    "\r\n"
    '"dora@contoso.com";Sales\r\n'
    "Ben@contoso.com;IT\r\n"
    "=cmd|' /C calc'!A0;IT\r\n"
    "ana@contso.com;IT\r\n"
)


def test_r11_a_spreadsheet_is_read_with_its_header_semicolons_and_byte_order_mark() -> None:
    assert [(one.line, one.upn, one.slip) for one in read_list(_FILE)] == [
        (2, "ana@contoso.com", None),
        (3, "ben@contoso.com", None),
        (4, "ana@contoso.com", Slip.TWICE),
        (6, "dora@contoso.com", None),
        (7, "ben@contoso.com", Slip.TWICE),
        (8, "", Slip.NOT_AN_ADDRESS),
        (9, "ana@contso.com", None),
    ]


def test_r11_somebody_twice_is_named_with_the_first_line() -> None:
    assert [one.same_as for one in read_list(_FILE) if one.slip is Slip.TWICE] == [2, 3]


def test_r11_a_formula_is_text() -> None:
    formula = next(one for one in read_list(_FILE) if one.slip is Slip.NOT_AN_ADDRESS)
    assert formula.text == "=cmd|' /C calc'!A0"


def test_r11_a_slip_of_the_pen_is_suggested_and_never_corrected() -> None:
    known = ("ana@contoso.com", "ben@contoso.com", "grace@contoso.com")
    assert nearest_address("ana@contso.com", known) == "ana@contoso.com"
    assert nearest_address("zoe@fabrikam.com", known) is None


def test_two_equally_near_addresses_are_no_suggestion() -> None:
    assert nearest_address("an@contoso.com", ("ann@contoso.com", "ana@contoso.com")) is None


def test_a_name_in_the_first_line_is_no_header() -> None:
    assert [one.upn for one in read_list("user@contoso.com\nana@contoso.com")] == [
        "user@contoso.com",
        "ana@contoso.com",
    ]


def test_ten_thousand_are_read_and_one_more_is_refused() -> None:
    lines = [f"p{number}@contoso.com" for number in range(MOST_LINES)]
    assert len(read_list("\n".join(lines))) == MOST_LINES
    with pytest.raises(TooLong):
        read_list("\n".join([*lines, "one.more@contoso.com"]))


@given(st.text(max_size=300))
def test_whatever_is_pasted_is_read(text: str) -> None:
    names = [one.upn for one in read_list(text) if one.slip is None]
    assert len(names) == len(set(names))
    assert all("@" in name for name in names)
