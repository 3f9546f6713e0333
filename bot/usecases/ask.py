"""Ask the requester, and answer: a question goes to whoever asked, the answer to everybody who decides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.messages import Template
from bot.domain.people import Actor, PersonRef
from bot.domain.remarks import LONGEST, MOST, RemarkKind, unanswered
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.store import outbox, remarks, requests
from bot.store.database import Transaction
from bot.usecases.asking import when_to_write
from bot.usecases.authority import speaks_with
from bot.usecases.decide import Asked
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.refusals import record_refusal

__all__ = ["TalkResult", "answer", "ask", "say"]


@dataclass(frozen=True, slots=True)
class TalkResult:
    """The true state afterwards, and why nothing was said (a code), if so."""

    view: RequestView
    refusal: str | None = None


class _TooMany(Conflict):
    """The request takes no more remarks."""


async def ask(desk: Desk, actor: Actor, request_id: str, text: str, asked: Asked) -> TalkResult:
    """A question of somebody who decides on the open stage, to whoever made the request.

    Raises `UnknownRequest` when the actor was never asked about such a request, `TransientUpstream` when
    the directory cannot be asked.
    """
    view = await desk.db.read(view_of, request_id)
    if view is None or not view.request.asks(actor.id):
        await _refused(desk, "question.refused", actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    request = view.request
    code = None
    if request.stage is None or asked != Asked(request.stage_index, request.round):
        code = "SB-APP-03"
    elif not _fits(text):
        code = "SB-APP-60"
    elif await speaks_with(desk, request, actor.id) is None:
        code = "SB-APP-02"
    if code is None:
        return await _said(
            desk, "question.refused", actor, view, lambda tx: _ask(tx, actor, view, text, asked)
        )
    await _refused(desk, "question.refused", actor, request_id, code)
    current = await desk.db.read(view_of, request_id)
    return TalkResult(current or view, code)


async def answer(desk: Desk, actor: Actor, request_id: str, text: str) -> TalkResult:
    """The requester's answer to what was asked so far. Raises `UnknownRequest` for anybody else."""
    view = await desk.db.read(view_of, request_id)
    if view is None or view.request.requester.id != actor.id:
        await _refused(desk, "answer.refused", actor, request_id, "SB-APP-02")
        raise UnknownRequest(request_id)
    code = "SB-APP-60" if not _fits(text) else None
    if view.request.stage is None or not unanswered(view.remarks):
        code = "SB-APP-03"
    if code is None:
        return await _said(desk, "answer.refused", actor, view, lambda tx: _answer(tx, view, text))
    await _refused(desk, "answer.refused", actor, request_id, code)
    return TalkResult(view, code)


def _fits(text: str) -> bool:
    return 0 < len(text.strip()) <= LONGEST


async def _said(
    desk: Desk, action: str, actor: Actor, view: RequestView, record: Callable[[Transaction], RequestView]
) -> TalkResult:
    try:
        after = await desk.db.transact(record)
    except Conflict as conflict:
        code = "SB-APP-61" if isinstance(conflict, _TooMany) else "SB-APP-03"
        await _refused(desk, action, actor, view.request.id, code)
        current = await desk.db.read(view_of, view.request.id)
        return TalkResult(current or view, code)
    desk.wake()
    return TalkResult(after)


async def _refused(desk: Desk, action: str, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, action, actor.id, claimed=request_id[:32], code=code)
    )


def _ask(tx: Transaction, actor: Actor, seen: RequestView, text: str, asked: Asked) -> RequestView:
    request = _open(tx, seen)
    stage = request.stage
    if stage is None or asked != Asked(request.stage_index, request.round) or not stage.seats_of(actor.id):
        raise Conflict(request.id)
    author = next(one for one in stage.approvers if one.id == actor.id)
    saved, remark_id = say(tx, request, RemarkKind.QUESTION, author, text)
    outbox.enqueue(
        tx,
        Template.QUESTION,
        request.requester.id,
        request_id=request.id,
        dedupe_key=f"question:{request.id}:{remark_id}",
    )
    return whole_view(tx, saved)


def _answer(tx: Transaction, seen: RequestView, text: str) -> RequestView:
    request = _open(tx, seen)
    askers = {one.author.id: one.author for one in unanswered(remarks.of_request(tx, request.id))}
    if not askers:
        raise Conflict(request.id)
    saved, remark_id = say(tx, request, RemarkKind.ANSWER, request.requester, text)
    said = {"name": request.requester.name, "request": request.id, "detail": text.strip()}
    for asker_id in askers:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            asker_id,
            request_id=request.id,
            params={"code": "SB-APP-62", **said},
            dedupe_key=f"answer:{request.id}:{remark_id}:{asker_id}",
            due_at=when_to_write(tx.now, request.stage) if request.stage else None,
        )
    return whole_view(tx, saved)


def _open(tx: Transaction, seen: RequestView) -> Request:
    """The request, locked, while it still waits for approval."""
    request = requests.locked(tx, seen.request.id)
    if request is None or request.stage is None:
        raise Conflict(seen.request.id)
    return request


def say(
    tx: Transaction, request: Request, kind: RemarkKind, author: PersonRef, text: str
) -> tuple[Request, int]:
    """Add a remark to a request that is locked; every card about it shows it. Raises `Conflict` when full."""
    if len(remarks.of_request(tx, request.id)) >= MOST:
        raise _TooMany(request.id)
    remark_id = remarks.add(tx, request.id, kind, author, text.strip())
    saved = requests.save(tx, request)
    tx.audit(f"request.{kind.value}", author.id, request.id, text=text.strip())
    outbox.refresh_copies(tx, saved.id, saved.version)
    return saved, remark_id
