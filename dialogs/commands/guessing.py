"""Which command was nearly typed. It is offered, never done by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rapidfuzz import fuzz

from dialogs.commands.command import Command
from dialogs.normalise import has_han, normalise

__all__ = ["MOST", "guessed"]

MOST = 3
"""Commands that are offered."""
_ALIKE = 75
"""How alike (0-100) the first words must be to those of a command."""
_SHORTEST = 4
"""Letters of what is worth comparing: shorter words are alike by chance."""


def guessed(text: str, commands: Iterable[Command[Any]]) -> list[tuple[Command[Any], str]]:
    """The likeliest commands, each with what was typed put right, or "" where more has to be typed."""
    found = [best for one in commands if (best := _nearest(text, one)) is not None]
    found.sort(key=lambda one: -one[0])
    return [(command, said) for _, command, said in found[:MOST]]


def _nearest(text: str, command: Command[Any]) -> tuple[float, Command[Any], str] | None:
    scored = [(alike, said) for alike, said in _tries(text, command) if alike >= _ALIKE]
    if not scored:
        return None
    alike, said = max(scored, key=lambda one: (one[0], bool(one[1])))
    return alike, command, said


def _tries(text: str, command: Command[Any]) -> Iterator[tuple[float, str]]:
    """For each way the command begins: how alike what was typed is, and the same with that put right."""
    typed = text.split()
    for head in command.grammar.heads:
        count = len(head.split())
        if len(head) < _SHORTEST and not has_han(head):
            continue
        begun = normalise(" ".join(typed[:count]))
        alike = fuzz.ratio(begun, head)
        said = " ".join([head, *typed[count:]])
        yield alike, said if command.grammar.read(said) is not None else ""
