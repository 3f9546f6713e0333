"""What the Teams boundary hands to a conversation, and what a conversation answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from botbuilder.core import TurnContext

from bot.domain.people import Actor

__all__ = ["Card", "CardAction", "CardAnswer", "Conversation", "Scope", "Turn"]

Card = dict[str, Any]
"""An Adaptive Card as plain JSON."""


class Scope(StrEnum):
    """Teams' `conversationType`."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


class Turn(Protocol):
    """One authenticated activity being answered. Implemented by the Teams boundary."""

    actor: Actor
    scope: Scope
    text: str
    """What was typed, without the mention of the bot and without odd blanks; "" for card clicks."""
    conversation_id: str
    service_url: str
    mentioned: tuple[str, ...]
    """Object ids of colleagues whose mention says who they are; names are in the text in any case."""
    context: TurnContext
    """For botbuilder-dialogs only."""

    @property
    def time_zone(self) -> str:
        """IANA name of the zone the person's client is in; "" when it did not say."""
        ...

    async def say(self, text: str) -> str:
        """Send a text (Markdown) and return its activity id."""
        ...

    async def send_card(self, card: Card, summary: str) -> str:
        """Send a card alone, so that it can be updated later; `summary` is shown in the notification."""
        ...

    async def update_card(self, activity_id: str, card: Card) -> None:
        """Replace a card sent before in this conversation."""
        ...

    async def typing(self) -> None:
        """Show that the bot is working; never fails a turn."""
        ...


@dataclass(frozen=True, slots=True)
class CardAction:
    """A click on a card, by Action.Execute or its Action.Submit fallback. Data is untrusted."""

    verb: str
    data: dict[str, Any] = field(default_factory=dict)
    """The action's own data and the card's inputs, all as the client sent them."""
    activity_id: str | None = None
    """The message that carries the card (`replyToId`)."""
    automatic: bool = False
    """A refresh that the client sent by itself: must be cheap and change nothing."""


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """What the clicker sees: a card in place of the clicked one, a short message, or an error text."""

    card: Card | None = None
    message: str | None = None
    error: str | None = None
    """Shown to the person; the transport answers 200 with an error body, as Teams wants it."""


class Conversation(Protocol):
    """What the Teams boundary calls. Implemented in dialogs/."""

    async def on_message(self, turn: Turn) -> None: ...

    async def on_card_action(self, turn: Turn, action: CardAction) -> CardAnswer: ...

    async def on_installed(self, turn: Turn) -> None:
        """The app was installed in a personal chat: welcome once."""
        ...
