"""Telling the purchase order number of a request that waits for it: on its card, or typed."""

from __future__ import annotations

from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases.desk import Desk
from bot.usecases.purchase_order import give_purchase_order
from bot.words import Words
from cards import progress
from cards.codes import in_one_line
from cards.progress import MAX_ORDER_NUMBER, ORDER_NUMBER
from dialogs.commands.grammar import Said
from dialogs.inputs import as_text, request_id_in, text_in
from dialogs.requests_flow import RequestsFlow

__all__ = ["PurchaseOrderFlow"]


class PurchaseOrderFlow:
    """The requester's."""

    def __init__(self, desk: Desk, requests: RequestsFlow) -> None:
        self._desk = desk
        self._requests = requests

    async def on_text(self, turn: Turn, words: Words, said: Said) -> None:
        number = as_text(said["order"], MAX_ORDER_NUMBER)
        view, refusal = await give_purchase_order(self._desk, turn.actor, said["request"], number)
        remark = in_one_line(refusal, words) if refusal else ""
        await self._requests.send_progress(turn, words, view, remark)

    async def on_click(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        number = text_in(action.data, ORDER_NUMBER, MAX_ORDER_NUMBER)
        view, refusal = await give_purchase_order(self._desk, turn.actor, request_id_in(action.data), number)
        remark = in_one_line(refusal, words) if refusal else None
        return CardAnswer(card=progress.build(view, turn.actor.id, words, remark=remark))
