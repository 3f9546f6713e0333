"""Delegations: make, list, stop. By click or by text; what a text leaves open is asked on a card."""

from __future__ import annotations

from datetime import date

from bot.domain.delegations import SCOPES, Delegation, kinds_of
from bot.domain.people import PersonRef
from bot.domain.plans import Refusal
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import delegate, people
from bot.usecases.desk import Desk
from bot.words import Words
from cards import delegations as cards
from cards.codes import in_one_line
from cards.delegations import DELEGATE, KINDS, SINCE, UNTIL, Typed
from dialogs.colleagues import colleague, first_moment, last_moment, today_of, zone_of
from dialogs.delegation_words import DelegationCommand, delegation_command
from dialogs.inputs import person_id_in, text_in, whole_number_in

__all__ = ["DelegationFlow"]


class DelegationFlow:
    """Everything about people who decide in somebody's place for a while."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_text(self, turn: Turn, words: Words, text: str) -> None:
        """Do what was typed."""
        command = delegation_command(text, await today_of(self._desk, turn), turn.actor.locale)
        if command is None:
            return
        match command.verb:
            case "list":
                await _send(turn, await self._list(turn, words))
            case "stop":
                await _send(turn, await self._stopped(turn, words, command))
            case "make":
                await _send(turn, await self._made(turn, words, command))

    async def _made(self, turn: Turn, words: Words, command: DelegationCommand) -> Card:
        found = await colleague(self._desk, turn, command.who)
        meant = found.one
        typed = Typed(
            delegate_id=meant.id if meant else "",
            since=command.since,
            until=command.until,
            scopes=command.scopes,
            offered=found.people,
        )
        if meant and command.until and not command.unread:
            return await self._delegate(turn, words, typed)
        problem = ""
        if command.who and meant is None:
            problem = in_one_line(Refusal(code="SB-APP-59"), words)
        elif command.unread:
            problem = words("I did not understand all of it. Please check what is filled in.")
        return await self._form(turn, words, typed, problem)

    async def _delegate(self, turn: Turn, words: Words, typed: Typed) -> Card:
        """The confirmation, or the form with what is wrong. The first day begins at once if it is today."""
        today, zone = await today_of(self._desk, turn), zone_of(self._desk, turn)
        if typed.until is None:
            return await self._form(turn, words, typed, words("Please give the last day."))
        since = typed.since or today
        begin = await self._desk.db.read(lambda tx: tx.now) if since == today else first_moment(since, zone)
        wanted = delegate.Wanted(
            typed.delegate_id,
            begin,
            last_moment(typed.until, zone),
            kinds_of(typed.scopes),
        )
        result = await delegate.delegate(self._desk, turn.actor, wanted)
        if isinstance(result, Refusal):
            return await self._form(turn, words, typed, in_one_line(result, words))
        return cards.made(result, words)

    async def _form(self, turn: Turn, words: Words, typed: Typed, problem: str = "") -> Card:
        today = await today_of(self._desk, turn)
        return cards.form(words, typed=typed, today=today, problem=problem)

    async def _stopped(self, turn: Turn, words: Words, command: DelegationCommand) -> Card:
        """Those to one colleague, or all of them."""
        standing = await delegate.of_mine(self._desk, turn.actor)
        if not command.who:
            ended = await delegate.stop_all(self._desk, turn.actor)
        else:
            meant = await self._meant(turn, standing.given, command.who)
            ended = await delegate.stop_all(self._desk, turn.actor, meant.id) if meant else ()
        if ended:
            return cards.stopped(ended, turn.actor.id, words)
        return await self._list(turn, words, in_one_line(Refusal(code="SB-APP-55"), words))

    async def _meant(self, turn: Turn, given: tuple[Delegation, ...], who: str) -> PersonRef | None:
        """One of those there are: nobody has to write the whole name."""
        delegates = {one.delegate.id: one.delegate for one in given}
        said = who.casefold()
        named = [
            one for one in delegates.values() if said in one.name.casefold() or said == one.upn.casefold()
        ]
        if len(named) == 1:
            return named[0]
        return (await colleague(self._desk, turn, who)).one

    async def _list(self, turn: Turn, words: Words, remark: str = "") -> Card:
        standing = await delegate.of_mine(self._desk, turn.actor)
        return cards.listing(standing.given, standing.received, words, remark=remark)

    async def on_list(self, turn: Turn, words: Words, _action: CardAction) -> CardAnswer:
        return CardAnswer(card=await self._list(turn, words))

    async def on_form(self, turn: Turn, words: Words, _action: CardAction) -> CardAnswer:
        return CardAnswer(card=await self._form(turn, words, Typed()))

    async def on_make(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        typed = await self._typed(action)
        if not typed.delegate_id:
            problem = in_one_line(Refusal(code="SB-APP-59"), words)
            return CardAnswer(card=await self._form(turn, words, typed, problem))
        return CardAnswer(card=await self._delegate(turn, words, typed))

    async def _typed(self, action: CardAction) -> Typed:
        delegate_id = person_id_in(action.data, DELEGATE)
        chosen = await people.person(self._desk, delegate_id) if delegate_id else None
        named = set(text_in(action.data, KINDS, 200).split(","))
        return Typed(
            delegate_id=delegate_id,
            since=_day(text_in(action.data, SINCE, 10)),
            until=_day(text_in(action.data, UNTIL, 10)),
            scopes=tuple(scope for scope in SCOPES if scope in named),
            # So that the picker shows who was chosen, should the form come back.
            offered=(chosen.ref,) if chosen else (),
        )

    async def on_stop(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        found = whole_number_in(action.data, "delegation") or 0
        result = await delegate.stop(self._desk, turn.actor, found)
        if isinstance(result, Refusal):
            return CardAnswer(card=await self._list(turn, words, in_one_line(result, words)))
        return CardAnswer(card=cards.stopped([result], turn.actor.id, words))


async def _send(turn: Turn, card: Card) -> None:
    await turn.send_card(card, card["fallbackText"])


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
