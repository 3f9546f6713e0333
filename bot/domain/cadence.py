"""When work that comes back is due again. Business time, in UTC."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

__all__ = ["Cadence", "every", "hourly", "monthly", "nightly"]

Cadence = Callable[[datetime], datetime]
"""From now to the next time, which is always later."""

_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_LONGER_THAN_A_MONTH = timedelta(days=32)


def every(span: timedelta) -> Cadence:
    """After a span, whenever the work was done."""
    return lambda now: now + span


def hourly(now: datetime) -> datetime:
    """At the next full hour."""
    return now.replace(minute=0, second=0, microsecond=0) + _HOUR


def nightly(hour: int, minute: int = 0) -> Cadence:
    """Once a day at this time (UTC)."""

    def next_after(now: datetime) -> datetime:
        today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
        return today if today > now else today + _DAY

    return next_after


def monthly(hour: int) -> Cadence:
    """On the first of each month at this hour (UTC)."""

    def next_after(now: datetime) -> datetime:
        this_month = now.replace(day=1, hour=hour, minute=0, second=0, microsecond=0)
        return this_month if this_month > now else (this_month + _LONGER_THAN_A_MONTH).replace(day=1)

    return next_after
