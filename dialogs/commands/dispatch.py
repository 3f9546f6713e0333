"""From what was typed to the command that does it, for whoever may, where it may be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.domain.plans import Refusal
from bot.teams.outcomes import NotDelivered
from bot.teams.turn import Card, CardAction, CardAnswer, Scope, Turn
from bot.usecases import channels, roles
from bot.usecases.desk import Desk
from bot.usecases.rehearsal import record_asking, rehearsing
from bot.words import Words
from cards import sweeping, welcome
from cards.codes import in_one_line
from cards.command_lines import Guess
from dialogs.commands.command import Command, Place
from dialogs.commands.helping import Helping
from dialogs.commands.options import is_question, unknown_option, without_dry_run
from dialogs.commands.registry import Area, areas_of
from dialogs.commands.turns import RehearsedTurn, SaidTurn
from dialogs.inputs import text_in

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
        areas = areas_of(desk)
        self._commands = _all(areas)
        self._rehearsed = _all(areas_of(rehearsing(desk)))
        self._helping = Helping(desk, areas)

    async def answer(self, turn: Turn, words: Words) -> bool:
        """Whether the text was a command, which is answered then."""
        text, tried = without_dry_run(turn.text)
        found = _find(self._rehearsed if tried else self._commands, text)
        if found is None:
            if tried:
                await turn.say(in_one_line(Refusal(code="SB-ADM-02"), words))
            return tried
        refusal = await self._refusal(turn, found.command) or _misspelt(found.command, text)
        if refusal is not None:
            await turn.say(in_one_line(refusal, words))
        elif tried:
            await record_asking(self._desk, turn.actor, found.command.name)
            await found.command.run(RehearsedTurn(turn, text, words), words, found.said)
        elif sentence := await _sweep(turn, words, found):
            card = sweeping.ask(text, sentence, words)
            await turn.send_card(card, card["fallbackText"])
        else:
            await found.command.run(turn, words, found.said)
        return True

    async def on_meant(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """A command that was guessed, and chosen: as if it had been typed right."""
        typed = SaidTurn(turn, text_in(action.data, "said", sweeping.MAX_SAID))
        if not await self.answer(typed, words):
            return _unknown(words)
        return CardAnswer(message=words("The answer is below."))

    async def on_confirm(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Do what changes many things, if it still changes what was shown."""
        said, tried = without_dry_run(text_in(action.data, "said", sweeping.MAX_SAID))
        typed = SaidTurn(turn, said)
        found = _find(self._commands, said)
        if found is None or tried:
            # Nobody was asked to confirm what is only tried.
            return _unknown(words)
        refusal = await self._refusal(typed, found.command)
        if refusal is not None:
            return CardAnswer(error=in_one_line(refusal, words))
        seen = text_in(action.data, "seen", sweeping.MAX_SENTENCE)
        sentence = await _sweep(typed, words, found)
        if sentence and sentence != seen:
            remark = in_one_line(Refusal(code="SB-ADM-04"), words)
            return CardAnswer(card=sweeping.ask(said, sentence, words, remark=remark))
        done = sweeping.confirmed(said, seen, words)
        await _replace(turn, action, done)
        await found.command.run(typed, words, found.said)
        return CardAnswer(card=done)

    async def on_leave(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Nothing was done yet, and nothing will be: said by whoever might have done it."""
        said = text_in(action.data, "said", sweeping.MAX_SAID)
        found = _find(self._commands, said)
        if found is None or found.command.sweeping is None:
            # A card that others see says nothing that it was not made for.
            return _unknown(words)
        refusal = await self._refusal(turn, found.command)
        if refusal is not None:
            return CardAnswer(error=in_one_line(refusal, words))
        card = sweeping.left(said, words)
        await _replace(turn, action, card)
        return CardAnswer(card=card)

    async def help(self, turn: Turn, words: Words, group: str = "") -> Card | None:
        """What the actor can ask for and type here; None in a channel where that is nothing."""
        place = await self._place(turn)
        if place is not Place.CHAT:
            here = await self._helping.here(turn.actor, place)
            return welcome.channel_help(here, words) if here else None
        more = await self._helping.besides(turn.actor)
        return welcome.help_card(words, group, everyday=self._helping.everyday(), more=more)

    async def guesses(self, turn: Turn) -> list[Guess]:
        """Commands that the actor may have meant."""
        # Where only the question mark kept it from being done, it is offered without.
        text = turn.text.rstrip(" ?？")
        return await self._helping.guesses(turn.actor, await self._place(turn), text)

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


def _all(areas: tuple[Area, ...]) -> tuple[Command[Any], ...]:
    return tuple(command for area in areas for command in area.commands)


def _find(commands: tuple[Command[Any], ...], text: str) -> _Found | None:
    """The first is the only one: no phrase is two commands. Nothing is changed for a question."""
    asks = is_question(text)
    for command in commands:
        said = None if asks and command.writes else command.grammar.read(text)
        if said is not None:
            return _Found(command, said)
    return None


def _misspelt(command: Command[Any], text: str) -> Refusal | None:
    """Why nothing is done that looks as if it was only to be tried."""
    option = unknown_option(text) if command.writes else ""
    return Refusal(code="SB-ADM-09", params={"option": option}) if option else None


async def _sweep(turn: Turn, words: Words, found: _Found) -> str:
    """What it would change, where that is many things."""
    if found.command.sweeping is None:
        return ""
    return await found.command.sweeping(turn, words, found.said)


async def _replace(turn: Turn, action: CardAction, card: Card) -> None:
    """On every device, so that it is not clicked twice."""
    if action.activity_id is None:
        return
    try:
        await turn.update_card(action.activity_id, card)
    except NotDelivered:
        # The clicker has the answer; a second click finds what there is then.
        return


def _unknown(words: Words) -> CardAnswer:
    return CardAnswer(error=words("This button is not known here. Write **help** to see what I can do."))
