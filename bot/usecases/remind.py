"""Remind: whoever asked has those who decide reminded, now and then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import NotYours, UnknownRequest
from bot.domain.people import Actor
from bot.domain.policy import SilenceAction
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.store import outbox, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.refusals import record_refusal
from bot.usecases.reminders import names_of, remind_for_requester, silent_people
from bot.usecases.waiting import saved, stage_of

__all__ = ["REST", "RemindResult", "remind"]

REST = timedelta(hours=4)
"""Between two reminders of the same request that were asked for."""


@dataclass(frozen=True, slots=True)
class RemindResult:
    """The true state afterwards, and who is meant by it: those reminded, or if none was, why."""

    view: RequestView
    names: str = ""
    refusal: str | None = None
    """A code."""
    again_at: datetime | None = None
    """When a reminder can be asked for again, where that is why there was none."""


async def remind(desk: Desk, actor: Actor, request_id: str) -> RemindResult:
    """Remind those who have not decided, at most once in `REST`, while the request waits for approval.

    Raises `UnknownRequest`, or `NotYours` unless the actor made the request or benefits from it.
    """
    request = await desk.db.read(requests.by_id, request_id)
    if request is None or actor.id not in request.concerned:
        await desk.db.transact(_refused, actor, request_id, "")
        raise UnknownRequest(request_id) if request is None else NotYours(request_id)
    result = await desk.db.transact(_record, actor, request_id)
    desk.wake()
    return result


def _record(tx: Transaction, actor: Actor, request_id: str) -> RemindResult:
    request = requests.locked(tx, request_id)
    if request is None:
        raise UnknownRequest(request_id)
    code, again_at = _obstacle(request, tx.now)
    names = names_of(silent_people(request))
    if code:
        _refused(tx, actor, request_id, code)
        return RemindResult(_view(tx, request_id), names, code, again_at)
    after = saved(tx, request, stage_of(request).model_copy(update={"nudged_at": tx.now}))
    key = f"nudge:{after.id}:{after.version}"
    reminded = remind_for_requester(tx, after, key)
    tx.audit("request.reminded", actor.id, after.id, stage=after.stage_index, reminded=reminded)
    outbox.refresh_copies(tx, after.id, after.version)
    return RemindResult(_view(tx, request_id), names)


def _view(tx: Transaction, request_id: str) -> RequestView:
    view = view_of(tx, request_id)
    if view is None:
        raise UnknownRequest(request_id)
    return view


def _obstacle(request: Request, now: datetime) -> tuple[str | None, datetime | None]:
    """Why nobody is reminded now, and until when, if that is a matter of time."""
    stage = request.stage
    if stage is None or stage.opened_at is None or not silent_people(request):
        return "SB-APP-47", None
    moments = [*(one.nudged_at for one in request.stages), *(_reminded_at(request))]
    last = max((at for at in moments if at is not None and at <= now), default=None)
    if last is not None and now < last + REST:
        return "SB-APP-46", last + REST
    return None, None


def _reminded_at(request: Request) -> list[datetime | None]:
    """When the policy last had the same people reminded: twice within hours is a nuisance, whoever asks."""
    events = request.stage.events if request.stage else ()
    return [one.handled_at for one in events if one.silence.do is SilenceAction.REMIND]


def _refused(tx: Transaction, actor: Actor, request_id: str, code: str) -> None:
    record_refusal(tx, "reminder.refused", actor.id, claimed=request_id[:32], code=code)
