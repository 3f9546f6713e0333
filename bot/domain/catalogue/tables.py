"""Reading the catalogue's tables: CSV files beside this module, checked whole when first used.

An organisation may lay rows of its own over them: a folder with files of the same names, whose rows replace
those with the same key and add the rest (`lay_over`). What is made from tables is kept until then.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache, wraps
from importlib import resources
from pathlib import Path
from typing import ParamSpec, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.domain.errors import Bug, Misconfigured
from bot.domain.values import Value

__all__ = [
    "Row",
    "as_of",
    "blank_is_none",
    "from_tables",
    "lay_over",
    "own_rows",
    "read_table",
    "words_in",
    "yes_or_no",
]

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Row(Value):
    """A line of a table."""

    @property
    def key(self) -> str:
        """What tells it from the other rows of its table."""
        raise NotImplementedError


_Row = TypeVar("_Row", bound=Row)


class _Overlay:
    """The organisation's own tables, and what has to be forgotten when they change."""

    folder: Path | None = None
    forget: tuple[Callable[[], None], ...] = ()


def from_tables(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Keep what a function makes of the tables, until other tables are laid over them."""
    kept = cache(function)
    _Overlay.forget = (*_Overlay.forget, kept.cache_clear)

    @wraps(function)
    def looked_up(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        return kept(*args, **kwargs)  # type: ignore[arg-type]  # every argument is a code or a name

    return looked_up


def lay_over(folder: Path | None) -> None:
    """From now on read the tables with the rows of this folder laid over them; None: as they are shipped."""
    _Overlay.folder = folder
    for forget in _Overlay.forget:
        forget()


def read_table(file_name: str, row_type: type[_Row]) -> tuple[_Row, ...]:
    """Every row of a table, the organisation's own in the place of those they replace.

    Raises `Bug`, naming the row, when the shipped file is not what it must be, and `Misconfigured` when
    the organisation's is not.
    """
    own = own_rows(_Overlay.folder, file_name, row_type)
    return tuple({**_shipped_rows(file_name, row_type), **own}.values())


def own_rows(folder: Path | None, file_name: str, row_type: type[_Row]) -> dict[str, _Row]:
    """The organisation's own rows of a table by their keys; none without a folder or such a file in it.

    Raises `Misconfigured`, naming file, row and what to change.
    """
    path = folder / file_name if folder else None
    if path is None or not path.is_file():
        return {}
    return _rows(str(path), _own(path), row_type, Misconfigured)


def as_of(file_name: str) -> str:
    """The date of the source a shipped table was taken from, as its header states it."""
    return _date(file_name, _shipped(file_name), Bug)


def words_in(cell: object) -> object:
    """A cell with several values, parted by blanks."""
    return tuple(cell.split()) if isinstance(cell, str) else cell


def yes_or_no(cell: object) -> object:
    return {"yes": True, "no": False}.get(cell, cell) if isinstance(cell, str) else cell


def blank_is_none(cell: object) -> object:
    return None if cell == "" else cell


def _rows(
    name: str, lines: Sequence[str], row_type: type[_Row], wrong: type[Bug | Misconfigured]
) -> dict[str, _Row]:
    _date(name, lines, wrong)
    found: dict[str, _Row] = {}
    for fields in csv.DictReader(_data(lines)):
        row = _row(name, fields, row_type, wrong)
        if row.key in found:
            raise wrong(f"{name}: {row.key}: there are two rows for it; remove one")
        found[row.key] = row
    return found


@cache
def _shipped_rows(file_name: str, row_type: type[_Row]) -> Mapping[str, _Row]:
    """What is shipped does not change while we run, whatever is laid over it."""
    return _rows(file_name, _shipped(file_name), row_type, Bug)


def _row(name: str, fields: dict[str, str], row_type: type[_Row], wrong: type[Bug | Misconfigured]) -> _Row:
    first = next(iter(fields.values()))
    if None in fields:
        raise wrong(f"{name}: {first}: more cells than columns; put a cell with commas in quotation marks")
    try:
        return row_type.model_validate(fields)
    except ValidationError as error:
        raise wrong(f"{name}: {first}: {_said(error.errors()[0], tuple(row_type.model_fields))}") from None


def _said(error: ErrorDetails, columns: Sequence[str]) -> str:
    column = str(error["loc"][0]) if error["loc"] else "row"
    if error["type"] in ("missing", "extra_forbidden"):
        return f"column {column}: the columns must be {','.join(columns)}"
    return f"column {column}: {error['msg']}, not {error['input']!r}"


def _date(name: str, lines: Sequence[str], wrong: type[Bug | Misconfigured]) -> str:
    for line in lines:
        if line.startswith("# as_of:"):
            # A spreadsheet pads every line with commas.
            return line.removeprefix("# as_of:").strip(" ,")
    raise wrong(f"{name}: its header does not say how old the facts are; begin it with `# as_of: 2026-11`")


def _data(lines: Sequence[str]) -> Iterator[str]:
    return (line for line in lines if not line.startswith("#"))


def _shipped(file_name: str) -> list[str]:
    path = resources.files("bot.domain.catalogue") / file_name
    return path.read_text(encoding="utf-8").splitlines()


def _own(path: Path) -> list[str]:
    try:
        # A spreadsheet saves UTF-8 with a mark in front.
        return path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path}: cannot be read as UTF-8 text: {error}") from None
