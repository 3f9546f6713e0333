"""Decide: one approver's click, checked against who he is now, applied exactly once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.aftermath import stopped
from bot.domain.approval import Decision, Seat, Verdict, after_decision, votes_of
from bot.domain.approval.timeline import LOOK_EVERY
from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.requests import Request, RequestState, StepRecord
from bot.domain.tenant import Price
from bot.domain.views import RequestView
from bot.store import confirmations, delegations, last_words, outbox, pools, queue, requests
from bot.store.database import Transaction
from bot.usecases.authority import speaks_with
from bot.usecases.desk import Desk
from bot.usecases.directory import LASTS
from bot.usecases.listing import view_of, whole_view
from bot.usecases.partly import newly_dropped, tell, what_is_left, with_less
from bot.usecases.refusals import record_refusal
from bot.usecases.step_up import ask_for_code, wants_code

__all__ = ["Answer", "Asked", "DecisionResult", "decide"]


@dataclass(frozen=True, slots=True)
class DecisionResult:
    """The true state after the click, whether the click changed it, and if not, why (a code)."""

    view: RequestView
    applied: bool
    refusal: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    """Of the code."""
    needs_code: bool = False
    """The answer is put aside until the approver confirms it with the code that is on its way to him."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an approver says on a card."""

    verdict: Verdict
    comment: str = ""
    acknowledged: Collection[str] = ()
    """Codes that were ticked; those the plan does not ask for are of no effect."""
    dropped: Collection[str] = ()
    """Keys of the parts of the plan that are not approved (`approval.parts`)."""
    ticket: str = ""
    """Of the one-time code that was given for it (`confirm`); never from a card."""


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
    stale = _stale(view.request, actor, asked)
    refusal = Refusal(code=stale) if stale else _malformed(view, answer, desk.facts.prices)
    if refusal:
        return await _unchanged(desk, actor, view, refusal)
    # Who owns a cost centre stands in the policy, which another replica may have put in force just now.
    await desk.policies.look(desk.db)
    seat = await speaks_with(desk, view.request, actor.id)
    if seat is None:
        await desk.db.transact(_look_again, view.request.id, actor.id, asked)
        desk.wake()
        return await _unchanged(desk, actor, view, Refusal(code="SB-APP-02"))
    if wants_code(view.request.stage, answer) and not answer.ticket:
        return await _put_aside(desk, actor, view, answer, asked)
    return await _apply(desk, actor, view, seat, answer, asked)


async def _unchanged(desk: Desk, actor: Actor, view: RequestView, refusal: Refusal) -> DecisionResult:
    """The click is refused: on record, and answered with how things really stand."""
    await _refused(desk, actor, view.request.id, refusal.code)
    current = await desk.db.read(view_of, view.request.id)
    return DecisionResult(current or view, applied=False, refusal=refusal.code, params=refusal.params)


async def _put_aside(
    desk: Desk, actor: Actor, view: RequestView, answer: Answer, asked: Asked
) -> DecisionResult:
    """A risky approval is nothing yet: its approver is sent a code."""
    sent = await desk.db.transact(
        ask_for_code, view.request.id, actor.id, answer, asked.stage_index, asked.round
    )
    if not sent:
        await _refused(desk, actor, view.request.id, "SB-APP-28")
        return DecisionResult(view, applied=False, refusal="SB-APP-28")
    desk.wake()
    return DecisionResult(view, applied=False, needs_code=True)


async def _apply(
    desk: Desk, actor: Actor, view: RequestView, seat: Seat, answer: Answer, asked: Asked
) -> DecisionResult:
    try:
        after = await desk.db.transact(
            _record, view.request.id, actor.id, seat.holder.id, answer, asked, desk.facts.prices
        )
    except Conflict:
        return await _unchanged(desk, actor, view, Refusal(code="SB-APP-03"))
    desk.wake()
    return DecisionResult(after, applied=True)


def _was_asked(request: Request, actor_id: str) -> bool:
    """Also whoever gave up his voice: he may see what became of it."""
    return any(
        person.id == actor_id
        for stage in request.stages
        for seat in stage.seats
        for person in (seat.holder, *(one.person for one in seat.stand_ins))
    )


def _stale(request: Request, actor: Actor, asked: Asked) -> str | None:
    """Why the click comes too late or twice, if it does."""
    if any(vote.approver.id == actor.id for vote in votes_of(request)):
        return "SB-APP-04"
    if request.stage is None or asked != Asked(request.stage_index, request.round):
        return "SB-APP-03"
    return None


def _malformed(view: RequestView, answer: Answer, prices: Sequence[Price]) -> Refusal | None:
    """What is put right on the same card."""
    stage = view.request.stage
    wordless = stage is not None and not answer.comment.strip()
    if answer.verdict is Verdict.REJECT:
        return Refusal(code="SB-APP-05") if wordless and stage and stage.spec.comment_on_reject else None
    if view.request.plan.lacks:
        return Refusal(code="SB-CRE-44", params={"name": view.request.requester.name})
    left = what_is_left(view.request, view.steps, answer.dropped, prices)
    if isinstance(left, Refusal):
        return left
    if not set(left.acknowledge) <= set(answer.acknowledged):
        return Refusal(code="SB-APP-08")
    return Refusal(code="SB-APP-09") if wordless and stage and stage.spec.comment_on_approve else None


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "decision.refused", actor.id, claimed=request_id[:32], code=code)
    )


