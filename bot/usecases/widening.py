"""Who is asked because nobody has answered: others as well, others instead, or the managers above.

Nobody comes who asked, who benefits, who is switched off, a guest, or who has or had a place on the stage
already. What becomes of the voices is told in `bot.domain.approval.widening`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.domain.approval import (
    ApproverSource,
    ResolvedStage,
    Seat,
    SeatOrigin,
    eligible,
    silent_voices,
    votes_of,
)
from bot.domain.approval.widening import as_well, instead, spread
from bot.domain.people import Person, PersonRef
from bot.domain.policy import Silence, SilenceAction
from bot.domain.requests import Request
from bot.usecases.authority import above, asked_now, people_behind
from bot.usecases.desk import Desk

__all__ = ["nearest_above", "new_among", "widened"]


async def widened(desk: Desk, request: Request, stage: ResolvedStage, silence: Silence) -> ResolvedStage:
    """The stage with more people, or others; the very same stage when there is nobody to ask.

    Tried one after the other until somebody new may decide: whom the policy names for this silence, the
    stage's fallback, the managers of the silent. An escalation goes to the managers at once.
    Raises `TransientUpstream` and `AdminError`.
    """
    votes = votes_of(request)
    silent = silent_voices(stage, votes)
    new = await _new_seats(desk, request, stage, silent, silence) if silent else []
    if not new:
        return stage
    if silence.do is SilenceAction.REPLACE:
        return instead(stage, new, silent, {vote.approver.id for vote in votes})
    return as_well(stage, new)


async def _new_seats(
    desk: Desk,
    request: Request,
    stage: ResolvedStage,
    silent: Sequence[tuple[Seat, ...]],
    silence: Silence,
) -> list[Seat]:
    origin = SeatOrigin.REPLACEMENT if silence.do is SilenceAction.REPLACE else SeatOrigin.ADDED
    for source in () if silence.do is SilenceAction.ESCALATE else (silence.who, stage.spec.fallback):
        people = await _behind(desk, request, stage, source) if source else ()
        if source and people:
            return spread(people, silent, source, origin)
    return await _higher(desk, request, stage, silent)


async def _behind(
    desk: Desk, request: Request, stage: ResolvedStage, source: ApproverSource
) -> tuple[PersonRef, ...]:
    people = await people_behind(desk, asked_now(desk), source, request.beneficiary.id)
    return tuple(person.ref for person in new_among(request, stage, people))


def new_among(request: Request, stage: ResolvedStage, people: Iterable[Person]) -> tuple[Person, ...]:
    """Those who may decide and have, or had, no place on the stage yet."""
    placed = {seat.holder.id for seat in stage.seats} | {person.id for person in stage.approvers}
    able = eligible(people, request.requester.id, request.beneficiary.id)
    return tuple(person for person in able if person.id not in placed)


async def _higher(
    desk: Desk, request: Request, stage: ResolvedStage, silent: Sequence[tuple[Seat, ...]]
) -> list[Seat]:
    """For each silent voice the nearest manager above one of its people who may decide and is new."""
    found = []
    for seats in silent:
        for below in _of_this_voice(stage, seats):
            manager = await nearest_above(desk, request, stage, below)
            if manager is not None:
                found.append(Seat(holder=manager.ref, origin=SeatOrigin.ESCALATION, after=below))
                break
    return found


def _of_this_voice(stage: ResolvedStage, seats: Iterable[Seat]) -> Iterator[PersonRef]:
    """Holders who have a place in this voice and in no other, so that it is plain whose voice is shared."""
    for seat in seats:
        if sum(one.holder.id == seat.holder.id for one in stage.voices) == 1:
            yield seat.holder


async def nearest_above(
    desk: Desk, request: Request, stage: ResolvedStage, below: PersonRef
) -> Person | None:
    """The first manager above somebody who may decide and is new. Raises `TransientUpstream`."""
    async for person in above(asked_now(desk), below.id):
        if new_among(request, stage, [person]):
            return person
    return None
