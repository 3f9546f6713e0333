"""Lists of what waits for somebody's decision, and of what could not be delivered. By click or by text."""

from __future__ import annotations

from bot.domain.approval import Verdict
from bot.domain.messages import Template
from bot.domain.pending import takes_one_click
from bot.domain.plans import Refusal
from bot.domain.undelivered import UndeliveredList
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import channel_cards, copies, decide, pending, undelivered
from bot.usecases.desk import Desk
from bot.usecases.voice_admins import NOT_HIS
from bot.words import Words
from cards import approval, digest
from cards import undelivered as undelivered_card
from cards.codes import in_one_line
from dialogs.inputs import request_id_in, whole_number_in

__all__ = ["QueueFlow"]

_MOST_OFFSET = 10_000


class QueueFlow:
    """What waits, for those who decide and for those who look after delivery."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def send_pending(self, turn: Turn, words: Words) -> None:
        """The list, which follows what waits from now on; one that was sent before says so."""
        view = await pending.my_pending(self._desk, turn.actor)
        card = digest.build(view, words)
        activity_id = await turn.send_card(card, card["fallbackText"])
        if view.items:
            await pending.remember_list(
                self._desk, turn.actor, turn.conversation_id, turn.service_url, activity_id
            )

    async def on_pending(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return CardAnswer(card=await self._pending(turn, words, action))

    async def on_open(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The request's own card, in the chat; it follows the request from now on."""
        request_id = request_id_in(action.data)
        view = await channel_cards.seen_by(self._desk, turn.actor, request_id)
        card = approval.build(view, turn.actor.id, words)
        activity_id = await turn.send_card(card, card["fallbackText"])
        await copies.remember(
            self._desk,
            request_id,
            Template.APPROVAL,
            turn.actor.id,
            turn.conversation_id,
            turn.service_url,
            activity_id,
            view.request.version,
        )
        return CardAnswer(message=words("{id} is shown below.", id=request_id))

    async def on_approve(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Approve what takes no more than a click, and show what is left."""
        request_id = request_id_in(action.data)
        view = await channel_cards.seen_by(self._desk, turn.actor, request_id)
        if view.request.stage is not None and not takes_one_click(view.request):
            remark = in_one_line(Refusal(code="SB-APP-73"), words)
            return CardAnswer(card=await self._pending(turn, words, action, remark))
        asked = decide.Asked(_number(action, "stage"), _number(action, "round"))
        answer = decide.Answer(Verdict.APPROVE)
        result = await decide.decide(self._desk, turn.actor, request_id, answer, asked)
        remark = words("{id} is approved by you.", id=request_id)
        if result.refusal:
            refusal = Refusal(code=result.refusal, params=dict(result.params))
            remark = f"{request_id}: {in_one_line(refusal, words)}"
        return CardAnswer(card=await self._pending(turn, words, action, remark))

    async def _pending(self, turn: Turn, words: Words, action: CardAction, remark: str | None = None) -> Card:
        view = await pending.my_pending(self._desk, turn.actor, _offset(action))
        return digest.build(view, words, remark=remark)

    async def send_undelivered(self, turn: Turn, words: Words) -> None:
        """What has not reached people."""
        view = await undelivered.listed(self._desk, turn.actor)
        if not isinstance(view, UndeliveredList):
            await turn.say(in_one_line(view, words))
            return
        card = undelivered_card.build(view, words)
        await turn.send_card(card, card["fallbackText"])

    async def on_undelivered(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return await self._undelivered(turn, words, action)

    async def on_retry(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        refusal = await undelivered.try_again(self._desk, turn.actor, _number(action, "message"))
        return await self._looked_after(turn, words, action, refusal, words("It is sent again now."))

    async def on_dismiss(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        refusal = await undelivered.dismiss(self._desk, turn.actor, _number(action, "message"))
        return await self._looked_after(turn, words, action, refusal, words("It is off the list."))

    async def _looked_after(
        self, turn: Turn, words: Words, action: CardAction, refusal: Refusal | None, done: str
    ) -> CardAnswer:
        if refusal is None:
            return await self._undelivered(turn, words, action, done)
        said = in_one_line(refusal, words)
        if refusal.code == NOT_HIS:
            return CardAnswer(error=said)
        return await self._undelivered(turn, words, action, said)

    async def _undelivered(
        self, turn: Turn, words: Words, action: CardAction, remark: str | None = None
    ) -> CardAnswer:
        view = await undelivered.listed(self._desk, turn.actor, _offset(action))
        if not isinstance(view, UndeliveredList):
            return CardAnswer(error=in_one_line(view, words))
        return CardAnswer(card=undelivered_card.build(view, words, remark=remark))


def _offset(action: CardAction) -> int:
    return min(whole_number_in(action.data, "offset") or 0, _MOST_OFFSET)


def _number(action: CardAction, name: str) -> int:
    """What names nothing there is, where the card names nothing."""
    found = whole_number_in(action.data, name)
    return -1 if found is None else found
