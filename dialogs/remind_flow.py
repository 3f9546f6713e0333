"""Reminding those who decide, by button or by text."""

from __future__ import annotations

from bot.domain.plans import Refusal
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import remind
from bot.usecases.desk import Desk
from bot.words import Words
from cards import progress
from cards.codes import in_one_line
from cards.markdown import plain
from dialogs.inputs import request_id_in
from dialogs.requests_flow import RequestsFlow

__all__ = ["RemindFlow"]


class RemindFlow:
    """What a requester does who has waited for long."""

    def __init__(self, desk: Desk, requests: RequestsFlow) -> None:
        self._desk = desk
        self._requests = requests

    async def on_remind(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        result = await remind.remind(self._desk, turn.actor, request_id_in(action.data))
        remark = _said(result, words)
        return CardAnswer(card=progress.build(result.view, turn.actor.id, words, remark=remark))

    async def remind(self, turn: Turn, words: Words, request_id: str) -> None:
        """The answer is a line; the card, which says the rest, stands in the chat already."""
        if not request_id:
            await turn.say(words("Which one? Write **remind** with its id, such as **remind SB-4K7Q2**."))
            await self._requests.send_list(turn, words)
            return
        await turn.say(_said(await remind.remind(self._desk, turn.actor, request_id), words))


def _said(result: remind.RemindResult, words: Words) -> str:
    names = plain(result.names, 300)
    if result.refusal is None:
        return words("A reminder is on its way to {names}.", names=names)
    until = {"until": words.date(result.again_at)} if result.again_at else {}
    return in_one_line(Refusal(code=result.refusal, params={"names": result.names, **until}), words)
