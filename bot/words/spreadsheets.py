"""Tables as files that a spreadsheet opens by a double click, in the reader's language."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from babel.numbers import get_decimal_symbol

from bot.words.speaking import Words

__all__ = ["BOM", "cell", "csv_line", "divider_for"]

BOM = "\ufeff"
"""What a file begins with, so that Excel reads it as UTF-8."""

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r")
"""The wide ones are the same to an Excel in Chinese."""


def divider_for(words: Words) -> str:
    """Excel divides cells by what the language does not write decimals with."""
    return ";" if get_decimal_symbol(words.locale) == "," else ","


def cell(said: str) -> str:
    """What people or Microsoft wrote: never a formula, never more than one line."""
    line = " ".join(said.split())
    return f"'{line}" if line.startswith(_FORMULA) else line


def csv_line(cells: Sequence[str], divider: str) -> str:
    """A line with its end. Cells with text of others have gone through `cell`."""
    line = io.StringIO()
    csv.writer(line, delimiter=divider, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
