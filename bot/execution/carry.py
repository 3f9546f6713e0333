"""Carrying a request through its steps, as far as it goes now."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from bot.domain.errors import (
    Conflict,
    LeaseLost,
    Misconfigured,
    Throttled,
    TransientUpstream,
    UpstreamRefused,
)
from bot.domain.plans import Notice, Notify
from bot.domain.requests import RequestState, StepState
from bot.execution import ending, journal
from bot.execution.failures import notice_of
from bot.execution.journey import Journey, StepWork
from bot.execution.protocol import advance, refuse
from bot.execution.readings import Refused
from bot.execution.steps import handler_of
from bot.graph.errors import Forbidden
from bot.store.database import STORE_FAILURE

__all__ = ["carry_on"]

_PATIENCE = 3
"""Times in a row Graph may ask for a pause before people see that the request waits for it."""

log = logging.getLogger(__name__)


async def carry_on(journey: Journey) -> None:
    """Do what can be done now; afterwards the request has ended, or has a due time.

    Raises `LeaseLost` when another replica may own it, `Conflict` when somebody else changed it, and
    `STORE_FAILURE` when nothing can be recorded.
    """
    transact = journey.bench.db.transact
    if journey.request.state is RequestState.APPROVED:
        journey.request = await transact(journal.begin, journey.request, journey.lease.token)
    for index, step in enumerate(journey.request.plan.steps):
        if isinstance(step, Notify) or journey.record(index).state is StepState.DONE:
            continue
        if not await _advance(StepWork(journey, index, step)) or journey.lease.winding_down:
            return
    await transact(ending.complete, journey.request, journey.lease.token)


async def _advance(work: StepWork[Any]) -> bool:
    """One step; whatever goes wrong ends in a due time, or in the request's end."""
    try:
        return await _advance_or_refuse(work)
    except (LeaseLost, Conflict, *STORE_FAILURE):
        raise
    except Throttled as error:
        await _throttled(work, error)
    except (TransientUpstream, Misconfigured, Forbidden) as error:
        await _out_of_reach(work, error)
    except Exception:
        log.exception("%s: step %s broke", work.request.id, work.index)
        await work.store(journal.strike, work.bench.business(work.bench.pace.trouble))
    return False


async def _advance_or_refuse(work: StepWork[Any]) -> bool:
    try:
        return await advance(work, handler_of(work.step))
    except Forbidden:
        # Somebody can grant what is missing, and until then nothing is lost.
        raise
    except UpstreamRefused as error:
        await refuse(work, Refused(notice_of(error, work.user_name), alert=True, outcome="unknown"))
        return False


async def _throttled(work: StepWork[Any], error: Throttled) -> None:
    journey = work.journey
    journey.failures += 1
    pause = work.bench.business(timedelta(seconds=error.retry_after))
    if journey.failures < _PATIENCE:
        await work.store(journal.throttled, pause, journey.failures)
    else:
        await work.store(journal.out_of_reach, pause, journey.failures, Notice(code="SB-UP-01"))


async def _out_of_reach(work: StepWork[Any], error: TransientUpstream | Misconfigured | Forbidden) -> None:
    journey, pauses = work.journey, work.bench.pace.upstream
    log.warning("%s: Graph is out of reach: %s", work.request.id, error)
    pause = work.bench.business(pauses[min(journey.failures, len(pauses) - 1)])
    journey.failures += 1
    await work.store(journal.out_of_reach, pause, journey.failures, _reason(work, error))


def _reason(work: StepWork[Any], error: Exception) -> Notice:
    if isinstance(error, Forbidden):
        return notice_of(error, work.user_name)
    return Notice(code="SB-UP-01")
