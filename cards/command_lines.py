"""Typed commands as cards show them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CommandGroup", "CommandLine", "Guess"]


@dataclass(frozen=True, slots=True)
class CommandLine:
    """One command; both are msgids."""

    usage: str
    """As it is typed."""
    summary: str
    """What it does."""


@dataclass(frozen=True, slots=True)
class CommandGroup:
    """Commands about one thing, under its heading (a msgid)."""

    title: str
    lines: tuple[CommandLine, ...]


@dataclass(frozen=True, slots=True)
class Guess:
    """A command that was nearly typed."""

    line: CommandLine
    said: str = ""
    """What was typed, put right; "" where more has to be typed."""

    @property
    def complete(self) -> bool:
        """Whether it can be said as it stands."""
        return bool(self.said)
