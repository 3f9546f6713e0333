"""Commands of who keeps the audit log."""

from __future__ import annotations

from typing import Any

from bot.domain.roles import KEEPS_THE_AUDIT
from bot.usecases.desk import Desk
from bot.words import N_
from dialogs.audit_flow import AuditFlow
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar

__all__ = ["audit_commands"]

_VERIFY = Grammar(
    "audit verify",
    "verify [the] audit [log]",
    "verifier l audit",
    "verifier le journal [d audit]",
    "(验证审计|核对审计)",
)
_ABOUT = Grammar(
    "audit (for|of|about) {request}",
    "audit (for|of|about) [number] {number}",
    "audit (for|of|about) {person}",
    "audit (pour|de|sur) {request}",
    "audit (pour|de|sur) [le] [numero] {number}",
    "audit (pour|de|sur) {person}",
    "审计{request}",
    "审计{number}",
    "审计{person}",
)


def audit_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = AuditFlow(desk)
    return (
        Command(
            name="audit for",
            grammar=_ABOUT,
            usage=N_("audit for SB-4K7Q2"),
            summary=N_("shows what the audit log has about a request, a person or a number"),
            run=flow.about,
            roles=KEEPS_THE_AUDIT,
        ),
        Command(
            name="audit verify",
            grammar=_VERIFY,
            usage=N_("audit verify"),
            summary=N_("checks that nothing on the audit log was changed, taken out or put in"),
            run=flow.verify,
            roles=KEEPS_THE_AUDIT,
        ),
    )
