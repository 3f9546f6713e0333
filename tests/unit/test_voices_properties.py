"""How votes are counted, against the plainest way to count them; and what asking more people may never
change."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.domain.approval import (
    Decision,
    NamedApprovers,
    ResolvedStage,
    Seat,
    SeatOrigin,
    StageSpec,
    StandIn,
    StepUp,
    Verdict,
    Why,
    counted,
    satisfiable,
    silent_voices,
)
from bot.domain.approval.widening import as_well, instead, spread
from bot.domain.people import PersonRef
from tests.support.approval_laws import agreed_on

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PEOPLE = tuple(PersonRef(id=name, name=name, upn=f"{name}@contoso.com") for name in "abcdefg")
people = st.sampled_from(PEOPLE)


@st.composite
def stages(draw: st.DrawFn) -> ResolvedStage:
    """Some were asked first, others because of them; some have left, and some are stood in for."""
    first = draw(st.lists(people, min_size=1, max_size=4, unique=True))
    seats = [Seat(holder=one) for one in first]
    for newcomer in draw(st.lists(people, max_size=4)):
        after = draw(st.sampled_from([seat.holder for seat in seats]))
        if newcomer != after and not any(seat.active and seat.holder == newcomer for seat in seats):
            seats.append(Seat(holder=newcomer, origin=SeatOrigin.ADDED, after=after))
        if draw(st.booleans()):
            gone = draw(st.integers(0, len(seats) - 1))
            seats[gone] = seats[gone].model_copy(update={"active": False, "left": "SB-APP-30"})
    spec = StageSpec(
        approvers=NamedApprovers(ids=tuple(one.id for one in first)),
        need=draw(st.sampled_from(("any", "all", 1, 2, 3))),
        step_up=draw(st.sampled_from((None, StepUp.SECOND_PERSON))),
    )
    return ResolvedStage(spec=spec, seats=tuple(map(draw, map(_stood_in, seats))))


@st.composite
def _stood_in(draw: st.DrawFn, seat: Seat) -> Seat:
    named = draw(st.lists(people, max_size=2, unique=True))
    stand_ins = tuple(StandIn(person=one, why=Why.DELEGATION) for one in named if one != seat.holder)
    return seat.model_copy(update={"stand_ins": stand_ins})


def agreed(stage: ResolvedStage, who: set[str]) -> list[Decision]:
    """Each of them with his own voice, or else with the first he may speak with."""
    found = []
    for one in stage.approvers:
        if one.id in who:
            holder = stage.seats_of(one.id)[0].holder
            instead_of = None if holder == one else holder
            found.append(
                Decision(stage_index=0, approver=one, instead_of=instead_of, verdict=Verdict.APPROVE, at=NOW)
            )
    return found


def is_passed(stage: ResolvedStage, votes: list[Decision]) -> bool:
    have, need = counted(stage, votes)
    return bool(have) and have >= need


some = st.sets(st.sampled_from([one.id for one in PEOPLE]))


@settings(max_examples=400)
@given(stages(), some)
def test_a_stage_is_passed_when_the_plain_count_says_so(stage: ResolvedStage, who: set[str]) -> None:
    votes = agreed(stage, who)
    assert is_passed(stage, votes) == agreed_on(stage, votes)


@given(stages(), some, some)
def test_one_more_who_agrees_never_undoes_a_stage(
    stage: ResolvedStage, who: set[str], more: set[str]
) -> None:
    if is_passed(stage, agreed(stage, who)):
        assert is_passed(stage, agreed(stage, who | more))


@given(stages(), some)
def test_those_who_are_enough_can_pass_it_and_others_cannot(stage: ResolvedStage, who: set[str]) -> None:
    able = {one.id for one in stage.approvers if one.id in who}
    assert satisfiable(stage, able) == is_passed(stage, agreed(stage, able))


@settings(max_examples=300)
@given(stages(), some, st.lists(people, max_size=3, unique=True), st.booleans())
def test_asking_others_passes_nothing_and_takes_nothing_away(
    stage: ResolvedStage, who: set[str], others: list[PersonRef], replace: bool
) -> None:
    votes = agreed(stage, who)
    # What has passed is not open any more, and nobody else is asked.
    assume(not is_passed(stage, votes))
    known = {seat.holder.id for seat in stage.seats} | {one.id for one in stage.approvers}
    new = [one for one in others if one.id not in known]
    silent = silent_voices(stage, votes)
    seats = spread(new, silent, NamedApprovers(ids=("x",)), SeatOrigin.ADDED)
    after = instead(stage, seats, silent, who & known) if replace else as_well(stage, seats)
    assert not is_passed(after, votes)
    everybody = {one.id for one in after.approvers} | {vote.approver.id for vote in votes}
    if satisfiable(stage, {one.id for one in stage.approvers}):
        assert satisfiable(after, everybody)
    if stage.spec.need == "all" and not replace:
        assert counted(after, votes)[1] == counted(stage, votes)[1]
