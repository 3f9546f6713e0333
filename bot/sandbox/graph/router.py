"""From a path to its handler, segment by segment, as OData reads paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.sandbox.graph.access import Access
from bot.sandbox.graph.wire import Call, GraphError, Reply

__all__ = ["Handler", "Route", "Router", "split_path"]

Handler = Callable[[Call], Reply]

_QUALIFIED = re.compile(r"^(?:microsoft\.)?graph\.(?P<name>.+)$")
_NAMESPACES = ("teamsAdministration.", "callRecords.")
_CALL = re.compile(r"^(?P<name>[^()]+)\((?P<arguments>.*)\)$")
_ARGUMENT = re.compile(r"\s*(?P<name>\w+)\s*=\s*(?P<value>'(?:[^']|'')*'|[^,']+)\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Route:
    """What may be asked at one path with one method."""

    method: str
    template: str
    handler: Handler
    access: Access
    options: frozenset[str] = frozenset()
    """Query options it understands; anything else is refused."""
    locks_user: bool = False
    """A directory write: two at once on one user collide."""
    takes_body: bool = False


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameter: tuple[str, _Node] | None = None
    routes: dict[str, Route] = field(default_factory=dict)


class Router:
    """A tree of path segments."""

    def __init__(self) -> None:
        self._root = _Node()

    def add(self, route: Route) -> None:
        """`{name}` in the template takes any segment; everything else is taken literally."""
        node = self._root
        for segment in route.template.split("/"):
            node = self._grow(node, segment)
        node.routes[route.method] = route

    @staticmethod
    def _grow(node: _Node, segment: str) -> _Node:
        if not segment.startswith("{"):
            return node.literals.setdefault(segment, _Node())
        if node.parameter is None:
            node.parameter = (segment[1:-1], _Node())
        return node.parameter[1]

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its parameters. Raises GraphError: unknown segment, or method not allowed."""
        node, params = self._root, dict[str, str]()
        last = ""
        for last, arguments in split_path(path):
            node = _step(node, last, params)
            params |= arguments
        if not node.routes:
            raise GraphError.no_segment(last)
        if method not in node.routes:
            raise GraphError.no_method()
        return node.routes[method], params


def _step(node: _Node, segment: str, params: dict[str, str]) -> _Node:
    if segment in node.literals:
        return node.literals[segment]
    if node.parameter is None or segment.startswith("$"):
        raise GraphError.no_segment(segment)
    name, following = node.parameter
    params[name] = segment
    return following


def split_path(path: str) -> list[tuple[str, dict[str, str]]]:
    """Segments with the named arguments of function calls; `users('x')` is read as `users/x`."""
    found: list[tuple[str, dict[str, str]]] = []
    for raw in _segments(path):
        call = _CALL.match(raw)
        if call is None:
            found.append((_short(raw), {}))
        else:
            found += _split_call(raw, _short(call["name"]), call["arguments"])
    return found


def _segments(path: str) -> list[str]:
    """Slashes inside the quotes of an argument do not separate; an apostrophe in a name is just that."""
    return re.findall(r"(?:'(?:[^']|'')*'(?=[,)])|[^/])+", path)


def _split_call(raw: str, name: str, arguments: str) -> list[tuple[str, dict[str, str]]]:
    if not arguments:
        return [(name, {})]
    if arguments.startswith("'") and arguments.endswith("'"):
        return [(name, {}), (_unquote(arguments), {})]
    named = {one["name"]: _unquote(one["value"]) for one in _ARGUMENT.finditer(arguments)}
    if not named:
        raise GraphError.no_segment(raw)
    return [(f"{name}({','.join(named)})", named)]


def _unquote(value: str) -> str:
    quoted = len(value) > 1 and value.startswith("'") and value.endswith("'")
    return value[1:-1].replace("''", "'") if quoted else value.strip()


def _short(segment: str) -> str:
    """Qualified names of actions and functions are the same as their short ones; casts keep one spelling."""
    qualified = _QUALIFIED.match(segment)
    if qualified is None:
        return segment
    for namespace in _NAMESPACES:
        if qualified["name"].startswith(namespace):
            return qualified["name"].removeprefix(namespace)
    return f"microsoft.graph.{qualified['name']}"
