"""Carrying a request through its steps, as far as it goes now."""

from __future__ import annotations

import logging
from typing import Any

from bot.domain.errors import Conflict, LeaseLost, UpstreamRefused
from bot.domain.plans import Notify
from bot.domain.requests import RequestState, StepState
from bot.execution import ending, journal
from bot.execution.failures import notice_of
from bot.execution.journey import Journey, StepWork
from bot.execution.patience import OUT_OF_REACH, OutOfReach, patience
from bot.execution.protocol import advance, refuse
from bot.execution.readings import Refused
from bot.execution.steps import handler_of
from bot.graph.errors import Forbidden
from bot.store import queue
from bot.store.database import STORE_FAILURE

__all__ = ["carry_on"]

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
        if await _stops(journey):
            return
        if not await _advance(StepWork(journey, index, step)) or journey.lease.winding_down:
            return
    await transact(ending.complete, journey.request, journey.lease.token)


async def _stops(journey: Journey) -> bool:
    """Whether somebody withdrew it while the last change was on its way, so that it has ended now."""
    transact = journey.bench.db.transact
    if not await journey.bench.db.read(queue.asked_to_stop, journey.request.id):
        return False
    ended = await transact(ending.stop, journey.request, journey.lease.token)
    journey.request = ended or journey.request
    return ended is not None


async def _advance(work: StepWork[Any]) -> bool:
    """One step; whatever goes wrong ends in a due time, or in the request's end."""
    try:
        return await _advance_or_refuse(work)
    except (LeaseLost, Conflict, *STORE_FAILURE):
        raise
    except OUT_OF_REACH as error:
        log.warning("%s: Graph is out of reach: %s", work.request.id, error)
        await _wait(work, patience(work.journey, error))
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


async def _wait(work: StepWork[Any], patience: OutOfReach) -> None:
    work.journey.failures += 1
    failures = work.journey.failures
    if patience.notice is None:
        await work.store(journal.throttled, patience.pause, failures)
    else:
        await work.store(journal.out_of_reach, patience.pause, failures, patience.notice)
