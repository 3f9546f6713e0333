"""Reading the catalogue's tables: CSV files beside this module, checked whole when first used."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources
from typing import TypeVar

from pydantic import ValidationError

from bot.domain.errors import Bug
from bot.domain.values import Value

__all__ = ["as_of", "read_table", "words_in"]

_Row = TypeVar("_Row", bound=Value)


def read_table(file_name: str, row_type: type[_Row]) -> tuple[_Row, ...]:
    """Every row of a table. Raises `Bug`, naming the row, when the shipped file is not what it must be."""
    as_of(file_name)
    rows = []
    for fields in csv.DictReader(_data_lines(file_name)):
        try:
            rows.append(row_type.model_validate(fields))
        except ValidationError as error:
            raise Bug(f"{file_name}: {next(iter(fields.values()))}: {error}") from error
    return tuple(rows)


def as_of(file_name: str) -> str:
    """The date of the source a table was taken from, as its header states it."""
    for line in _lines(file_name):
        if line.startswith("# as_of:"):
            return line.removeprefix("# as_of:").strip()
    raise Bug(f"{file_name}: the header does not say how old the facts are")


def words_in(cell: object) -> object:
    """A cell with several values, parted by blanks."""
    return tuple(cell.split()) if isinstance(cell, str) else cell


def _data_lines(file_name: str) -> Iterator[str]:
    return (line for line in _lines(file_name) if not line.startswith("#"))


def _lines(file_name: str) -> list[str]:
    path = resources.files("bot.domain.catalogue") / file_name
    return path.read_text(encoding="utf-8").splitlines()
