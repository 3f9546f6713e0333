"""Messages to nobody in particular: whom they are for is found out when they are sent."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.domain.errors import TransientUpstream
from bot.execution.ports import Courier, Delivered, Delivery, OutboxMessage, Retry

__all__ = ["Spread", "SpreadingCourier"]

Spread = Callable[[OutboxMessage], Awaitable[None]]
"""Queues the message for each of those it is for; called again after a crash, it must not queue any twice."""


class SpreadingCourier:
    """Hands on messages with a recipient; those without one it has queued for everybody concerned."""

    def __init__(self, courier: Courier, spread: Spread) -> None:
        self._courier = courier
        self._spread = spread

    async def deliver(self, message: OutboxMessage) -> Delivery:
        """Implements execution's `Courier`."""
        if message.recipient_id:
            return await self._courier.deliver(message)
        try:
            await self._spread(message)
        except TransientUpstream as problem:
            return Retry(0, str(problem))
        return Delivered("", "", "")
