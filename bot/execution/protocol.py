"""The one way every step is done: read; not there yet -> record the intent -> act once -> read.

After a crash, a lost reply or a 5xx it begins again at read. Nothing is ever sent blindly a second time:
a write whose fate is unknown is looked for, several times over a settling time, before another is
intended.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from bot.domain.aftermath import past_return
from bot.domain.errors import Bug, Throttled, TransientUpstream, UnknownOutcome, UpstreamRefused
from bot.domain.plans import Notice, Step
from bot.domain.requests import StepState
from bot.domain.tasks import Audience
from bot.execution import ending, handing_out, journal, pausing, records
from bot.execution.failures import facts_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace, after
from bot.execution.precheck import precheck
from bot.execution.readings import (
    Act,
    Alert,
    Blocked,
    Holds,
    Lost,
    Missing,
    Parked,
    Proposal,
    Reading,
    Refused,
    Underway,
)
from bot.graph.errors import ConcurrentWrite
from bot.store import queue

__all__ = ["StepHandler", "advance", "refuse"]

S = TypeVar("S", bound=Step)


class StepHandler(Protocol[S]):
    """What one kind of step knows. Handlers keep no state: everything is in the record and in Graph."""

    def settle(self, pace: Pace) -> timedelta:
        """How long a write that got no answer may still show up."""
        ...

    async def read(self, work: StepWork[S]) -> Reading:
        """Whether the wanted state holds, by Graph's word alone. Raises `TransientUpstream`."""
        ...

    async def propose(self, work: StepWork[S]) -> Proposal:
        """Look at everything the write depends on. Raises `TransientUpstream`."""
        ...

    def refused(self, work: StepWork[S], error: UpstreamRefused) -> Reading:
        """What a refusal of the write means."""
        ...


async def advance(work: StepWork[Any], handler: StepHandler[Any]) -> bool:
    """Bring a step as far as it gets now; true when it is done and the next one may begin.

    Raises `LeaseLost` and `Conflict` with nothing stored, `TransientUpstream` when Graph is out of reach.
    """
    if records.bugs(work.record) >= work.bench.pace.most_strikes:
        return await _settle(work, _dead_letter(work))
    if records.has_open_write(work.record):
        # Whoever sent it, or meant to, did not live to say what came back.
        await work.store(journal.conclude, records.UNKNOWN, {}, {"error": "no answer on record"})
    reading = await handler.read(work)
    while isinstance(reading, Missing | Lost):
        reading = await _pursue(work, handler, reading)
    return await _settle(work, reading)


async def _pursue(work: StepWork[Any], handler: StepHandler[Any], reading: Missing | Lost) -> Reading:
    """The wanted state is not there: wait for the last write to show, or make another."""
    pace = work.bench.pace
    if isinstance(reading, Missing):
        await _alert(work, reading.alert)
    if isinstance(reading, Lost):
        lost = records.choices_lost(work.record) + 1
        await work.store(journal.let_go, reading)
        if lost >= pace.most_numbers:
            return Refused(reading.notice)
    elif work.record.state is StepState.INTENDED:
        pause = _until_settled(work, handler)
        if pause is not None:
            return Underway(pause)
        await work.store(journal.resolve_missing)
    if records.strikes(work.record) >= pace.most_strikes:
        return _dead_letter(work)
    if (
        await work.bench.db.read(queue.asked_to_stop, work.request.id)
        and past_return(work.request.plan, work.journey.records.values()) is None
    ):
        # Withdrawn meanwhile: due as it is, and ended by the next one who takes it up.
        return Parked()
    if work.journey.lease.winding_down:
        # Due as it is; the next replica, or this one after its restart, goes on here.
        return Parked()
    return await _write(work, handler)


def _until_settled(work: StepWork[Any], handler: StepHandler[Any]) -> timedelta | None:
    """How long to wait for the next look at an open write; None when it has had time enough."""
    pace, record = work.bench.pace, work.record
    accepted = records.result_of(record) == records.DONE
    settle = pace.settle_done if accepted else handler.settle(pace)
    age = records.age(record, work.now)
    if age < settle:
        return after(pace.looks, age, pace.looks[-1])
    # After an outage it is old enough but nobody has looked: do not let its age stretch the pauses.
    looks = records.looks(record)
    return None if looks >= pace.least_looks else pace.looks[min(looks, len(pace.looks) - 1)]


