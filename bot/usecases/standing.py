"""Keep the people of a stage up to date: whoever left or lost the role is replaced (J13b)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable

from bot.domain.approval import (
    CostCentreOwner,
    ManagerApprover,
    ManagersManager,
    ResolvedStage,
    Seat,
    SeatOrigin,
    VoiceAdmins,
    added,
    approvals_needed,
    eligible,
    given_up,
)
from bot.domain.people import Person
from bot.domain.policy import ApproverSource
from bot.domain.requests import Request
from bot.store.database import Transaction
from bot.usecases.admins import tell_admins
from bot.usecases.authority import Roles, able, above, asked_now, found_above, people_behind, sources_of
from bot.usecases.desk import Desk
from bot.usecases.directory import Directory
from bot.usecases.reroute import admins_of

__all__ = ["GONE", "NO_ROLE", "refilled", "up_to_date"]

GONE = "SB-APP-30"
"""Why a voice was given up: its holder is not there any more, is switched off, or became a guest."""
NO_ROLE = "SB-APP-31"
"""Why a voice was given up: its holder does not have the role any more."""


async def up_to_date(
    desk: Desk, request: Request, stage: ResolvedStage, directory: Directory | None = None
) -> ResolvedStage:
    """The stage with its people as the directory has them now; the same object when nothing changed.

    Whoever left or lost the role gives up his voice, which stays on record with the reason. Whoever has a
    role of only one person now, such as the manager, takes his place; members who are new in a group get a
    voice only where fewer are left than must agree. Where that is not enough the stage's fallback is asked,
    then the managers above those who left, then the voice admins; never who asked or benefits. Where even
    that leaves nobody, the admins hear of it once. Votes stay: they are looked at before anything is
    carried out.

    Nothing is taken from memory, or another replica might bring back whom this one has just replaced.
    Raises `TransientUpstream` when the directory cannot be asked.
    """
    found = await refilled(desk, directory or asked_now(desk), request, stage)
    if _short(found):
        await _tell_admins(desk, request)
    return found


async def refilled(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage
) -> ResolvedStage:
    """`up_to_date`, without telling anybody."""
    lost = await _lost(roles, directory, request, stage)
    for seat, why in lost:
        stage = given_up(stage, seat.holder.id, why)
    for seat, _ in lost:
        stage = await _in_his_place(roles, directory, request, stage, seat)
    return await _filled(roles, directory, request, stage) if _short(stage) else stage


async def _lost(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage
) -> list[tuple[Seat, str]]:
    """Who has to give up his voice, and why."""
    reasons = await asyncio.gather(
        *(_reason(roles, directory, request, stage, seat) for seat in stage.voices)
    )
    return [(seat, why) for seat, why in zip(stage.voices, reasons, strict=True) if why]


async def _reason(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage, seat: Seat
) -> str | None:
    found = await _in_role(roles, directory, request, stage, seat)
    if found is not None:
        return None if able(found) else GONE
    return NO_ROLE if able(await directory.person(seat.holder.id)) else GONE


async def _in_role(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage, seat: Seat
) -> Person | None:
    """The holder, where he still is among those who have the role: asked for once for all of them."""
    if seat.source is None and seat.after is not None:
        return await found_above(directory, seat.after.id, seat.holder.id)
    sources = sources_of(stage, seat)
    behind = (people_behind(roles, directory, one, request.beneficiary.id) for one in sources)
    candidates = [person for people in await asyncio.gather(*behind) for person in people]
    return next((person for person in candidates if person.id == seat.holder.id), None)


async def _in_his_place(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage, seat: Seat
) -> ResolvedStage:
    """Whoever has the role now, where only one person can have it: then nobody else is meant."""
    source = seat.source or stage.spec.approvers
    if seat.source is None and seat.after is not None:
        higher = above(directory, seat.after.id)
        return _seated(request, stage, await _nearest(request, higher), None, seat.after.id)
    if isinstance(source, ManagerApprover | ManagersManager | CostCentreOwner):
        people = await people_behind(roles, directory, source, request.beneficiary.id)
        return _seated(request, stage, people, source, seat.holder.id)
    return stage


def _short(stage: ResolvedStage) -> bool:
    """Whether fewer voices are left than must agree."""
    voices = len(stage.voices)
    return voices < max(approvals_needed(stage.spec, voices), 1)


async def _filled(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage
) -> ResolvedStage:
    """One after the other is asked for more people, until there are enough."""
    gone = [seat.holder.id for seat in stage.seats if not seat.active]
    # Several who stand for several have a voice each; one voice that was given up stays one.
    last = gone[0] if len(gone) == 1 else None
    for source in (stage.spec.approvers, stage.spec.fallback):
        if source is not None and _short(stage):
            people = await people_behind(roles, directory, source, request.beneficiary.id)
            stage = _seated(request, stage, people, source, last)
    for seat in stage.seats:
        if not seat.active and _short(stage):
            higher = await _nearest(request, above(directory, seat.holder.id))
            stage = _seated(request, stage, higher, None, seat.holder.id)
    if _short(stage):
        people = await people_behind(roles, directory, VoiceAdmins(), request.beneficiary.id)
        stage = _seated(request, stage, people, VoiceAdmins(), last)
    return stage


async def _nearest(request: Request, people: AsyncIterator[Person]) -> tuple[Person, ...]:
    """The first of them who may decide."""
    async for person in people:
        if eligible([person], request.requester.id, request.beneficiary.id):
            return (person,)
    return ()


def _seated(
    request: Request,
    stage: ResolvedStage,
    people: Iterable[Person],
    source: ApproverSource | None,
    after_id: str | None,
) -> ResolvedStage:
    """A voice for each who may decide and has none, and from whom it came."""
    after = next((seat.holder for seat in stage.seats if seat.holder.id == after_id), None)
    if source is None and after is None:
        return stage
    # Whoever was silent, or could not be reached, is not asked instead of himself.
    passed_over = {
        seat.holder.id for seat in stage.seats if not seat.active and seat.left not in (GONE, NO_ROLE)
    }
    new = (
        one.ref
        for one in eligible(people, request.requester.id, request.beneficiary.id)
        if one.id not in passed_over
    )
    return added(stage, new, SeatOrigin.REPLACEMENT, source=source, after=after)


async def _tell_admins(desk: Desk, request: Request) -> None:
    admins = await admins_of(desk)

    def tell(tx: Transaction) -> None:
        about = f"nobody:{request.id}:{request.stage_index}.{request.round}"
        tell_admins(
            tx, admins, "SB-APP-38", about=about, request_id=request.id, params={"request": request.id}
        )

    await desk.db.transact(tell)
