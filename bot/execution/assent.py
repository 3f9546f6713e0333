"""Nothing is carried out before everybody who approved it was looked up once more.

While Graph cannot be asked, an approved request stays approved, says what it waits for, and is looked at
again.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.requests import Request
from bot.execution import journal
from bot.execution.journey import Journey
from bot.execution.patience import OUT_OF_REACH, OutOfReach, patience

__all__ = ["Approval", "confirmed"]


@dataclass(frozen=True, slots=True)
class Approval:
    """What the runner leaves to whoever knows about approving."""

    tend: Callable[[str], Awaitable[None]]
    """Does what time does to a request that waits for approval."""
    confirm: Callable[[Request, str], Awaitable[Request | None]]
    """Looks, for the holder of a lease token, whether an approved request still is: the request as it may be
    carried out, or None. Raises what Graph raises when it cannot be asked."""


log = logging.getLogger(__name__)


async def confirmed(journey: Journey, approval: Approval) -> bool:
    """Whether the approved request may be begun now. If that cannot be found out, it waits, unchecked never.

    Raises `Conflict` and `LeaseLost`.
    """
    try:
        request = await approval.confirm(journey.request, journey.lease.token)
    except OUT_OF_REACH as error:
        log.warning("%s: who approved it cannot be looked up: %s", journey.request.id, error)
        await _wait(journey, patience(journey, error))
        return False
    if request is None:
        return False
    journey.request = request
    return True


async def _wait(journey: Journey, patience: OutOfReach) -> None:
    journey.failures += 1
    journey.request = await journey.bench.db.transact(
        journal.unchecked,
        journey.request,
        journey.lease.token,
        patience.pause,
        journey.failures,
        patience.notice,
    )
