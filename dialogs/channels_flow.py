"""What is written and clicked in channels: which part a channel has, and the cards of requests there."""

from __future__ import annotations

from bot.domain.approval import Verdict
from bot.domain.channels import Channel, ChannelRole
from bot.domain.errors import UnknownRequest
from bot.domain.plans import Refusal
from bot.teams.turn import CardAction, CardAnswer, Scope, Turn
from bot.usecases import channel_cards, channels, decide
from bot.usecases.desk import Desk
from bot.words import N_, Words
from cards import channel_approval
from cards.codes import in_one_line
from dialogs.inputs import request_id_in, whole_number_in

__all__ = ["ChannelsFlow"]

_HERE = {
    ChannelRole.APPROVALS: N_(
        "From now on I post requests here that the approval policy wants in a channel. Whoever decides on "
        "one can use its card; what is confidential stays in our own chats."
    ),
    ChannelRole.ADMINS: N_(
        "From now on I tell you here what needs an admin, instead of in each admin's chat."
    ),
}
_NOT_HERE = {
    ChannelRole.APPROVALS: N_("I post no more requests here. They go to the chats of those who decide."),
    ChannelRole.ADMINS: N_("What needs an admin is told in each admin's chat again."),
}


class ChannelsFlow:
    """Everything of the desk that happens in channels."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def use(self, turn: Turn, words: Words, role: ChannelRole) -> None:
        """Give this channel a part."""
        channel = Channel(
            role=role,
            conversation_id=_channel_of(turn),
            service_url=turn.service_url,
            locale=turn.actor.locale,
            set_by=turn.actor.id,
        )
        refusal = await channels.use(self._desk, turn.actor, channel)
        await turn.say(in_one_line(refusal, words) if refusal else words(_HERE[role]))

    async def leave(self, turn: Turn, words: Words, role: ChannelRole) -> None:
        """Take the part away."""
        left = await channels.leave(self._desk, turn.actor, role, _channel_of(turn))
        if isinstance(left, Refusal):
            await turn.say(in_one_line(left, words))
            return
        await turn.say(words(_NOT_HERE[role]) if left else words("This channel was not used for that."))

    async def on_approve(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """By any member of the stage, checked like a click in a chat of one's own."""
        request_id = await self._shown(turn, action)
        view = await channel_cards.seen_by(self._desk, turn.actor, request_id)
        if view.request.stage is not None and not channel_approval.decided_here(view.request):
            return CardAnswer(error=in_one_line(Refusal(code="SB-APP-73"), words))
        asked = decide.Asked(_number(action, "stage"), _number(action, "round"))
        answer = decide.Answer(Verdict.APPROVE)
        result = await decide.decide(self._desk, turn.actor, request_id, answer, asked)
        refusal = Refusal(code=result.refusal, params=dict(result.params)) if result.refusal else None
        remark = in_one_line(refusal, words) if refusal else None
        return CardAnswer(card=channel_approval.build(result.view, words, remark=remark))

    async def on_open(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The whole card goes to the chat of whoever clicked, for nobody else to see."""
        request_id = await self._shown(turn, action)
        await channel_cards.send_to(self._desk, turn.actor, request_id)
        return CardAnswer(message=words("I have sent it to you in our own chat."))

    async def on_click(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer | None:
        """The answer to a click in a channel; None when the button is not one for channels."""
        handle = {"channel.approve": self.on_approve, "channel.open": self.on_open}.get(action.verb)
        if handle is None or action.automatic or turn.scope is not Scope.CHANNEL:
            return None
        try:
            return await handle(turn, words, action)
        except UnknownRequest:
            return CardAnswer(error=in_one_line(Refusal(code="SB-APP-75"), words))

    async def _shown(self, turn: Turn, action: CardAction) -> str:
        """The request of the very card that was clicked. Raises `UnknownRequest` for any other."""
        return await channel_cards.shown_at(
            self._desk, turn.conversation_id, action.activity_id or "", request_id_in(action.data)
        )


def _channel_of(turn: Turn) -> str:
    """The channel's own id: each post in it is a conversation named after both."""
    return turn.conversation_id.partition(";")[0]


def _number(action: CardAction, name: str) -> int:
    found = whole_number_in(action.data, name)
    return -1 if found is None else found
