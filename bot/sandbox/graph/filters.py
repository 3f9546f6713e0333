"""The part of `$filter` that the simulated services understand."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.graph.wire import GraphError

__all__ = ["Filter", "parse_filter"]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<guid>[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"
    r"|(?P<moment>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<name>[A-Za-z_][\w]*(?:/[A-Za-z_$][\w]*)*)"
    r"|(?P<mark>[(),:]))"
)
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: bool(left == right),
    "ne": lambda left, right: bool(left != right),
    "ge": lambda left, right: left is not None and bool(left >= right),
    "gt": lambda left, right: left is not None and bool(left > right),
    "le": lambda left, right: left is not None and bool(left <= right),
    "lt": lambda left, right: left is not None and bool(left < right),
}
_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": lambda text, part: part in text,
}
_CONSTANTS = {"true": True, "false": False, "null": None}
_NO_KEY = "\0"
"""A name no property has: the element itself inside any()."""

Test = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """A parsed filter: a test of one entity, and what it makes use of."""

    test: Test
    uses: tuple[tuple[str, str, Any], ...] = ()
    """(property path, operator or function, literal) of every comparison."""


@dataclass(slots=True)
class _Parser:
    text: str
    tokens: list[tuple[str, str]]
    uses: list[tuple[str, str, Any]] = field(default_factory=list)
    scope: dict[str, str] = field(default_factory=dict)
    """Range variables of any(), by the collection they run over."""

    def peek(self) -> str:
        return self.tokens[0][1] if self.tokens else ""

    def take(self) -> tuple[str, str]:
        if not self.tokens:
            raise _invalid(self.text)
        return self.tokens.pop(0)

    def expect(self, mark: str) -> None:
        if self.take()[1] != mark:
            raise _invalid(self.text)

    def either(self) -> Test:
        test = self.both()
        while self.peek() == "or":
            self.take()
            test = _or(test, self.both())
        return test

    def both(self) -> Test:
        test = self.single()
        while self.peek() == "and":
            self.take()
            test = _and(test, self.single())
        return test

    def single(self) -> Test:
        if self.peek() == "not":
            self.take()
            inner = self.single()
            self.uses.append(("", "not", None))
            return lambda entity: not inner(entity)
        if self.peek() == "(":
            self.take()
            inner = self.either()
            self.expect(")")
            return inner
        return self.comparison()

    def comparison(self) -> Test:
        kind, name = self.take()
        if kind != "name":
            raise _invalid(self.text)
        if name in _TEXT:
            return self.text_function(name)
        if name.endswith("/any"):
            return self.any(name.removesuffix("/any"))
        return self.operator(self.resolved(name))

    def resolved(self, name: str) -> str:
        """`c` and `x/skuId` inside any() as paths relative to the element."""
        variable, _, rest = name.partition("/")
        return (rest or _NO_KEY) if variable in self.scope else name

    def operator(self, path: str) -> Test:
        _, operator = self.take()
        if operator == "in":
            return self.membership(path)
        if operator not in _COMPARE:
            raise _invalid(self.text)
        literal = self.literal()
        self.note(path, operator, literal)
        compare, wanted = _COMPARE[operator], _folded(literal)
        return lambda entity: compare(_folded(_at(entity, path)), wanted)

    def membership(self, path: str) -> Test:
        self.expect("(")
        wanted = [self.literal()]
        while self.peek() == ",":
            self.take()
            wanted.append(self.literal())
        self.expect(")")
        for literal in wanted:
            self.note(path, "in", literal)
        folded = [_folded(literal) for literal in wanted]
        return lambda entity: _folded(_at(entity, path)) in folded

    def text_function(self, function: str) -> Test:
        self.expect("(")
        path = self.resolved(self.take()[1])
        self.expect(",")
        literal = self.literal()
        self.expect(")")
        self.note(path, function, literal)
        holds, wanted = _TEXT[function], str(_folded(literal))
        return lambda entity: holds(str(_folded(_at(entity, path)) or ""), wanted)

    def any(self, collection: str) -> Test:
        self.expect("(")
        variable = self.take()[1]
        self.expect(":")
        self.scope[variable] = collection
        inner = self.either()
        del self.scope[variable]
        self.expect(")")
        return lambda entity: any(inner(_element(one)) for one in _at(entity, collection) or ())

    def note(self, path: str, operator: str, literal: Any) -> None:
        """Remember a use under its full path, the collection of an any() included."""
        for collection in self.scope.values():
            path = collection if path == _NO_KEY else f"{collection}/{path}"
        self.uses.append((path, operator, literal))

    def literal(self) -> Any:
        kind, text = self.take()
        if kind == "string":
            return text[1:-1].replace("''", "'")
        if kind == "number":
            return float(text) if "." in text else int(text)
        if kind == "name" and text in _CONSTANTS:
            return _CONSTANTS[text]
        if kind in ("guid", "moment"):
            return text
        raise _invalid(self.text)


def parse_filter(text: str) -> Filter:
    """Raises GraphError 400 for what is not a filter."""
    parser = _Parser(text, _tokens(text))
    test = parser.either()
    if parser.tokens:
        raise _invalid(text)
    return Filter(test, tuple(parser.uses))


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid(text)
        found.append((match.lastgroup or "", match.group(match.lastgroup or "")))
        at = match.end()
    return found


def _invalid(text: str) -> GraphError:
    return GraphError.bad_request(f"Invalid filter clause: syntax error in '{text}'.")


def _at(entity: Mapping[str, Any], path: str) -> Any:
    value: Any = entity
    for name in path.split("/"):
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def _element(value: Any) -> Mapping[str, Any]:
    """What the range variable of an any() stands for: an object, or one bare value."""
    return value if isinstance(value, Mapping) else {_NO_KEY: value}


def _folded(value: Any) -> Any:
    """Text is compared without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def _or(left: Test, right: Test) -> Test:
    return lambda entity: left(entity) or right(entity)


def _and(left: Test, right: Test) -> Test:
    return lambda entity: left(entity) and right(entity)
