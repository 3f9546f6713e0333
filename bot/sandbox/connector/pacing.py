"""How often and how many at once the Bot Connector lets a bot speak.

Limits per bot and thread, and per app and tenant: "Optimise your bot with rate limiting" on Microsoft Learn.
They are counted in real time.
"""

from __future__ import annotations

import math
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.sandbox.connector.wire_errors import concurrent_operations, throttled

__all__ = ["APP_WINDOWS", "READ_WINDOWS", "WRITE_WINDOWS", "Overlaps", "Pacing", "Window"]


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` operations in any `seconds`."""

    limit: int
    seconds: float


WRITE_WINDOWS = (Window(7, 1), Window(8, 2), Window(60, 30), Window(1800, 3600))
"""Sending, updating, deleting and creating, per conversation."""
READ_WINDOWS = (Window(14, 1), Window(16, 2), Window(120, 30), Window(3600, 3600))
"""Asking for members, per conversation."""
APP_WINDOWS = (Window(50, 1),)
"""Everything an app does in one tenant."""


@dataclass(slots=True)
class Pacing:
    """Counts what was let through; refused calls do not count."""

    on: bool = True
    _past: dict[str, deque[float]] = field(default_factory=dict)

    def admit(self, key: str, windows: tuple[Window, ...]) -> None:
        """Let one call through, or raise the 429 with the seconds until there is room again."""
        if not self.on:
            return
        now = time.monotonic()
        past = self._past.setdefault(key, deque(maxlen=max(window.limit for window in windows)))
        wait = max(_room_in(past, window, now) for window in windows)
        if wait > 0:
            raise throttled(max(1, math.ceil(wait)))
        past.append(now)


def _room_in(past: deque[float], window: Window, now: float) -> float:
    """Seconds until `window` has room for one more; 0 when it has."""
    if len(past) < window.limit:
        return 0
    return max(0.0, past[-window.limit] + window.seconds - now)


@dataclass(slots=True)
class Overlaps:
    """Counts calls in flight and refuses a second write to a conversation that is being written to."""

    refuse: bool = True
    max_in_flight: int = 0
    max_per_conversation: int = 0
    _writing: Counter[str] = field(default_factory=Counter)
    _in_flight: int = 0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Any call to the connector."""
        self._in_flight += 1
        self.max_in_flight = max(self.max_in_flight, self._in_flight)
        try:
            yield
        finally:
            self._in_flight -= 1

    @contextmanager
    def write(self, conversation_id: str) -> Iterator[None]:
        """A write to one conversation; raises the 412 when another is under way."""
        self._writing[conversation_id] += 1
        self.max_per_conversation = max(self.max_per_conversation, self._writing[conversation_id])
        try:
            if self.refuse and self._writing[conversation_id] > 1:
                raise concurrent_operations()
            yield
        finally:
            self._writing[conversation_id] -= 1
