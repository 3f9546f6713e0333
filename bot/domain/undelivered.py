"""Messages that could not be delivered, as a list shows them."""

from __future__ import annotations

from bot.domain.messages import Template
from bot.domain.values import Instant, Value

__all__ = ["UndeliveredList", "UndeliveredMessage"]


class UndeliveredMessage(Value):
    """A message that is tried no more by itself."""

    id: int
    template: Template
    recipient_id: str
    recipient: str = ""
    """The name, as far as it is known."""
    request_id: str | None = None
    state: str
    """Why, as the outbox calls it: `blocked`, `not_installed`, `gone`, or `undelivered` after many tries."""
    reason: str = ""
    """What Teams answered last."""
    tries: int
    at: Instant
    """When it was given up."""


class UndeliveredList(Value):
    """A page of them, the newest first."""

    messages: tuple[UndeliveredMessage, ...]
    offset: int = 0
    more: bool = False
    """There is another page."""
