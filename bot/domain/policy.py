"""What a policy, its stages and the decisions on them are."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.people import PersonRef
from bot.domain.values import Instant, ObjectId, Value

__all__ = [
    "ApproverSource",
    "Decision",
    "GroupApprovers",
    "ManagerApprover",
    "Match",
    "NamedApprovers",
    "Policy",
    "ResolvedStage",
    "Rule",
    "StageSpec",
    "Verdict",
]


class Verdict(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"


class ManagerApprover(Value):
    """The beneficiary's manager in the directory."""

    kind: Literal["manager"] = "manager"


class GroupApprovers(Value):
    """Every enabled transitive member of an Entra group."""

    kind: Literal["group"] = "group"
    id: ObjectId


class NamedApprovers(Value):
    """People named one by one."""

    kind: Literal["people"] = "people"
    ids: tuple[ObjectId, ...]


ApproverSource = Annotated[ManagerApprover | GroupApprovers | NamedApprovers, Field(discriminator="kind")]


class StageSpec(Value):
    """One stage of a rule: who is asked, how many must agree, who stands in when nobody qualifies."""

    approvers: ApproverSource
    need: Literal["any", "all"] | Annotated[int, Field(ge=1)] = "any"
    fallback: ApproverSource | None = None
    """Asked instead when the approvers resolve to nobody who may decide (J13a)."""
    comment_on_reject: bool = True


class Match(Value):
    """What a rule applies to; an empty match applies to everything."""

    kinds: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


class Rule(Value):
    name: str
    match: Match = Match()
    stages: tuple[StageSpec, ...]


class Policy(Value):
    """The organisation's approval rules; the first rule that matches wins."""

    version: str
    """Digest of the file's text; frozen on every request it routed."""
    rules: tuple[Rule, ...]


class ResolvedStage(Value):
    """A stage with its people filled in, frozen on the request when it is submitted."""

    spec: StageSpec
    approvers: tuple[PersonRef, ...]
    used_fallback: bool = False


class Decision(Value):
    """One approver's recorded verdict."""

    stage_index: int
    approver: PersonRef
    verdict: Verdict
    comment: str = ""
    at: Instant
