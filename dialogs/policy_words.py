"""What is typed about the approval policy: `policy`, alone. Everything else about it is done on cards."""

from __future__ import annotations

from dataclasses import dataclass

from dialogs.normalise import normalise

__all__ = ["PolicyCommand", "policy_command"]

_LONGEST = 60

_WORDS = frozenset({
    "policy", "the policy", "approval policy", "show policy", "show the policy", "show approval policy",
    "politique", "la politique", "politique d approbation", "montre la politique", "affiche la politique",
    "regles d approbation",
    "策略", "审批策略", "批准策略", "审批规则", "显示策略", "查看策略", "显示审批策略", "查看审批策略",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class PolicyCommand:
    """Show what is in force, and what waits for agreement."""


def policy_command(text: str) -> PolicyCommand | None:
    """The command, or None when the text is about something else."""
    known = len(text) <= _LONGEST and normalise(text) in _WORDS
    return PolicyCommand() if known else None
