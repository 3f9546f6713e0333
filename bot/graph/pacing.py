"""Slowing down before Graph has to say no."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

__all__ = ["Pressure"]

_FROM = 0.8
"""Share of the limit from which Graph sends `x-ms-throttle-limit-percentage` (up to 1.8)."""
_WINDOW = 10.0
"""Seconds of Graph's token bucket: older news says nothing."""


class Pressure:
    """How near the application is to its limit, and the pause that keeps it below.

    The pause grows linearly from nothing at 80 % of the limit to one second at 180 %.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._share = 0.0
        self._seen_at = 0.0

    def note(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer's headers say."""
        try:
            share = float(headers["x-ms-throttle-limit-percentage"])
        except (KeyError, ValueError):
            return
        self._share, self._seen_at = share, self._clock()

    @property
    def pause(self) -> float:
        """Seconds to wait before the next request."""
        if self._share <= _FROM or self._clock() - self._seen_at > _WINDOW:
            return 0.0
        return min(1.0, self._share - _FROM)

    async def ease(self) -> None:
        """Wait for `pause`."""
        pause = self.pause
        if pause:
            await self._sleep(pause)
