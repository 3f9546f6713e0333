"""Asking more people makes no stage weaker, and none that nobody can pass."""

from __future__ import annotations

from bot.domain.approval import (
    Decision,
    ManagerApprover,
    ResolvedStage,
    SeatOrigin,
    StageSpec,
    StepUp,
    Verdict,
    added,
    counted,
    given_up,
    satisfiable,
    silent_voices,
    voices,
)
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
