"""The right to work on one thing, for a while.

The database knows until when a lease runs; this side knows a deadline of its own that is never later.
It is set from the moment *before* the renewing transaction began, less a margin, and on a clock that
goes on while the process is stopped, so a process that was frozen past its lease knows it at once.
"""

from __future__ import annotations

import time
from datetime import timedelta

from bot.domain.errors import LeaseLost

__all__ = ["Lease", "elapsed"]

_MARGIN = 0.1
"""Share of a lease that is not used: for the way of the bytes, and for clocks that drift."""

# Unlike time.monotonic(), it also counts the time a virtual machine was suspended.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def elapsed() -> float:
    """Seconds of real time since some fixed moment."""
    return time.clock_gettime(_CLOCK)


class Lease:
    """A lease as its holder sees it."""

    def __init__(self, token: str, began: float, lasts: timedelta) -> None:
        self.token = token
        """Fences every write of the holder."""
        self.winding_down = False
        """Set when this replica is about to stop: begin nothing new."""
        self._deadline = 0.0
        self.renew(began, lasts)

    def renew(self, began: float, lasts: timedelta) -> None:
        """The database renewed it, in a transaction that began not before `began`."""
        self._deadline = began + lasts.total_seconds() * (1 - _MARGIN)

    def lose(self) -> None:
        """The database no longer knows it as ours."""
        self._deadline = float("-inf")

    @property
    def remaining(self) -> float:
        """Seconds left."""
        return self._deadline - elapsed()

    def check(self) -> None:
        """Raise `LeaseLost` unless it surely still holds. Called right before bytes go out."""
        if self.remaining <= 0:
            raise LeaseLost("the lease ran out on our side")
