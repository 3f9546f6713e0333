"""Who speaks for whom on a stage: what follows from delegations, absences and the votes there are.

Whoever has voted stays in his place: his vote was given with the voice of the seat.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from bot.domain.approval.stages import ResolvedStage, Seat, StandIn, Why
from bot.domain.approval.votes import approvals_needed, speakers
from bot.domain.delegations import Delegation
from bot.domain.people import PersonRef
from bot.domain.values import Instant

__all__ = [
    "able_to_speak",
    "asked_again",
    "freed",
    "missed",
    "next_change",
    "stood_in_by",
    "with_absence",
    "with_delegations",
    "without_a_speaker",
]

_StandInsOf = Callable[[Seat], tuple[StandIn, ...]]


def freed(
    stage: ResolvedStage,
    delegations: Collection[Delegation],
    kind: str,
    now: Instant,
    voted: Collection[str],
) -> ResolvedStage:
    """The stage without those whose time to stand in is over, or whose delegation was stopped."""
    in_force = {(one.owner.id, one.delegate.id) for one in delegations if one.covers(kind, now)}

    def stays(seat: Seat, one: StandIn) -> bool:
        if one.person.id in voted:
            return True
        if one.why is Why.DELEGATION:
            return (seat.holder.id, one.person.id) in in_force
        return one.until is None or now <= one.until

    return _each(stage, lambda seat: tuple(one for one in seat.stand_ins if stays(seat, one)))


def with_delegations(
    stage: ResolvedStage,
    delegations: Iterable[Delegation],
    kind: str,
    now: Instant,
    *,
    barred: Collection[str],
    voted: Collection[str],
) -> ResolvedStage:
    """Everybody speaks to whom the holder of a voice has delegated it, but for `barred`.

    Only what the holder himself said counts: nobody passes on what was delegated to him.
    """
    valid = [one for one in delegations if one.covers(kind, now) and one.delegate.id not in barred]

    def speakers(seat: Seat) -> tuple[StandIn, ...]:
        given = {
            one.delegate.id: StandIn(person=one.delegate, why=Why.DELEGATION, until=one.until)
            for one in valid
            if one.owner.id == seat.holder.id and one.delegate.id != seat.holder.id
        }
        return _replaced(seat, Why.DELEGATION, given, voted)

    return _each(stage, speakers)


def with_absence(
    stage: ResolvedStage,
    holder_id: str,
    people: Iterable[PersonRef],
    until: Instant | None,
    voted: Collection[str],
) -> ResolvedStage:
    """These people, and nobody else, speak for somebody who is away; nobody: he is back, or not missed."""
    given = {one.id: StandIn(person=one, why=Why.ABSENCE, until=until) for one in people}
    return _each(
        stage,
        lambda seat: (
            _replaced(seat, Why.ABSENCE, given, voted) if seat.holder.id == holder_id else seat.stand_ins
        ),
    )


def _replaced(seat: Seat, why: Why, given: dict[str, StandIn], voted: Collection[str]) -> tuple[StandIn, ...]:
    """The stand-ins with those for one reason exchanged; what is as it was keeps its place."""
    others = {one.person.id for one in seat.stand_ins if one.why is not why}
    kept = tuple(
        given.get(one.person.id, one) if one.why is why else one
        for one in seat.stand_ins
        if one.why is not why or one.person.id in given or one.person.id in voted
    )
    known = {one.person.id for one in kept} | others
    return (*kept, *(one for person_id, one in given.items() if person_id not in known))


def _each(stage: ResolvedStage, stand_ins_of: _StandInsOf) -> ResolvedStage:
    """The same object when nothing changes: nobody is told then."""
    seats = tuple(
        seat.model_copy(update={"stand_ins": wanted})
        if seat.active and (wanted := stand_ins_of(seat)) != seat.stand_ins
        else seat
        for seat in stage.seats
    )
    return stage if seats == stage.seats else stage.model_copy(update={"seats": seats})


def stood_in_by(seat: Seat, person_id: str) -> StandIn | None:
    """How somebody comes to speak with this voice; None when it is his own, or none of his."""
    return next((one for one in seat.stand_ins if one.person.id == person_id), None)


def without_a_speaker(stage: ResolvedStage, voted: Collection[str]) -> tuple[Seat, ...]:
    """Voices nobody has spoken with yet, and whose holder has named nobody to speak for him."""
    return tuple(
        seat
        for seat in stage.voices
        if not any(person.id in voted for person in seat.people)
        and all(one.why is Why.ABSENCE for one in seat.stand_ins)
    )


def able_to_speak(stage: ResolvedStage, voted: Collection[str]) -> frozenset[str]:
    """Who has voted, and who was named by a holder himself: they are counted on without another look."""
    named = {one.person.id for seat in stage.voices for one in seat.stand_ins if one.why is not Why.ABSENCE}
    return frozenset(named) | frozenset(voted)


def missed(stage: ResolvedStage, able: Collection[str], away: Collection[Seat]) -> tuple[Seat, ...]:
    """Those who are away for whom somebody has to speak: all of them where everybody must agree, otherwise
    as many as are short."""
    if stage.spec.need == "all":
        return tuple(away)
    return tuple(away)[: max(0, approvals_needed(stage.spec, len(stage.voices)) - speakers(stage, able))]


def asked_again(seat: Seat) -> tuple[PersonRef, ...]:
    """Whom a reminder is for: everybody who may speak with a voice, but for a holder who handed it over."""
    handed_over = tuple(one.person for one in seat.stand_ins if one.why is Why.REASSIGNED)
    return handed_over or seat.people


def next_change(
    stage: ResolvedStage, delegations: Iterable[Delegation], kind: str, now: Instant
) -> Instant | None:
    """When somebody begins to stand in, or ceases to, as far as that is known."""
    holders = {seat.holder.id for seat in stage.voices}
    begins = [one.since for one in delegations if one.owner.id in holders and one.about(kind)]
    ends = [one.until for seat in stage.voices for one in seat.stand_ins if one.until is not None]
    return min((moment for moment in (*begins, *ends) if moment > now), default=None)
