"""A table as a new file that nobody else can read."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.words.spreadsheets import BOM

__all__ = ["write_table"]


def write_table(to: Path, lines: Iterable[str]) -> int:
    """How many lines there are besides the headings. Raises `Misconfigured` where it cannot be made."""
    with open(_made(to), "w", encoding="utf-8", newline="") as file:
        file.write(BOM)
        count = -1
        for line in lines:
            file.write(line)
            count += 1
    return count


def _made(to: Path) -> int:
    try:
        return os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as problem:
        raise Misconfigured(f"{to}: {problem.strerror}; name a file that is not there yet") from None
