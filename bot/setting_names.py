"""Variables that look like settings but are none: a misspelt name would otherwise be ignored in silence."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from rapidfuzz import distance, process

from bot.settings import env_names

__all__ = ["misspelt", "misspelt_here"]

_PREFIXES = ("SWITCHBOARD_", "MICROSOFTAPP")
_OURS_TOO = frozenset({"SWITCHBOARD_SHARED", "SWITCHBOARD_TEST_DATABASE_URL", "SWITCHBOARD_WRITE_GOLDEN"})
"""Of the tests."""
_CLOSE = 0.6
"""Similarity, 0 to 1, from which a name is worth suggesting."""


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
    """Compared without what all of them begin with, which would make any two look alike."""
    wanted, scorer = _own_part(name.upper()), distance.OSA.normalized_similarity
    own_parts = {upper: _own_part(upper) for upper in known}
    match = process.extractOne(wanted, own_parts, scorer=scorer, score_cutoff=_CLOSE)
    return f"; did you mean {known[match[2]]}?" if match else ""


def _own_part(name: str) -> str:
    return next((name.removeprefix(prefix) for prefix in _PREFIXES if name.startswith(prefix)), name)
