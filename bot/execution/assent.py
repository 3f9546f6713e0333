"""Nothing is carried out before everybody who approved it was looked up once more."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.errors import Misconfigured, Throttled, TransientUpstream
from bot.domain.requests import Request
from bot.execution.journey import Journey
from bot.graph.errors import Forbidden
from bot.store import queue
from bot.store.database import Transaction

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
    except Throttled as error:
        await _wait(journey, timedelta(seconds=error.retry_after))
        return False
    except (TransientUpstream, Misconfigured, Forbidden) as error:
        log.warning("%s: who approved it cannot be looked up: %s", journey.request.id, error)
        pauses = journey.bench.pace.upstream
        await _wait(journey, pauses[min(journey.failures, len(pauses) - 1)])
        return False
    if request is None:
        return False
    journey.request = request
    return True


async def _wait(journey: Journey, pause: timedelta) -> None:
    journey.failures += 1

    def later(tx: Transaction) -> None:
        request, due_at = journey.request, tx.now + journey.bench.business(pause)
        queue.park(tx, request.id, request.version, journey.lease.token, due_at)
        queue.set_failures(tx, request.id, journey.failures)

    await journey.bench.db.transact(later)