def _look_again(tx: Transaction, request_id: str, actor_id: str, asked: Asked) -> None:
    """Somebody who was asked may not decide: who may is looked up now, and not at the end of the day.

    Not when that has just been done: clicking on and on must not make work.
    """
    request = requests.locked(tx, request_id)
    stage = request.stage if request else None
    if request is None or stage is None or asked != Asked(request.stage_index, request.round):
        return
    just_done = stage.look_at is None or stage.look_at > tx.now + LOOK_EVERY - LASTS
    if stage.opened_at is None or just_done or not stage.seats_of(actor_id):
        return
    stages = list(request.stages)
    stages[request.stage_index] = stage.model_copy(update={"look_at": tx.now})
    requests.save(tx, request.model_copy(update={"stages": tuple(stages), "due_at": tx.now}))


def _record(
    tx: Transaction,
    request_id: str,
    actor_id: str,
    holder_id: str,
    answer: Answer,
    asked: Asked,
    prices: Sequence[Price],
) -> RequestView:
    """Votes of one stage queue for the row: each is counted, whatever came in between.

    `holder_id` is with whose voice the actor was found to speak; if he may not any more, he looks again.
    """
    if answer.verdict is Verdict.REJECT or answer.dropped:
        # What the request held may go to others, and their line is locked before any request.
        queue.line_lock(tx)
    request = requests.locked(tx, request_id)
    if request is None or request.stage is None or asked != Asked(request.stage_index, request.round):
        raise Conflict(request_id)
    confirmed = wants_code(request.stage, answer)
    if confirmed and not confirmations.spend(
        tx, request_id, actor_id, stage_index=asked.stage_index, asked_round=asked.round, ticket=answer.ticket
    ):
        raise Conflict(request_id)
    decision = _decision(tx, request, actor_id, holder_id, answer)
    if not requests.add_decision(tx, request.id, decision):
        raise Conflict(request_id)
    steps = tuple(requests.steps_of(tx, request.id))
    left = what_is_left(request, steps, decision.dropped, prices)
    if isinstance(left, Refusal):
        # Somebody else has just left out what this needs.
        raise Conflict(request_id)
    saved = _save(tx, after_decision(with_less(tx, request, left), decision), steps)
    _audit(tx, saved, decision, confirmed="code" if confirmed else None)
    tell(tx, saved, decision)
    _follow(tx, request, saved, actor_id)
    return whole_view(tx, saved)


def _decision(tx: Transaction, request: Request, actor_id: str, holder_id: str, answer: Answer) -> Decision:
    """Raises `Conflict` where the actor does not speak with that voice any more."""
    seats = request.stage.seats_of(actor_id) if request.stage else ()
    seat = next((one for one in seats if one.holder.id == holder_id), None)
    if seat is None or not delegations.holds(tx, seat, actor_id, request.wish.kind):
        raise Conflict(request.id)
    return Decision(
        stage_index=request.stage_index,
        round=request.round,
        approver=next(one for one in seat.people if one.id == actor_id),
        instead_of=None if actor_id == holder_id else seat.holder,
        verdict=answer.verdict,
        comment=answer.comment.strip(),
        dropped=newly_dropped(request, answer.dropped) if answer.verdict is Verdict.APPROVE else (),
        at=tx.now,
    )


def _save(tx: Transaction, after: Request, steps: tuple[StepRecord, ...]) -> Request:
    if after.state is RequestState.APPROVED:
        return requests.save(tx, after.model_copy(update={"due_at": tx.now}))
    if after.state is not RequestState.REJECTED:
        return requests.save(tx, after)
    # Others may wait for what this request held.
    queue.give_back(tx, after.id)
    saved = requests.save(tx, stopped(after, steps, RequestState.REJECTED))
    pools.ended(tx, after)
    return saved


def _audit(tx: Transaction, request: Request, decision: Decision, confirmed: str | None) -> None:
    instead_of = decision.instead_of
    agreed = decision.verdict is Verdict.APPROVE
    tx.audit(
        "decision.recorded",
        decision.approver.id,
        request.id,
        stage=decision.stage_index,
        verdict=decision.verdict.value,
        comment=decision.comment,
        acknowledged=list(request.plan.acknowledge) if agreed else [],
        **({"dropped": list(decision.dropped)} if decision.dropped else {}),
        **({"round": decision.round} if decision.round else {}),
        **({"instead_of": instead_of.id} if instead_of else {}),
        **({"confirmed": confirmed} if confirmed else {}),
    )


def _follow(tx: Transaction, before: Request, after: Request, actor_id: str) -> None:
    """What a recorded decision sets in motion: the next stage, the runner, or the end."""
    outbox.refresh_copies(tx, after.id, after.version)
    if after.state is RequestState.APPROVED:
        tx.audit("request.approved", actor_id, after.id)
        queue.notify(tx)
    elif after.ended:
        tx.audit("request.rejected", actor_id, after.id, state=after.state.value)
        last_words.tell(tx, after)
    elif after.stage_index != before.stage_index:
        queue.notify(tx)
