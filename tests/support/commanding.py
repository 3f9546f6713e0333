"""Typed commands in tests: what a text is read as, whoever types it."""

from __future__ import annotations

from typing import Any, cast

from bot.usecases.desk import Desk
from dialogs.commands.command import Command
from dialogs.commands.grammar import Said
from dialogs.commands.registry import areas_of

__all__ = ["COMMANDS", "command", "read_as", "readers_of"]

COMMANDS: tuple[Command[Any], ...] = tuple(
    one for area in areas_of(cast("Desk", None)) for one in area.commands
)
"""Reading what was typed takes no desk."""


def command(name: str) -> Command[Any]:
    """The one of this name."""
    return next(one for one in COMMANDS if one.name == name)


def readers_of(text: str) -> list[str]:
    """Every command that would take the text for itself: one at most, or something is wrong."""
    return [one.name for one in COMMANDS if one.grammar.read(text) is not None]


def read_as(text: str) -> tuple[str, dict[str, str]] | None:
    """The name of the command that a text is, and what was filled in; None for what is none."""
    for one in COMMANDS:
        said = one.grammar.read(text)
        if said is not None:
            return one.name, dict(said.slots) if isinstance(said, Said) else {}
    return None
