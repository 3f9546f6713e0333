"""Approval: which rule applies, who may decide, and what a decision makes of a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.domain.errors import CommentRequired, Conflict, NotAnApprover
from bot.domain.people import Person
from bot.domain.policy import (
    ApproverSource,
    Decision,
    GroupApprovers,
    ManagerApprover,
    Match,
    NamedApprovers,
    Policy,
    ResolvedStage,
    Rule,
    StageSpec,
    Verdict,
)
from bot.domain.policy_text import parse_policy
from bot.domain.states import RequestState, validate_move
from bot.domain.wishes import Wish, country_of

if TYPE_CHECKING:
    from bot.domain.requests import Request

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
    "after_decision",
    "approvals_needed",
    "eligible",
    "matching_rule",
    "parse_policy",
]


def matching_rule(policy: Policy, wish: Wish) -> Rule:
    """The first rule that applies. A parsed policy always has one: its last rule matches everything."""
    return next(rule for rule in policy.rules if _applies(rule.match, wish))


def _applies(match: Match, wish: Wish) -> bool:
    kind = not match.kinds or wish.kind in match.kinds
    return kind and (not match.countries or country_of(wish) in match.countries)


def eligible(candidates: Iterable[Person], requester_id: str, beneficiary_id: str) -> tuple[Person, ...]:
    """Those who may decide: never who asked or who benefits, nobody switched off, no guest, nobody twice."""
    involved = {requester_id, beneficiary_id}
    able = {
        person.id: person
        for person in candidates
        if person.id not in involved and person.enabled and not person.guest
    }
    return tuple(able.values())


def approvals_needed(spec: StageSpec, approvers: int) -> int:
    """How many of so many approvers must agree. It may be more than there are: then nobody can pass it."""
    if spec.need == "any":
        return 1
    return approvers if spec.need == "all" else spec.need


def after_decision(request: Request, decision: Decision) -> Request:
    """The request once a decision is counted: rejected, approved, at its next stage, or still waiting.

    Changes neither version nor moments; the store does. Raises `Conflict` when the decision is not for
    the open stage or its approver has decided there already, `NotAnApprover` when he may not decide, and
    `CommentRequired` when a rejection has to say why and does not.
    """
    stage = request.stage
    if stage is None or decision.stage_index != request.stage_index:
        raise Conflict(f"{request.id}: stage {decision.stage_index} is not open")
    _check(request, stage, decision)
    counted = request.model_copy(update={"decisions": (*request.decisions, decision)})
    if decision.verdict is Verdict.REJECT:
        return _moved(counted, RequestState.REJECTED)
    if _approvals(counted) < approvals_needed(stage.spec, len(stage.approvers)):
        return counted
    if request.stage_index + 1 < len(request.stages):
        return counted.model_copy(update={"stage_index": request.stage_index + 1})
    return _moved(counted, RequestState.APPROVED)


def _check(request: Request, stage: ResolvedStage, decision: Decision) -> None:
    approver = decision.approver.id
    asked = any(person.id == approver for person in stage.approvers)
    if not asked or approver in (request.requester.id, request.beneficiary.id):
        raise NotAnApprover(f"{request.id}: {approver} may not decide on stage {decision.stage_index}")
    if any(_same_voice(decision, earlier) for earlier in request.decisions):
        raise Conflict(f"{request.id}: {approver} has decided on stage {decision.stage_index} already")
    silent = not decision.comment.strip()
    if decision.verdict is Verdict.REJECT and stage.spec.comment_on_reject and silent:
        raise CommentRequired(f"{request.id}: a rejection must say why")


def _same_voice(one: Decision, other: Decision) -> bool:
    return one.stage_index == other.stage_index and one.approver.id == other.approver.id


def _approvals(request: Request) -> int:
    """Approvals of the open stage, each approver counted once."""
    return len(
        {
            decision.approver.id
            for decision in request.decisions
            if decision.stage_index == request.stage_index and decision.verdict is Verdict.APPROVE
        }
    )


def _moved(request: Request, state: RequestState) -> Request:
    validate_move(request.state, state)
    return request.model_copy(update={"state": state})
