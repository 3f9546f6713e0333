"""Decide: one approver's click, checked against who he is now, applied exactly once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.approval import Decision, Verdict, after_decision, votes_of
from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.people import Actor
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.authority import speaks_with
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.refusals import record_refusal

__all__ = ["Answer", "Asked", "DecisionResult", "decide"]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The true state after the click, whether the click changed it, and if not, why (a code)."""

    view: RequestView
    applied: bool
    refusal: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an approver says on a card."""

    verdict: Verdict
    comment: str = ""
    acknowledged: Collection[str] = ()
    """Codes that were ticked; those the plan does not ask for are of no effect."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which asking a click answers: other votes may come in meanwhile, but not another question."""

    stage_index: int
    round: int


async def decide(desk: Desk, actor: Actor, request_id: str, answer: Answer, asked: Asked) -> DecisionResult:
    """Record the verdict if the actor may, still may, and answers what is asked now.

    Stale, repeated and late clicks change nothing and are answered with the true state. Refused decisions
    are on the audit log. Raises `UnknownRequest` when the actor was never asked about such a
    request, `TransientUpstream` when the directory cannot be asked.
    """
    view = await desk.db.read(view_of, request_id)
    if view is None or not _was_asked(view.request, actor.id):
        await _refused(desk, actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    code = _stale(view.request, actor, asked) or _malformed(view.request, answer)
    seat = None if code else await speaks_with(desk, view.request, actor.id)
    if seat is None:
        code = code or "SB-APP-02"
    if code or seat is None:
        await _refused(desk, actor, request_id, code or "SB-APP-02")
        current = await desk.db.read(view_of, request_id)
        return DecisionResult(current or view, applied=False, refusal=code)
    return await _apply(desk, actor, view, answer, asked)


async def _apply(desk: Desk, actor: Actor, view: RequestView, answer: Answer, asked: Asked) -> DecisionResult:
    try:
        after = await desk.db.transact(_record, view.request.id, actor.id, answer, asked)
    except Conflict:
        await _refused(desk, actor, view.request.id, "SB-APP-03")
        current = await desk.db.read(view_of, view.request.id)
        return DecisionResult(current or view, applied=False, refusal="SB-APP-03")
    desk.wake()
    return DecisionResult(after, applied=True)


def _was_asked(request: Request, actor_id: str) -> bool:
    return any(person.id == actor_id for stage in request.stages for person in stage.approvers)


def _stale(request: Request, actor: Actor, asked: Asked) -> str | None:
    """Why the click comes too late or twice, if it does."""
    if any(vote.approver.id == actor.id for vote in votes_of(request)):
        return "SB-APP-04"
    if request.stage is None or asked != Asked(request.stage_index, request.round):
        return "SB-APP-03"
    return None


def _malformed(request: Request, answer: Answer) -> str | None:
    stage = request.stage
    if answer.verdict is Verdict.APPROVE:
        return None if set(request.plan.acknowledge) <= set(answer.acknowledged) else "SB-APP-08"
    must_say_why = stage is not None and stage.spec.comment_on_reject
    return "SB-APP-05" if must_say_why and not answer.comment.strip() else None


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "decision.refused", actor.id, claimed=request_id[:32], code=code)
    )


def _record(tx: Transaction, request_id: str, actor_id: str, answer: Answer, asked: Asked) -> RequestView:
    """Votes of one stage queue for the row: each is counted, whatever came in between."""
    if answer.verdict is Verdict.REJECT:
        # What the request held may go to others, and their line is locked before any request.
        queue.line_lock(tx)
    request = requests.locked(tx, request_id)
    if request is None or request.stage is None or asked != Asked(request.stage_index, request.round):
        raise Conflict(request_id)
    seats = request.stage.seats_of(actor_id)
    if not seats:
        raise Conflict(request_id)
    approver = next(one for one in seats[0].people if one.id == actor_id)
    decision = Decision(
        stage_index=request.stage_index,
        round=request.round,
        approver=approver,
        instead_of=None if approver == seats[0].holder else seats[0].holder,
        verdict=answer.verdict,
        comment=answer.comment.strip(),
        at=tx.now,
    )
    if not requests.add_decision(tx, request.id, decision):
        raise Conflict(request_id)
    after = after_decision(request, decision)
    if after.state is RequestState.APPROVED:
        after = after.model_copy(update={"due_at": tx.now})
    elif after.state is RequestState.REJECTED:
        # Others may wait for what this request held.
        queue.give_back(tx, request.id)
    saved = requests.save(tx, after)
    tx.audit(
        "decision.recorded",
        actor_id,
        request.id,
        stage=decision.stage_index,
        verdict=answer.verdict.value,
        comment=decision.comment,
        acknowledged=list(request.plan.acknowledge) if answer.verdict is Verdict.APPROVE else [],
    )
    _follow(tx, request, saved, actor_id)
    return RequestView(request=saved, steps=tuple(requests.steps_of(tx, saved.id)))


def _follow(tx: Transaction, before: Request, after: Request, actor_id: str) -> None:
    """What a recorded decision sets in motion: the next stage, the runner, or the end."""
    outbox.refresh_copies(tx, after.id, after.version)
    if after.state is RequestState.APPROVED:
        tx.audit("request.approved", actor_id, after.id)
        queue.notify(tx)
    elif after.state is RequestState.REJECTED:
        tx.audit("request.rejected", actor_id, after.id)
        outbox.enqueue_outcome(tx, after)
    elif after.stage_index != before.stage_index:
        queue.notify(tx)
