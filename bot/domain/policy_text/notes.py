"""What is wrong with a policy's text, each thing with its line and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError

from bot.domain.toml_places import Path, line_of
from bot.domain.toml_text import complaint
from bot.domain.values import Value

__all__ = ["Notes", "Problem", "described"]

_Shape = TypeVar("_Shape", bound=Value)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing that is wrong; `says` is one line: where, what, and after the last semicolon the fix."""

    line: int
    says: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.says}"


@dataclass(slots=True)
class Notes:
    """Collects problems while a text is read, so that all of them can be told."""

    lines: Mapping[Path, int]
    names: tuple[str, ...] = ()
    """Of the rules, in their order; "" where one has none."""
    problems: list[Problem] = field(default_factory=list)

    def add(self, path: Path, says: str) -> None:
        """`says` is what is wrong and, after a semicolon, the fix."""
        where = described(path, self.names)
        problem = Problem(line_of(self.lines, path), f"{where}: {says}" if where else says)
        if problem not in self.problems:
            self.problems.append(problem)

    def shaped(self, path: Path, table: object, shape: type[_Shape]) -> _Shape | None:
        """A table as a value of the domain; None, and a note for every key, where it is none."""
        try:
            return shape.model_validate(table)
        except ValidationError as error:
            seen: set[tuple[int | str, ...]] = set()
            for one in error.errors(include_url=False):
                # A key of several shapes is complained about once for each of them.
                key = one["loc"][: _depth_known(self.lines, path, one["loc"])]
                if key not in seen:
                    seen.add(key)
                    self._complain(path, one["type"], one["loc"], one["msg"])
            return None

    def _complain(self, path: Path, kind: str, place: tuple[int | str, ...], message: str) -> None:
        if kind == "extra_forbidden":
            self.add((*path, *place), f"{complaint(kind, place[-1:], message)}{_hint(place)}")
        elif kind == "missing":
            self.add((*path, *place[:-1]), complaint(kind, place[-1:], message))
        else:
            known = place[: _depth_known(self.lines, path, place)]
            says = " ".join(message.removeprefix("Value error, ").split())
            self.add((*path, *known), says if ";" in says else f"{says}; correct it")


def _depth_known(lines: Mapping[Path, int], path: Path, place: tuple[int | str, ...]) -> int:
    """How much of a place is in the text; Pydantic adds the names of shapes it tried."""
    return max((n for n in range(1, len(place) + 1) if (*path, *place[:n]) in lines), default=0)


_AT_THE_TOP = frozenset({"quiet", "digest_above"})


def _hint(place: tuple[int | str, ...]) -> str:
    """A key after a [table] belongs to that table, which surprises whoever adds one at the end."""
    if place[-1] in _AT_THE_TOP:
        return f" ({place[-1]} goes to the top of the file, before the first table in brackets)"
    return ""


def described(path: Path, names: tuple[str, ...]) -> str:
    """A path in words: `rule 2 ('numbers'), stage 1, fallback`."""
    return ", ".join(_parts(path, names))


def _parts(path: Path, names: tuple[str, ...]) -> Iterator[str]:
    rest = path
    if path[:1] == ("rule",) and len(path) > 1 and isinstance(path[1], int):
        name = names[path[1]] if path[1] < len(names) else ""
        yield f"rule {path[1] + 1} ({name!r})" if name.strip() else f"rule {path[1] + 1}"
        rest = path[2:]
        if rest[:1] == ("stages",) and len(rest) > 1 and isinstance(rest[1], int):
            yield f"stage {rest[1] + 1}"
            rest = rest[2:]
    if keys := [key for key in rest if isinstance(key, str)]:
        yield ".".join(keys)
