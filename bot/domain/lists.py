"""Lists of people: a file or a pasted text, one sign-in name a line (R11, J11).

Whatever a spreadsheet exports is read: with or without a byte order mark, a header and quotes, parted by
commas, semicolons or tabs, of which the first column counts. Nothing is corrected: what looks like a slip is
named with a suggestion, and what looks like a formula is text like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from enum import StrEnum

from rapidfuzz import fuzz, process

from bot.domain.errors import RequesterError
from bot.domain.values import Value

__all__ = ["MOST_LINES", "ListLine", "Slip", "TooLong", "is_header", "nearest_address", "read_list"]

MOST_LINES = 10_000
"""People in one list."""

_LONGEST_ADDRESS = 113
"""Microsoft Entra's limit: 64 characters, `@` and 48."""
_ADDRESS = re.compile(r"[^\s@\"(),:;<>\[\\\]]+@[\w-]+(\.[\w-]+)+")
_HEADERS = frozenset(
    {"upn", "userprincipalname", "principalname", "user", "email", "e-mail", "mail", "address", "username"}
    | {"login", "utilisateur", "adresse", "courriel", "用户", "用户名", "邮箱", "邮件"}
)
_ALIKE = 88
"""How alike (0-100) an address must be to a known one to be suggested."""


class TooLong(RequesterError):
    """The list has more lines than are taken at once."""


class Slip(StrEnum):
    """What is wrong with a line before the directory is asked."""

    NOT_AN_ADDRESS = "not_an_address"
    TWICE = "twice"


class ListLine(Value):
    """One line that is not empty."""

    line: int
    """As an editor counts, from 1."""
    text: str
    """What stands there, as far as it is shown."""
    upn: str = ""
    """The sign-in name in lower case; empty when the line has none."""
    slip: Slip | None = None
    same_as: int | None = None
    """The earlier line with the same name."""


def read_list(text: str) -> tuple[ListLine, ...]:
    """Every line with what is wrong in it. Raises `TooLong`."""
    seen: dict[str, int] = {}
    found: list[ListLine] = []
    for number, cell in _cells(text):
        if len(found) == MOST_LINES:
            raise TooLong(f"more than {MOST_LINES} lines")
        found.append(_line(number, cell, seen))
    return tuple(found)


def _cells(text: str) -> Iterator[tuple[int, str]]:
    """The first column of each line that has one; a header is left out."""
    is_first = True
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        cell = _first_cell(line)
        if not cell:
            continue
        if not (is_first and is_header(cell)):
            yield number, cell
        is_first = False


def _first_cell(line: str) -> str:
    return re.split(r"[;,\t]", line, maxsplit=1)[0].strip().strip("\"'").strip()


def is_header(line: str) -> bool:
    """Whether a first line names the columns, as spreadsheets export them."""
    cell = _first_cell(line)
    words = re.split(r"[\s_]+", cell.casefold())
    return "@" not in cell and any(word in _HEADERS for word in (*words, "".join(words)))


def _line(number: int, cell: str, seen: dict[str, int]) -> ListLine:
    shown = cell[:_LONGEST_ADDRESS]
    upn = unicodedata.normalize("NFKC", cell).casefold()
    if len(upn) > _LONGEST_ADDRESS or not _ADDRESS.fullmatch(upn):
        return ListLine(line=number, text=shown, slip=Slip.NOT_AN_ADDRESS)
    if upn in seen:
        return ListLine(line=number, text=shown, upn=upn, slip=Slip.TWICE, same_as=seen[upn])
    seen[upn] = number
    return ListLine(line=number, text=shown, upn=upn)


def nearest_address(upn: str, known: Iterable[str]) -> str | None:
    """The one known address that was probably meant; a suggestion only, never taken by itself."""
    best = process.extract(upn.casefold(), {one: one.casefold() for one in known}, scorer=fuzz.ratio, limit=2)
    if not best or best[0][1] < _ALIKE:
        return None
    if len(best) > 1 and best[0][1] == best[1][1]:
        return None
    return best[0][2]