def _dead_letter(work: StepWork[Any]) -> Refused:
    attempts = str(max(work.record.attempts, records.bugs(work.record)))
    return Refused(Notice(code="SB-UP-04", params={"attempts": attempts}), alert=True)


async def _write(work: StepWork[Any], handler: StepHandler[Any]) -> Reading:
    refusal = None if work.journey.wrote else await precheck(work)
    if refusal is not None:
        return Refused(Notice(code=refusal.code, params=refusal.params))
    # A process that was frozen finds out here rather than after more questions to Graph.
    work.journey.lease.check()
    proposal = await handler.propose(work)
    stored, decision = await work.bench.db.transact(
        pausing.propose, work.place, proposal, work.bench.facts.approval_days, work.bench.pace.stock
    )
    work.take(stored)
    match decision:
        case Act():
            return await _send(work, handler, decision)
        case Blocked():
            return Parked(decision.alert, decision.task)
        case Parked() | Refused():
            return decision


async def _send(work: StepWork[Any], handler: StepHandler[Any], act: Act) -> Reading:
    """Send it once. Whatever goes wrong in our own code leaves the write open, for a read to resolve."""
    client_request_id = records.client_request_id(work.record.detail["intent"])
    try:
        sent = await act.send(work.journey.lease.check, client_request_id)
    except UnknownOutcome as error:
        await work.store(journal.conclude, records.UNKNOWN, {}, facts_of(error))
    except (TransientUpstream, UpstreamRefused) as error:
        await work.store(journal.write_failed, facts_of(error))
        return _not_applied(work, handler, error)
    else:
        facts = {"graph_request_id": sent.request_id}
        await work.store(journal.conclude, records.DONE, sent.detail, facts)
    return await _look_again(work, handler)


def _not_applied(
    work: StepWork[Any], handler: StepHandler[Any], error: TransientUpstream | UpstreamRefused
) -> Reading:
    match error:
        case UpstreamRefused():
            return handler.refused(work, error)
        case Throttled():
            return Underway(work.bench.business(timedelta(seconds=error.retry_after)))
        case ConcurrentWrite():
            return Underway(work.bench.business(work.bench.pace.clash))
        case _:
            raise error


async def _look_again(work: StepWork[Any], handler: StepHandler[Any]) -> Reading:
    """Read right after a write; most effects show within a second or two."""
    reading = await handler.read(work)
    for pause in work.bench.pace.quick_looks:
        if not isinstance(reading, Missing | Underway):
            break
        await asyncio.sleep(pause)
        reading = await handler.read(work)
    return reading


async def _settle(work: StepWork[Any], reading: Reading) -> bool:
    """Store what was found; true when the step is done."""
    match reading:
        case Holds():
            await work.store(journal.step_done, reading)
            return True
        case Underway():
            await work.store(journal.rest, reading)
        case Blocked():
            await work.store(journal.wait, reading)
            await _call_people(work, reading)
        case Parked():
            await _call_people(work, reading)
        case Refused():
            await refuse(work, reading)
        case Missing() | Lost():
            raise Bug(f"{reading} left over")
    return False


async def refuse(work: StepWork[Any], refused: Refused) -> None:
    """End the request at this step. The admins hear of it first: a crash in between repeats that, only."""
    notice = refused.notice
    if refused.alert:
        await _alert(work, Alert(notice, f"{work.request.id}:{notice.code}"))
    work.journey.request = await work.bench.db.transact(ending.fail, work.place, refused)


async def _call_people(work: StepWork[Any], waiting: Blocked | Parked) -> None:
    """Send what the wait has for the admins. It is sent at every look, and arrives once."""
    await _alert(work, waiting.alert)
    if waiting.task is not None:
        asked = await work.bench.members(waiting.task.audience)
        await work.bench.db.transact(handing_out.send, work.place, waiting.task, asked)


async def _alert(work: StepWork[Any], alert: Alert | None) -> None:
    if alert is not None:
        told = await _hearers(work, alert.audience)
        await work.bench.db.transact(journal.tell_admins, work.request.id, alert, told)


async def _hearers(work: StepWork[Any], audience: Audience) -> Sequence[str]:
    if audience is Audience.VOICE_ADMINS:
        return await work.bench.admins()
    return await work.bench.members(audience)
