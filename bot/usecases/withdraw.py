"""Take a wish back, as far as it has not been carried out (J14b)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.aftermath import past_return, stops_afterwards, withdrawn
from bot.domain.errors import Conflict, NotYours, UnknownRequest
from bot.domain.keep_or_undo import asking
from bot.domain.people import Actor
from bot.domain.requests import Request, StepState
from bot.domain.tasks import TaskState
from bot.domain.views import RequestView
from bot.store import last_words, outbox, pools, queue, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.payments import order_of
from bot.usecases.refusals import record_refusal

__all__ = ["WithdrawResult", "withdraw"]

_TRIES = 5


@dataclass(frozen=True, slots=True)
class WithdrawResult:
    """The true state afterwards, whether it was changed, and if not, why (a code)."""

    view: RequestView
    applied: bool
    refusal: str | None = None


async def withdraw(desk: Desk, actor: Actor, request_id: str) -> WithdrawResult:
    """Stop a request before its next write.

    What Graph already has stays: a request withdrawn after its licences were given ends as partly done
    and says so. A change that is on its way is finished first, then the request stops; where it could not
    stop after that change any more, the answer says so once it is made.
    Raises `UnknownRequest`, or `NotYours` unless the actor made the request.
    """
    for _ in range(_TRIES):
        view = await _own(desk, actor, request_id)
        code = _obstacle(view) or await desk.db.read(_order_in_hand, view.request)
        if code:
            return WithdrawResult(view, applied=False, refusal=code)
        try:
            if _on_its_way(view):
                await desk.db.transact(_stop_afterwards, view.request, actor)
                return WithdrawResult(view, applied=False, refusal="SB-REQ-62")
            after = await desk.db.transact(_record, view.request, actor)
        except Conflict:
            continue
        desk.wake()
        return WithdrawResult(after, applied=True)
    return WithdrawResult(await _own(desk, actor, request_id), applied=False, refusal="SB-REQ-04")


async def _own(desk: Desk, actor: Actor, request_id: str) -> RequestView:
    view = await desk.db.read(view_of, request_id)
    if view is None:
        raise UnknownRequest(request_id)
    if actor.id != view.request.requester.id:
        await desk.db.transact(
            lambda tx: record_refusal(tx, "withdraw.refused", actor.id, claimed=request_id)
        )
        raise NotYours(request_id)
    return view


def _obstacle(view: RequestView) -> str | None:
    if view.request.ended:
        return "SB-REQ-03"
    if view.request.undoes:
        return "SB-REQ-60"
    if _on_its_way(view):
        return None if stops_afterwards(view.request.plan, view.steps) else "SB-REQ-04"
    return past_return(view.request.plan, view.steps)


def _order_in_hand(tx: Transaction, request: Request) -> str | None:
    """Money that somebody is paying in, or has paid some of, is not taken back by a click (J08)."""
    order = order_of(tx, request)
    return "SB-CRE-58" if order is not None and order.state is TaskState.CLAIMED else None


def _on_its_way(view: RequestView) -> bool:
    """Whether a write was sent, or is about to be, of which nobody knows yet what became of it."""
    return any(step.state is StepState.INTENDED for step in view.steps)


def _stop_afterwards(tx: Transaction, seen: Request, actor: Actor) -> None:
    """The change that is on its way is made, and nothing after it. Raises `Conflict` once it is settled."""
    request = requests.locked(tx, seen.id)
    steps = requests.steps_of(tx, seen.id)
    if request is None or request.ended or not any(one.state is StepState.INTENDED for one in steps):
        raise Conflict(seen.id)
    if not queue.asked_to_stop(tx, request.id):
        queue.ask_to_stop(tx, request.id)
        tx.audit("request.stop_asked", actor.id, request.id)


def _record(tx: Transaction, seen: Request, actor: Actor) -> RequestView:
    request = requests.by_id(tx, seen.id)
    if request is None or request.version != seen.version or _order_in_hand(tx, request):
        raise Conflict(seen.id)
    steps = tuple(requests.steps_of(tx, request.id))
    # Others may wait for what this request held.
    queue.give_back(tx, request.id)
    after = requests.save(tx, asking(withdrawn(request, steps), steps, tx.now))
    pools.ended(tx, request)
    tx.audit("request.withdrawn", actor.id, after.id, state=after.state.value)
    outbox.refresh_copies(tx, after.id, after.version)
    last_words.tell_watchers(tx, after)
    last_words.ask_keep_or_undo(tx, after)
    return whole_view(tx, after)
