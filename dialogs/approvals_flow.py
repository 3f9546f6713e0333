"""The approver's card: what can be done on it. Every click is checked by the use case it reaches."""

from __future__ import annotations

from typing import Any

from bot.domain.approval import Verdict
from bot.domain.plans import Refusal
from bot.domain.views import RequestView
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import decide, listing
from bot.usecases.desk import Desk
from bot.words import Words
from cards import approval, progress
from cards.approval import COMMENT, MAX_COMMENT
from cards.codes import in_one_line
from dialogs.confirm_flow import asking_card
from dialogs.inputs import request_id_in, text_in, whole_number_in

__all__ = ["ApprovalsFlow"]


class ApprovalsFlow:
    """Each verb of the approver's card."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_refresh(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Reads and shows; changes nothing, whoever or whatever asks."""
        view = await listing.show(self._desk, turn.actor, request_id_in(action.data))
        build = approval.build if _decides(view, turn.actor.id) else progress.build
        return CardAnswer(card=build(view, turn.actor.id, words))

    async def on_approve(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._decide(turn, words, action.data, Verdict.APPROVE)

    async def on_reject(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._decide(turn, words, action.data, Verdict.REJECT)

    async def _decide(self, turn: Turn, words: Words, data: dict[str, Any], verdict: Verdict) -> CardAnswer:
        request_id = request_id_in(data)
        comment = text_in(data, COMMENT, MAX_COMMENT)
        # A stage nobody was ever asked at: the use case answers it with the true state, like any stale click.
        asked = decide.Asked(_number(data, "stage"), _number(data, "round"))
        ticked = approval.ticks_in(data)
        answer = decide.Answer(verdict, comment, ticked)
        result = await decide.decide(self._desk, turn.actor, request_id, answer, asked)
        if result.needs_code:
            return CardAnswer(card=asking_card(result, words))
        code = result.refusal
        return CardAnswer(
            card=approval.build(
                result.view,
                turn.actor.id,
                words,
                remark=None if code in _INCOMPLETE else _remark(code, words) or None,
                error=_remark(code, words) if code in _INCOMPLETE else None,
                typed={COMMENT: comment, **dict.fromkeys(map(approval.tick_id, ticked), "true")},
            )
        )


_INCOMPLETE = frozenset({"SB-APP-05", "SB-APP-08"})
"""What is put right on the same card."""


def _number(data: dict[str, Any], name: str) -> int:
    found = whole_number_in(data, name)
    return -1 if found is None else found


def _remark(code: str | None, words: Words) -> str:
    return in_one_line(Refusal(code=code), words) if code else ""


def _decides(view: RequestView, actor_id: str) -> bool:
    request = view.request
    return actor_id != request.requester.id and any(
        person.id == actor_id for stage in request.stages for person in stage.approvers
    )
