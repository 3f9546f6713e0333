"""Reading properties of Graph's objects: what is absent, null, unknown or odd never fails a whole answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypeVar

from bot.graph.wire import Json

__all__ = ["country", "e164", "enum", "ids", "moment", "number", "objects", "strings", "text"]

Member = TypeVar("Member", bound=StrEnum)

_E164 = re.compile(r"\+[1-9][0-9]{3,14}")


def text(source: Json, name: str) -> str | None:
    """A string property; None when it is absent, null or empty."""
    value = source.get(name)
    return value if isinstance(value, str) and value else None


def number(source: Json, name: str) -> int:
    """A whole number; 0 when it is absent or null."""
    value = source.get(name)
    return value if isinstance(value, int) else 0


def strings(source: Json, name: str) -> tuple[str, ...]:
    """The strings of a list property."""
    value = source.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def ids(values: Iterable[str]) -> frozenset[str]:
    """Object ids in the spelling the domain compares them in."""
    return frozenset(value.lower() for value in values)


def objects(source: Json, name: str) -> list[Json]:
    """The objects of a list property."""
    value = source.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def country(source: Json, name: str) -> str | None:
    """An ISO 3166-1 alpha-2 code in capitals; None for anything else."""
    value = (text(source, name) or "").upper()
    return value if re.fullmatch(r"[A-Z]{2}", value) else None


def e164(value: str | None) -> str | None:
    """A telephone number as the domain spells it, from Teams' spellings (`tel:`, `;ext=`, no plus)."""
    digits = (value or "").removeprefix("tel:").split(";")[0].strip()
    digits = digits if digits.startswith("+") else f"+{digits}"
    return digits if _E164.fullmatch(digits) else None


def moment(source: Json, name: str) -> datetime | None:
    """A point in time, in UTC; a time without a zone is taken as UTC. Of Graph's seven decimals six count."""
    try:
        found = datetime.fromisoformat(text(source, name) or "")
    except ValueError:
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def enum(kind: type[Member], source: Json, name: str, otherwise: Member) -> Member:
    """A member of an enumeration; `otherwise` for members added after this was written."""
    try:
        return kind(text(source, name) or "")
    except ValueError:
        return otherwise
