"""How a request ends: done, partly done or failed, and everybody is told."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.aftermath import changed, gave_licences, past_return, what_stays, withdrawn
from bot.domain.keep_or_undo import asking
from bot.domain.plans import AssignNumber, Notice, NoticeLevel, Notify, Step
from bot.domain.requests import Outcome, Request, RequestState, StepRecord, StepState
from bot.execution import journal, records
from bot.execution.journey import Place
from bot.execution.readings import Refused
from bot.store import last_words, outbox, pools, queue, requests
from bot.store.database import Transaction

__all__ = ["complete", "fail", "stop"]


def complete(tx: Transaction, request: Request, token: str) -> Request:
    """Every step was read back."""
    queue.give_back(tx, request.id)
    saved = _end(tx, request, token, RequestState.DONE, ())
    for index, step in enumerate(request.plan.steps):
        if isinstance(step, Notify):
            record = records.done(StepRecord(index=index, kind=step.kind), {}, tx.now)
            requests.save_step(tx, request.id, record)
    return saved


def fail(tx: Transaction, place: Place, refused: Refused) -> Request:
    """One step cannot be done. What was done before stays, and is said (never a silent roll-back)."""
    request, record, notice = place.request, place.record, refused.notice
    queue.give_back(tx, request.id)
    journal.resolve(tx, place, refused.outcome)
    steps = requests.steps_of(tx, request.id)
    kept = changed(request.plan, steps)
    state = RequestState.PARTLY_DONE if kept else RequestState.FAILED
    saved = _end(tx, request, place.token, state, (notice, *_given(request, kept), *what_stays(kept)), steps)
    requests.save_step(tx, request.id, records.failed(record, notice.code, tx.now))
    tx.audit(
        "step.failed",
        journal.SWITCHBOARD,
        request.id,
        step=record.index,
        kind=record.kind,
        code=notice.code,
        params=notice.params,
    )
    return saved


def stop(tx: Transaction, request: Request, token: str) -> Request | None:
    """End a request that was withdrawn while a change was on its way, now that it is made (J14b).

    None when there is nothing of the kind, or when it can only go on to its end by now.
    """
    if not queue.asked_to_stop(tx, request.id):
        return None
    steps = requests.steps_of(tx, request.id)
    on_its_way = any(step.state is StepState.INTENDED for step in steps)
    if on_its_way or past_return(request.plan, steps):
        return None
    queue.give_back(tx, request.id)
    saved = requests.save(tx, asking(withdrawn(request, steps), steps, tx.now), lease_token=token)
    pools.ended(tx, request)
    tx.audit("request.withdrawn", request.requester.id, saved.id, state=saved.state.value)
    outbox.refresh_copies(tx, saved.id, saved.version)
    last_words.tell(tx, saved)
    last_words.ask_keep_or_undo(tx, saved)
    return saved


def _given(request: Request, kept: tuple[Step, ...]) -> tuple[Notice, ...]:
    """The licences that stay; most often they were for a number that did not follow."""
    products = gave_licences(kept)
    if not products:
        return ()
    if request.plan.number_step and not any(isinstance(step, AssignNumber) for step in kept):
        return (Notice(code="SB-REQ-07", level=NoticeLevel.WARN),)
    params = {"products": ", ".join(products)}
    return (Notice(code="SB-REQ-47", level=NoticeLevel.WARN, params=params),)


def _end(
    tx: Transaction,
    request: Request,
    token: str,
    state: RequestState,
    notices: tuple[Notice, ...],
    steps: Iterable[StepRecord] = (),
) -> Request:
    """`steps`: what was done of a request that has not come to its end."""
    number = request.outcome.telephone_number if request.outcome else None
    ended = request.model_copy(
        update={
            "state": state,
            "waiting": None,
            "outcome": Outcome(notices=notices, telephone_number=number),
        }
    )
    saved = requests.save(tx, asking(ended, steps, tx.now), lease_token=token)
    pools.ended(tx, request)
    codes = [notice.code for notice in notices]
    tx.audit(f"request.{state.value}", journal.SWITCHBOARD, request.id, codes=codes, number=number)
    outbox.refresh_copies(tx, saved.id, saved.version)
    last_words.tell(tx, saved)
    last_words.tell_deciders(tx, saved)
    last_words.ask_keep_or_undo(tx, saved)
    return saved
