"""How fast one conversation may be written to: Teams throttles a bot per thread, and dislikes two at once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

__all__ = ["WINDOWS", "Pacer", "Slot"]

WINDOWS = ((7, 1.0), (8, 2.0), (60, 30.0))
"""At most so many calls in so many seconds.
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit"""

_REMEMBERED = 10_000


@dataclass(slots=True)
class _Pace:
    calls: deque[float]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0


@dataclass(frozen=True, slots=True)
class Slot:
    """The right to be the only one calling in a conversation."""

    _pacer: Pacer
    _pace: _Pace

    async def ready(self) -> None:
        """Wait until one more call is within the limits, and count it."""
        await self._pacer.wait(self._pace.calls)


class Pacer:
    """One call in flight and no more than `windows` allow, for each conversation."""

    def __init__(
        self,
        windows: tuple[tuple[int, float], ...] = WINDOWS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._windows = windows
        self._clock = clock
        self._sleep = sleep
        self._longest = max(count for count, _ in windows)
        self._paces: OrderedDict[str, _Pace] = OrderedDict()

    @asynccontextmanager
    async def hold(self, conversation_id: str) -> AsyncIterator[Slot]:
        pace = self._pace(conversation_id)
        pace.users += 1
        try:
            async with pace.lock:
                yield Slot(self, pace)
        finally:
            pace.users -= 1
            self._forget_oldest()

    async def wait(self, calls: deque[float]) -> None:
        pause = self._pause(calls)
        while pause > 0:
            await self._sleep(pause)
            pause = self._pause(calls)
        calls.append(self._clock())

    def _pause(self, calls: deque[float]) -> float:
        now = self._clock()
        waits = (calls[-count] + span - now for count, span in self._windows if len(calls) >= count)
        return max(waits, default=0.0)

    def _pace(self, conversation_id: str) -> _Pace:
        pace = self._paces.get(conversation_id)
        if pace is None:
            pace = self._paces[conversation_id] = _Pace(deque(maxlen=self._longest))
        self._paces.move_to_end(conversation_id)
        return pace

    def _forget_oldest(self) -> None:
        """Keep the memory bounded; a conversation silent for so long has no limit to remember."""
        while len(self._paces) > _REMEMBERED:
            oldest = next(iter(self._paces))
            if self._paces[oldest].users:
                return
            del self._paces[oldest]
