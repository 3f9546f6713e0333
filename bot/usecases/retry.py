"""Retry: look at a request that waits now instead of later, or ask again for one that came to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import NotYours, UnknownRequest
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.store import queue
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import show
from bot.usecases.refusals import record_refusal
from bot.usecases.voice_admins import is_voice_admin

__all__ = ["RetryResult", "retry"]

_CAME_TO_NOTHING = frozenset(
    {RequestState.FAILED, RequestState.EXPIRED, RequestState.REJECTED, RequestState.WITHDRAWN}
)


@dataclass(frozen=True, slots=True)
class RetryResult:
    """How the request stands: looked at now, to be asked for anew, or why neither."""

    view: RequestView
    refusal: Refusal | None = None
    ask_anew: bool = False


async def retry(desk: Desk, actor: Actor, request_id: str) -> RetryResult:
    """Have voice admins hasten what waits, and whoever asked ask again for what came to nothing.

    What has ended stays ended: asking again makes another request, approved like any. Raises
    `UnknownRequest`, `NotYours` unless the request concerns the actor or he is a voice admin, and
    `TransientUpstream`.
    """
    try:
        view = await show(desk, actor, request_id)
    except (UnknownRequest, NotYours):
        await _refused(desk, actor, request_id, "")
        raise
    request = view.request
    if request.state in _CAME_TO_NOTHING and actor.id == request.requester.id:
        return RetryResult(view, ask_anew=True)
    refusal = _obstacle(request) or await _not_his(desk, actor, request_id)
    if refusal is None and await desk.db.transact(_look_now, actor.id, request_id):
        desk.wake()
        return RetryResult(view)
    refusal = refusal or Refusal(code="SB-ADM-07", params={"request": request_id})
    await _refused(desk, actor, request_id, refusal.code)
    return RetryResult(view, refusal)


def _obstacle(request: Request) -> Refusal | None:
    about = {"request": request.id}
    if request.state is RequestState.SUBMITTED:
        return Refusal(code="SB-ADM-08", params=about)
    if request.state in _CAME_TO_NOTHING:
        return Refusal(code="SB-ADM-05", params=about)
    return Refusal(code="SB-ADM-07", params=about) if request.ended else None


async def _not_his(desk: Desk, actor: Actor, request_id: str) -> Refusal | None:
    """Each look asks Microsoft: not for everybody who cannot wait."""
    if await is_voice_admin(desk, actor):
        return None
    return Refusal(code="SB-ADM-06", params={"request": request_id})


def _look_now(tx: Transaction, actor_id: str, request_id: str) -> bool:
    hastened = queue.look_now(tx, request_id)
    if hastened:
        tx.audit("request.retried", actor_id, request_id)
    return hastened


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "retry.refused", actor.id, claimed=request_id[:32], code=code)
    )
