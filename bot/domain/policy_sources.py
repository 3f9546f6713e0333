"""Whom a policy names, and where: for checking it against the directory before somebody waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.approval.votes import approvals_needed
from bot.domain.policy import (
    ApproverSource,
    GroupApprovers,
    NamedApprovers,
    Policy,
    StageSpec,
    VoiceAdmins,
)
from bot.domain.toml_places import Path
from bot.domain.values import ObjectId

__all__ = ["Named", "NamedSource", "matched_by", "named_in"]

NamedSource = GroupApprovers | NamedApprovers | VoiceAdmins
"""Sources that do not depend on who a request is for."""


@dataclass(frozen=True, slots=True)
class Named:
    """A source at its place in the file."""

    path: Path
    source: NamedSource
    least: int = 1
    """How many of it must be able to decide."""


def named_in(policy: Policy) -> Iterator[Named]:
    """Every source that names a group or people: approvers, fallbacks, whom silence brings in, owners."""
    for index, rule in enumerate(policy.rules):
        for number, stage in enumerate(rule.stages):
            yield from _of_stage(stage, ("rule", index, "stages", number))
    for name, owner in policy.cost_centres.items():
        yield Named(("cost_centres", name), NamedApprovers(ids=(owner,)))


def matched_by(policy: Policy) -> Iterator[tuple[Path, ObjectId]]:
    """Every person or group that rules match requesters or beneficiaries by."""
    for index, rule in enumerate(policy.rules):
        for field in ("requesters", "beneficiaries"):
            for number, object_id in enumerate(getattr(rule.match, field)):
                yield ("rule", index, "match", field, number), object_id


def _of_stage(stage: StageSpec, path: Path) -> Iterator[Named]:
    least = approvals_needed(stage, 1)
    asked: list[tuple[str, ApproverSource | None, int]] = [
        ("approvers", stage.approvers, least),
        ("fallback", stage.fallback, least),
        *(("silence", silence.who, 1) for silence in stage.silence),
    ]
    for key, source, needed in asked:
        if isinstance(source, NamedSource):
            yield Named((*path, key), source, needed)
