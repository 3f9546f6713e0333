"""What somebody does who asks for what is open already: watch, add a comment, or replace it (J09)."""

from __future__ import annotations

from bot.domain.plans import Refusal
from bot.domain.remarks import LONGEST
from bot.domain.wishes import Wish
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import drafts, joined, listing
from bot.usecases.desk import Desk
from bot.words import Words
from cards import duplicate
from cards.codes import in_one_line
from dialogs.inputs import text_in
from dialogs.requests_flow import RequestsFlow
from dialogs.speech import UnknownDraft
from dialogs.wish_draft import Filled
from dialogs.wish_flow import WishFlow

__all__ = ["DuplicatesFlow"]

_MAX_ID = 64


class DuplicatesFlow:
    """Each verb of the card; which request is meant follows from the actor's own draft."""

    def __init__(self, desk: Desk, wishes: WishFlow, requests: RequestsFlow) -> None:
        self._desk = desk
        self._wishes = wishes
        self._requests = requests

    async def on_watch(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        draft, wish = await self._wish(turn, action)
        found = await joined.watch(self._desk, turn.actor, wish)
        return _answer(turn, words, draft, found, words("I shall tell you how it ends."))

    async def on_comment(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        draft, wish = await self._wish(turn, action)
        text = text_in(action.data, duplicate.COMMENT, LONGEST + 1)
        found = await joined.add_comment(self._desk, turn.actor, wish, text)
        return _answer(turn, words, draft, found, words("Everybody who decides sees it now."))

    async def on_replace(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """The first click makes the request; every later one shows it."""
        draft, wish = await self._wish(turn, action)
        request_id = draft.stored.request_id
        if request_id is None:
            made = await joined.replace(self._desk, turn.actor, wish, draft.stored.id)
            if isinstance(made, Refusal):
                return CardAnswer(error=in_one_line(made, words))
            await drafts.became(self._desk, draft.stored, made.id)
            request_id = made.id
        view = await listing.show(self._desk, turn.actor, request_id)
        return await self._requests.replace_by_progress(turn, words, view, action.activity_id)

    async def _wish(self, turn: Turn, action: CardAction) -> tuple[Filled, Wish]:
        draft = await self._wishes.load(turn, text_in(action.data, "draft", _MAX_ID))
        wish = draft.to_wish()
        if wish is None:
            raise UnknownDraft(draft.stored.id)
        return draft, wish


def _answer(turn: Turn, words: Words, draft: Filled, found: joined.Joined, done: str) -> CardAnswer:
    if found.request is None:
        return CardAnswer(error=in_one_line(found.refusal or Refusal(code="SB-REQ-50"), words))
    card = duplicate.build(
        found.request,
        turn.actor.id,
        draft.stored.id,
        words,
        refusal=found.refusal,
        done="" if found.refusal else done,
    )
    return CardAnswer(card=card)
