"""How long a request waits for Graph, and what people see of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import Misconfigured, Throttled, TransientUpstream
from bot.domain.plans import Notice
from bot.execution.failures import notice_of
from bot.execution.journey import Journey
from bot.graph.errors import Forbidden

__all__ = ["OUT_OF_REACH", "OutOfReach", "patience"]

_PATIENCE = 3
"""Times in a row Graph may ask for a pause before people see that the request waits for it."""

OUT_OF_REACH = (TransientUpstream, Misconfigured, Forbidden)
"""What says nothing about the request: Graph is away, or somebody can grant what is missing."""


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """What follows from Graph being out of reach once more."""

    pause: timedelta
    """Business time until it is asked again."""
    notice: Notice | None
    """What people see; None while a little patience is all it takes."""


def patience(journey: Journey, error: TransientUpstream | Misconfigured | Forbidden) -> OutOfReach:
    """The next pause, after `journey.failures` others in a row."""
    if isinstance(error, Throttled):
        pause = timedelta(seconds=error.retry_after)
        notice = None if journey.failures + 1 < _PATIENCE else Notice(code="SB-UP-01")
    else:
        pauses = journey.bench.pace.upstream
        pause = pauses[min(journey.failures, len(pauses) - 1)]
        notice = _reason(journey, error)
    return OutOfReach(journey.bench.business(pause), notice)


def _reason(journey: Journey, error: TransientUpstream | Misconfigured | Forbidden) -> Notice:
    if isinstance(error, Forbidden):
        return notice_of(error, journey.request.beneficiary.name)
    return Notice(code="SB-UP-01")
