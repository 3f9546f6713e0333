"""Approve a part: from then on, the plan that is left is what is decided on and carried out."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.approval import Decision
from bot.domain.approval.parts import NUMBER, parts, without
from bot.domain.catalogue.products import product_name
from bot.domain.messages import Template
from bot.domain.plans import Plan, Refusal
from bot.domain.requests import Request, StepRecord
from bot.domain.tenant import Price
from bot.store import outbox, queue
from bot.store.database import Transaction

__all__ = ["newly_dropped", "tell", "what_is_left", "with_less"]


def newly_dropped(request: Request, dropped: Collection[str]) -> tuple[str, ...]:
    """What is left out besides what others have left out already: they may have been faster."""
    there = {one.key for one in parts(request.plan)}
    before = {key for one in request.decisions for key in one.dropped}
    return tuple(sorted(set(dropped) - (before - there)))


def what_is_left(
    request: Request, steps: Sequence[StepRecord], dropped: Collection[str], prices: Sequence[Price]
) -> Plan | Refusal:
    """The plan without these parts; as it is where nothing new is left out.

    Records of steps name them by their place in the plan, so it is never made smaller once one has begun.
    """
    new = newly_dropped(request, dropped)
    if new and steps:
        return Refusal(code="SB-APP-63")
    return without(request.plan, new, prices)


def with_less(tx: Transaction, request: Request, left: Plan) -> Request:
    """The request with a smaller plan; what was held for the rest goes to others.

    Call it under `queue.line_lock` with the request locked; save what it returns.
    """
    if left == request.plan:
        return request
    queue.give_back_rest(tx, request.id, left)
    return request.model_copy(update={"plan": left})


def tell(tx: Transaction, request: Request, decision: Decision) -> None:
    """The requester hears what was not approved."""
    if not decision.dropped:
        return
    names = [
        "the phone number" if key == NUMBER else product_name(key.removeprefix("licence:"))
        for key in decision.dropped
    ]
    said = {"name": decision.approver.name, "request": request.id, "parts": ", ".join(names)}
    asking = f"{decision.stage_index}.{decision.round}"
    outbox.enqueue(
        tx,
        Template.NOTICE,
        request.requester.id,
        request_id=request.id,
        params={"code": "SB-APP-67", **said},
        dedupe_key=f"partly:{request.id}:{asking}:{decision.approver.id}",
    )
