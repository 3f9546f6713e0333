"""Telephone numbers pasted as text, one a line, as spreadsheets and bills have them."""

from __future__ import annotations

import re

import phonenumbers

from bot.words import Words
from cards.markdown import plain

__all__ = ["read_numbers", "row_problems"]

_BETWEEN = re.compile(r"[\n\r;,\t]+|\s+(?=\+)")
_E164 = re.compile(r"\+[1-9][0-9]{3,14}")
_HEADER = frozenset(("phonenumber", "phone number", "number"))
_MOST_NAMED = 5


def read_numbers(text: str, country: str) -> str:
    """One number a line, as Graph spells it; a row that is no number stays as it was written.

    Numbers without a country code are read as those of `country`. A heading line is left out.
    """
    rows = [row.strip().strip("\"'").strip() for row in _BETWEEN.split(text)]
    kept = [row for at, row in enumerate(rows) if row and not (at == 0 and row.casefold() in _HEADER)]
    return "\n".join(dict.fromkeys(_number(row, country) or row for row in kept))


def _number(row: str, country: str) -> str | None:
    try:
        parsed = phonenumbers.parse(row, country or None)
    except phonenumbers.NumberParseException:
        return None
    if _E164.fullmatch(row):
        return row if phonenumbers.is_possible_number(parsed) else None
    if not phonenumbers.is_possible_number(parsed) or parsed.extension:
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def row_problems(rows: str, words: Words) -> str | None:
    """Which rows are no telephone numbers, by position; None when all are."""
    wrong = [(at, row) for at, row in enumerate(rows.splitlines(), start=1) if not _E164.fullmatch(row)]
    if not wrong:
        return None
    named = [words("row {n}: “{text}”", n=at, text=plain(row, 30)) for at, row in wrong[:_MOST_NAMED]]
    rest = len(wrong) - len(named)
    if rest:
        named.append(words.plural("{n} more row", "{n} more rows", rest))
    return words("these are not telephone numbers: {rows}.", rows=words.listing(named))
