"""From what was typed to the command that does it."""

from __future__ import annotations

from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.words import Words
from dialogs.commands.command import Place
from dialogs.commands.registry import commands_of

__all__ = ["TypedCommands"]


class TypedCommands:
    """Reads commands, and does them for whoever may."""

    def __init__(self, desk: Desk) -> None:
        self._commands = commands_of(desk)

    async def answer(self, turn: Turn, words: Words) -> bool:
        """Whether the text was a command, which is answered then."""
        for command in self._commands:
            said = command.grammar.read(turn.text)
            if said is not None and Place.CHAT in command.places:
                await command.run(turn, words, said)
                return True
        return False
