"""Waiting for a condition in a test, never for an amount of time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

__all__ = ["until"]

_GIVE_UP = 10.0
"""Seconds after which something that should have happened long ago is taken for broken."""


async def until(
    condition: Callable[[], bool | Awaitable[object]], *, seconds: float = _GIVE_UP, every: float = 0.005
) -> None:
    """Return as soon as `condition` is true, looking `every` so often. Raises `TimeoutError`."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if await found if isinstance(found, Awaitable) else found:
                return
            await asyncio.sleep(every)
