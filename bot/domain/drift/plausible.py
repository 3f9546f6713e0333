"""Whether what Graph shows can be what happened, or is rather a failure of its own."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.drift.compare import DriftKind, Finding

__all__ = ["missing_at_once"]

_FEW = 20
"""So many may leave, or be moved, in one day."""
_SHARE = 4
"""A fourth of everybody is more than that ever happens to."""


def missing_at_once(found: Sequence[Finding], people: int) -> int:
    """How many people's accounts or numbers are not there at all, where that is too many to believe; else 0.

    A directory that answers in part, a permission that was taken away or another tenant look like this.
    """
    gone = {one.person.id for one in found if _is_missing(one)}
    return len(gone) if len(gone) > max(_FEW, people // _SHARE) else 0


def _is_missing(finding: Finding) -> bool:
    absent = finding.kind is DriftKind.NUMBER_GONE and finding.seen.startswith("absent")
    return absent or finding.kind is DriftKind.ACCOUNT_GONE
