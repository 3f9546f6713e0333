"""Confirm: the approver types the code from his own chat, and only then his approval counts."""

from __future__ import annotations

from typing import Any

from bot.domain.approval import Verdict
from bot.domain.errors import UnknownRequest
from bot.domain.people import Actor
from bot.store import confirmations
from bot.store.confirmations import TRIES, Confirmation
from bot.store.database import Transaction
from bot.usecases.decide import Answer, Asked, DecisionResult, decide
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.refusals import record_refusal
from bot.usecases.step_up import fits

__all__ = ["another", "confirm"]


async def confirm(desk: Desk, actor: Actor, request_id: str, code: str) -> DecisionResult:
    """Count the approval that was put aside, if the code is right and in time.

    Everything that `decide` checks is checked again now. `needs_code` stays set while the same code may be
    typed again. Raises `UnknownRequest` when the actor has nothing to confirm there and was never asked,
    `TransientUpstream` when the directory cannot be asked: the code stays good.
    """
    waiting = await desk.db.transact(confirmations.try_once, request_id, actor.id)
    if waiting is None:
        return await _nothing_to_confirm(desk, actor, request_id)
    if not await fits(code, waiting):
        spent = waiting.tries >= TRIES
        refusal = "SB-APP-27" if spent else "SB-APP-25"
        return await _refused(desk, actor, request_id, refusal, needs_code=not spent)
    asked = Asked(waiting.stage_index, waiting.round)
    return await decide(desk, actor, request_id, _answer(waiting), asked)


async def another(desk: Desk, actor: Actor, request_id: str) -> DecisionResult:
    """Send another code for the approval that was put aside; the one before is worth nothing any more."""
    waiting = await desk.db.read(confirmations.current, request_id, actor.id)
    if waiting is None:
        return await _nothing_to_confirm(desk, actor, request_id)
    answer = Answer(**_said(waiting.answer))
    return await decide(desk, actor, request_id, answer, Asked(waiting.stage_index, waiting.round))


def _answer(waiting: Confirmation) -> Answer:
    return Answer(**_said(waiting.answer), ticket=waiting.ticket)


def _said(kept: Any) -> dict[str, Any]:
    return {**kept, "verdict": Verdict(kept["verdict"])}


async def _nothing_to_confirm(desk: Desk, actor: Actor, request_id: str) -> DecisionResult:
    """Why there is nothing: too many tries, no code in time, or never one of this approver's."""
    waiting = await desk.db.read(confirmations.current, request_id, actor.id)
    tried = waiting is not None and waiting.tries >= TRIES
    return await _refused(desk, actor, request_id, "SB-APP-27" if tried else "SB-APP-26", needs_code=False)


async def _refused(
    desk: Desk, actor: Actor, request_id: str, code: str, *, needs_code: bool
) -> DecisionResult:
    await desk.db.transact(_record_refusal, actor.id, request_id, code)
    view = await desk.db.read(view_of, request_id)
    if view is None or not view.request.asks(actor.id):
        raise UnknownRequest(request_id)
    return DecisionResult(view, applied=False, refusal=code, needs_code=needs_code)


def _record_refusal(tx: Transaction, actor_id: str, request_id: str, code: str) -> None:
    record_refusal(tx, "confirmation.refused", actor_id, claimed=request_id[:32], code=code)
