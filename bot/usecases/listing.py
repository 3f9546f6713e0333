"""Look: one's own requests, and one request by its id."""

from __future__ import annotations

from bot.domain.errors import NotYours, UnknownRequest
from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.domain.views import REFRESHED, RequestView
from bot.store import remarks, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.search import sees_all
from bot.usecases.voice_admins import is_voice_admin

__all__ = ["my_requests", "show", "view_of", "whole_view"]


async def my_requests(desk: Desk, actor: Actor, *, limit: int = 10, offset: int = 0) -> list[RequestView]:
    """Requests the actor made or benefits from, newest first."""
    return await desk.db.read(_mine, actor.id, limit, offset)


def _mine(tx: Transaction, person_id: str, limit: int, offset: int) -> list[RequestView]:
    found = requests.of_person(tx, person_id, open_only=False, limit=limit, offset=offset)
    return [_with_steps(tx, request) for request in found]


async def show(desk: Desk, actor: Actor, request_id: str) -> RequestView:
    """One request with its progress, for those it concerns and for those who see all of them.

    Raises `UnknownRequest` when there is none, `NotYours`, on record, when it does not concern the actor.
    """
    view = await desk.db.read(view_of, request_id)
    if view is None:
        raise UnknownRequest(request_id)
    if actor.id in _concerned(view.request):
        return view
    if await is_voice_admin(desk, actor) or await sees_all(desk, actor):
        return view
    await desk.db.transact(_record_refused, actor.id, request_id)
    raise NotYours(request_id)


def _record_refused(tx: Transaction, actor_id: str, request_id: str) -> None:
    record_refusal(tx, "request.read.refused", actor_id, claimed=request_id)


def view_of(tx: Transaction, request_id: str) -> RequestView | None:
    """A request with everything that cards show of it, whoever asks; callers authorise."""
    request = requests.by_id(tx, request_id)
    return whole_view(tx, request) if request else None


def whole_view(tx: Transaction, request: Request) -> RequestView:
    """The same for a request that was read already."""
    decide = [person.id for person in request.stage.approvers] if request.stage else []
    return _with_steps(tx, request).model_copy(
        update={
            "remarks": remarks.of_request(tx, request.id),
            "channel_ids": remarks.channel_ids(tx, decide[:REFRESHED]),
        }
    )


def _with_steps(tx: Transaction, request: Request) -> RequestView:
    return RequestView(request=request, steps=tuple(requests.steps_of(tx, request.id)))


def _concerned(request: Request) -> set[str]:
    approvers = {person.id for stage in request.stages for person in stage.approvers}
    return approvers | {request.requester.id, request.beneficiary.id}
