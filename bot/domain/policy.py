"""What a policy says: rules, the stages they ask for, and what happens while nobody answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.calendar import WorkingHours, WorkingTime
from bot.domain.values import Money, ObjectId, Value

__all__ = [
    "ApproverSource",
    "AutoApproval",
    "CostCentreOwner",
    "GroupApprovers",
    "ManagerApprover",
    "ManagersManager",
    "Match",
    "NamedApprovers",
    "Policy",
    "PolicyChange",
    "Rule",
    "Silence",
    "SilenceAction",
    "StageSpec",
    "StepUp",
    "VoiceAdmins",
]


class ManagerApprover(Value):
    """The beneficiary's manager in the directory."""

    kind: Literal["manager"] = "manager"


class ManagersManager(Value):
    """The manager of the beneficiary's manager."""

    kind: Literal["managers_manager"] = "managers_manager"


class GroupApprovers(Value):
    """Every enabled transitive member of an Entra group."""

    kind: Literal["group"] = "group"
    id: ObjectId


class NamedApprovers(Value):
    """People named one by one."""

    kind: Literal["people"] = "people"
    ids: tuple[ObjectId, ...]


class CostCentreOwner(Value):
    """Whoever `Policy.cost_centres` names for the beneficiary's cost centre, or else department."""

    kind: Literal["cost_centre_owner"] = "cost_centre_owner"


class VoiceAdmins(Value):
    """The group that the service knows as its voice admins."""

    kind: Literal["voice_admins"] = "voice_admins"


ApproverSource = Annotated[
    ManagerApprover | ManagersManager | GroupApprovers | NamedApprovers | CostCentreOwner | VoiceAdmins,
    Field(discriminator="kind"),
]


class SilenceAction(StrEnum):
    """What is done when a stage has not been decided in time."""

    REMIND = "remind"
    ADD = "add"
    """Others are asked as well."""
    REPLACE = "replace"
    """Others are asked instead of those who are silent."""
    ESCALATE = "escalate"
    """The managers of those who are silent are asked as well."""
    EXPIRE = "expire"
    APPROVE = "approve"
    """Silence is consent: never for money."""


class Silence(Value):
    """One thing that happens so long after a stage has opened, unless it was decided before."""

    after: WorkingTime
    do: SilenceAction
    who: ApproverSource | None = None
    """Who is asked by ADD and REPLACE; None: the stage's fallback, or where there is none, the managers."""


class StepUp(StrEnum):
    """What a risky approval takes besides a click."""

    CODE = "code"
    """A one-time code that is shown in the approver's own chat."""
    SECOND_PERSON = "second_person"
    """Another approver of the stage."""


_UNLESS_SAID = (
    Silence(after=WorkingTime(days=1), do=SilenceAction.REMIND),
    Silence(after=WorkingTime(days=2), do=SilenceAction.REMIND),
    Silence(after=WorkingTime(days=3), do=SilenceAction.ADD),
    Silence(after=WorkingTime(days=10), do=SilenceAction.EXPIRE),
)
"""J13c."""


class StageSpec(Value):
    """One stage of a rule: who is asked, how many must agree, who stands in when nobody qualifies."""

    approvers: ApproverSource
    need: Literal["any", "all"] | Annotated[int, Field(ge=1)] = "any"
    fallback: ApproverSource | None = None
    """Asked instead when the approvers resolve to nobody who may decide (J13a)."""
    comment_on_reject: bool = True
    comment_on_approve: bool = False
    silence: tuple[Silence, ...] = _UNLESS_SAID
    """In the order of their times; the last one ends the waiting, as EXPIRE or APPROVE."""
    step_up: StepUp | None = None
    channel: bool = False
    """One more card, in the approvals channel, that any member of the stage can use."""
    reassign: bool = True
    """Whether an approver may hand his part to a colleague."""


class Match(Value):
    """What a rule applies to; every field that is set must hold, an empty match applies to everything.

    Amounts in another currency, and costs that are not known, count as too much: they meet `_from`
    and never `_below` (R81).
    """

    kinds: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    """Part numbers, such as MCOEV; one that the plan gives is enough."""
    countries: tuple[str, ...] = ()
    requesters: tuple[ObjectId, ...] = ()
    """People, or groups they are in."""
    beneficiaries: tuple[ObjectId, ...] = ()
    """People, or groups they are in."""
    departments: tuple[str, ...] = ()
    """The beneficiary's, in any case of letters."""
    amount_from: Money | None = None
    """Of money asked for, requests of the last 30 days together (J08)."""
    amount_below: Money | None = None
    monthly_from: Money | None = None
    """Of what the plan costs a month."""
    monthly_below: Money | None = None
    people_from: Annotated[int, Field(ge=1)] | None = None
    """People a list asks for."""
    people_below: Annotated[int, Field(ge=1)] | None = None


class AutoApproval(Value):
    """Nobody is asked, up to a limit; beyond it the rule does not apply."""

    per_person_a_month: Annotated[int, Field(ge=1)]
    """Requests for one beneficiary that the rule approves in one calendar month (UTC)."""


class Rule(Value):
    """Either stages, or approval without anybody."""

    name: str
    match: Match = Match()
    stages: tuple[StageSpec, ...] = ()
    auto: AutoApproval | None = None


class PolicyChange(Value):
    """What it takes to change the policy."""

    change_needs: Annotated[int, Field(ge=0, le=5)] = 0
    """Voice admins who must agree before another policy applies."""


class Policy(Value):
    """The organisation's approval rules; the first rule that matches wins."""

    version: str
    """Digest of the file's text; frozen on every request it routed."""
    rules: tuple[Rule, ...]
    hours: WorkingHours = WorkingHours()
    quiet: bool = False
    """Approvers are written to in working hours only."""
    digest_above: Annotated[int, Field(ge=1)] = 5
    """More pending requests than this reach an approver as one list."""
    cost_centres: dict[str, ObjectId] = Field(default_factory=dict)
    """Owner by cost centre or department, in small letters."""
    change: PolicyChange = PolicyChange()

    def owner_of(self, *names: str | None) -> ObjectId | None:
        """The owner of the first of these cost centres or departments that has one."""
        spelt = ((name or "").strip().casefold() for name in names)
        return next((self.cost_centres[name] for name in spelt if name in self.cost_centres), None)
