"""The policy in force: since when, and its rules in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards.core import CardElement

from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    Rule,
    StageSpec,
    StepUp,
    VoiceAdmins,
)
from bot.domain.policy_views import PolicyInForce
from bot.words import Words
from cards.elements import Card, card, facts, heading, moment, rows, subtle, text, title
from cards.markdown import plain

__all__ = ["build"]

_MOST_RULES = 25


def build(view: PolicyInForce, words: Words) -> Card:
    """What new requests are routed by."""
    policy = view.policy
    body: list[CardElement] = [title(words("Approval policy")), facts(_standing(view, words))]
    body.append(heading(words("Rules")))
    body.append(subtle(words("They are tried in this order; the first one that fits decides who is asked.")))
    for number, rule in enumerate(policy.rules[:_MOST_RULES], start=1):
        body.append(text(words("{number}\\. {name}", number=str(number), name=plain(rule.name, 80))))
        body.append(rows(_who(rule, view.names, words)))
    left = len(policy.rules) - _MOST_RULES
    if left > 0:
        body.append(text(words.plural("{n} more rule", "{n} more rules", left)))
    return card(words("Approval policy, version {version}", version=policy.version), body)


def _standing(view: PolicyInForce, words: Words) -> list[tuple[str, str]]:
    waiting = view.proposed
    need = words.plural("{n} voice admin must agree", "{n} voice admins must agree", view.need)
    at_once = words("applies when the service starts with it")
    pairs = [
        (words("Version"), view.policy.version),
        (words("In force since"), moment(view.since)),
        (words("Another policy"), need if view.need else at_once),
    ]
    if waiting is not None:
        proposal = words("version {version} waits for agreement: see below", version=waiting.version)
        pairs.append((words("Proposed"), proposal))
    return pairs


def _who(rule: Rule, names: Mapping[str, str], words: Words) -> list[str]:
    if rule.auto is not None:
        most = rule.auto.per_person_a_month
        return [
            words.plural(
                "approved by itself, once a month and person",
                "approved by itself, up to {n} times a month and person",
                most,
            )
        ]
    return [_stage(stage, names, words) for stage in rule.stages]


def _stage(stage: StageSpec, names: Mapping[str, str], words: Words) -> str:
    parts = [_asked(stage, _source(stage.approvers, names, words), words)]
    if stage.fallback is not None:
        parts.append(words("otherwise {who}", who=_source(stage.fallback, names, words)))
    if stage.step_up is StepUp.CODE:
        parts.append(words("confirmed by a one-time code"))
    if stage.step_up is StepUp.SECOND_PERSON:
        parts.append(words("confirmed by a second person"))
    return " · ".join(parts)


def _asked(stage: StageSpec, who: str, words: Words) -> str:
    match stage.need:
        case "any":
            return words("asks {who}", who=who)
        case "all":
            return words("asks {who}; all must agree", who=who)
        case number:
            return words("asks {who}; {n} must agree", who=who, n=str(number))


def _source(source: ApproverSource, names: Mapping[str, str], words: Words) -> str:
    match source:
        case ManagerApprover():
            return words("the manager")
        case ManagersManager():
            return words("the manager’s manager")
        case GroupApprovers(id=group_id):
            return words("the group {name}", name=plain(names.get(group_id) or group_id, 80))
        case NamedApprovers(ids=ids):
            return words.alternatives([plain(names.get(one) or one, 80) for one in ids[:5]])
        case CostCentreOwner():
            return words("the owner of the cost centre")
        case VoiceAdmins():
            return words("the voice admins")
