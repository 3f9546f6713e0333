"""Pick: the requester's answer where the number he wanted went to somebody else meanwhile (J14a)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.number_choice import offered, with_number
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.values import E164
from bot.domain.views import RequestView
from bot.store import holds, outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.refusals import record_refusal

__all__ = ["PickResult", "pick"]

_GONE, _NOT_ASKED = "SB-REQ-53", "SB-REQ-54"


@dataclass(frozen=True, slots=True)
class PickResult:
    """The true state after the click, and if the click did not change it, why."""

    view: RequestView
    refusal: Refusal | None = None


class _Gone(Conflict):
    """Somebody else has the number that was picked."""


async def pick(desk: Desk, actor: Actor, request_id: str, number: E164 | None) -> PickResult:
    """Go on with one of the numbers that were offered, or with any of them (None).

    It is held from now on; whether it is still free is read before anything is written, as for every
    number. Clicks that come too late or twice change nothing. Raises `UnknownRequest` for everybody but
    the requester.
    """
    view = await desk.db.read(view_of, request_id)
    if view is None or view.request.requester.id != actor.id:
        await _refused(desk, actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    try:
        after = await desk.db.transact(_record, request_id, actor.id, number)
    except Conflict as conflict:
        code = _GONE if isinstance(conflict, _Gone) else _NOT_ASKED
        await _refused(desk, actor, request_id, code)
        current = await desk.db.read(view_of, request_id)
        return PickResult(current or view, Refusal(code=code, params={"number": number or ""}))
    desk.wake()
    return PickResult(after)


def _record(tx: Transaction, request_id: str, actor_id: str, number: E164 | None) -> RequestView:
    # Before the request's own row: what is held is taken in turn.
    queue.line_lock(tx)
    request = requests.locked(tx, request_id)
    numbers = offered(request) if request else ()
    if request is None or not numbers:
        raise Conflict(request_id)
    if number is not None and (number not in numbers or not holds.take_number(tx, request_id, number)):
        raise _Gone(number)
    chosen = request.model_copy(
        update={"plan": with_number(request.plan, number), "due_at": tx.now, "outcome": None}
    )
    saved = requests.save(tx, chosen)
    tx.audit("number.picked", actor_id, saved.id, number=number, offered=list(numbers))
    queue.notify(tx)
    outbox.refresh_copies(tx, saved.id, saved.version)
    return whole_view(tx, saved)


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "pick.refused", actor.id, claimed=request_id[:32], code=code)
    )
