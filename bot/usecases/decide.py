"""Decide: one approver's click, checked against who he is now, applied exactly once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.domain.approval import Decision, Verdict, after_decision
from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.people import Actor, PersonRef
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.refusals import record_refusal
from bot.usecases.routing import still_entitled
from bot.usecases.submit import ask_stage

__all__ = ["Answer", "DecisionResult", "decide"]


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


async def decide(desk: Desk, actor: Actor, request_id: str, answer: Answer, version: int) -> DecisionResult:
    """Record the verdict if the actor may, still may, and looks at the current state.

    Stale, repeated and late clicks change nothing and are answered with the true state. Refused decisions
    are on the audit log. Raises `UnknownRequest` when the actor was never asked about such a
    request, `TransientUpstream` when the directory cannot be asked.
    """
    view = await desk.db.read(view_of, request_id)
    if view is None or not _was_asked(view.request, actor.id):
        await _refused(desk, actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    code = _stale(view.request, actor, version) or _malformed(view.request, answer)
    if code is None and not await _may_decide(desk, actor, view.request):
        code = "SB-APP-02"
    if code:
        await _refused(desk, actor, request_id, code)
        current = await desk.db.read(view_of, request_id)
        return DecisionResult(current or view, applied=False, refusal=code)
    return await _apply(desk, actor, view, answer)


async def _apply(desk: Desk, actor: Actor, view: RequestView, answer: Answer) -> DecisionResult:
    try:
        after = await desk.db.transact(_record, view.request, actor.id, answer)
    except Conflict:
        await _refused(desk, actor, view.request.id, "SB-APP-03")
        current = await desk.db.read(view_of, view.request.id)
        return DecisionResult(current or view, applied=False, refusal="SB-APP-03")
    desk.wake()
    return DecisionResult(after, applied=True)


def _was_asked(request: Request, actor_id: str) -> bool:
    return any(person.id == actor_id for stage in request.stages for person in stage.approvers)


def _stale(request: Request, actor: Actor, version: int) -> str | None:
    """Why the click comes too late or twice, if it does."""
    if any(
        decision.approver.id == actor.id and decision.stage_index == request.stage_index
        for decision in request.decisions
    ):
        return "SB-APP-04"
    if request.stage is None or version != request.version:
        return "SB-APP-03"
    return None


def _malformed(request: Request, answer: Answer) -> str | None:
    stage = request.stage
    if answer.verdict is Verdict.APPROVE:
        return None if set(request.plan.acknowledge) <= set(answer.acknowledged) else "SB-APP-08"
    must_say_why = stage is not None and stage.spec.comment_on_reject
    return "SB-APP-05" if must_say_why and not answer.comment.strip() else None


async def _may_decide(desk: Desk, actor: Actor, request: Request) -> bool:
    stage = request.stage
    if stage is None or actor.id in (request.requester.id, request.beneficiary.id):
        return False
    if all(person.id != actor.id for person in stage.approvers):
        return False
    return await still_entitled(desk, stage, actor.id, request.beneficiary.id)


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "decision.refused", actor.id, claimed=request_id[:32], code=code)
    )


def _record(tx: Transaction, seen: Request, actor_id: str, answer: Answer) -> RequestView:
    request = requests.by_id(tx, seen.id)
    if request is None or request.version != seen.version or request.stage is None:
        raise Conflict(seen.id)
    decision = Decision(
        stage_index=request.stage_index,
        approver=_approver(request, actor_id),
        verdict=answer.verdict,
        comment=answer.comment.strip(),
        at=tx.now,
    )
    if not requests.add_decision(tx, request.id, decision):
        raise Conflict(seen.id)
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


def _approver(request: Request, actor_id: str) -> PersonRef:
    stage = request.stages[request.stage_index]
    return next(person for person in stage.approvers if person.id == actor_id)


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
        ask_stage(tx, after)
