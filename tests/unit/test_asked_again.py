"""What becomes of a request when a vote is void, or its approval has grown old."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.aftermath import stopped
from bot.domain.approval import Decision, NamedApprovers, ResolvedStage, StageSpec, Verdict, after_decision
from bot.domain.approval.anew import approved_for, asked_anew, back_to, first_open, of_stage, without_votes
from bot.domain.approval.timeline import opened
from bot.domain.errors import Bug
from bot.domain.requests import Request, RequestState, StepRecord, StepState
from tests.support.contoso import NOW
from tests.support.requests_sample import person, sample_request

DAY = timedelta(days=1)
PEOPLE = ("ben", "chen", "dora")


def stage(need: int | str = "any") -> ResolvedStage:
    spec = StageSpec.model_validate({"approvers": NamedApprovers(ids=PEOPLE), "need": need})
    return opened(ResolvedStage.of(spec, *map(person, PEOPLE)), NOW)


def says_yes(request: Request, who: str, at: int = 0) -> Request:
    decision = Decision(
        stage_index=request.stage_index,
        round=request.round,
        approver=person(who),
        verdict=Verdict.APPROVE,
        at=NOW + at * DAY,
    )
    return after_decision(request, decision)


def approved(*stages: ResolvedStage) -> Request:
    request = sample_request(stages=stages)
    while request.state is RequestState.SUBMITTED:
        voted = {vote.approver.id for vote in of_stage(request, request.stage_index)}
        request = says_yes(request, next(one for one in PEOPLE if one not in voted), request.stage_index)
    return request


def void(request: Request, index: int, who: str) -> Request:
    return without_votes(
        request,
        {vote: "SB-APP-31" for vote in of_stage(request, index) if vote.approver.id == who},
    )


def test_a_void_vote_opens_its_stage_and_leaves_the_votes_on_others() -> None:
    request = void(approved(stage(), stage(2)), 0, "ben")
    assert first_open(request, [0]) == 0
    back = back_to(request, 0, NOW)
    assert (back.state, back.stage_index, back.round, back.due_at) == (RequestState.SUBMITTED, 0, 0, NOW)
    assert [one.opened_at for one in back.stages] == [None, None]
    # One vote on the first stage, and the two of the second are there already.
    assert says_yes(back, "chen").state is RequestState.APPROVED


def test_whose_vote_is_void_may_vote_again() -> None:
    back = back_to(void(approved(stage()), 0, "ben"), 0, NOW)
    assert says_yes(back, "ben").state is RequestState.APPROVED


def test_only_the_second_stage_is_asked_where_its_vote_is_void() -> None:
    request = void(approved(stage(), stage(2)), 1, "chen")
    index = first_open(request, [1])
    assert index == 1
    back = back_to(request, index, NOW)
    assert [one.opened_at for one in back.stages] == [NOW, None]
    assert says_yes(back, "dora").state is RequestState.APPROVED


def test_a_stage_that_others_pass_stays_passed() -> None:
    request = sample_request(stages=(stage(2), stage()))
    for who in ("ben", "chen"):
        request = says_yes(request, who)
    assert first_open(void(request, 0, "ben"), [0]) == 0
    assert first_open(request, [0]) is None


def test_nothing_of_an_old_approval_counts_when_it_is_asked_for_again() -> None:
    request = approved(stage(), stage()).model_copy(update={"state": RequestState.WAITING})
    anew = asked_anew(request, NOW)
    assert (anew.round, anew.stage_index, anew.waiting) == (1, 0, None)
    assert of_stage(anew, 0) == of_stage(anew, 1) == ()
    again = says_yes(says_yes(anew, "ben"), "ben")
    assert again.state is RequestState.APPROVED


def test_an_approval_is_as_old_as_its_last_vote() -> None:
    request = approved(stage(), stage())
    assert approved_for(request, NOW + 15 * DAY) == 14 * DAY
    assert approved_for(sample_request(), NOW) is None
    assert approved_for(asked_anew(request, NOW), NOW) is None


@pytest.mark.parametrize("state", [RequestState.EXECUTING, RequestState.DONE, RequestState.REJECTED])
def test_what_is_being_carried_out_is_not_asked_about_again(state: RequestState) -> None:
    with pytest.raises(Bug):
        back_to(approved(stage()).model_copy(update={"state": state}), 0, NOW)


def test_what_was_done_before_stays_and_is_said() -> None:
    request = sample_request(stages=(stage(),))
    done = StepRecord(index=0, kind="change_licences", state=StepState.DONE, attempts=1)
    ended = stopped(request, [done], RequestState.REJECTED)
    assert ended.state is RequestState.PARTLY_DONE
    assert ended.outcome is not None
    assert [notice.code for notice in ended.outcome.notices] == ["SB-APP-39", "SB-REQ-47"]
    untouched = done.model_copy(update={"attempts": 0})
    assert stopped(request, [untouched], RequestState.EXPIRED).state is RequestState.EXPIRED


@given(
    needs=st.lists(st.sampled_from(["any", 2, "all"]), min_size=1, max_size=3),
    lost=st.lists(st.tuples(st.integers(0, 2), st.sampled_from(PEOPLE))),
)
def test_the_outcome_follows_from_the_votes_that_are_left(
    needs: list[int | str], lost: list[tuple[int, str]]
) -> None:
    """Whatever is void, the request is asked about where the votes are too few, and can be approved again."""
    request = approved(*map(stage, needs))
    for index, who in lost:
        request = void(request, index, who)
    index = first_open(request, range(len(needs)))
    if index is None:
        return
    back = back_to(request, index, NOW)
    for _ in range(len(needs) * len(PEOPLE)):
        if back.state is RequestState.APPROVED:
            break
        voted = {vote.approver.id for vote in of_stage(back, back.stage_index)}
        back = says_yes(back, next(one for one in PEOPLE if one not in voted))
    assert back.state is RequestState.APPROVED
    assert first_open(back, range(len(needs))) is None
