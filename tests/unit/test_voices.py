"""Asking more people makes no stage weaker, and none that nobody can pass."""

from __future__ import annotations

from typing import Literal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import (
    Decision,
    ManagerApprover,
    ResolvedStage,
    SeatOrigin,
    StageSpec,
    StandIn,
    StepUp,
    Verdict,
    VoiceAdmins,
    Why,
    added,
    counted,
    given_up,
    satisfiable,
    silent_voices,
    stood_in,
    voices,
)
from bot.domain.approval.widening import as_well, instead, newcomers, spread
from tests.support.contoso import NOW, ref


def all_of(*names: str) -> ResolvedStage:
    return ResolvedStage.of(StageSpec(approvers=ManagerApprover(), need="all"), *map(ref, names))


def yes(*names: str) -> list[Decision]:
    return [Decision(stage_index=0, approver=ref(name), verdict=Verdict.APPROVE, at=NOW) for name in names]


def escalated(stage: ResolvedStage, who: str, after: str) -> ResolvedStage:
    return added(stage, [ref(who)], SeatOrigin.ESCALATION, after=ref(after))


def test_whoever_is_added_shares_the_voice_of_who_is_silent() -> None:
    stage = escalated(all_of("marc", "helene"), "grace", "marc")
    assert len(voices(stage)) == 2
    assert counted(stage, yes("helene")) == (1, 2)
    assert counted(stage, yes("helene", "grace")) == (2, 2)
    assert counted(stage, yes("helene", "marc")) == (2, 2)
    # Both of one voice are still one voice.
    assert counted(stage, yes("marc", "grace")) == (1, 2)
    assert [seat.holder.id for seats in silent_voices(stage, yes("grace")) for seat in seats] == ["helene"]


def test_whoever_is_added_after_one_who_was_added_shares_the_same_voice() -> None:
    stage = escalated(escalated(all_of("marc", "helene"), "grace", "marc"), "olivia", "grace")
    assert counted(stage, yes("helene", "olivia")) == (2, 2)


def test_several_instead_of_one_are_one_voice() -> None:
    stage = given_up(all_of("marc", "helene"), "marc", "SB-APP-49")
    stage = added(stage, map(ref, ("priya", "tom")), SeatOrigin.REPLACEMENT, after=ref("marc"))
    assert counted(stage, yes("helene", "tom")) == (2, 2)
    assert counted(stage, yes("priya", "tom")) == (1, 2)


def test_a_circle_of_voices_is_harmless() -> None:
    stage = escalated(escalated(all_of("dora"), "marc", "helene"), "helene", "marc")
    assert len(voices(stage)) == 2
    assert satisfiable(stage, {"dora", "marc"})


def test_what_can_be_passed_by_whom() -> None:
    stage = escalated(all_of("marc", "helene"), "grace", "marc")
    assert satisfiable(stage, {"grace", "helene"})
    assert not satisfiable(stage, {"grace", "marc"})
    assert not satisfiable(stage, set())
    alone = ResolvedStage.of(
        StageSpec(approvers=ManagerApprover(), need="all", step_up=StepUp.SECOND_PERSON), ref("marc")
    )
    assert not satisfiable(alone, {"marc"})
    two = ResolvedStage.of(StageSpec(approvers=ManagerApprover(), need=2), ref("marc"), ref("helene"))
    assert satisfiable(two, {"marc", "helene"})
    assert not satisfiable(two, {"marc"})


OLD = ("ana", "ben", "chen", "dora", "emma")
NEW = ("priya", "tom", "yann", "grace", "helene", "marc")
BACKUP = VoiceAdmins()


@st.composite
def waiting_stages(draw: st.DrawFn) -> tuple[ResolvedStage, list[str]]:
    """A stage that can be passed and is not yet, and who has agreed."""
    asked = OLD[: draw(st.integers(1, len(OLD)))]
    needs: list[Literal["any", "all"] | int] = ["any", "all", *range(1, len(asked) + 1)]
    need = draw(st.sampled_from(needs))
    stage = ResolvedStage.of(StageSpec(approvers=ManagerApprover(), need=need), *map(ref, asked))
    agreed = draw(st.lists(st.sampled_from(asked), unique=True, max_size=len(asked)))
    have, needed = counted(stage, yes(*agreed))
    return (stage, agreed) if have < needed else (stage, [])


