"""Time, in two kinds.

*Real* time is what leases, pacing and time-outs run on. *Business* time is what people are promised
("after 24 hours"): due times, reminders, ages. In production they are the same. The sandbox may run
business time faster, and tests may push it forward, without ever shortening a lease.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

__all__ = ["BusinessClock", "RealTime", "ScaledTime", "utc_now"]


def utc_now() -> datetime:
    """This host's clock, aware and in UTC."""
    return datetime.now(UTC)


class BusinessClock(Protocol):
    """Maps a real moment (the database's clock) to business time."""

    def at(self, real: datetime) -> datetime: ...

    def wait_for(self, business: timedelta) -> timedelta:
        """How much real time passes while `business` passes."""
        ...


@dataclass(frozen=True, slots=True)
class RealTime:
    """Business time is real time."""

    def at(self, real: datetime) -> datetime:
        return real

    def wait_for(self, business: timedelta) -> timedelta:
        return business


@dataclass(frozen=True, slots=True)
class ScaledTime:
    """Business time runs `rate` times as fast as real time, from `origin` on (sandbox only)."""

    rate: float
    origin: datetime

    def at(self, real: datetime) -> datetime:
        return self.origin + (real - self.origin) * self.rate

    def wait_for(self, business: timedelta) -> timedelta:
        return business / self.rate
