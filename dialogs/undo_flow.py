"""What people decide about requests that went differently: keep or undo, and which other number."""

from __future__ import annotations

from bot.domain.keep_or_undo import Choice
from bot.domain.plans import Refusal
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import pick_number, undo
from bot.usecases.desk import Desk
from bot.words import Words
from cards import another_number
from cards import undo as undo_card
from cards.codes import in_one_line
from dialogs.inputs import request_id_in, text_in

__all__ = ["UndoFlow"]

_MAX_NUMBER = 20


class UndoFlow:
    """The buttons of two cards; each click is checked by its use case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_keep(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._choose(turn, words, action, "keep", None)

    async def on_undo(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        ticked = text_in(action.data, undo_card.KNOWN, 8) == "true"
        known = text_in(action.data, "number", _MAX_NUMBER) if ticked else ""
        return await self._choose(turn, words, action, "undo", known or None)

    async def _choose(
        self, turn: Turn, words: Words, action: CardAction, choice: Choice, known: str | None
    ) -> CardAnswer:
        result = await undo.choose(self._desk, turn.actor, request_id_in(action.data), choice, known)
        said = _remark(result.refusal, words)
        return CardAnswer(card=undo_card.build(result.view, words, remark=said, loses=result.loses))

    async def on_pick(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        picked = text_in(action.data, "number", _MAX_NUMBER)
        number = None if picked == another_number.ANY else picked
        result = await pick_number.pick(self._desk, turn.actor, request_id_in(action.data), number)
        return CardAnswer(
            card=another_number.build(result.view, words, remark=_remark(result.refusal, words))
        )


def _remark(refusal: Refusal | None, words: Words) -> str | None:
    return in_one_line(refusal, words) if refusal else None
