"""Authority: whether somebody may decide on a request, as the directory has it now."""

from __future__ import annotations

from bot.domain.approval import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    ResolvedStage,
    Seat,
    SeatOrigin,
    VoiceAdmins,
    involved,
)
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk

__all__ = ["speaks_with"]


async def speaks_with(desk: Desk, request: Request, person_id: str) -> Seat | None:
    """The seat of the open stage with whose voice somebody may speak now; None when with none.

    Raises `TransientUpstream` when the directory cannot be asked.
    """
    stage = request.stage
    if stage is None or person_id in involved(request.requester.id, request.beneficiary.id):
        return None
    for seat in stage.seats_of(person_id):
        if await _entitled(desk, stage, seat, request.beneficiary.id):
            person = await _person_or_none(desk, person_id)
            return seat if person is not None and person.enabled and not person.guest else None
    return None


async def _entitled(desk: Desk, stage: ResolvedStage, seat: Seat, beneficiary_id: str) -> bool:
    """Whether the holder of a seat still holds, right now, what he was asked for."""
    if seat.origin is SeatOrigin.ESCALATION and seat.source is None:
        manager = await desk.graph.manager(seat.after.id) if seat.after else None
        return manager is not None and manager.id == seat.holder.id
    sources = [seat.source] if seat.source else [stage.spec.approvers]
    if seat.source is None and stage.used_fallback and stage.spec.fallback:
        sources.append(stage.spec.fallback)
    for source in sources:
        if await _belongs(desk, source, seat.holder.id, beneficiary_id):
            return True
    return False


async def _belongs(desk: Desk, source: ApproverSource, holder_id: str, beneficiary_id: str) -> bool:
    match source:
        case ManagerApprover() | ManagersManager():
            return holder_id in await _managers(desk, source, beneficiary_id)
        case GroupApprovers(id=group_id):
            return group_id in await desk.graph.groups_of(holder_id, [group_id])
        case VoiceAdmins():
            return desk.admin_group in await desk.graph.groups_of(holder_id, [desk.admin_group])
        case NamedApprovers(ids=ids):
            return holder_id in ids
        case CostCentreOwner():
            return holder_id in desk.policy.cost_centres.values()


async def _managers(desk: Desk, source: ManagerApprover | ManagersManager, beneficiary_id: str) -> set[str]:
    manager = await desk.graph.manager(beneficiary_id)
    if isinstance(source, ManagersManager) and manager is not None:
        manager = await desk.graph.manager(manager.id)
    return {manager.id} if manager else set()


async def _person_or_none(desk: Desk, person_id: str) -> Person | None:
    try:
        return await desk.graph.person(person_id)
    except NotFound:
        return None
