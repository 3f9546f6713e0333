"""Reading the admins' TOML files so that what is wrong is said in one line, with its place and fix."""

from __future__ import annotations

import tomllib
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.domain.errors import Misconfigured
from bot.domain.values import Value

__all__ = ["complaint", "read_toml", "shaped"]

_Shape = TypeVar("_Shape", bound=Value)


def read_toml(file_name: str, text: str) -> dict[str, Any]:
    """The tables of a file. Raises `Misconfigured` with the line where the TOML ends to make sense."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{file_name}: not valid TOML: {_one_line(error)}; correct it") from None


def shaped(where: str, table: object, shape: type[_Shape]) -> _Shape:
    """A table as a value of the domain. Raises `Misconfigured` for the first key that is wrong."""
    try:
        return shape.model_validate(table)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise Misconfigured(f"{where}: {complaint(first['type'], first['loc'], first['msg'])}") from None


def complaint(kind: str, place: tuple[int | str, ...], message: str) -> str:
    """What Pydantic found wrong with a key, and what to do about it."""
    key = ".".join(str(part) for part in place) or "table"
    if kind == "extra_forbidden":
        return f"unknown key {key!r}; remove it or correct its spelling"
    if kind == "missing":
        return f"{key!r} is missing; set it"
    return f"{key!r}: {_one_line(message)}; correct it"


def _one_line(message: object) -> str:
    return " ".join(str(message).split())
