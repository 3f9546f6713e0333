"""The approver's card: what can be done on it. Every click is checked by the use case it reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.approval import Verdict
from bot.domain.messages import Template
from bot.domain.plans import Refusal
from bot.domain.views import RequestView
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import ask, channel_cards, copies, decide, listing
from bot.usecases.desk import Desk
from bot.words import Words
from cards import approval, progress, question
from cards.approval import COMMENT, MAX_COMMENT
from cards.codes import in_one_line
from dialogs.confirm_flow import asking_card
from dialogs.inputs import as_text, request_id_in, text_in, whole_number_in

__all__ = ["ApprovalsFlow"]


_MAX_PARTS = 2_000
"""Characters of the keys of chosen parts."""


class ApprovalsFlow:
    """Each verb of the approver's card."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_refresh(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Reads and shows; changes nothing, whoever or whatever asks."""
        view = await listing.show(self._desk, turn.actor, request_id_in(action.data))
        build = approval.build if view.request.asks(turn.actor.id) else progress.build
        return CardAnswer(card=build(view, turn.actor.id, words))

    async def on_approve(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._decide(turn, words, action.data, Verdict.APPROVE)

    async def on_reject(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._decide(turn, words, action.data, Verdict.REJECT)

    async def decide(self, turn: Turn, words: Words, request_id: str, verdict: Verdict, comment: str) -> None:
        """By text, on what is asked now; what takes more than a word is put right on the card that comes."""
        view = await channel_cards.seen_by(self._desk, turn.actor, request_id)
        asked = decide.Asked(view.request.stage_index, view.request.round)
        answer = decide.Answer(verdict, as_text(comment, MAX_COMMENT))
        result = await decide.decide(self._desk, turn.actor, request_id, answer, asked)
        if result.needs_code:
            card = asking_card(result, words)
            await turn.send_card(card, card["fallbackText"])
            return
        refusal = Refusal(code=result.refusal, params=dict(result.params)) if result.refusal else None
        card = self._build(turn, words, result.view, refusal, {COMMENT: answer.comment})
        activity_id = await turn.send_card(card, card["fallbackText"])
        await copies.remember(
            self._desk,
            request_id,
            Template.APPROVAL,
            turn.actor.id,
            turn.conversation_id,
            turn.service_url,
            activity_id,
            result.view.request.version,
        )

    async def _decide(self, turn: Turn, words: Words, data: dict[str, Any], verdict: Verdict) -> CardAnswer:
        request_id = request_id_in(data)
        comment = text_in(data, COMMENT, MAX_COMMENT)
        # A stage nobody was ever asked at: the use case answers it with the true state, like any stale click.
        asked = decide.Asked(_number(data, "stage"), _number(data, "round"))
        ticked = approval.ticks_in(data)
        left_out = approval.left_out_in(data) if verdict is Verdict.APPROVE else ()
        answer = decide.Answer(verdict, comment, ticked, dropped=left_out)
        result = await decide.decide(self._desk, turn.actor, request_id, answer, asked)
        if result.needs_code:
            return CardAnswer(card=asking_card(result, words))
        typed = {COMMENT: comment, **_chosen(data)}
        refusal = Refusal(code=result.refusal, params=dict(result.params)) if result.refusal else None
        return CardAnswer(card=self._build(turn, words, result.view, refusal, typed))

    def _build(
        self, turn: Turn, words: Words, view: RequestView, refusal: Refusal | None, typed: Mapping[str, str]
    ) -> Card:
        """The card as it stands; what can be put right on it stands at the inputs, with what was typed."""
        said = in_one_line(refusal, words) if refusal else None
        here = refusal is not None and refusal.code in _INCOMPLETE
        remark, error = (None, said) if here else (said, None)
        return approval.build(view, turn.actor.id, words, remark=remark, error=error, typed=typed)

    async def on_ask(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """What stands in the comment is a question; switches and ticks are for later."""
        text = text_in(action.data, COMMENT, MAX_COMMENT + 1)
        asked = decide.Asked(_number(action.data, "stage"), _number(action.data, "round"))
        result = await ask.ask(self._desk, turn.actor, request_id_in(action.data), text, asked)
        refusal = Refusal(code=result.refusal) if result.refusal else None
        typed = {COMMENT: text[:MAX_COMMENT] if refusal else "", **_chosen(action.data)}
        return CardAnswer(card=self._build(turn, words, result.view, refusal, typed))

    async def on_answer(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The requester's."""
        text = text_in(action.data, question.ANSWER, MAX_COMMENT + 1)
        result = await ask.answer(self._desk, turn.actor, request_id_in(action.data), text)
        error = in_one_line(Refusal(code=result.refusal), words) if result.refusal else ""
        typed = text[:MAX_COMMENT] if error else ""
        return CardAnswer(card=question.build(result.view, turn.actor.id, words, error=error, typed=typed))


_INCOMPLETE = frozenset(
    {"SB-APP-05", "SB-APP-08", "SB-APP-09", "SB-APP-60"}
    | {"SB-APP-63", "SB-APP-64", "SB-APP-65", "SB-APP-66"}
)
"""What is put right on the same card."""


def _chosen(data: Mapping[str, Any]) -> dict[str, str]:
    """What was ticked and what was left out, for the card that comes back."""
    ticked = dict.fromkeys(map(approval.tick_id, approval.ticks_in(data)), "true")
    included = text_in(data, approval.INCLUDED, _MAX_PARTS)
    return {**ticked, approval.INCLUDED: included} if approval.left_out_in(data) else ticked


def _number(data: dict[str, Any], name: str) -> int:
    found = whole_number_in(data, name)
    return -1 if found is None else found
