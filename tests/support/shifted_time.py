"""Business time that a test pushes forward."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

__all__ = ["ShiftedTime"]


@dataclass(slots=True)
class ShiftedTime:
    """Real time plus a shift; leases and pacing never see the shift."""

    shift: timedelta = field(default_factory=timedelta)

    def at(self, real: datetime) -> datetime:
        return real + self.shift

    def wait_for(self, business: timedelta) -> timedelta:
        return business

    def advance(self, by: timedelta) -> None:
        self.shift += by
