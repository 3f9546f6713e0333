"""Which words of an entry tell of people, and entries with other words in their place.

An entry is JSON of our own making, so what can stand where is known: object ids, sign-in names, phone
numbers, and prose that somebody typed. Prose goes as a whole, since anybody may be named in it in any way;
what is one word without a blank, such as a code or a city, stays unless it is one of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["PHONE", "Replace", "has_prose", "reworded"]

Replace = Callable[[str, str], str]
"""(name of the field, its text) -> the text in its place."""

PHONE = re.compile(r"\+\d{7,15}(?!\d)")
_TYPED_BY_PEOPLE = frozenset(
    {"because", "comment", "evidence", "name", "note", "reason", "remark", "said", "text", "words"}
)
"""Fields that hold what somebody typed, be it one word."""


def has_prose(field: str, text: str) -> bool:
    """Whether the text is what somebody typed, or reads like it."""
    return field in _TYPED_BY_PEOPLE or any(sign.isspace() for sign in text)


def reworded(entry: Mapping[str, Any], replace: Replace) -> dict[str, Any]:
    """The entry with every text of its actor and its details put through `replace`, and without its salt.

    The salt would tell, together with the hash, what the first wording was.
    """
    changed = dict(entry)
    changed["actor"] = replace("actor", entry["actor"])
    changed["details"] = _walk("details", entry["details"], replace)
    if "salt" in changed:
        changed["salt"] = ""
    return changed


def _walk(field: str, value: Any, replace: Replace) -> Any:
    if isinstance(value, str):
        return replace(field, value)
    if isinstance(value, list):
        return [_walk(field, one, replace) for one in value]
    if isinstance(value, dict):
        # Who gave up, or stands in for whom, are objects with people's ids as names; what lies below a field
        # that people type, such as the evidence of a task, is typed as well.
        return {
            replace("", name): _walk(field if field in _TYPED_BY_PEOPLE else name, one, replace)
            for name, one in value.items()
        }
    return value
