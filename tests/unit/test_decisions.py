"""Who may decide, and what decisions make of a request."""

from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import (
    Circumstances,
    Decision,
    ManagerApprover,
    Match,
    NamedApprovers,
    Policy,
    ResolvedStage,
    Rule,
    StageSpec,
    Verdict,
    after_decision,
    approvals_needed,
    eligible,
    matching_rule,
)
from bot.domain.errors import Bug, CommentRequired, Conflict, NotAnApprover
from bot.domain.plans import Plan
from bot.domain.requests import ENDED, MOVES, Request, RequestState, may_move, validate_move
from tests.support.contoso import NOW, dora, person, ref, wish

Need = Literal["any", "all"] | int


def spec(need: Need = "any", comment: bool = True) -> StageSpec:
    return StageSpec(approvers=ManagerApprover(), need=need, comment_on_reject=comment)


def stage(*names: str, need: Need = "any", comment: bool = True) -> ResolvedStage:
    return ResolvedStage.of(spec(need, comment), *map(ref, names))


def request(*stages: ResolvedStage, state: RequestState = RequestState.SUBMITTED) -> Request:
    return Request(
        id="SB-4K7Q2",
        version=1,
        state=state,
        requester=ref("rita"),
        beneficiary=ref("dora"),
        wish=wish(dora()),
        plan=Plan(steps=()),
        policy_version="v1",
        stages=stages,
        created_at=NOW,
        updated_at=NOW,
    )


def circumstances(country: str = "FR") -> Circumstances:
    return Circumstances(kind="number", country=country, requester=person("rita"), beneficiary=person("dora"))


def decision(name: str, verdict: Verdict = Verdict.APPROVE, index: int = 0, comment: str = "no") -> Decision:
    return Decision(stage_index=index, approver=ref(name), verdict=verdict, comment=comment, at=NOW)


def test_nobody_decides_who_asked_or_benefits_is_switched_off_or_a_guest() -> None:
    candidates = (
        person("rita"),
        person("dora"),
        person("off", enabled=False),
        person("guest", guest=True),
        person("mona"),
        person("mona"),
        person("paul"),
    )
    assert [one.id for one in eligible(candidates, "rita", "dora")] == ["mona", "paul"]


def test_the_first_rule_that_matches_wins() -> None:
    stages = (spec(),)
    policy = Policy(
        version="v1",
        rules=(
            Rule(name="france", match=Match(countries=("FR",)), stages=stages),
            Rule(name="numbers", match=Match(kinds=("number",)), stages=stages),
            Rule(name="rest", stages=stages),
        ),
    )
    assert matching_rule(policy, circumstances()).name == "france"
    assert matching_rule(policy, circumstances("DE")).name == "numbers"


def test_any_one_of_several_is_enough() -> None:
    after = after_decision(request(stage("mona", "paul")), decision("paul"))
    assert after.state is RequestState.APPROVED
    assert after.version == 1, "the store counts versions"


def test_all_must_agree_where_all_are_asked_for() -> None:
    first = after_decision(request(stage("mona", "paul", need="all")), decision("paul"))
    assert (first.state, first.stage_index) == (RequestState.SUBMITTED, 0)
    assert after_decision(first, decision("mona")).state is RequestState.APPROVED


def test_so_many_must_agree() -> None:
    asked = request(stage("mona", "paul", "olga", need=2))
    first = after_decision(asked, decision("olga"))
    assert first.state is RequestState.SUBMITTED
    assert after_decision(first, decision("mona")).state is RequestState.APPROVED


def test_too_few_approvers_never_pass_a_stage_that_needs_more() -> None:
    alone = after_decision(request(stage("mona", need=2)), decision("mona"))
    assert alone.state is RequestState.SUBMITTED
    assert approvals_needed(spec(2), 1) == 2


def test_one_rejection_ends_it_whoever_else_agreed() -> None:
    first = after_decision(request(stage("mona", "paul", need="all")), decision("paul"))
    assert after_decision(first, decision("mona", Verdict.REJECT)).state is RequestState.REJECTED


def test_stages_follow_each_other_and_count_their_own_approvals() -> None:
    asked = request(stage("mona"), stage("mona", "paul", need="all"))
    second = after_decision(asked, decision("mona"))
    assert (second.state, second.stage_index) == (RequestState.SUBMITTED, 1)
    third = after_decision(second, decision("mona", index=1))
    assert third.state is RequestState.SUBMITTED
    assert after_decision(third, decision("paul", index=1)).state is RequestState.APPROVED


