"""Whether a stage asks anybody whom the stages before it, or its own next steps, have not asked already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.domain.policy import (
    ApproverSource,
    GroupApprovers,
    NamedApprovers,
    SilenceAction,
    StageSpec,
    VoiceAdmins,
)
from bot.domain.policy_text.silence import ENDS
from bot.domain.policy_text.sources import source_text
from bot.domain.toml_places import Path
from bot.domain.values import ObjectId

__all__ = ["repeated_in_rule", "repeated_in_stage", "with_admins_known"]


def repeated_in_rule(stage: StageSpec, before: Sequence[StageSpec]) -> Iterator[str]:
    """What is wrong with a stage, given those before it in the rule; after the semicolon the fix."""
    for number, one in enumerate(before, start=1):
        if _same_people(one.approvers, stage.approvers):
            yield f"asks the same people as stage {number}; ask others, or let more of them agree there"


def repeated_in_stage(stage: StageSpec) -> Iterator[tuple[Path, str]]:
    """The same within a stage: who is asked next must be somebody new. Each with the key it is about."""
    if stage.fallback is not None and _same_people(stage.approvers, stage.fallback):
        yield ("fallback",), "is who was asked already, round in a circle; name somebody else"
    asked: list[ApproverSource] = [stage.approvers]
    by_default = False
    for silence in stage.silence:
        if silence.do in ENDS or silence.do in (SilenceAction.REMIND, SilenceAction.ESCALATE):
            continue
        if silence.who is None:
            if by_default:
                says = f"{silence.do.value} at {silence.after} asks the same people again; add who"
                yield ("silence",), says
            by_default = True
            continue
        if any(_same_people(one, silence.who) for one in asked):
            who = source_text(silence.who)
            yield ("silence",), f"{silence.do.value} at {silence.after} asks {who} again; name somebody else"
        asked.append(silence.who)


def _same_people(before: ApproverSource, after: ApproverSource) -> bool:
    """Whether the second source brings nobody whom the first did not."""
    if isinstance(before, NamedApprovers) and isinstance(after, NamedApprovers):
        return set(after.ids) <= set(before.ids)
    return before == after


def with_admins_known(stage: StageSpec, admin_group: ObjectId) -> StageSpec:
    """The stage with the voice admins called so also where it names their group."""

    def known(source: ApproverSource | None) -> ApproverSource | None:
        return VoiceAdmins() if source == GroupApprovers(id=admin_group) else source

    silence = tuple(one.model_copy(update={"who": known(one.who)}) for one in stage.silence)
    people = {"approvers": known(stage.approvers), "fallback": known(stage.fallback)}
    return stage.model_copy(update={**people, "silence": silence})
