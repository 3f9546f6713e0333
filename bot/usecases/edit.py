"""Change what was asked for while it waits for approval: the same request, asked about anew."""

from __future__ import annotations

from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.remarks import MOST, RemarkKind
from bot.domain.requests import Request
from bot.domain.sameness import same_thing
from bot.domain.views import RequestView
from bot.domain.wishes import Wish
from bot.store import outbox, queue, remarks, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.preview import Prepared, prepare
from bot.usecases.refusals import record_refusal
from bot.usecases.routing import still_holds
from bot.usecases.submit import reserve

__all__ = ["edit", "editable"]

_TRIES = 5


async def editable(desk: Desk, actor: Actor, request_id: str) -> RequestView | Refusal:
    """The actor's own request, while it may be changed; or why not. Raises `UnknownRequest`."""
    view = await desk.db.read(view_of, request_id)
    if view is None or view.request.requester.id != actor.id:
        await _refused(desk, actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    obstacle = _obstacle(view)
    if obstacle:
        await _refused(desk, actor, request_id, obstacle.code)
    return obstacle or view


async def edit(desk: Desk, actor: Actor, request_id: str, wish: Wish) -> Request | Refusal:
    """Replace wish and plan of the request, and ask its people anew; or why that cannot be.

    Votes there are stay on record and do not count any more. Raises `UnknownRequest` for anybody but the
    requester, `TransientUpstream` when Graph cannot be asked, `Conflict` when stock keeps moving.
    """
    for _ in range(_TRIES):
        view = await editable(desk, actor, request_id)
        if isinstance(view, Refusal):
            return view
        if wish == view.request.wish:
            return view.request
        found: Prepared | Refusal = Refusal(code="SB-REQ-49")
        if (wish.kind, wish.beneficiary_id) == (view.request.wish.kind, view.request.wish.beneficiary_id):
            found = await prepare(desk, actor, wish, anew=request_id)
        if isinstance(found, Refusal):
            await _refused(desk, actor, request_id, found.code)
            return found
        try:
            after = await desk.db.transact(_replace, actor, view.request, found)
        except Conflict:
            # Decided, or something the plan counts on was taken, meanwhile: the next look tells.
            continue
        desk.wake()
        return after
    raise Conflict(f"{request_id} keeps changing")


def _obstacle(view: RequestView) -> Refusal | None:
    if view.request.stage is None or view.steps:
        return Refusal(code="SB-APP-68", params={"request": view.request.id})
    return Refusal(code="SB-APP-61") if len(view.remarks) >= MOST else None


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "edit.refused", actor.id, claimed=request_id[:32], code=code)
    )


def _replace(tx: Transaction, actor: Actor, seen: Request, prepared: Prepared) -> Request:
    plan, wish = prepared.preview.plan, prepared.preview.wish
    if not still_holds(tx, prepared.route, wish, actor.id, seen.beneficiary.id, anew=seen.id):
        raise Conflict(seen.id)
    queue.line_lock(tx)
    request = requests.locked(tx, seen.id)
    if request is None or request.stage is None or request.round != seen.round:
        raise Conflict(seen.id)
    requests.set_open_key(tx, request.id, same_thing(wish))
    for vote in request.decisions:
        if not vote.void:
            requests.void_decision(tx, request.id, vote, "SB-APP-69")
    queue.give_back_rest(tx, request.id, plan)
    remarks.add(tx, request.id, RemarkKind.EDITED, request.requester, request.wish.model_dump_json())
    saved = requests.save(tx, _anew(request, prepared).model_copy(update={"due_at": tx.now}))
    reserve(tx, saved, prepared)
    tx.audit(
        "request.edited",
        actor.id,
        saved.id,
        round=saved.round,
        wish=wish.model_dump(mode="json"),
        plan=plan.model_dump(mode="json"),
        policy_version=saved.policy_version,
        rule=saved.rule,
        approvers=[[person.id for person in stage.approvers] for stage in saved.stages],
    )
    outbox.refresh_copies(tx, saved.id, saved.version)
    queue.notify(tx)
    return saved


def _anew(request: Request, prepared: Prepared) -> Request:
    """As it would have been submitted, one asking later."""
    return request.model_copy(
        update={
            "wish": prepared.preview.wish,
            "plan": prepared.preview.plan,
            "policy_version": prepared.route.policy_version,
            "rule": prepared.route.rule,
            "stages": prepared.preview.stages,
            "stage_index": 0,
            "round": request.round + 1,
        }
    )
