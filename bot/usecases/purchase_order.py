"""Complete a request with its purchase order number: whoever asked tells it, before approval or after."""

from __future__ import annotations

from bot.domain.errors import UnknownRequest
from bot.domain.messages import Template
from bot.domain.people import Actor
from bot.domain.planning.purchase_orders import is_awaited, number_problem, with_number
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.tenant import TenantFacts
from bot.domain.views import RequestView
from bot.store import outbox, purchase_orders, queue, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.refusals import record_refusal

__all__ = ["give_purchase_order"]

_LONGEST = 60


async def give_purchase_order(
    desk: Desk, actor: Actor, request_id: str, number: str
) -> tuple[RequestView, Refusal | None]:
    """Put the number on the actor's own request, which goes on with it; how it stands, and why not if not.

    What was approved stays approved: the number belongs to the order, not to what was asked. Raises
    `UnknownRequest` for everybody but the requester.
    """
    said = " ".join(number.split())[:_LONGEST]
    view, refusal = await desk.db.transact(_complete, desk.facts, actor.id, request_id, said)
    if view is None:
        raise UnknownRequest(request_id)
    desk.wake()
    return view, refusal


def _complete(
    tx: Transaction, facts: TenantFacts, actor_id: str, request_id: str, number: str
) -> tuple[RequestView | None, Refusal | None]:
    queue.line_lock(tx)
    request = requests.locked(tx, request_id)
    if request is None or request.requester.id != actor_id:
        _record_refusal(tx, actor_id, request_id, "SB-APP-02")
        return None, None
    refusal = _obstacle(request, facts, number)
    if refusal is not None:
        _record_refusal(tx, actor_id, request_id, refusal.code)
        return view_of(tx, request_id), refusal
    return whole_view(tx, _completed(tx, request, number)), None


def _obstacle(request: Request, facts: TenantFacts, number: str) -> Refusal | None:
    if not is_awaited(request):
        return Refusal(code="SB-CRE-45", params={"request": request.id})
    return number_problem(number, facts) if number else Refusal(code="SB-CRE-11")


def _completed(tx: Transaction, request: Request, number: str) -> Request:
    used = purchase_orders.used_elsewhere(tx, number, apart_from=request.id)
    saved = requests.save(tx, with_number(request, number, used))
    tx.audit("request.completed", request.requester.id, request.id, purchase_order=number)
    outbox.refresh_copies(tx, saved.id, saved.version)
    if request.stage is None:
        queue.wake(tx, saved.id)
    elif request.plan.lacks:
        _tell_deciders(tx, saved, number)
    return saved


def _tell_deciders(tx: Transaction, request: Request, number: str) -> None:
    """Their cards could not be used until now."""
    for person in request.stage.approvers if request.stage else ():
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person.id,
            request_id=request.id,
            params={"code": "SB-CRE-55", "request": request.id, "order": number},
            dedupe_key=f"notice:{request.id}:SB-CRE-55:{person.id}",
        )


def _record_refusal(tx: Transaction, actor_id: str, request_id: str, code: str) -> None:
    record_refusal(tx, "purchase_order.refused", actor_id, claimed=request_id[:32], code=code)
