"""Findings as they are kept, and as a list shows them."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.drift.compare import Finding
from bot.domain.values import Instant, Value

__all__ = ["PAGE", "DriftList", "DriftState", "StoredFinding"]


PAGE = 5
"""Findings on a page of the list."""


class DriftState(StrEnum):
    """What became of a finding."""

    OPEN = "open"
    MENDING = "mending"
    """A request is to put it right."""
    ACCEPTED = "accepted"
    """An admin has said that it may be as it is."""
    CLEARED = "cleared"
    """It is as agreed again."""
    REPLACED = "replaced"
    """Something else is found in its place."""


class StoredFinding(Value):
    """One finding."""

    id: int
    finding: Finding
    state: DriftState
    found_at: Instant
    request_id: str | None = None
    """The request that is, or was, to put it right."""


class DriftList(Value):
    """A page of them."""

    findings: tuple[StoredFinding, ...]
    total: int
    offset: int = 0
    may_act: bool = True
    """Whether the reader may have them put right or accept them; others only read."""
