"""The approval policy for voice admins: what is in force, and changes of it that wait for agreement."""

from __future__ import annotations

from bot.domain.policy_views import PolicyView
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import policy_change
from bot.usecases.desk import Desk
from bot.words import Words
from cards import policy as policy_card
from cards import policy_change as change_card
from cards.codes import in_one_line
from dialogs.inputs import text_in, whole_number_in

__all__ = ["PolicyFlow"]


class PolicyFlow:
    """What voice admins see and say of the policy."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send(self, turn: Turn, words: Words) -> None:
        """The policy, and below it the change that waits, on a card that follows it."""
        view = await policy_change.in_force(self._desk, turn.actor)
        card = policy_card.build(view, words)
        await turn.send_card(card, card["fallbackText"])
        if view.proposed is not None:
            await self._send(turn, words, view.proposed)

    async def on_agree(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._vote(turn, words, action, agrees=True)

    async def on_refuse(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._vote(turn, words, action, agrees=False)

    async def _vote(self, turn: Turn, words: Words, action: CardAction, *, agrees: bool) -> CardAnswer:
        version = text_in(action.data, "policy", 64)
        proposal = whole_number_in(action.data, "proposal") or 0
        result = await policy_change.vote(self._desk, turn.actor, version, proposal, agrees=agrees)
        remark = in_one_line(result.refusal, words) if result.refusal else None
        if result.view is None:
            return CardAnswer(error=remark)
        return CardAnswer(card=change_card.build(result.view, turn.actor.id, words, remark=remark))

    async def _send(self, turn: Turn, words: Words, view: PolicyView) -> None:
        card = change_card.build(view, turn.actor.id, words)
        activity_id = await turn.send_card(card, card["fallbackText"])
        await policy_change.remember_card(
            self._desk,
            view.version,
            turn.actor.id,
            turn.conversation_id,
            turn.service_url,
            activity_id,
            view.revision,
        )
