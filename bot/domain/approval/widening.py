"""More voices, or others, because nobody has answered: no stage gets weaker by it, or impossible to pass.

Where everybody must agree there are as many voices afterwards as before: whoever comes sits `after` one who
is silent and shares his voice. Several who come are spread over several who are silent, so that as many
people as possible must still agree. Where a number of people must agree, that number stays, and nobody gives
up his place unless enough people are left.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.approval.stages import ResolvedStage, Seat, SeatOrigin
from bot.domain.approval.standing import given_up
from bot.domain.approval.votes import satisfiable, voices
from bot.domain.people import PersonRef
from bot.domain.policy import ApproverSource

__all__ = ["REPLACED", "as_well", "instead", "newcomers", "spread"]

REPLACED = "SB-APP-49"
"""Why a voice was given up: its holder did not answer in time."""

Voices = Sequence[tuple[Seat, ...]]


def spread(
    people: Sequence[PersonRef], silent: Voices, source: ApproverSource, origin: SeatOrigin
) -> list[Seat]:
    """A seat for each who comes and for each voice that is silent: in turn, each at least once."""
    return [
        Seat(
            holder=people[turn % len(people)],
            origin=origin,
            source=source,
            after=silent[turn % len(silent)][0].holder,
        )
        for turn in range(max(len(people), len(silent)) if people and silent else 0)
    ]


def as_well(stage: ResolvedStage, new: Sequence[Seat]) -> ResolvedStage:
    """The stage with more seats."""
    return stage.model_copy(update={"seats": (*stage.seats, *new)})


def instead(
    stage: ResolvedStage, new: Sequence[Seat], silent: Voices, voted: Collection[str]
) -> ResolvedStage:
    """The stage with new seats for those who are silent, who give up theirs.

    Not a voice that nobody has come for; and nobody at all where those who come, with those who have `voted`
    (object ids), would be too few.
    """
    wider = as_well(stage, new)
    taken_over = [seats for seats in voices(wider) if any(one in new for one in seats)]
    fewer = wider
    for seats in silent:
        if any(seats[0] in others for others in taken_over):
            for seat in seats:
                fewer = given_up(fewer, seat.holder.id, REPLACED)
    enough = satisfiable(fewer, {*voted, *(one.id for one in fewer.approvers)})
    return fewer if enough else wider


def newcomers(before: ResolvedStage, after: ResolvedStage) -> tuple[PersonRef, ...]:
    """Who was given a place."""
    known = {seat.holder.id for seat in before.seats}
    new = (seat.holder for seat in after.seats if seat.holder.id not in known)
    return tuple({one.id: one for one in new}.values())
