"""Join a request for the same thing that is open already: watch it, add to it, or replace it (J09)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import Conflict
from bot.domain.people import Actor, PersonRef
from bot.domain.plans import Refusal
from bot.domain.remarks import LONGEST, RemarkKind
from bot.domain.requests import Request
from bot.domain.sameness import same_thing
from bot.domain.wishes import Wish
from bot.store import remarks, requests
from bot.store.database import Transaction
from bot.usecases.ask import say
from bot.usecases.desk import Desk
from bot.usecases.preview import may_ask, prepare
from bot.usecases.refusals import record_refusal
from bot.usecases.submit import record_refused, submit
from bot.usecases.withdraw import withdraw

__all__ = ["Joined", "add_comment", "open_one", "replace", "watch"]


@dataclass(frozen=True, slots=True)
class Joined:
    """The open request for the same thing, and why nothing was done with it, if so."""

    request: Request | None
    refusal: Refusal | None = None


async def open_one(desk: Desk, actor: Actor, wish: Wish) -> Joined:
    """The open request for the same as a wish of the actor's, who could have made it himself (V2).

    Which request that is follows from the wish alone: no id of a client leads to anybody else's.
    """
    refusal = await may_ask(desk, actor, wish.kind, wish.beneficiary_id)
    if refusal:
        return Joined(None, refusal)
    found = await desk.db.read(requests.open_for, same_thing(wish))
    return Joined(found, None if found else Refusal(code="SB-REQ-50"))


async def watch(desk: Desk, actor: Actor, wish: Wish) -> Joined:
    """Hear how the request ends; twice is once."""
    joined = await open_one(desk, actor, wish)
    request = joined.request
    if joined.refusal is None and request is not None and actor.id in request.concerned:
        joined = Joined(request, Refusal(code="SB-REQ-51", params={"request": request.id}))
    return await _said(desk, actor, joined, RemarkKind.WATCH, "")


async def add_comment(desk: Desk, actor: Actor, wish: Wish, text: str) -> Joined:
    """Something that those who decide should know; only while they do."""
    joined = await open_one(desk, actor, wish)
    if joined.refusal is None and not 0 < len(text.strip()) <= LONGEST:
        joined = Joined(joined.request, Refusal(code="SB-APP-60"))
    return await _said(desk, actor, joined, RemarkKind.COMMENT, text)


async def replace(desk: Desk, actor: Actor, wish: Wish, key: str) -> Request | Refusal:
    """Withdraw the actor's own request for the same, and make this one instead.

    A request of somebody else's stays as it is, and the wish is refused once more; so does the actor's own
    where nothing could take its place.
    """
    joined = await open_one(desk, actor, wish)
    if joined.request is not None and joined.request.requester.id == actor.id:
        instead = await prepare(desk, actor, wish, anew=joined.request.id)
        if isinstance(instead, Refusal):
            await desk.db.transact(record_refused, actor, wish, instead)
            return instead
        result = await withdraw(desk, actor, joined.request.id)
        if result.refusal:
            return Refusal(code=result.refusal)
    return await submit(desk, actor, wish, key)


async def _said(desk: Desk, actor: Actor, joined: Joined, kind: RemarkKind, text: str) -> Joined:
    request, refusal = joined.request, joined.refusal
    if request is not None and refusal is None:
        author = (await desk.graph.person(actor.id)).ref
        try:
            after = await desk.db.transact(_record, request.id, kind, author, text)
        except Conflict:
            refusal = Refusal(code="SB-APP-61")
        else:
            desk.wake()
            return Joined(after)
    code = refusal.code if refusal else "SB-REQ-50"
    await desk.db.transact(_record_refusal, actor.id, kind, request.id if request else "", code)
    return Joined(request, refusal)


def _record(tx: Transaction, request_id: str, kind: RemarkKind, author: PersonRef, text: str) -> Request:
    request = requests.locked(tx, request_id)
    if request is None or request.ended or (kind is RemarkKind.COMMENT and request.stage is None):
        raise Conflict(request_id)
    if kind is RemarkKind.WATCH and author.id in remarks.watchers(tx, request_id):
        return request
    return say(tx, request, kind, author, text)[0]


def _record_refusal(tx: Transaction, actor_id: str, kind: RemarkKind, request_id: str, code: str) -> None:
    record_refusal(tx, f"{kind.value}.refused", actor_id, claimed=request_id, code=code)
