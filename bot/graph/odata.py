"""Paths, queries and literals as OData wants them, percent-encoded."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

from bot.graph.errors import NotFound

__all__ = ["below", "literal", "with_query"]


def literal(text: str) -> str:
    """A string literal of a `$filter`; an apostrophe is doubled."""
    return "'" + text.replace("'", "''") + "'"


def below(template: str, **ids: str) -> str:
    """A path with ids put in as single, percent-encoded segments.

    Raises `NotFound` for an id that cannot name anything: empty, or dots that would climb the path.
    """
    for value in ids.values():
        if not value.strip(". "):
            raise NotFound(f"{value!r} names no object")
    return template.format(**{name: quote(value, safe="@") for name, value in ids.items()})


def with_query(path: str, options: Mapping[str, str | int]) -> str:
    """A path with its query options; a `+` in a value survives (bare, it would mean a blank)."""
    query = "&".join(f"{name}={quote(str(value), safe='(),:/')}" for name, value in options.items())
    return f"{path}?{query}" if query else path
