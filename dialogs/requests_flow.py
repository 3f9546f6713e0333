"""Cards of existing requests: show, follow, withdraw. By click or by text."""

from __future__ import annotations

from bot.domain.messages import Template
from bot.domain.plans import Refusal
from bot.domain.views import RequestView
from bot.teams.outcomes import NotDelivered
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import copies, listing, withdraw
from bot.usecases.desk import Desk
from bot.words import Words
from cards import progress, requests_list
from cards.codes import in_one_line
from dialogs.inputs import request_id_in, whole_number_in

__all__ = ["RequestsFlow"]

_MOST_OFFSET = 10_000


class RequestsFlow:
    """Everything about requests that exist already."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def list_card(self, turn: Turn, words: Words, offset: int = 0) -> Card:
        """A page of the actor's requests."""
        views = await listing.my_requests(
            self._desk, turn.actor, limit=requests_list.PAGE + 1, offset=max(0, offset)
        )
        return requests_list.build(views, offset, words)

    async def send_list(self, turn: Turn, words: Words) -> None:
        card = await self.list_card(turn, words)
        await turn.send_card(card, card["fallbackText"])

    async def send_progress(self, turn: Turn, words: Words, view: RequestView, remark: str = "") -> None:
        """A new progress card in the chat, which follows the request from now on."""
        card = progress.build(view, turn.actor.id, words, remark=remark or None)
        activity_id = await turn.send_card(card, card["fallbackText"])
        await self._remember(turn, view, activity_id)
        await self._catch_up(turn, words, view, activity_id)

    async def replace_by_progress(
        self, turn: Turn, words: Words, view: RequestView, activity_id: str | None
    ) -> CardAnswer:
        """Turn a clicked card into the request's progress card, for every device of the person.

        The reply alone changes only the client that was clicked, and not for good.
        """
        card = progress.build(view, turn.actor.id, words)
        if activity_id is None:
            return CardAnswer(card=card)
        try:
            await turn.update_card(activity_id, card)
        except NotDelivered:
            # The clicker has the reply; the card is remembered, and the next change brings it up to date.
            await self._remember(turn, view, activity_id)
            return CardAnswer(card=card)
        await self._remember(turn, view, activity_id)
        latest = await self._catch_up(turn, words, view, activity_id)
        return CardAnswer(card=progress.build(latest, turn.actor.id, words))

    async def _remember(self, turn: Turn, view: RequestView, activity_id: str) -> None:
        await copies.remember(
            self._desk,
            view.request.id,
            Template.PROGRESS,
            turn.actor.id,
            turn.conversation_id,
            turn.service_url,
            activity_id,
            view.request.version,
        )

    async def _catch_up(self, turn: Turn, words: Words, shown: RequestView, activity_id: str) -> RequestView:
        """The request may have moved before its card was known; then nobody else will update it."""
        latest = await listing.show(self._desk, turn.actor, shown.request.id)
        if latest.request.version != shown.request.version:
            await turn.update_card(activity_id, progress.build(latest, turn.actor.id, words))
        return latest

    async def show(self, turn: Turn, words: Words, request_id: str) -> None:
        view = await listing.show(self._desk, turn.actor, request_id)
        await self.send_progress(turn, words, view)

    async def withdraw(self, turn: Turn, words: Words, request_id: str) -> None:
        """By text: the answer is a fresh progress card."""
        result = await withdraw.withdraw(self._desk, turn.actor, request_id)
        await self.send_progress(turn, words, result.view, _remark(result.refusal, words))

    async def on_withdraw(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        request_id = request_id_in(action.data)
        result = await withdraw.withdraw(self._desk, turn.actor, request_id)
        remark = _remark(result.refusal, words) or None
        return CardAnswer(card=progress.build(result.view, turn.actor.id, words, remark=remark))

    async def on_show(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        request_id = request_id_in(action.data)
        await self.show(turn, words, request_id)
        return CardAnswer(message=words("{id} is shown below.", id=request_id))

    async def on_list(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        offset = whole_number_in(action.data, "offset") or 0
        return CardAnswer(card=await self.list_card(turn, words, min(offset, _MOST_OFFSET)))


def _remark(code: str | None, words: Words) -> str:
    return in_one_line(Refusal(code=code), words) if code else ""
