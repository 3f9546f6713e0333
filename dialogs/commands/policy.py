"""The approval policy: what is in force, and what waits for agreement."""

from __future__ import annotations

from typing import Any

from bot.domain.roles import Role
from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.words import N_, Words
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.policy_flow import PolicyFlow

__all__ = ["policy_commands"]

_POLICY = Grammar(
    "[show] [the] [approval] policy?",
    "[montre] [affiche] [la] politique [d approbation]?",
    "regles d approbation",
    "[显示] [查看] [审批] [批准]策略",
    "审批规则",
)


def policy_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = PolicyFlow(desk)

    async def show(turn: Turn, words: Words, _said: Said) -> None:
        await flow.send(turn, words)

    return (
        Command(
            name="policy",
            grammar=_POLICY,
            usage=N_("policy"),
            summary=N_("shows who approves what, and what waits for agreement"),
            run=show,
            roles=frozenset({Role.VOICE_ADMIN}),
            refusal="SB-APP-20",
        ),
    )
