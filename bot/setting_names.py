"""Variables that look like settings but are none: a misspelt name would otherwise be ignored in silence."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from rapidfuzz import process

from bot.settings import env_names

__all__ = ["misspelt", "misspelt_here"]

_PREFIXES = ("SWITCHBOARD_", "MICROSOFTAPP")
_OURS_TOO = frozenset({"SWITCHBOARD_TEST_DATABASE_URL"})
"""Of the tests."""
_CLOSE = 75.0
"""Similarity, of 100, from which a name is worth suggesting."""


def misspelt(names: Iterable[str]) -> list[str]:
    """One line for each of `names` that has our prefix and is no setting."""
    known = {name.upper(): name for name in env_names().values()} | {name: name for name in _OURS_TOO}
    found = sorted(name for name in names if name.upper().startswith(_PREFIXES) and name.upper() not in known)
    return [f"{name} is not a setting and is ignored{_suggestion(name, known)}" for name in found]


def misspelt_here() -> list[str]:
    """The same for this process's environment and the `.env` beside it."""
    file = Path(".env")
    beside = dotenv_values(file) if file.is_file() else {}
    return misspelt({*os.environ, *beside})


def _suggestion(name: str, known: dict[str, str]) -> str:
    match = process.extractOne(name.upper(), list(known), score_cutoff=_CLOSE)
    return f"; did you mean {known[match[0]]}?" if match else ""
