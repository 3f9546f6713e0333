"""Authority: whether somebody may decide on a request, as the directory has it now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Protocol

from bot.domain.approval import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    Policy,
    ResolvedStage,
    Seat,
    VoiceAdmins,
    involved,
)
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.store import delegations
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.directory import Answers, AskedLately, AskedNow, Directory

__all__ = [
    "able",
    "above",
    "asked_lately",
    "asked_now",
    "entitled",
    "found_above",
    "people_behind",
    "sources_of",
    "speaks_with",
]

_HIGHEST = 10
"""Levels of managers above somebody that are looked at."""


class Roles(Protocol):
    """What says who a role is given to, besides the directory; a `Desk` has it."""

    @property
    def policy(self) -> Policy: ...

    @property
    def admin_group(self) -> str: ...


def asked_now(desk: Desk) -> Directory:
    """The directory as it is from this moment on, for one check; clicks learn from what it finds."""
    return _asked(desk, Answers(learn=desk.answers))


def asked_lately(desk: Desk) -> Directory:
    """The directory as it was within the last minute: for clicks, which are answered at once."""
    return _asked(desk, desk.answers)


def _asked(desk: Desk, answers: Answers) -> Directory:
    return AskedLately(AskedNow(desk.graph), answers, lambda: _now(desk))


def _now(desk: Desk) -> datetime:
    """Business time."""
    return desk.db.clock.at(datetime.now(UTC))


async def speaks_with(desk: Desk, request: Request, person_id: str) -> Seat | None:
    """The seat of the open stage with whose voice somebody may speak now; None when with none.

    Both must hold: the seat's holder is still what he was asked for, and whoever speaks may still speak for
    him. All that is not known from the last minute is asked at the same time. Raises `TransientUpstream`
    when the directory cannot be asked.
    """
    stage = request.stage
    if stage is None or person_id in involved(request.requester.id, request.beneficiary.id):
        return None
    directory = asked_lately(desk)
    seats = await desk.db.read(_seats_to_speak_with, request, stage, person_id)
    person, held = await asyncio.gather(
        directory.person(person_id),
        asyncio.gather(*(entitled(desk, directory, request, stage, seat) for seat in seats)),
    )
    if not able(person):
        return None
    return next((seat for seat, holds in zip(seats, held, strict=True) if holds), None)


def able(person: Person | None) -> bool:
    """Whether somebody may decide anything at all: there, not switched off, no guest."""
    return person is not None and person.enabled and not person.guest


def _seats_to_speak_with(
    tx: Transaction, request: Request, stage: ResolvedStage, person_id: str
) -> list[Seat]:
    """Somebody's own seat, and those in which he stands in as long as that lasts."""
    return [
        seat
        for seat in stage.seats_of(person_id)
        if seat.holder.id == person_id or _stands_in(tx, request, seat, person_id)
    ]


def _stands_in(tx: Transaction, request: Request, seat: Seat, person_id: str) -> bool:
    lasts = any(
        one.person.id == person_id and (one.until is None or tx.now <= one.until) for one in seat.stand_ins
    )
    # His word may have been taken back since the stage was looked at.
    return lasts and delegations.holds(tx, seat, person_id, request.wish.kind)


async def entitled(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage, seat: Seat
) -> bool:
    """Whether the holder of a seat still has what he was asked for, and may decide at all.

    Raises `TransientUpstream`.
    """
    if seat.holder.id in involved(request.requester.id, request.beneficiary.id):
        return False
    person, holds = await asyncio.gather(
        directory.person(seat.holder.id), _has_role(roles, directory, request, stage, seat)
    )
    return able(person) and holds


async def _has_role(
    roles: Roles, directory: Directory, request: Request, stage: ResolvedStage, seat: Seat
) -> bool:
    if seat.source is None and seat.after is not None:
        return await found_above(directory, seat.after.id, seat.holder.id) is not None
    answers = await asyncio.gather(
        *(
            _belongs(roles, directory, source, seat.holder.id, request.beneficiary.id)
            for source in sources_of(stage, seat)
        )
    )
    return any(answers)


def sources_of(stage: ResolvedStage, seat: Seat) -> list[ApproverSource]:
    """What makes the holder an approver; any of it will do."""
    if seat.source is not None:
        return [seat.source]
    fallback = [stage.spec.fallback] if stage.used_fallback and stage.spec.fallback else []
    return [stage.spec.approvers, *fallback]


async def _belongs(
    roles: Roles, directory: Directory, source: ApproverSource, holder_id: str, beneficiary_id: str
) -> bool:
    match source:
        case GroupApprovers(id=group_id):
            return await directory.belongs(holder_id, group_id)
        case VoiceAdmins():
            return await directory.belongs(holder_id, roles.admin_group)
        case NamedApprovers(ids=ids):
            return holder_id in ids
        case _:
            people = await people_behind(roles, directory, source, beneficiary_id)
            return holder_id in {person.id for person in people}


async def people_behind(
    roles: Roles, directory: Directory, source: ApproverSource, beneficiary_id: str
) -> tuple[Person, ...]:
    """Everybody a source stands for now, whether they may decide or not. Raises `TransientUpstream`."""
    match source:
        case ManagerApprover():
            return _there(await directory.manager(beneficiary_id))
        case ManagersManager():
            manager = await directory.manager(beneficiary_id)
            return _there(await directory.manager(manager.id) if manager else None)
        case GroupApprovers(id=group_id):
            return await directory.members(group_id)
        case VoiceAdmins():
            return await directory.members(roles.admin_group)
        case NamedApprovers(ids=ids):
            return _there(*await asyncio.gather(*map(directory.person, ids)))
        case CostCentreOwner():
            beneficiary = await directory.person(beneficiary_id)
            owner = beneficiary and roles.policy.owner_of(beneficiary.cost_centre, beneficiary.department)
            return _there(await directory.person(owner)) if owner else ()


def _there(*people: Person | None) -> tuple[Person, ...]:
    return tuple(person for person in people if person is not None)


async def found_above(directory: Directory, person_id: str, wanted_id: str) -> Person | None:
    """One of the managers above somebody, if he is one; asks no further than to him."""
    async for person in above(directory, person_id):
        if person.id == wanted_id:
            return person
    return None


async def above(directory: Directory, person_id: str) -> AsyncIterator[Person]:
    """The managers above somebody, nearest first; each once, however the directory goes round in circles."""
    seen = {person_id}
    for _ in range(_HIGHEST):
        manager = await directory.manager(person_id)
        if manager is None or manager.id in seen:
            return
        yield manager
        seen.add(manager.id)
        person_id = manager.id
