"""The sandbox's own time, which can run fast and be pushed forward."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

__all__ = ["SandboxClock", "stamp"]


class SandboxClock:
    """Time in the simulated tenant: real time at first, then as fast as it is told to run.

    It rests on the monotonic clock, so it never goes backwards.
    """

    def __init__(
        self,
        rate: float = 1.0,
        origin: datetime | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._monotonic = monotonic
        self._rate = rate
        self._origin = origin or datetime.now(UTC)
        self._began = monotonic()

    @property
    def rate(self) -> float:
        """Sandbox seconds that pass in one real second."""
        return self._rate

    def now(self) -> datetime:
        """The present moment of the tenant, in UTC."""
        return self._origin + timedelta(seconds=(self._monotonic() - self._began) * self._rate)

    def advance(self, seconds: float) -> None:
        """Jump forward. Raises ValueError for a jump backwards."""
        if seconds < 0:
            raise ValueError("the clock only goes forward")
        self._origin += timedelta(seconds=seconds)

    def run_at(self, rate: float) -> None:
        """Change the speed from this moment on. Raises ValueError unless it is positive."""
        if rate <= 0:
            raise ValueError("the rate must be positive")
        self._origin, self._began = self.now(), self._monotonic()
        self._rate = rate

    def real_seconds(self, sandbox_seconds: float) -> float:
        """How long one has to sleep for this much sandbox time to pass."""
        return sandbox_seconds / self._rate


def stamp(moment: datetime) -> str:
    """RFC 3339 with a Z and whole seconds, as Graph writes times."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
