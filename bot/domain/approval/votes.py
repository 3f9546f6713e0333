"""What the votes on a stage come to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from bot.domain.approval.decisions import Decision, Verdict
from bot.domain.approval.stages import ResolvedStage, Seat
from bot.domain.errors import CommentRequired, Conflict, NotAnApprover
from bot.domain.people import Person
from bot.domain.policy import StageSpec, StepUp
from bot.domain.states import RequestState, validate_move
from bot.domain.values import Instant

if TYPE_CHECKING:
    from bot.domain.requests import Request

__all__ = [
    "after_decision",
    "approvals_needed",
    "counted",
    "eligible",
    "involved",
    "passed",
    "satisfiable",
    "settled",
    "silent_voices",
    "speakers",
    "voices",
    "votes_of",
]


def involved(requester_id: str, beneficiary_id: str) -> frozenset[str]:
    """Who never decides: whoever asked, and whoever benefits."""
    return frozenset({requester_id, beneficiary_id})


def eligible(candidates: Iterable[Person], requester_id: str, beneficiary_id: str) -> tuple[Person, ...]:
    """Those who may decide: never who asked or who benefits, nobody switched off, no guest, nobody twice."""
    barred = involved(requester_id, beneficiary_id)
    able = {
        person.id: person
        for person in candidates
        if person.id not in barred and person.enabled and not person.guest
    }
    return tuple(able.values())


def approvals_needed(spec: StageSpec, voices: int) -> int:
    """How many of so many must agree. It may be more than there are: then nobody can pass it."""
    needed = {"any": 1, "all": voices}[spec.need] if isinstance(spec.need, str) else spec.need
    return max(needed, 2) if spec.step_up is StepUp.SECOND_PERSON else needed


def votes_of(request: Request) -> tuple[Decision, ...]:
    """The votes on the open stage that count."""
    return tuple(
        one
        for one in request.decisions
        if one.stage_index == request.stage_index and one.round == request.round and not one.void
    )


def voices(stage: ResolvedStage) -> tuple[tuple[Seat, ...], ...]:
    """The voices of a stage, each with the seats that share it.

    Whoever is asked because somebody else is silent, gone or out of reach sits `after` him and shares his
    voice: where everybody must agree, either of them speaks for it. So asking more people neither adds a
    voice that must agree as well, nor takes one away.
    """
    origins = {seat.holder.id: seat.after.id for seat in reversed(stage.seats) if seat.after is not None}
    # A voice of one's own from the beginning is nobody else's.
    for seat in stage.seats:
        if seat.after is None:
            origins.pop(seat.holder.id, None)
    shared: dict[str, list[Seat]] = {}
    for seat in stage.voices:
        shared.setdefault(_origin(seat, origins), []).append(seat)
    return tuple(map(tuple, shared.values()))


def _origin(seat: Seat, origins: Mapping[str, str]) -> str:
    """Whose voice it was in the beginning."""
    if seat.after is None:
        return seat.holder.id
    current, seen = seat.after.id, {seat.holder.id}
    while current in origins and current not in seen:
        seen.add(current)
        current = origins[current]
    return min(seen) if current in seen else current


def silent_voices(stage: ResolvedStage, votes: Iterable[Decision]) -> tuple[tuple[Seat, ...], ...]:
    """The voices that nobody has spoken with yet.

    Where everybody must agree, one person speaks for all voices he may speak with; otherwise for one of them,
    and whoever else could speak is still waited for.
    """
    votes = tuple(votes)
    voted = {vote.approver.id for vote in votes}
    spoken = {(vote.instead_of or vote.approver).id for vote in votes}

    def heard(seat: Seat) -> bool:
        if stage.spec.need == "all":
            return any(person.id in voted for person in seat.people)
        return seat.holder.id in spoken | voted

    return tuple(seats for seats in voices(stage) if not any(map(heard, seats)))


def satisfiable(stage: ResolvedStage, able: Collection[str]) -> bool:
    """Whether a stage could be passed if only the people in `able` (object ids) said yes."""
    if stage.spec.need == "all":
        spoken = all(any(one.id in able for seat in seats for one in seat.people) for seats in voices(stage))
        return bool(able) and spoken and speakers(stage, able) >= (2 if _two_people(stage) else 1)
    return speakers(stage, able) >= approvals_needed(stage.spec, len(voices(stage)))


def speakers(stage: ResolvedStage, people: Iterable[str]) -> int:
    """How many of these people (object ids) can each speak with a voice of their own at the same time.

    Whoever hands his part over keeps his voice; together with whoever stands in for him he is one of several
    who must agree, or anybody could bring the second approval along.
    """
    return _matched({one: _voices_of(stage, one) or {one} for one in people})


def _voices_of(stage: ResolvedStage, person_id: str) -> set[str]:
    return {seat.holder.id for seat in stage.seats_of(person_id)}


def _matched(voices_of: Mapping[str, Collection[str]]) -> int:
    """The most people who can be given a voice each: whoever has a choice makes way for whoever has none."""
    speaker: dict[str, str] = {}

    def seated(person: str, tried: set[str]) -> bool:
        for voice in voices_of[person]:
            if voice in tried:
                continue
            tried.add(voice)
            if voice not in speaker or seated(speaker[voice], tried):
                speaker[voice] = person
                return True
        return False

    return sum(seated(person, set()) for person in voices_of)


def _two_people(stage: ResolvedStage) -> bool:
    return stage.spec.step_up is StepUp.SECOND_PERSON


def counted(stage: ResolvedStage, votes: Iterable[Decision]) -> tuple[int, int]:
    """How far a stage has got: approvals there are, and approvals it takes.

    Whoever speaks for several voices is one person: where everybody must agree he speaks for all of them,
    where a number of people must agree he is one of them. Several who speak with one voice are one as well.
    """
    agreed = {
        vote.approver.id: _voices_of(stage, vote.approver.id) | {(vote.instead_of or vote.approver).id}
        for vote in votes
        if vote.verdict is Verdict.APPROVE
    }
    people = _matched(agreed)
    if stage.spec.need != "all":
        return people, approvals_needed(stage.spec, len(stage.voices))
    all_voices = voices(stage)
    spoken = sum(any(one.id in agreed for seat in seats for one in seat.people) for seats in all_voices)
    if _two_people(stage) and people < 2:
        needed = max(len(all_voices), 2)
        return min(spoken, needed - 1), needed
    return spoken, len(all_voices)


def after_decision(request: Request, decision: Decision) -> Request:
    """The request once a decision is counted: rejected, approved, at its next stage, or still waiting.

    One rejection ends it. Changes neither version nor moments; the store does. Raises `Conflict` when the
    decision is not for the open stage or its approver has decided there already, `NotAnApprover` when he
    may not decide, and `CommentRequired` when the verdict has to say why and does not.
    """
    stage = request.stage
    if stage is None or (decision.stage_index, decision.round) != (request.stage_index, request.round):
        raise Conflict(f"{request.id}: stage {decision.stage_index} is not open")
    _check(request, stage, decision)
    said = request.model_copy(update={"decisions": (*request.decisions, decision)})
    if decision.verdict is Verdict.REJECT:
        return _moved(said, RequestState.REJECTED)
    return settled(said, decision.at)


def settled(request: Request, now: Instant) -> Request:
    """The request, moved on as far as the votes there are allow: to be asked again after voices changed."""
    stage = request.stage
    if stage is None:
        return request
    have, need = counted(stage, votes_of(request))
    return request if have < need or not have else passed(request, now)


def passed(request: Request, now: Instant) -> Request:
    """The request once its open stage is done with: at the next one, or approved.

    Where a vote on an earlier stage turned out to be void, those on later stages are there already.
    """
    if request.stage_index + 1 == len(request.stages):
        return _moved(request, RequestState.APPROVED)
    return settled(_at_stage(request, request.stage_index + 1, now), now)


def _at_stage(request: Request, index: int, now: Instant) -> Request:
    """Its people are asked by whoever tends requests that wait: at once, since it is due."""
    return request.model_copy(update={"stage_index": index, "due_at": now})


def _check(request: Request, stage: ResolvedStage, decision: Decision) -> None:
    approver = decision.approver.id
    if not stage.seats_of(approver) or approver in involved(request.requester.id, request.beneficiary.id):
        raise NotAnApprover(f"{request.id}: {approver} may not decide on stage {decision.stage_index}")
    if any(earlier.approver.id == approver for earlier in votes_of(request)):
        raise Conflict(f"{request.id}: {approver} has decided on stage {decision.stage_index} already")
    must = {Verdict.REJECT: stage.spec.comment_on_reject, Verdict.APPROVE: stage.spec.comment_on_approve}
    if must[decision.verdict] and not decision.comment.strip():
        raise CommentRequired(f"{request.id}: a {decision.verdict} must say why")


def _moved(request: Request, state: RequestState) -> Request:
    validate_move(request.state, state)
    return request.model_copy(update={"state": state})
