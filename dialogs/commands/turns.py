"""Turns as commands see them: with the text they are about, or with nothing lasting."""

from __future__ import annotations

from botbuilder.core import TurnContext

from bot.domain.people import Actor
from bot.teams.turn import Card, Scope, Turn
from bot.words import Words
from cards.rehearsed import as_rehearsed, said_in_rehearsal

__all__ = ["RehearsedTurn", "SaidTurn"]


class SaidTurn:
    """A turn in which `text` was said: typed, without its options, or by a button that says it."""

    def __init__(self, turn: Turn, text: str) -> None:
        self._turn = turn
        self.text = text
        self.actor: Actor = turn.actor
        self.scope: Scope = turn.scope
        self.conversation_id: str = turn.conversation_id
        self.service_url: str = turn.service_url
        self.mentioned: tuple[str, ...] = turn.mentioned
        self.context: TurnContext = turn.context

    @property
    def time_zone(self) -> str:
        return self._turn.time_zone

    async def say(self, text: str) -> str:
        return await self._turn.say(text)

    async def send_card(self, card: Card, summary: str) -> str:
        return await self._turn.send_card(card, summary)

    async def update_card(self, activity_id: str, card: Card) -> None:
        await self._turn.update_card(activity_id, card)

    async def typing(self) -> None:
        await self._turn.typing()


class RehearsedTurn(SaidTurn):
    """What is said and shown is marked as tried, and nothing on a card can be clicked."""

    def __init__(self, turn: Turn, text: str, words: Words) -> None:
        super().__init__(turn, text)
        self._words = words

    async def say(self, text: str) -> str:
        return await super().say(said_in_rehearsal(text, self._words))

    async def send_card(self, card: Card, summary: str) -> str:
        return await super().send_card(as_rehearsed(card, self._words), summary)

    async def update_card(self, activity_id: str, card: Card) -> None:
        """A card that shows what would be stays as it is: what is, is not what was asked."""
