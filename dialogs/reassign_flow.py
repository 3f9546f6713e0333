"""Handing one request to a colleague, by the button of the approver's card or by text."""

from __future__ import annotations

from bot.domain.plans import Refusal
from bot.domain.views import RequestView
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import people, reassign
from bot.usecases.decide import Asked
from bot.usecases.desk import Desk
from bot.usecases.reassign import HandOver
from bot.words import Words
from cards import approval
from cards import reassign as cards
from cards.codes import in_one_line
from cards.markdown import plain
from cards.reassign import COLLEAGUE, MAX_REASON, REASON
from dialogs.colleagues import Found, colleague
from dialogs.commands.grammar import Said
from dialogs.inputs import as_text, person_id_in, request_id_in, text_in, whole_number_in

__all__ = ["ReassignFlow"]


class ReassignFlow:
    """Everything about handing a part over."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_ask(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The card that asks for the colleague, in place of the approver's card."""
        found = await reassign.reassignable(self._desk, turn.actor, request_id_in(action.data))
        if isinstance(found, Refusal):
            return CardAnswer(error=in_one_line(found, words))
        return CardAnswer(card=cards.build(found.request, words))

    async def on_reassign(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        request_id = request_id_in(action.data)
        numbers = (whole_number_in(action.data, name) for name in ("stage", "round"))
        # A stage nobody was ever asked at is refused like any stale click.
        asked = Asked(*(-1 if one is None else one for one in numbers))
        to = HandOver(person_id_in(action.data, COLLEAGUE), text_in(action.data, REASON, MAX_REASON))
        result = await reassign.reassign(self._desk, turn.actor, request_id, to, asked)
        if isinstance(result, RequestView):
            name = await self._name(to.colleague_id)
            remark = words("Handed to {name}, who has been asked.", name=name)
            return CardAnswer(card=approval.build(result, turn.actor.id, words, remark=remark))
        if result.code not in _ON_THE_CARD:
            return CardAnswer(error=in_one_line(result, words))
        found = await reassign.reassignable(self._desk, turn.actor, request_id)
        if isinstance(found, Refusal):
            return CardAnswer(error=in_one_line(found, words))
        problem = in_one_line(result, words)
        return CardAnswer(card=cards.build(found.request, words, reason=to.reason, problem=problem))

    async def hand_over(self, turn: Turn, words: Words, said: Said) -> None:
        """What was typed: `request`, `to` whom, whose part it is as `of`, and why as `text`."""
        found = await colleague(self._desk, turn, said["to"])
        holder = (await self._named(turn, said["of"])).one if "of" in said else None
        meant = found.one
        if meant is None or ("of" in said and holder is None):
            problem = in_one_line(Refusal(code="SB-APP-59"), words) if "to" in said else ""
            await self._ask(turn, words, said, found, problem)
            return
        to = HandOver(meant.id, as_text(said["text"], MAX_REASON), holder.id if holder else "")
        result = await reassign.reassign(self._desk, turn.actor, said["request"], to)
        if isinstance(result, Refusal):
            await turn.say(in_one_line(result, words))
            return
        name = plain(meant.name, 80)
        await turn.say(words("{id} was handed to {name}, who has been asked.", id=said["request"], name=name))

    async def _ask(self, turn: Turn, words: Words, said: Said, found: Found, problem: str) -> None:
        view = await reassign.reassignable(self._desk, turn.actor, said["request"])
        if isinstance(view, Refusal):
            await turn.say(in_one_line(view, words))
            return
        card = cards.build(
            view.request,
            words,
            offered=found.people,
            reason=as_text(said["text"], MAX_REASON),
            problem=problem,
        )
        await turn.send_card(card, card["fallbackText"])

    async def _named(self, turn: Turn, who: str) -> Found:
        """By name or address; a mention means the colleague who gets it."""
        candidates = await people.find_people(self._desk, turn.actor, who)
        return Found(tuple(one.ref for one in candidates))

    async def _name(self, person_id: str) -> str:
        found = await people.person(self._desk, person_id)
        return plain(found.name, 80) if found else ""


_ON_THE_CARD = frozenset({"SB-APP-57", "SB-APP-59"})
"""What choosing somebody else puts right."""
