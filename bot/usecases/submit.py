"""Ask: store the request and reserve what it takes, in one move; those who decide are asked at once after it.

Asking is left to `tending`, which also asks the people of later stages, and those who stand in for others."""

from __future__ import annotations

from bot.domain.errors import Conflict
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.sameness import same_thing
from bot.domain.wishes import Wish
from bot.store import holds, pauses, queue, requests, withheld
from bot.store.database import Transaction
from bot.store.requests import KeyTaken
from bot.usecases.desk import Desk
from bot.usecases.preview import Prepared, prepare
from bot.usecases.refusals import record_refusal
from bot.usecases.routing import still_holds

__all__ = ["record_refused", "reserve", "submit"]

_TRIES = 5
"""Each try plans afresh over what others have taken meanwhile; a race for one number ends at the second."""


class _Taken(Conflict):
    """Something the plan or its approval counted on went to somebody else first; plan again."""


async def submit(desk: Desk, actor: Actor, wish: Wish, key: str) -> Request | Refusal:
    """The stored request; the one stored before for the same `key`; or why not.

    `key` is the submitter's own (a draft id): the same click twice is the same request (J09).
    Raises `TransientUpstream` when Graph cannot be asked, `Conflict` when stock keeps moving.
    """
    for attempt in range(_TRIES):
        known = await desk.db.read(requests.by_key, key)
        if known:
            return known
        prepared = await prepare(desk, actor, wish)
        if isinstance(prepared, Refusal):
            return await _refused(desk, actor, wish, key, prepared)
        try:
            request = await desk.db.transact(_store, actor, prepared, key)
        except _Taken:
            if attempt == _TRIES - 1:
                raise
            continue
        except KeyTaken:
            # The same click, or the same wish, was faster: the next look finds it.
            continue
        desk.wake()
        return request
    raise Conflict(f"the request stored for key {key} could not be read back")


async def _refused(desk: Desk, actor: Actor, wish: Wish, key: str, refusal: Refusal) -> Request | Refusal:
    """A refusal is on record, unless what stands in the way is this very click, stored meanwhile."""
    known = await desk.db.read(requests.by_key, key)
    if known is None:
        await desk.db.transact(record_refused, actor, wish, refusal)
    return known or refusal


def record_refused(tx: Transaction, actor: Actor, wish: Wish, refusal: Refusal) -> None:
    """A wish that became no request."""
    record_refusal(
        tx,
        "request.refused",
        actor.id,
        wish=wish.model_dump(mode="json"),
        code=refusal.code,
        params=refusal.params,
    )


def _store(tx: Transaction, actor: Actor, prepared: Prepared, key: str) -> Request:
    preview, route = prepared.preview, prepared.route
    if not still_holds(tx, route, preview.wish, actor.id, preview.beneficiary.id):
        raise _Taken(route.rule)
    request = Request(
        id=requests.new_id(tx),
        version=1,
        state=RequestState.APPROVED if route.auto else RequestState.SUBMITTED,
        requester=prepared.requester.ref,
        beneficiary=preview.beneficiary,
        wish=preview.wish,
        plan=preview.plan,
        policy_version=route.policy_version,
        rule=route.rule,
        auto_approved=route.auto is not None,
        stages=preview.stages,
        due_at=tx.now,
        created_at=tx.now,
        updated_at=tx.now,
    )
    requests.insert(tx, request, idempotency_key=key, open_key=same_thing(preview.wish))
    reserve(tx, request, prepared)
    tx.audit(
        "request.submitted",
        actor.id,
        request.id,
        beneficiary=request.beneficiary.id,
        wish=request.wish.model_dump(mode="json"),
        plan=request.plan.model_dump(mode="json"),
        policy_version=request.policy_version,
        rule=request.rule,
        approvers=[[person.id for person in stage.approvers] for stage in request.stages],
    )
    if route.auto:
        tx.audit(
            "request.approved",
            "switchboard",
            request.id,
            automatically=True,
            rule=request.rule,
            policy_version=request.policy_version,
            per_person_a_month=route.auto.per_person_a_month,
        )
    pauses.tell(tx, request)
    queue.notify(tx)
    return request


def reserve(tx: Transaction, request: Request, prepared: Prepared) -> None:
    """Promise the seats and the number the plan was made with; what is out of stock is waited for.

    Raises `Conflict` when others were faster: plan again.
    """
    view = prepared.view
    for sku_id in request.plan.seats:
        capacity = view.free_seats(sku_id) + view.reserved_seats.get(sku_id, 0)
        planned = view.free_seats(sku_id) > 0
        if planned and not holds.take_seat(tx, request.id, sku_id, capacity):
            raise _Taken(sku_id)
    number = request.plan.chosen_number
    if number and (withheld.of_number(tx, number) or not holds.take_number(tx, request.id, number)):
        raise _Taken(number)
