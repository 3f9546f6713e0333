"""Confirming risky approvals with the code from the approver's own chat."""

from __future__ import annotations

import re

from bot.domain.plans import Refusal
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases.confirm import another, confirm
from bot.usecases.decide import DecisionResult
from bot.usecases.desk import Desk
from bot.words import Words
from cards import approval
from cards import confirm as confirm_card
from cards.codes import in_one_line
from dialogs.inputs import request_id_in, text_in

__all__ = ["ConfirmFlow", "asking_card"]

_NOT_DIGITS = re.compile(r"[^0-9]")


class ConfirmFlow:
    """The two buttons beside the input for the code."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_confirm(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        typed = _NOT_DIGITS.sub("", text_in(action.data, confirm_card.CODE, confirm_card.MAX_CODE))
        result = await confirm(self._desk, turn.actor, request_id_in(action.data), typed)
        return CardAnswer(card=_after(turn, words, result))

    async def on_another(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        result = await another(self._desk, turn.actor, request_id_in(action.data))
        return CardAnswer(card=_after(turn, words, result))


def asking_card(result: DecisionResult, words: Words) -> Card:
    """The card that asks for the code; what was typed before is never shown again."""
    return confirm_card.ask(result.view, words, error=_remark(result, words))


def _after(turn: Turn, words: Words, result: DecisionResult) -> Card:
    if result.needs_code:
        return asking_card(result, words)
    return approval.build(result.view, turn.actor.id, words, remark=_remark(result, words))


def _remark(result: DecisionResult, words: Words) -> str | None:
    if result.refusal is None:
        return None
    return in_one_line(Refusal(code=result.refusal, params=dict(result.params)), words)
