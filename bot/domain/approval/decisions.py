"""One approver's recorded verdict."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.people import PersonRef
from bot.domain.values import Instant, Value

__all__ = ["Decision", "Verdict"]


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class Decision(Value):
    """What one person said on one stage; never deleted, but it may become void."""

    stage_index: int
    round: int = 0
    """Which asking it answers: a request that is edited, or has to be confirmed, is asked about anew."""
    approver: PersonRef
    instead_of: PersonRef | None = None
    """With whose voice, where it was not the approver's own."""
    verdict: Verdict
    comment: str = ""
    dropped: tuple[str, ...] = ()
    """Parts of the plan that were not approved (`approval.parts`)."""
    at: Instant
    void: str = ""
    """Why it does not count any more, as a code."""
