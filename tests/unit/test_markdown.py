"""What people type is shown, never obeyed."""

from __future__ import annotations

import pytest

from cards.markdown import clean, escape, plain


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("**bold**", r"\*\*bold\*\*"),
        ("[click](https://evil.example)", r"\[click\](https://evil.example)"),
        ("<at>Marc</at>", r"\<at\>Marc\</at\>"),
        ("`code`", r"\`code\`"),
        ("# heading", r"\# heading"),
        ("1. list", r"1\. list"),
        ("- list", r"\- list"),
        ("+33 is no list", "+33 is no list"),
        ("back\\slash", r"back\\slash"),
        ("{{DATE(2026-01-01T00:00:00Z)}}", "{ {DATE(2026-01-01T00:00:00Z)}}"),
        ("Anne-Marie O'Neil", "Anne-Marie O'Neil"),
        ("李雷", "李雷"),
    ],
)
def test_markdown_is_inert(typed: str, shown: str) -> None:
    assert plain(typed) == shown


def test_one_line_without_invisible_characters() -> None:
    assert clean("a\nb\r\n\tc\u202ed\u200be\x00f") == "a b cde f"


def test_cut_to_length() -> None:
    assert clean("x" * 500, 10) == "x" * 9 + "…"


def test_escaping_twice_shows_what_was_there() -> None:
    assert escape(escape("*")) == r"\\\*"
