"""What is not as it was approved: the list, and one click on each finding. By click or by text."""

from __future__ import annotations

from bot.domain.drift.views import DriftList
from bot.domain.plans import Refusal
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import drift
from bot.usecases.desk import Desk
from bot.usecases.roles import NOT_YOURS
from bot.words import Words
from cards import drift as drift_card
from cards.codes import in_one_line
from dialogs.inputs import whole_number_in

__all__ = ["DriftFlow"]

_MOST_OFFSET = 100_000


class DriftFlow:
    """Each click is checked by its use case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send_list(self, turn: Turn, words: Words) -> None:
        view = await drift.listed(self._desk, turn.actor)
        if not isinstance(view, DriftList):
            await turn.say(in_one_line(view, words))
            return
        card = drift_card.build(view, words)
        await turn.send_card(card, card["fallbackText"])

    async def look_now(self, turn: Turn, words: Words) -> None:
        refusal = await drift.look_now(self._desk, turn.actor)
        await turn.say(in_one_line(refusal or Refusal(code="SB-WCH-05"), words))

    async def on_list(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._answer(turn, words, action)

    async def on_mend(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        made = await drift.mend(self._desk, turn.actor, _finding(action))
        if isinstance(made, Refusal):
            return await self._refused(turn, words, action, made)
        said = words("{id} asks for it, and is approved as usual.", id=made.id)
        return await self._answer(turn, words, action, said)

    async def on_accept(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        refusal = await drift.accept(self._desk, turn.actor, _finding(action))
        if refusal is not None:
            return await self._refused(turn, words, action, refusal)
        said = words("Accepted as it is, and on record. It is told again only if it changes again.")
        return await self._answer(turn, words, action, said)

    async def _refused(self, turn: Turn, words: Words, action: CardAction, refusal: Refusal) -> CardAnswer:
        said = in_one_line(refusal, words)
        if refusal.code == NOT_YOURS:
            return CardAnswer(error=said)
        return await self._answer(turn, words, action, said)

    async def _answer(
        self, turn: Turn, words: Words, action: CardAction, remark: str | None = None
    ) -> CardAnswer:
        offset = min(whole_number_in(action.data, "offset") or 0, _MOST_OFFSET)
        view = await drift.listed(self._desk, turn.actor, offset)
        if not isinstance(view, DriftList):
            return CardAnswer(error=in_one_line(view, words))
        return CardAnswer(card=drift_card.build(view, words, remark=remark))


def _finding(action: CardAction) -> int:
    """What names nothing there is, where the card names nothing."""
    found = whole_number_in(action.data, "finding")
    return -1 if found is None else found
