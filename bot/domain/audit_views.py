"""What people see of the audit log: entries about something, a page at a time."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.values import Instant, Value

__all__ = ["AboutKind", "AuditLine", "AuditPage", "AuditSearch", "AuditWhich"]


class AboutKind(StrEnum):
    """What the entries are about."""

    REQUEST = "request"
    PERSON = "person"
    NUMBER = "number"


class AuditWhich(StrEnum):
    """Which of them are shown."""

    ALL = "all"
    DECISIONS = "decisions"
    """Asking and deciding."""
    CHANGES = "changes"
    """What was done in Microsoft 365, by the service or by hand."""
    REFUSALS = "refusals"
    """What somebody tried and was not allowed."""

    def has(self, action: str) -> bool:
        """Whether an entry of this action belongs to it."""
        if self is AuditWhich.REFUSALS:
            return action.endswith(".refused")
        return self is AuditWhich.ALL or action.split(".")[0] in _FAMILIES[self]


_FAMILIES = {
    AuditWhich.DECISIONS: frozenset(
        {"approval", "confirmation", "decision", "delegation", "number", "request", "stage"}
    ),
    AuditWhich.CHANGES: frozenset({"graph", "step", "task"}),
}


class AuditSearch(Value):
    """What is looked for."""

    kind: AboutKind
    key: str
    """Id of the request, object id of the person, or the number as E.164."""
    which: AuditWhich = AuditWhich.ALL
    newest_first: bool = False
    offset: int = 0


class AuditLine(Value):
    """One entry."""

    seq: int
    at: Instant
    who: str
    """Name of whoever acted, as far as the directory knows it; else what the entry says."""
    action: str
    request_id: str | None
    details: str
    """What it says besides, cut to what fits on a card."""


class AuditPage(Value):
    """A page of entries."""

    search: AuditSearch
    name: str
    """What they are about, to be read."""
    lines: tuple[AuditLine, ...]
    total: int
