"""Ctrl-C and SIGTERM as something to wait for."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

__all__ = ["interrupted"]


@asynccontextmanager
async def interrupted() -> AsyncIterator[asyncio.Event]:
    """An event, set by the first SIGINT or SIGTERM while inside; a second one acts as it always does."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)

    def stop() -> None:
        stopped.set()
        for signum in signals:
            loop.remove_signal_handler(signum)

    for signum in signals:
        loop.add_signal_handler(signum, stop)
    try:
        yield stopped
    finally:
        for signum in signals:
            loop.remove_signal_handler(signum)
