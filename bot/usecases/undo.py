"""Keep or undo (J14b): who is asked, and what the answer does. See `domain.keep_or_undo`.

One answer counts, whoever is first. Nothing is taken back without a plan that was made at the click over what
Graph says then; the follow-up request carries it out, checked once more right before the write.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.domain.approval import Decision, NamedApprovers, ResolvedStage, StageSpec, Verdict, involved
from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.keep_or_undo import Choice, answered, names_of
from bot.domain.messages import Template
from bot.domain.people import Actor, PersonRef
from bot.domain.planning import needs
from bot.domain.planning.undoing import undoing
from bot.domain.plans import Plan, Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.values import E164
from bot.domain.views import RequestView
from bot.domain.wishes import SwapWish
from bot.graph.errors import NotFound
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.asking import when_to_write
from bot.usecases.authority import able, asked_lately
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.recheck import why_void
from bot.usecases.refusals import record_refusal
from bot.usecases.reroute import admins_of
from bot.usecases.snapshot import holdings_of, tenant_view

__all__ = ["UndoResult", "ask_admins", "ask_who_may_choose", "choose"]

_MOST_OPEN = 100
_LOSES_NUMBER = "SB-LIC-23"


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The true state after the click, and if the click did not change it, why."""

    view: RequestView
    refusal: Refusal | None = None
    loses: Refusal | None = None
    """What taking back costs, which has to be ticked first: the person's name and number (R20)."""


class _Needed(Conflict):
    """Another request of the person is on its way that counts on these licences."""

    def __init__(self, by: str) -> None:
        super().__init__(f"{by} counts on these licences")
        self.by = by


async def ask_who_may_choose(desk: Desk, request_id: str) -> None:
    """Queue the question for those who may answer it: who approved and still may, or the voice admins.

    Called again it queues nobody's twice. Raises `TransientUpstream`.
    """
    request = await desk.db.read(requests.by_id, request_id)
    if request is None or request.keep_or_undo is None or request.keep_or_undo.answer:
        return
    deciders = {vote.approver.id for vote in _approvals(request)}
    may = [person_id for person_id in sorted(deciders) if await _may_choose(desk, request, person_id)]
    if may:
        await desk.db.transact(_ask, request, may)
    else:
        await ask_admins(desk, request_id)


async def ask_admins(desk: Desk, request_id: str) -> None:
    """The same for the voice admins: where nobody who approved may choose, or he cannot be reached."""
    request = await desk.db.read(requests.by_id, request_id)
    if request is None:
        return
    barred = involved(request.requester.id, request.beneficiary.id)
    people = [one for one in await admins_of(desk) if one not in barred]
    await desk.db.transact(_ask, request, people)


def _ask(tx: Transaction, request: Request, people: list[str]) -> None:
    if request.keep_or_undo is None or request.keep_or_undo.answer:
        return
    stage = request.stages[-1] if request.stages else None
    for person_id in people:
        outbox.enqueue(
            tx,
            Template.UNDO,
            person_id,
            request_id=request.id,
            dedupe_key=f"undo:{request.id}:{person_id}",
            due_at=when_to_write(tx.now, stage) if stage else None,
        )


async def choose(
    desk: Desk, actor: Actor, request_id: str, choice: Choice, known_loss: E164 | None = None
) -> UndoResult:
    """Record the answer of somebody who may give it now; the first one counts.

    `known_loss` is the number that he has ticked to know to be lost. Refused clicks change nothing and are on
    the audit log. Raises `UnknownRequest` for who never decided on it and is no voice admin,
    `TransientUpstream` when the directory or Graph cannot be asked.
    """
    view = await desk.db.read(view_of, request_id)
    code = await _barred(desk, actor, view.request) if view else "SB-APP-02"
    if view is None or code == "SB-APP-02":
        await _refused(desk, actor, request_id, Refusal(code="SB-APP-02"))
        raise UnknownRequest(request_id)
    now = await desk.db.read(lambda tx: tx.now)
    question = view.request.keep_or_undo
    if question is None or not question.open(now):
        code = code or "SB-REQ-58"
    if code:
        return await _unchanged(desk, actor, view, Refusal(code=code, params={"name": actor.name}))
    plan = await _planned(desk, view.request, known_loss) if choice == "undo" else None
    if isinstance(plan, Refusal):
        return await _unchanged(desk, actor, view, plan)
    by = (await desk.graph.person(actor.id)).ref
    try:
        after = await desk.db.transact(_record, view.request, by, plan, desk.policy.version)
    except _Needed as needed:
        refusal = Refusal(code="SB-REQ-61", params={"request": needed.by})
        return await _unchanged(desk, actor, view, refusal)
    except Conflict:
        return await _unchanged(desk, actor, view, Refusal(code="SB-REQ-58"))
    desk.wake()
    return UndoResult(after)


async def _barred(desk: Desk, actor: Actor, request: Request) -> str | None:
    """Why the actor may not choose, as a code: never was to, or may not any more."""
    if await _may_choose(desk, request, actor.id) or await _is_admin(desk, request, actor.id):
        return None
    decided = any(vote.approver.id == actor.id for vote in _approvals(request))
    return "SB-APP-31" if decided else "SB-APP-02"


def _approvals(request: Request) -> tuple[Decision, ...]:
    return tuple(
        vote
        for vote in request.decisions
        if not vote.void and vote.round == request.round and vote.verdict is Verdict.APPROVE
    )


