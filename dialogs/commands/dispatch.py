"""From what was typed to the command that does it, for whoever may, where it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.plans import Refusal
from bot.teams.turn import Scope, Turn
from bot.usecases import channels, roles
from bot.usecases.desk import Desk
from bot.usecases.rehearsal import record_asking, rehearsing
from bot.words import Words
from cards.codes import in_one_line
from dialogs.commands.command import Command, Place
from dialogs.commands.options import without_dry_run
from dialogs.commands.registry import areas_of
from dialogs.commands.turns import RehearsedTurn

__all__ = ["TypedCommands"]


@dataclass(frozen=True, slots=True)
class _Found:
    """A command, and what was said to it."""

    command: Command[Any]
    said: Any


class TypedCommands:
    """Reads commands, checks them, and does them or tries them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._commands = _all(desk)
        self._rehearsed = _all(rehearsing(desk))

    async def answer(self, turn: Turn, words: Words) -> bool:
        """Whether the text was a command, which is answered then."""
        text, tried = without_dry_run(turn.text)
        found = _find(self._rehearsed if tried else self._commands, text)
        if found is None:
            if tried:
                await turn.say(in_one_line(Refusal(code="SB-ADM-02"), words))
            return tried
        refusal = await self._refusal(turn, found.command)
        if refusal is not None:
            await turn.say(in_one_line(refusal, words))
        elif tried:
            await record_asking(self._desk, turn.actor, found.command.name)
            await found.command.run(RehearsedTurn(turn, text, words), words, found.said)
        else:
            await found.command.run(turn, words, found.said)
        return True

    async def _refusal(self, turn: Turn, command: Command[Any]) -> Refusal | None:
        """Why not here, or not by him; on the audit log either way."""
        here = await self._place(turn)
        if here not in command.places:
            code = "SB-ADM-03" if Place.CHAT in command.places else "SB-APP-76"
            await roles.record_refused(self._desk, turn.actor, "command", code, command=command.name)
            return Refusal(code=code)
        return await roles.refused(
            self._desk, turn.actor, command.roles, "command", code=command.refusal, command=command.name
        )

    async def _place(self, turn: Turn) -> Place:
        match turn.scope:
            case Scope.PERSONAL:
                return Place.CHAT
            case Scope.GROUP:
                return Place.GROUP
            case Scope.CHANNEL:
                admins = await channels.is_for_admins(self._desk, turn.conversation_id)
                return Place.ADMINS if admins else Place.CHANNEL


def _all(desk: Desk) -> tuple[Command[Any], ...]:
    return tuple(command for area in areas_of(desk) for command in area.commands)


def _find(commands: tuple[Command[Any], ...], text: str) -> _Found | None:
    """The first is the only one: no phrase is two commands."""
    for command in commands:
        said = command.grammar.read(text)
        if said is not None:
            return _Found(command, said)
    return None
