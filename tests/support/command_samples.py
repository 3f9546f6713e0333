"""Cards of commands: help of an admin, what was nearly typed, confirmed first, or only tried."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from bot.domain.requests import Request
from bot.domain.roles import Role
from bot.domain.views import RequestView
from bot.usecases.desk import Desk
from bot.words import Words
from cards import progress, sweeping, welcome, why_request
from cards.command_lines import CommandGroup, CommandLine, Guess
from cards.elements import Card
from cards.rehearsed import as_rehearsed
from dialogs.commands.command import EVERYBODY, Command
from dialogs.commands.registry import areas_of

__all__ = ["command_cards"]

_AREAS = areas_of(cast("Desk", None))


def command_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """Every card under a name."""
    everyday = [_line(one) for area in _AREAS for one in area.commands if one.roles >= EVERYBODY]
    groups = _groups()
    yield "help", welcome.help_card(words, everyday=everyday)
    yield "help_admin", welcome.help_card(words, everyday=everyday, more=groups)
    yield "help_commands", welcome.help_card(words, "commands", more=groups)
    for at, group in enumerate(groups):
        yield f"help_commands_{at}", welcome.help_card(words, group.title, more=groups)
    yield "help_channel", welcome.channel_help(groups[:2], words)
    yield from _guessed(words, groups[0].lines[0])
    sentence = words.plural(
        "This ends {n} delegation: to {names}.", "This ends {n} delegations: to {names}.", 2,
        names=words.listing(["Anna *Berg*", "Tom O'Neil"]),
    )  # fmt: skip
    yield "sweeping", sweeping.ask("stop delegating", sentence, words)
    yield "sweeping_again", sweeping.ask("stop delegating", sentence, words, remark="SB-ADM-04")
    yield "sweeping_confirmed", sweeping.confirmed("stop delegating", sentence, words)
    yield "sweeping_left", sweeping.left("stop delegating", words)
    shown = progress.build(RequestView(request=request), request.requester.id, words)
    yield "why_request", why_request.build(RequestView(request=request), words)
    yield "rehearsed", as_rehearsed(shown, words)


def _guessed(words: Words, line: CommandLine) -> Iterator[tuple[str, Card]]:
    found = [
        Guess(line),
        *(Guess(line, f"approve SB-4K7Q{at} for this once, and never again") for at in range(2)),
    ]
    said = [words("I am not sure what you want, so I have done nothing.")]
    yield "unsure", welcome.unsure(said, words)
    yield "unsure_command", welcome.unsure(said, words, found)
    yield "guesses_channel", welcome.guesses(words("Did you mean one of these?"), found, words)


def _groups() -> list[CommandGroup]:
    """As a voice admin sees them who is everything else, too."""
    found = []
    for area in _AREAS:
        lines = tuple(_line(one) for one in area.commands if Role.EMPLOYEE not in one.roles)
        if lines:
            found.append(CommandGroup(area.title, lines))
    return found


def _line(command: Command[object]) -> CommandLine:
    return CommandLine(command.usage, command.summary)
