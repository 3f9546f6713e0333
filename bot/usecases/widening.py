"""Who is asked because nobody has answered: others as well, others instead, or the managers above.

None of it makes a stage weaker, and none of it makes it one that nobody can pass. Where everybody must agree
there are as many voices afterwards as before: whoever comes sits `after` one who is silent and shares his
voice, and several who come are spread over several who are silent, so that as many people as possible must
still agree. Where a number of people must agree, that number stays, and nobody gives up his place unless
enough people are left. Nobody comes who asked, who benefits, who is switched off, a guest, or who has or had
a place on the stage already.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.domain.approval import (
    ApproverSource,
    ResolvedStage,
    Seat,
    SeatOrigin,
    eligible,
    given_up,
    satisfiable,
    silent_voices,
    voices,
    votes_of,
)
from bot.domain.people import Person, PersonRef
from bot.domain.policy import Silence, SilenceAction
from bot.domain.requests import Request
from bot.usecases.authority import above, asked_now, people_behind
from bot.usecases.desk import Desk

__all__ = ["REPLACED", "nearest_above", "new_among", "newcomers", "spread", "widened"]

REPLACED = "SB-APP-49"
"""Why a voice was given up: its holder did not answer in time."""


async def widened(desk: Desk, request: Request, stage: ResolvedStage, silence: Silence) -> ResolvedStage:
    """The stage with more people, or others; the very same stage when there is nobody to ask.

    Tried one after the other until somebody new may decide: whom the policy names for this silence, the
    stage's fallback, the managers of the silent. An escalation goes to the managers at once.
    Raises `TransientUpstream`.
    """
    silent = silent_voices(stage, votes_of(request))
    if not silent:
        return stage
    new = await _new_seats(desk, request, stage, silent, silence)
    if not new:
        return stage
    wider = stage.model_copy(update={"seats": (*stage.seats, *new)})
    return _without(request, wider, silent, new) if silence.do is SilenceAction.REPLACE else wider


def newcomers(before: ResolvedStage, after: ResolvedStage) -> tuple[PersonRef, ...]:
    """Who was given a place."""
    known = {seat.holder.id for seat in before.seats}
    return tuple(
        {seat.holder.id: seat.holder for seat in after.seats if seat.holder.id not in known}.values()
    )


async def _new_seats(
    desk: Desk,
    request: Request,
    stage: ResolvedStage,
    silent: tuple[tuple[Seat, ...], ...],
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
) -> tuple[Person, ...]:
    people = await people_behind(desk, asked_now(desk), source, request.beneficiary.id)
    return new_among(request, stage, people)


def new_among(request: Request, stage: ResolvedStage, people: Iterable[Person]) -> tuple[Person, ...]:
    """Those who may decide and have, or had, no place on the stage yet."""
    placed = {seat.holder.id for seat in stage.seats} | {person.id for person in stage.approvers}
    able = eligible(people, request.requester.id, request.beneficiary.id)
    return tuple(person for person in able if person.id not in placed)


def spread(
    people: tuple[Person, ...],
    silent: tuple[tuple[Seat, ...], ...],
    source: ApproverSource,
    origin: SeatOrigin,
) -> list[Seat]:
    """A seat for each who comes and each voice that is silent: in turn, each at least once."""
    rounds = range(max(len(people), len(silent)))
    return [
        Seat(
            holder=people[turn % len(people)].ref,
            origin=origin,
            source=source,
            after=silent[turn % len(silent)][0].holder,
        )
        for turn in rounds
    ]


async def _higher(
    desk: Desk, request: Request, stage: ResolvedStage, silent: tuple[tuple[Seat, ...], ...]
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


def _of_this_voice(stage: ResolvedStage, seats: tuple[Seat, ...]) -> Iterator[PersonRef]:
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


def _without(
    request: Request, wider: ResolvedStage, silent: tuple[tuple[Seat, ...], ...], new: list[Seat]
) -> ResolvedStage:
    """The stage without those who are silent, where those who come are enough without them."""
    shared = [seats for seats in voices(wider) if any(one in new for one in seats)]
    fewer = wider
    for seats in silent:
        # A voice that nobody has come for is kept by whoever has it.
        if any(seats[0] in others for others in shared):
            for seat in seats:
                fewer = given_up(fewer, seat.holder.id, REPLACED)
    voted = {vote.approver.id for vote in votes_of(request)}
    return fewer if satisfiable(fewer, voted | {one.id for one in fewer.approvers}) else wider
