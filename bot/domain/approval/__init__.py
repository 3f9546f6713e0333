"""Approval: which rule applies, who may decide, and what decisions and time make of a request."""

from bot.domain.approval.decisions import Decision, Verdict
from bot.domain.approval.rules import (
    Circumstances,
    groups_named,
    matching_rule,
    matching_rules,
    monthly_of,
    products_of,
)
from bot.domain.approval.stages import Event, ResolvedStage, Seat, SeatOrigin, StandIn, Why
from bot.domain.approval.standing import added, given_up, stood_in, without_stand_in
from bot.domain.approval.votes import (
    after_decision,
    approvals_needed,
    counted,
    eligible,
    involved,
    settled,
    votes_of,
)
from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    Match,
    NamedApprovers,
    Policy,
    Rule,
    StageSpec,
    StepUp,
    VoiceAdmins,
)
from bot.domain.policy_text import parse_policy

__all__ = [
    "ApproverSource",
    "Circumstances",
    "CostCentreOwner",
    "Decision",
    "Event",
    "GroupApprovers",
    "ManagerApprover",
    "ManagersManager",
    "Match",
    "NamedApprovers",
    "Policy",
    "ResolvedStage",
    "Rule",
    "Seat",
    "SeatOrigin",
    "StageSpec",
    "StandIn",
    "StepUp",
    "Verdict",
    "VoiceAdmins",
    "Why",
    "added",
    "after_decision",
    "approvals_needed",
    "counted",
    "eligible",
    "given_up",
    "groups_named",
    "involved",
    "matching_rule",
    "matching_rules",
    "monthly_of",
    "parse_policy",
    "products_of",
    "settled",
    "stood_in",
    "votes_of",
    "without_stand_in",
]
