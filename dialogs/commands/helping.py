"""Help, made from the registry: what the reader may type here, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import structlog

from bot.domain.errors import AdminError, TransientUpstream
from bot.domain.people import Actor
from bot.domain.roles import Role
from bot.usecases import roles
from bot.usecases.desk import Desk
from cards.command_lines import CommandGroup, CommandLine, Guess
from dialogs.commands.command import EVERYBODY, Command, Place
from dialogs.commands.guessing import guessed
from dialogs.commands.registry import Area

__all__ = ["Helping"]

log = structlog.get_logger(__name__)


class Helping:
    """What is told of commands, to each what is his."""

    def __init__(self, desk: Desk, areas: tuple[Area, ...]) -> None:
        self._desk = desk
        self._areas = areas

    def everyday(self) -> list[CommandLine]:
        """What everybody may type in a chat with the bot."""
        commands = [one for area in self._areas for one in area.commands]
        return [_line(one) for one in commands if one.roles >= EVERYBODY and Place.CHAT in one.places]

    async def besides(self, actor: Actor) -> list[CommandGroup]:
        """What the actor may type in his chat that not everybody may, by what it is about."""
        his = await self._runnable(actor, Place.CHAT)
        return list(_groups(self._areas, {one.name for one in his if not one.roles >= EVERYBODY}))

    async def here(self, actor: Actor, place: Place) -> list[CommandGroup]:
        """All that the actor may type in a place, by what it is about."""
        return list(_groups(self._areas, {one.name for one in await self._runnable(actor, place)}))

    async def guesses(self, actor: Actor, place: Place, text: str) -> list[Guess]:
        """Commands of his that were nearly typed."""
        his = await self._runnable(actor, place)
        return [Guess(_line(command), said) for command, said in guessed(text, his)]

    async def _runnable(self, actor: Actor, place: Place) -> list[Command[Any]]:
        held = await self._roles(actor)
        commands = (one for area in self._areas for one in area.commands)
        return [one for one in commands if one.roles & held and place in one.places]

    async def _roles(self, actor: Actor) -> frozenset[Role]:
        """Everybody's alone, while the directory cannot be asked: what help offers is checked again."""
        try:
            return await roles.roles_of(self._desk, actor)
        except (TransientUpstream, AdminError) as problem:
            log.warning("roles.unknown", person=actor.id, reason=str(problem))
            return EVERYBODY


def _groups(areas: tuple[Area, ...], names: Collection[str]) -> Iterator[CommandGroup]:
    for area in areas:
        lines = tuple(_line(one) for one in area.commands if one.name in names)
        if lines:
            yield CommandGroup(area.title, lines)


def _line(command: Command[Any]) -> CommandLine:
    return CommandLine(command.usage, command.summary)
