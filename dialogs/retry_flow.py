"""Retrying a request, and saying why it stands as it does."""

from __future__ import annotations

from bot.teams.turn import Turn
from bot.usecases import listing
from bot.usecases.desk import Desk
from bot.usecases.retry import retry
from bot.words import Words
from cards import why_request
from cards.codes import in_one_line
from dialogs.commands.grammar import Said
from dialogs.edit_flow import spelled
from dialogs.requests_flow import RequestsFlow
from dialogs.wish_flow import WishFlow

__all__ = ["RetryFlow"]


class RetryFlow:
    """What is typed about a request that does not get on."""

    def __init__(self, desk: Desk, requests: RequestsFlow) -> None:
        self._desk = desk
        self._requests = requests
        self._wishes = WishFlow(desk, requests)

    async def why(self, turn: Turn, words: Words, said: Said) -> None:
        view = await listing.show(self._desk, turn.actor, said["request"])
        card = why_request.build(view, words)
        await turn.send_card(card, card["fallbackText"])

    async def retry(self, turn: Turn, words: Words, said: Said) -> None:
        """The progress card where it goes on, the form filled in as it was where it is asked for anew."""
        result = await retry(self._desk, turn.actor, said["request"])
        request = result.view.request
        if result.refusal is not None:
            await turn.say(in_one_line(result.refusal, words))
        elif result.ask_anew:
            remark = words("This asks anew for what {id} was about. Please check it.", id=request.id)
            wish = request.wish
            await self._wishes.start(turn, words, wish.kind, wish.beneficiary_id, spelled(wish), remark)
        else:
            remark = words("I am looking at it again now.")
            await self._requests.send_progress(turn, words, result.view, remark)
