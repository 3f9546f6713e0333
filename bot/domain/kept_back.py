"""A number that a voice admin keeps back."""

from __future__ import annotations

from bot.domain.people import PersonRef
from bot.domain.values import E164, Instant, Value

__all__ = ["MOST_DAYS", "KeptBack"]

MOST_DAYS = 3650
"""What is to be kept for longer should not be in stock."""


class KeptBack(Value):
    """Offered to nobody until then."""

    telephone_number: E164
    until: Instant
    reason: str
    by: PersonRef
    since: Instant
