"""An activity as it came over the wire, and the few fields everything else is decided by."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.teams.turn import Scope

__all__ = ["Inbound", "text_at"]


@dataclass(frozen=True, slots=True)
class Inbound:
    """A guarded activity: every field here is of the stated type and safe to store as a key."""

    kind: str
    """The activity's `type`."""
    activity_id: str
    """"" where the channel sent none (only for kinds that change nothing)."""
    service_url: str
    channel_id: str
    conversation_id: str
    sender_id: str
    """The channel's id of the person (`29:...`)."""
    person_id: str
    """`from.aadObjectId`, lower case; "" when absent."""
    tenant_id: str
    scope: Scope
    raw: dict[str, Any] = field(repr=False)
    """The whole activity. What people wrote: never logged."""

    @property
    def bot_id(self) -> str:
        return text_at(self.raw, "recipient", "id")

    @property
    def sender_name(self) -> str:
        return text_at(self.raw, "from", "name")

    @property
    def name(self) -> str:
        """The operation of an invoke or event."""
        return text_at(self.raw, "name")

    @property
    def reply_to_id(self) -> str | None:
        return text_at(self.raw, "replyToId") or None

    @property
    def value(self) -> Any:
        return self.raw.get("value")


def text_at(raw: dict[str, Any], *path: str) -> str:
    """The string at a path of nested objects, "" when anything on the way is missing or of another type."""
    here: Any = raw
    for key in path:
        if not isinstance(here, dict):
            return ""
        here = here.get(key)
    return here if isinstance(here, str) else ""