async def _may_choose(desk: Desk, request: Request, person_id: str) -> bool:
    """Whether somebody's own approval would still count (J13d)."""
    votes = [vote for vote in _approvals(request) if vote.approver.id == person_id]
    directory = asked_lately(desk)
    reasons = await asyncio.gather(*(why_void(desk, directory, request, vote) for vote in votes))
    return any(reason is None for reason in reasons)


async def _is_admin(desk: Desk, request: Request, person_id: str) -> bool:
    """A voice admin who neither asked for it nor benefits from it."""
    if person_id in involved(request.requester.id, request.beneficiary.id):
        return False
    directory = asked_lately(desk)
    person, admin = await asyncio.gather(
        directory.person(person_id), directory.belongs(person_id, desk.admin_group)
    )
    return able(person) and admin


async def _planned(desk: Desk, request: Request, known_loss: E164 | None) -> Plan | Refusal:
    question = request.keep_or_undo
    licences = question.licences if question else ()
    wish = _wish(request, licences)
    try:
        holdings, view, now = await asyncio.gather(
            holdings_of(desk, request.beneficiary.id),
            tenant_view(desk, needs(wish)),
            desk.db.read(lambda tx: tx.now),
        )
    except NotFound:
        return Refusal(code="SB-WHO-01")
    return undoing(licences, holdings, view, now, known_loss=known_loss)


def _wish(request: Request, licences: tuple[str, ...]) -> SwapWish:
    """What the follow-up asks for, in the words of the catalogue."""
    names = names_of(licences)[:200]
    return SwapWish(beneficiary_id=request.beneficiary.id, give_up=names, get="", reason=request.id)


def _record(
    tx: Transaction, seen: Request, by: PersonRef, plan: Plan | None, policy_version: str
) -> RequestView:
    request = requests.locked(tx, seen.id)
    question = request.keep_or_undo if request else None
    if request is None or question is None or not question.open(tx.now):
        raise Conflict(seen.id)
    needed_by = _counts_on_them(tx, request) if plan else None
    if needed_by is not None:
        raise _Needed(needed_by)
    follow_up = _begin(tx, request, by, plan, policy_version) if plan else None
    choice: Choice = "undo" if follow_up else "keep"
    saved = requests.save(tx, answered(request, choice, by, follow_up))
    tx.audit(
        f"request.{'undone' if follow_up else 'kept'}",
        by.id,
        saved.id,
        licences=list(question.licences),
        **({"follow_up": follow_up} if follow_up else {}),
    )
    outbox.refresh_copies(tx, saved.id, saved.version)
    _tell(tx, saved, by, choice)
    return whole_view(tx, saved)


def _counts_on_them(tx: Transaction, request: Request) -> str | None:
    """An open request that is to give the person a number, perhaps the very one that failed."""
    mine = requests.of_person(tx, request.beneficiary.id, open_only=True, limit=_MOST_OPEN)
    others = (one for one in mine if one.beneficiary.id == request.beneficiary.id)
    return next((one.id for one in others if one.plan.number_step), None)


def _begin(tx: Transaction, request: Request, by: PersonRef, plan: Plan, policy_version: str) -> str:
    """The request that takes them back: approved by this click, and carried out like any other."""
    question = request.keep_or_undo
    licences = question.licences if question else ()
    stage = ResolvedStage.of(StageSpec(approvers=NamedApprovers(ids=(by.id,))), by)
    follow_up = Request(
        id=requests.new_id(tx),
        version=1,
        state=RequestState.APPROVED,
        requester=request.requester,
        beneficiary=request.beneficiary,
        wish=_wish(request, licences).model_copy(update={"confirms_loss": bool(plan.acknowledge)}),
        plan=plan,
        policy_version=policy_version,
        stages=(stage.model_copy(update={"opened_at": tx.now}),),
        undoes=request.id,
        due_at=tx.now,
        created_at=tx.now,
        updated_at=tx.now,
    )
    requests.insert(tx, follow_up, idempotency_key=f"undo:{request.id}", open_key=None)
    vote = Decision(stage_index=0, approver=by, verdict=Verdict.APPROVE, at=tx.now)
    requests.add_decision(tx, follow_up.id, vote)
    tx.audit(
        "request.approved",
        by.id,
        follow_up.id,
        undoes=request.id,
        beneficiary=request.beneficiary.id,
        plan=plan.model_dump(mode="json"),
        acknowledged=list(plan.acknowledge),
    )
    queue.notify(tx)
    return follow_up.id


def _tell(tx: Transaction, request: Request, by: PersonRef, choice: Choice) -> None:
    """Those it concerns, and those who decided and may have been asked as well."""
    notices = request.outcome.notices if request.outcome else ()
    deciders = (vote.approver.id for vote in _approvals(request))
    for person_id in dict.fromkeys((*request.concerned, *deciders)):
        if person_id == by.id or not notices:
            continue
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=request.id,
            params={**notices[-1].params, "code": notices[-1].code},
            dedupe_key=f"{choice}:{request.id}:{person_id}",
        )


async def _unchanged(desk: Desk, actor: Actor, view: RequestView, refusal: Refusal) -> UndoResult:
    await _refused(desk, actor, view.request.id, refusal)
    current = await desk.db.read(view_of, view.request.id) or view
    if refusal.code == _LOSES_NUMBER:
        return UndoResult(current, loses=refusal)
    return UndoResult(current, refusal)


async def _refused(desk: Desk, actor: Actor, request_id: str, refusal: Refusal) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "undo.refused", actor.id, claimed=request_id[:32], code=refusal.code)
    )
