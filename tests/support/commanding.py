"""Typed commands in tests: what a text is read as, whoever types it."""

from __future__ import annotations

from typing import Any, cast

from bot.usecases.desk import Desk
from dialogs.commands.registry import commands_of

__all__ = ["COMMANDS", "read_as"]

COMMANDS = commands_of(cast("Desk", None))
"""Reading what was typed takes no desk."""


def read_as(text: str) -> tuple[str, Any] | None:
    """The name of the command that a text is, and what was said; None for what is none."""
    for command in COMMANDS:
        said = command.grammar.read(text)
        if said is not None:
            return command.name, said
    return None
