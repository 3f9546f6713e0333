"""What execution needs from outside: somebody who delivers messages, and what became of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.store.outbox import OutboxMessage

__all__ = [
    "Blocked",
    "Courier",
    "Delivered",
    "Delivery",
    "Gone",
    "Needless",
    "NotInstalled",
    "OutboxMessage",
    "Retry",
]


@dataclass(frozen=True, slots=True)
class Delivered:
    """The message stands in the recipient's chat."""

    conversation_id: str
    service_url: str
    activity_id: str
    shown_version: int | None = None
    """The version of the request or task that the card shows; None for texts, which are never updated."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Not delivered now, but it may work later."""

    after: float
    """Seconds of real time to wait at least; 0 leaves it to the sender."""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Blocked:
    """The recipient has blocked the bot."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class NotInstalled:
    """The recipient has no chat with the bot, and the app could not be installed for him."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """The recipient, or the card that was to be updated, is no longer there."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class Needless:
    """What the message was about is over, and it has not been sent."""

    reason: str = ""


Delivery = Delivered | Retry | Blocked | NotInstalled | Gone | Needless


class Courier(Protocol):
    """Renders a message in its reader's language and brings it to Teams."""

    async def deliver(self, message: OutboxMessage) -> Delivery:
        """Send `message`, or update the card of `message.copy_id` when it is set.

        Expected failures are outcomes, not exceptions; whatever is raised is retried and counted.
        """
        ...
