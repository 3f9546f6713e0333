"""Samples of the policy's cards, and of those that ask for one-time codes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.policy import (
    AutoApproval,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    Policy,
    Rule,
    StageSpec,
    StepUp,
    VoiceAdmins,
)
from bot.domain.policy_diff import Difference, PolicyDiff, RuleChange, policy_diff
from bot.domain.policy_views import PolicyInForce, PolicyState, PolicyView, PolicyVote
from bot.domain.views import RequestView
from bot.words import Words
from cards import confirm, policy, policy_change
from cards.codes import explain
from cards.elements import Card
from tests.support.task_samples import DORA, PRIYA

__all__ = ["confirm_cards", "policy_cards", "proposal"]

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
GROUP = "11111111-2222-3333-4444-555555555555"

BEFORE = """
[policy]
change_needs = 2
[[rule]]
name = "numbers in France"
match = { kinds = ["number"], countries = ["FR"] }
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
[[rule]]
name = "*everything* else"
[[rule.stages]]
approvers = "voice_admins"
"""
AFTER = BEFORE.replace('"manager"\n', f'{{ group = "{GROUP}" }}\nneed = 2\n').replace("= 2\n[[", "= 1\n[[")
AGREES = PolicyVote(admin=PRIYA, agrees=True, at=AT + timedelta(hours=1))
LAPSED = PolicyVote(admin=DORA, agrees=True, void="SB-APP-23", at=AT + timedelta(hours=2))
REFUSES = PolicyVote(admin=DORA, agrees=False, at=AT + timedelta(hours=2))
LONG = PolicyDiff(
    rules=tuple(
        RuleChange(
            move="changed",
            name=f"a rule with a name that is as long as names of rules may well be, the {number}th",
            differences=tuple(
                Difference(key=f"stages {key} approvers people", before="x" * 120, after="y" * 120)
                for key in range(20)
            ),
        )
        for number in range(60)
    ),
    settings=tuple(Difference(key=f"cost_centres {key}", before="", after=GROUP) for key in range(60)),
)
EVERY_SOURCE = (
    StageSpec(approvers=ManagerApprover(), fallback=VoiceAdmins()),
    StageSpec(approvers=ManagersManager(), need="all", step_up=StepUp.CODE),
    StageSpec(approvers=GroupApprovers(id=GROUP), need=2, step_up=StepUp.SECOND_PERSON),
    StageSpec(approvers=NamedApprovers(ids=(DORA.id, PRIYA.id))),
    StageSpec(approvers=CostCentreOwner(), fallback=GroupApprovers(id=GROUP)),
)


def proposal(**changes: Any) -> PolicyView:
    made = PolicyView(
        version="9f8e7d6c5b4a",
        revision=3,
        proposal=1,
        state=PolicyState.PROPOSED,
        before="0a1b2c3d4e5f",
        diff=policy_diff(BEFORE, AFTER),
        need=2,
        asked=3,
        votes=(AGREES, LAPSED),
        proposed_at=AT,
    )
    return made.model_copy(update=changes)


def policy_cards(words: Words) -> Iterator[tuple[str, Card]]:
    """A change in every state, and the policy in force."""
    ended = AT + timedelta(hours=3)
    yield "policy_change", policy_change.build(proposal(), DORA.id, words)
    yield "policy_change_agreed", policy_change.build(proposal(), PRIYA.id, words)
    yield "policy_change_few", policy_change.build(proposal(asked=1), DORA.id, words)
    yield "policy_change_long", policy_change.build(proposal(diff=LONG), DORA.id, words)
    written = proposal(diff=policy_diff(BEFORE, f"# *said* nicer\n{BEFORE}"))
    yield "policy_change_writing", policy_change.build(written, DORA.id, words)
    moved = PolicyDiff(
        rules=(
            RuleChange(move="moved", name="money", differences=(Difference(key="", before="1", after="2"),)),
            RuleChange(move="removed", name="old"),
        )
    )
    remark = explain("SB-APP-21", {}, words)[0]
    yield "policy_change_late", policy_change.build(proposal(diff=moved), DORA.id, words, remark=remark)
    for state in (PolicyState.ACTIVE, PolicyState.REFUSED, PolicyState.REPLACED, PolicyState.RETIRED):
        votes = (AGREES, REFUSES) if state is PolicyState.REFUSED else (AGREES,)
        then = proposal(state=state, votes=votes, activated_at=ended, ended_at=ended)
        yield f"policy_change_{state.value}", policy_change.build(then, DORA.id, words)
    rules = (
        *(Rule(name=f"*rule* {n}", stages=(stage,)) for n, stage in enumerate(EVERY_SOURCE)),
        Rule(name="by itself", auto=AutoApproval(per_person_a_month=2)),
        *(Rule(name=f"more {n}", stages=EVERY_SOURCE[:3]) for n in range(30)),
    )
    names = {GROUP: "Finance *EMEA*", DORA.id: DORA.name}
    for name, proposed, need in (("policy", proposal(), 2), ("policy_alone", None, 0)):
        in_force = PolicyInForce(
            policy=Policy(version="0a1b2c3d4e5f", rules=rules[: 40 if need else 3]),
            since=AT,
            need=need,
            names=names,
            proposed=proposed,
        )
        yield name, policy.build(in_force, words)


def confirm_cards(words: Words, asked: RequestView) -> Iterator[tuple[str, Card]]:
    """The card that asks for a code, and the one that brings it."""
    yield "confirm", confirm.ask(asked, words)
    wrong = " ".join(explain("SB-APP-25", {}, words))
    yield "confirm_wrong", confirm.ask(asked, words, error=wrong)
    yield "code", confirm.code_card(asked, "042617", words)
