"""Changes among the people of a stage: who comes, who goes, who speaks for whom. All keep what was."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.approval.stages import ResolvedStage, Seat, SeatOrigin, StandIn
from bot.domain.people import PersonRef
from bot.domain.policy import ApproverSource

__all__ = ["added", "given_up", "stood_in", "without_stand_in"]


def added(
    stage: ResolvedStage,
    people: Iterable[PersonRef],
    origin: SeatOrigin,
    *,
    source: ApproverSource | None = None,
    after: PersonRef | None = None,
) -> ResolvedStage:
    """More voices; whoever has one already gets no second."""
    held = {seat.holder.id for seat in stage.voices}
    new = {person.id: person for person in people if person.id not in held}
    seats = tuple(Seat(holder=one, origin=origin, source=source, after=after) for one in new.values())
    return stage.model_copy(update={"seats": (*stage.seats, *seats)}) if seats else stage


def given_up(stage: ResolvedStage, holder_id: str, why: str) -> ResolvedStage:
    """The voice counts no more; `why` is a code for people to read."""
    return _with_seats(
        stage,
        (
            seat.model_copy(update={"active": False, "left": why})
            if seat.active and seat.holder.id == holder_id
            else seat
            for seat in stage.seats
        ),
    )


def stood_in(stage: ResolvedStage, holder_id: str, stand_in: StandIn) -> ResolvedStage:
    """Somebody more may speak with the holder's voice; twice is once, for the later reason."""
    return _with_seats(stage, (_with(seat, holder_id, stand_in) for seat in stage.seats))


def _with(seat: Seat, holder_id: str, stand_in: StandIn) -> Seat:
    if not seat.active or seat.holder.id != holder_id or stand_in.person.id == holder_id:
        return seat
    others = tuple(one for one in seat.stand_ins if one.person.id != stand_in.person.id)
    return seat.model_copy(update={"stand_ins": (*others, stand_in)})


def without_stand_in(stage: ResolvedStage, holder_id: str, person_id: str) -> ResolvedStage:
    """`person_id` no longer speaks for the holder."""
    return _with_seats(
        stage,
        (
            seat.model_copy(
                update={"stand_ins": tuple(one for one in seat.stand_ins if one.person.id != person_id)}
            )
            if seat.holder.id == holder_id
            else seat
            for seat in stage.seats
        ),
    )


def _with_seats(stage: ResolvedStage, seats: Iterable[Seat]) -> ResolvedStage:
    return stage.model_copy(update={"seats": tuple(seats)})
