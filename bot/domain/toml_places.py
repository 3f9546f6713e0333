"""On which line of a TOML text each table, key and element stands, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Callable, Mapping

__all__ = ["Path", "line_of", "places"]

Path = tuple[str | int, ...]
"""Keys and positions from the root, as in `("rule", 0, "stages", 1, "need")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r"'''.*?'''+"  # up to two more quotes belong to the text
    r'|"""(?:[^\\]|\\.)*?"""+'
    r"|'[^'\n]*'"
    r'|"(?:[^"\\\n]|\\.)*"',
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BARE_VALUE = re.compile(r"[^,\]}#\r\n]+")


def places(text: str) -> dict[Path, int]:
    """The line, counted from 1, of everything in a text that `tomllib` has accepted."""
    return _Scanner(text).read()


def line_of(where: Mapping[Path, int], path: Path) -> int:
    """The line of what is at `path`, or of the nearest thing around it that is in the text; at least 1."""
    for length in range(len(path), 0, -1):
        if path[:length] in where:
            return where[path[:length]]
    return 1


class _Scanner:
    """Goes through a text once; what is not valid TOML is none of its business."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._found: dict[Path, int] = {}
        self._lengths: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        table: Path = ()
        self._skip_blank()
        while self._at < len(self._text):
            if self._text.startswith("[[", self._at):
                table = self._element_header()
            elif self._text.startswith("[", self._at):
                table = self._table_header()
            else:
                self._pair(table)
            self._skip_blank()
        return self._found

    def _element_header(self) -> Path:
        start, keys = self._at, self._header(2)
        array = self._inside(keys[:-1], start) + keys[-1:]
        index = self._lengths.get(array, 0)
        self._lengths[array] = index + 1
        self._mark(array, start)
        self._mark((*array, index), start)
        return (*array, index)

    def _table_header(self) -> Path:
        start = self._at
        return self._inside(self._header(1), start)

    def _header(self, brackets: int) -> Path:
        self._at += brackets
        keys = self._keys()
        self._skip_blank()
        self._at += brackets
        return keys

    def _inside(self, keys: Path, start: int) -> Path:
        """Where the keys of a header lead; through an array of tables, to its last element."""
        table: Path = ()
        for key in keys:
            table = (*table, key)
            self._mark(table, start)
            if table in self._lengths:
                table = (*table, self._lengths[table] - 1)
        return table

    def _pair(self, table: Path) -> None:
        start, keys = self._at, self._keys()
        for length in range(1, len(keys) + 1):
            self._mark(table + keys[:length], start)
        self._skip_blank()
        self._at += 1  # the equals sign
        self._skip_blank()
        self._value(table + keys)

    def _keys(self) -> Path:
        keys = []
        while True:
            self._skip_blank()
            keys.append(self._key())
            self._skip_blank()
            if not self._text.startswith(".", self._at):
                return tuple(keys)
            self._at += 1

    def _key(self) -> str:
        if found := _BARE_KEY.match(self._text, self._at):
            self._at = found.end()
            return found[0]
        return str(tomllib.loads(f"key = {self._string()}")["key"])

    def _string(self) -> str:
        found = _STRING.match(self._text, self._at)
        if found is None:
            raise ValueError(f"no TOML at {self._at}")
        self._at = found.end()
        return found[0]

    def _value(self, path: Path) -> None:
        match self._text[self._at]:
            case "{":
                self._each("}", lambda index: self._pair(path))
            case "[":
                self._each("]", lambda index: self._element((*path, index)))
            case '"' | "'":
                self._string()
            case _:
                found = _BARE_VALUE.match(self._text, self._at)
                self._at = found.end() if found else self._at + 1

    def _element(self, path: Path) -> None:
        self._mark(path, self._at)
        self._value(path)

    def _each(self, closing: str, read: Callable[[int], None]) -> None:
        """What stands between brackets, parted by commas."""
        self._at += 1
        index = 0
        self._skip_blank()
        while not self._text.startswith(closing, self._at):
            read(index)
            index += 1
            self._skip_blank()
            if self._text.startswith(",", self._at):
                self._at += 1
                self._skip_blank()
        self._at += 1

    def _skip_blank(self) -> None:
        found = _BLANK.match(self._text, self._at)
        self._at = found.end() if found else self._at

    def _mark(self, path: Path, at: int) -> None:
        self._found.setdefault(path, bisect_right(self._ends, at - 1) + 1)
