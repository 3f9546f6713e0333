"""Query options: reading them strictly, and shaping answers by them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from bot.sandbox.graph.filters import Filter, parse_filter
from bot.sandbox.graph.wire import Call, GraphError, Reply

__all__ = ["Query", "check_options", "collection", "page_by_token", "read_query", "select"]

_SEARCH = re.compile(r'^"(?P<field>\w+):(?P<text>[^"]*)"$')
ADVANCED_OPERATORS = frozenset({"ne", "not", "endswith"})
"""Directory filters with these need ConsistencyLevel: eventual and $count=true."""


@dataclass(frozen=True, slots=True)
class Query:
    """The query options of a request."""

    select: tuple[str, ...] = ()
    filter: Filter | None = None
    search: tuple[tuple[str, str], ...] = ()
    """Alternatives of (property, text)."""
    expand: str | None = None
    orderby: str | None = None
    top: int | None = None
    skip: int = 0
    skiptoken: str | None = None
    count: bool = False


def check_options(query: Iterable[tuple[str, str]], known: frozenset[str]) -> None:
    """Refuse a query option the path does not have, and one given twice."""
    seen: set[str] = set()
    for name, _ in query:
        if name not in known:
            raise GraphError.bad_request(f"The query parameter '{name}' is not supported.")
        if name in seen:
            raise GraphError.bad_request(f"Query option '{name}' was specified more than once.")
        seen.add(name)


def read_query(call: Call, *, largest_page: int = 999) -> Query:
    """Raises GraphError 400 for a value that is none."""
    given = dict(call.incoming.query)
    return Query(
        select=tuple(part.strip() for part in given["$select"].split(",")) if "$select" in given else (),
        filter=parse_filter(given["$filter"]) if "$filter" in given else None,
        search=_search(given["$search"]) if "$search" in given else (),
        expand=given.get("$expand"),
        orderby=given.get("$orderby"),
        top=_whole("$top", given["$top"], 1, largest_page) if "$top" in given else None,
        skip=_whole("$skip", given.get("$skip", "0"), 0, 10_000_000),
        skiptoken=given.get("$skiptoken"),
        count=_boolean(given.get("$count", "false")),
    )


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise GraphError.bad_request(
            f"Invalid value '{text}' for {name} query option found. "
            f"The {name} query option requires an integer between {least} and {most}."
        )
    return int(text)


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise GraphError.bad_request(f"Invalid value '{text}' for $count query option found.")
    return text == "true"


def _search(text: str) -> tuple[tuple[str, str], ...]:
    found = []
    for part in re.split(r"\s+OR\s+", text.strip()):
        match = _SEARCH.match(part)
        if match is None:
            raise GraphError.bad_request(f"Syntax error: character ':' is not valid in '{text}'.")
        found.append((match["field"], match["text"]))
    return tuple(found)


def select(
    entity: Mapping[str, Any],
    wanted: Sequence[str],
    default: Sequence[str],
    kind: str,
) -> dict[str, Any]:
    """The properties asked for, or the default ones. Raises GraphError 400 for one that does not exist."""
    for name in wanted:
        if name not in entity:
            raise GraphError.bad_request(f"Could not find a property named '{name}' on type '{kind}'.")
    return {name: entity[name] for name in wanted or default}


def collection(call: Call, context: str, value: Sequence[Any], **more: Any) -> Reply:
    """A page of a collection."""
    extra = {f"@odata.{name}": found for name, found in more.items() if found is not None}
    return Reply(200, {"@odata.context": call.link(f"$metadata#{context}")} | extra | {"value": list(value)})


def next_link(call: Call, **changed: Any) -> str:
    """This request's own address with some options changed; path and options stay as they were sent."""
    options = dict(call.incoming.query) | {f"${name}": str(value) for name, value in changed.items()}
    path = quote(call.incoming.path, safe="/()',=:@")
    return f"{call.incoming.root}{path}?{urlencode(options)}"


def page_by_token(
    call: Call,
    context: str,
    found: Sequence[Any],
    query: Query,
    render: Callable[[Any], Any],
    *,
    default_page: int = 100,
) -> Reply:
    """A page with an opaque token to the next one, as directory collections are read."""
    start = _token_to_offset(query.skiptoken)
    size = query.top or default_page
    page = found[start : start + size]
    more = start + size < len(found)
    return collection(
        call,
        context,
        [render(one) for one in page],
        count=len(found) if query.count else None,
        nextLink=next_link(call, skiptoken=f"m~{start + size:x}") if more else None,
    )


def _token_to_offset(token: str | None) -> int:
    if token is None:
        return 0
    try:
        return int(token.removeprefix("m~"), 16)
    except ValueError:
        raise GraphError(400, "Directory_ExpiredPageToken", "The specified page token is invalid.") from None