@given(waiting_stages(), st.lists(st.sampled_from(NEW), unique=True, min_size=1), st.booleans())
def test_whoever_comes_no_stage_gets_weaker_or_impossible(
    waiting: tuple[ResolvedStage, list[str]], come: list[str], replaces: bool
) -> None:
    before, agreed = waiting
    silent = silent_voices(before, yes(*agreed))
    new = spread([ref(name) for name in come], silent, BACKUP, SeatOrigin.ADDED)
    after = instead(before, new, silent, agreed) if replaces else as_well(before, new)
    assert {one.id for one in newcomers(before, after)} <= set(come)
    assert satisfiable(after, {*agreed, *(one.id for one in after.approvers)})
    # As many must agree as before, and those who have still count.
    assert counted(after, yes(*agreed)) == counted(before, yes(*agreed))
    # What those who come can decide without those who were asked at first takes as many of them as there are
    # voices left, or as many as there are of them.
    have, needed = counted(before, yes(*agreed))
    fewest = next(n for n in range(len(come) + 1) if _passes(after, [*agreed, *come[:n]]) or n == len(come))
    assert fewest >= min(needed - have, len(come))


def _passes(stage: ResolvedStage, names: list[str]) -> bool:
    have, needed = counted(stage, yes(*names))
    return have >= needed


def test_too_few_to_replace_three_are_asked_beside_them() -> None:
    two = ResolvedStage.of(StageSpec(approvers=ManagerApprover(), need=2), *map(ref, ("ana", "ben")))
    silent = silent_voices(two, [])
    after = instead(two, spread([ref("tom")], silent, BACKUP, SeatOrigin.REPLACEMENT), silent, ())
    assert {one.id for one in after.approvers} == {"ana", "ben", "tom"}
    silent = silent_voices(two, yes("ana"))
    after = instead(two, spread([ref("tom")], silent, BACKUP, SeatOrigin.REPLACEMENT), silent, ["ana"])
    assert {one.id for one in after.approvers} == {"ana", "tom"}


def test_whoever_brings_somebody_along_is_no_two_of_them() -> None:
    """A part that was handed over is one voice still, whether its holder speaks, his colleague, or both."""
    three = [ref(name) for name in ("marc", "helene", "priya")]
    for spec in (
        StageSpec(approvers=VoiceAdmins(), need=2),
        StageSpec(approvers=VoiceAdmins(), need="any", step_up=StepUp.SECOND_PERSON),
    ):
        stage = stood_in(
            ResolvedStage.of(spec, *three), "marc", StandIn(person=ref("sam"), why=Why.REASSIGNED)
        )
        both = [*yes("marc"), yes("sam")[0].model_copy(update={"instead_of": ref("marc")})]
        assert counted(stage, both) == (1, 2)
        assert counted(stage, [*both, *yes("helene")]) == (2, 2)
        assert not satisfiable(stage, {"marc", "sam"})
        # Whoever has a voice of his own besides makes way.
        wider = stood_in(stage, "priya", StandIn(person=ref("marc"), why=Why.DELEGATION))
        assert counted(wider, both) == (2, 2)


def test_a_voice_that_was_given_up_after_it_was_heard_counts() -> None:
    two = ResolvedStage.of(StageSpec(approvers=VoiceAdmins(), need=2), ref("marc"), ref("helene"))
    assert counted(given_up(two, "marc", "SB-APP-30"), yes("marc", "helene")) == (2, 2)


def test_one_who_stands_in_for_two_leaves_one_to_be_reminded() -> None:
    two = ResolvedStage.of(StageSpec(approvers=VoiceAdmins(), need=2), ref("marc"), ref("helene"))
    for holder in ("marc", "helene"):
        two = stood_in(two, holder, StandIn(person=ref("sam"), why=Why.DELEGATION))
    said = [yes("sam")[0].model_copy(update={"instead_of": ref("marc")})]
    assert counted(two, said) == (1, 2)
    assert [seat.holder.id for seats in silent_voices(two, said) for seat in seats] == ["helene"]
    everybody = two.model_copy(update={"spec": StageSpec(approvers=VoiceAdmins(), need="all")})
    assert silent_voices(everybody, said) == ()