@pytest.mark.parametrize("name", ["rita", "dora", "stranger"])
def test_nobody_decides_for_himself_or_unasked_even_if_he_is_on_the_list(name: str) -> None:
    asked = request(stage("mona", "rita", "dora"))
    with pytest.raises(NotAnApprover):
        after_decision(asked, decision(name))


def test_nobody_decides_twice_on_one_stage() -> None:
    first = after_decision(request(stage("mona", "paul", need="all")), decision("mona"))
    with pytest.raises(Conflict):
        after_decision(first, decision("mona"))


@pytest.mark.parametrize("index", [-1, 1, 7])
def test_a_decision_on_a_stage_that_is_not_open_is_refused(index: int) -> None:
    with pytest.raises(Conflict):
        after_decision(request(stage("mona"), stage("paul")), decision("mona", index=index))


@pytest.mark.parametrize("state", [one for one in RequestState if one is not RequestState.SUBMITTED])
def test_nothing_is_decided_once_a_request_has_left_approval(state: RequestState) -> None:
    with pytest.raises(Conflict):
        after_decision(request(stage("mona"), state=state), decision("mona"))


@pytest.mark.parametrize("comment", ["", "   \n"])
def test_a_rejection_says_why_where_the_policy_wants_it(comment: str) -> None:
    reject = decision("mona", Verdict.REJECT, comment=comment)
    with pytest.raises(CommentRequired):
        after_decision(request(stage("mona")), reject)
    lenient = after_decision(request(stage("mona", comment=False)), reject)
    assert lenient.state is RequestState.REJECTED


def test_every_move_out_of_the_table_is_a_bug() -> None:
    for before in RequestState:
        for after in RequestState:
            if may_move(before, after):
                validate_move(before, after)
            else:
                with pytest.raises(Bug):
                    validate_move(before, after)


def test_nothing_follows_an_end_and_everything_else_goes_on() -> None:
    assert {state for state in RequestState if not MOVES.get(state)} == ENDED


NAMES = ("mona", "paul", "olga", "rita", "dora")


@st.composite
def stages_st(draw: st.DrawFn) -> ResolvedStage:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, unique=True))
    need: Need = draw(st.sampled_from(("any", "all", 1, 2, 3)))
    return stage(*names, need=need)


@st.composite
def decisions_st(draw: st.DrawFn) -> Decision:
    verdict = draw(st.sampled_from((Verdict.APPROVE, Verdict.APPROVE, Verdict.REJECT)))
    comment = draw(st.sampled_from(("because", "")))
    return decision(draw(st.sampled_from(NAMES)), verdict, draw(st.integers(0, 2)), comment)


@given(st.lists(stages_st(), min_size=1, max_size=3), st.lists(decisions_st(), max_size=12))
def test_whatever_is_clicked_only_counted_decisions_move_a_request(
    stages: list[ResolvedStage], clicks: list[Decision]
) -> None:
    current = request(*stages)
    for click in clicks:
        before = current
        try:
            current = after_decision(current, click)
        except (Conflict, NotAnApprover, CommentRequired):
            assert current == before
            continue
        assert before.state is RequestState.SUBMITTED
        assert current.decisions == (*before.decisions, click)
        assert current.stage_index in (before.stage_index, before.stage_index + 1)
    _check_end(current)


def _check_end(end: Request) -> None:
    voices = [(one.stage_index, one.approver.id) for one in end.decisions]
    assert len(voices) == len(set(voices))
    assert not {"rita", "dora"} & {voice for _, voice in voices}
    rejected = any(one.verdict is Verdict.REJECT for one in end.decisions)
    assert (end.state is RequestState.REJECTED) == rejected
    if end.state is RequestState.APPROVED:
        for index, one in enumerate(end.stages):
            agreed = sum(made.stage_index == index for made in end.decisions)
            assert agreed == approvals_needed(one.spec, len(one.approvers))


def test_named_approvers_survive_json() -> None:
    asked = request(ResolvedStage.of(StageSpec(approvers=NamedApprovers(ids=("a",))), ref("mona")))
    assert Request.model_validate_json(asked.model_dump_json()) == asked
