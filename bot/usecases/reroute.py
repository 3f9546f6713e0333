"""Ask somebody else when an approver's card cannot be delivered: a request never waits for a dead letter."""

from __future__ import annotations

import structlog

from bot.domain.approval import (
    ApproverSource,
    ResolvedStage,
    Seat,
    SeatOrigin,
    VoiceAdmins,
    satisfiable,
    voices,
)
from bot.domain.approval.widening import spread
from bot.domain.errors import AdminError, Conflict
from bot.domain.requests import Request
from bot.store import askings, outbox, reach, requests
from bot.store.database import Transaction
from bot.usecases.admins import tell_admins
from bot.usecases.asking import ask_stage
from bot.usecases.authority import asked_now, people_behind
from bot.usecases.desk import Desk
from bot.usecases.widening import nearest_above, new_among

__all__ = ["admins_of", "members_of", "reroute", "unlisted"]

_TRIES = 5

log = structlog.get_logger(__name__)


async def admins_of(desk: Desk) -> tuple[str, ...]:
    """Object ids of the voice admins who can be told. May raise `TransientUpstream`."""
    return await members_of(desk, desk.admin_group)


async def members_of(desk: Desk, group_id: str) -> tuple[str, ...]:
    """Object ids of the members of a group who can be written to. May raise `TransientUpstream`.

    A group that was deleted, or may no longer be read, leaves nobody to tell: no request hangs on that.
    """
    try:
        members = await desk.graph.group_members(group_id)
    except AdminError as problem:
        log.error("admins.unknown", group=group_id, reason=str(problem))
        return ()
    return tuple(person.id for person in members if person.enabled and not person.guest)


async def reroute(desk: Desk, request_id: str, unreached_id: str) -> None:
    """Somebody else is asked when too few of the open stage can be reached; the admins hear of it.

    Tried one after the other until somebody new may decide: the stage's fallback, whoever is above the one
    who cannot be reached, the voice admins. They sit `after` him: he may still decide, and where everybody
    must agree they share his voice. Idempotent: called again for the same person it changes nothing more.
    Raises `TransientUpstream`.
    """
    for _ in range(_TRIES):
        request, lost = await desk.db.read(_state, request_id)
        if request is None or request.stage is None:
            return
        stage, dead = request.stage, lost | {unreached_id}
        if satisfiable(stage, {person.id for person in stage.approvers} - dead):
            return
        seats = await _new_seats(desk, request, stage, dead)
        try:
            await desk.db.transact(_record, request, seats, unreached_id, await admins_of(desk))
        except Conflict:
            continue
        desk.wake()
        return


async def unlisted(desk: Desk, unreached_id: str) -> None:
    """The same for everything that waits for somebody whose list of it cannot be delivered.

    Raises `TransientUpstream`; called again it goes on where it stopped.
    """
    for request_id, _ in await desk.db.read(askings.waiting_for, unreached_id):
        await reroute(desk, request_id, unreached_id)


def _state(tx: Transaction, request_id: str) -> tuple[Request | None, frozenset[str]]:
    request = requests.by_id(tx, request_id)
    stage = request.stage if request else None
    people = [person.id for person in stage.approvers] if stage else []
    return request, reach.unreached_approvers(tx, request_id, people)


async def _new_seats(desk: Desk, request: Request, stage: ResolvedStage, dead: frozenset[str]) -> list[Seat]:
    """Places for those who are asked now; none when there is nobody."""
    silent = tuple(
        seats for seats in voices(stage) if all(one.id in dead for seat in seats for one in seat.people)
    )
    if not silent:
        return []
    if stage.spec.fallback:
        found = await _from_source(desk, request, stage, silent, stage.spec.fallback)
        if found:
            return found
    return await _above(desk, request, stage, silent) or await _from_source(
        desk, request, stage, silent, VoiceAdmins()
    )


async def _from_source(
    desk: Desk,
    request: Request,
    stage: ResolvedStage,
    silent: tuple[tuple[Seat, ...], ...],
    source: ApproverSource,
) -> list[Seat]:
    people = await people_behind(desk, asked_now(desk), source, request.beneficiary.id)
    new = new_among(request, stage, people)
    return spread([person.ref for person in new], silent, source, SeatOrigin.REPLACEMENT)


async def _above(
    desk: Desk, request: Request, stage: ResolvedStage, silent: tuple[tuple[Seat, ...], ...]
) -> list[Seat]:
    found = []
    for seats in silent:
        below = seats[0].holder
        manager = await nearest_above(desk, request, stage, below)
        if manager is not None:
            found.append(Seat(holder=manager.ref, origin=SeatOrigin.REPLACEMENT, after=below))
    return found


def _record(
    tx: Transaction, seen: Request, seats: list[Seat], unreached_id: str, admins: tuple[str, ...]
) -> None:
    request = requests.locked(tx, seen.id)
    if request is None or request.stage is None or request.version != seen.version:
        raise Conflict(seen.id)
    if seats:
        _ask(tx, request, request.stage, seats, unreached_id)
    tell_admins(
        tx,
        admins,
        "SB-APP-06" if seats else "SB-APP-07",
        about=f"unreached:{request.id}:{unreached_id}",
        request_id=request.id,
        params={"request": request.id},
    )


def _ask(
    tx: Transaction, request: Request, stage: ResolvedStage, seats: list[Seat], unreached_id: str
) -> None:
    wider = stage.model_copy(update={"seats": (*stage.seats, *seats)})
    stages = list(request.stages)
    stages[request.stage_index] = wider
    saved = requests.save(tx, request.model_copy(update={"stages": tuple(stages)}))
    tx.audit(
        "request.rerouted",
        "switchboard",
        saved.id,
        unreached=unreached_id,
        asked=[person.id for person in wider.approvers],
    )
    outbox.refresh_copies(tx, saved.id, saved.version)
    ask_stage(tx, saved)
