"""Reassign: an approver hands his part of one request to a colleague; a voice admin does it for anybody."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.approval import (
    ResolvedStage,
    Seat,
    StandIn,
    Why,
    involved,
    stood_in,
    votes_of,
    without_stand_in,
)
from bot.domain.errors import Conflict, UnknownRequest
from bot.domain.people import Actor, Person, PersonRef
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.store import outbox
from bot.store.database import Transaction
from bot.usecases.asking import ask_stage
from bot.usecases.authority import able, asked_lately, speaks_with
from bot.usecases.decide import Asked
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of, whole_view
from bot.usecases.refusals import record_refusal
from bot.usecases.waiting import as_seen, saved, stage_of

__all__ = ["HandOver", "reassign", "reassignable"]

_TRIES = 5


@dataclass(frozen=True, slots=True)
class HandOver:
    """To whom a part goes, and why. Untrusted."""

    colleague_id: str
    reason: str = ""
    holder_id: str = ""
    """Whose part, where a voice admin hands over another's; "": the only one there is."""


async def reassignable(desk: Desk, actor: Actor, request_id: str) -> RequestView | Refusal:
    """The request, when the actor may hand over a part of it. Raises as `reassign` does."""
    view = await _visible(desk, actor, request_id)
    found = await _part(desk, actor, view.request, "")
    # Voice admins are asked whose part once they have said to whom.
    return found if isinstance(found, Refusal) and found.code != "SB-APP-59" else view


async def reassign(
    desk: Desk, actor: Actor, request_id: str, to: HandOver, asked: Asked | None = None
) -> RequestView | Refusal:
    """The request with the colleague asked in the holder's place, or why nothing was changed.

    The holder keeps his voice but is not reminded any more. `asked` is what a card was about; a text is about
    what is open now. Refused attempts are on the audit log. Raises `UnknownRequest` for requests that are not
    the actor's to see, `TransientUpstream` when the directory cannot be asked.
    """
    for _ in range(_TRIES):
        view = await _visible(desk, actor, request_id)
        checked = await _checked(desk, actor, view.request, to, asked)
        if isinstance(checked, Refusal):
            await _refused(desk, actor, request_id, checked.code)
            return checked
        seat, colleague = checked
        try:
            after = await desk.db.transact(_record, view.request, actor.id, seat, colleague.ref, to.reason)
        except Conflict:
            continue
        desk.wake()
        return after
    raise Conflict(request_id)


async def _visible(desk: Desk, actor: Actor, request_id: str) -> RequestView:
    view = await desk.db.read(view_of, request_id)
    if view is not None:
        asked = {person.id for stage in view.request.stages for seat in stage.seats for person in seat.people}
        if actor.id in asked or await _is_admin(desk, actor):
            return view
    await _refused(desk, actor, request_id, "SB-APP-58")
    raise UnknownRequest(request_id)


async def _is_admin(desk: Desk, actor: Actor) -> bool:
    return await asked_lately(desk).belongs(actor.id, desk.admin_group)


async def _refused(desk: Desk, actor: Actor, request_id: str, code: str) -> None:
    await desk.db.transact(
        lambda tx: record_refusal(tx, "reassign.refused", actor.id, claimed=request_id[:32], code=code)
    )


async def _checked(
    desk: Desk, actor: Actor, request: Request, to: HandOver, asked: Asked | None
) -> tuple[Seat, Person] | Refusal:
    if asked is not None and asked != Asked(request.stage_index, request.round):
        return Refusal(code="SB-APP-03")
    seat = await _part(desk, actor, request, to.holder_id)
    if isinstance(seat, Refusal):
        return seat
    colleague = await asked_lately(desk).person(to.colleague_id) if to.colleague_id else None
    if colleague is None:
        return Refusal(code="SB-APP-59")
    if not able(colleague) or colleague.id in _barred(request):
        return Refusal(code="SB-APP-57", params={"name": colleague.name})
    return seat, colleague


def _barred(request: Request) -> frozenset[str]:
    """Nobody who asked or benefits, and nobody who speaks, or has spoken, on this stage in any case."""
    stage = request.stage
    asked = {person.id for person in stage.approvers} if stage else set()
    voted = {vote.approver.id for vote in votes_of(request)}
    return involved(request.requester.id, request.beneficiary.id) | asked | voted


async def _part(desk: Desk, actor: Actor, request: Request, holder_id: str) -> Seat | Refusal:
    """The voice that the actor may hand over, or why none: his own, or as a voice admin anybody's."""
    stage = request.stage
    if stage is None:
        return Refusal(code="SB-APP-03")
    if not stage.spec.reassign:
        return Refusal(code="SB-APP-56")
    if actor.id in {vote.approver.id for vote in votes_of(request)} and not holder_id:
        return Refusal(code="SB-APP-04")
    open_seats = _unspoken(stage, request)
    if not open_seats:
        return Refusal(code="SB-APP-03")
    own = await speaks_with(desk, request, actor.id)
    if own is not None and own.holder.id == actor.id and holder_id in ("", actor.id):
        return next((seat for seat in open_seats if seat.holder.id == actor.id), Refusal(code="SB-APP-03"))
    decides = any(actor.id == person.id for person in stage.approvers)
    barred = decides or actor.id in involved(request.requester.id, request.beneficiary.id)
    if barred or not await _is_admin(desk, actor):
        # Whoever asked or benefits does not choose who decides, nor does whoever decides choose who does so
        # with him; whoever stands in has nothing of his own.
        return Refusal(code="SB-APP-58")
    meant = [seat for seat in open_seats if holder_id in ("", seat.holder.id)]
    return meant[0] if len(meant) == 1 else Refusal(code="SB-APP-59")


def _unspoken(stage: ResolvedStage, request: Request) -> list[Seat]:
    voted = {vote.approver.id for vote in votes_of(request)}
    return [seat for seat in stage.voices if not any(person.id in voted for person in seat.people)]


def _record(
    tx: Transaction, seen: Request, actor_id: str, seat: Seat, colleague: PersonRef, reason: str
) -> RequestView:
    request = as_seen(tx, seen)
    stage = stage_of(request)
    for earlier in seat.stand_ins:
        if earlier.why is Why.REASSIGNED:
            # Whoever got it before has not decided, and it goes to somebody else now.
            stage = without_stand_in(stage, seat.holder.id, earlier.person.id)
    stand_in = StandIn(person=colleague, why=Why.REASSIGNED, reason=reason)
    after = saved(tx, request, stood_in(stage, seat.holder.id, stand_in))
    tx.audit(
        "request.reassigned",
        actor_id,
        after.id,
        stage=after.stage_index,
        round=after.round,
        holder=seat.holder.id,
        colleague=colleague.id,
        reason=reason,
    )
    outbox.refresh_copies(tx, after.id, after.version)
    ask_stage(tx, after)
    return whole_view(tx, after)
