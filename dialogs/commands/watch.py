"""The watch over what was done: what is not as it was approved any more."""

from __future__ import annotations

from typing import Any

from bot.domain.roles import KEEPS_THE_AUDIT, Role
from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.words import N_, Words
from dialogs.commands.command import Command
from dialogs.commands.grammar import Grammar, Said
from dialogs.drift_flow import DriftFlow

__all__ = ["watch_commands"]

_VOICE_ADMINS = frozenset({Role.VOICE_ADMIN})

_DRIFT = Grammar(
    "[show] (drift|drifts|deviations)",
    "[montre] [affiche] [les] (derives|ecarts)",
    "[显示] [查看](偏差|偏离)",
)
_LOOK = Grammar(
    "(drift check|check drift|drift now)",
    "(verifie|verifier|verifiez) les (ecarts|derives)",
    "ecarts maintenant",
    "(检查偏差|立即检查偏差)",
)


def watch_commands(desk: Desk) -> tuple[Command[Any], ...]:
    flow = DriftFlow(desk)

    async def show(turn: Turn, words: Words, _said: Said) -> None:
        await flow.send_list(turn, words)

    async def look(turn: Turn, words: Words, _said: Said) -> None:
        await flow.look_now(turn, words)

    return (
        Command(
            name="drift",
            grammar=_DRIFT,
            usage=N_("drift"),
            summary=N_("shows what Microsoft shows otherwise than it was approved and done"),
            run=show,
            roles=_VOICE_ADMINS | KEEPS_THE_AUDIT,
        ),
        Command(
            name="drift check",
            grammar=_LOOK,
            usage=N_("drift check"),
            summary=N_("compares everything that was approved with what Microsoft shows, now"),
            run=look,
            roles=_VOICE_ADMINS,
            writes=True,
        ),
    )
