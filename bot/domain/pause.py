"""A pause: nothing more is carried out for now; asking, approving and reading go on."""

from __future__ import annotations

from bot.domain.plans import Notice, NoticeLevel
from bot.domain.values import Instant, ObjectId, Value

__all__ = ["PAUSED", "Pause"]

PAUSED = "SB-ADM-30"
"""What people read on a request that stands still because of it."""


class Pause(Value):
    """Who has stopped carrying out, why, and since when."""

    by: ObjectId
    name: str
    reason: str
    """In the admin's own words, for everybody to read."""
    since: Instant

    @property
    def key(self) -> str:
        """Tells this pause from any other."""
        return self.since.isoformat()

    @property
    def notice(self) -> Notice:
        """What a request waits with."""
        params = {"name": self.name, "reason": self.reason}
        return Notice(code=PAUSED, level=NoticeLevel.WARN, params=params)
