"""Channels of a team that have a part in the desk's work, and how messages name them."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.values import Value

__all__ = ["Channel", "ChannelRole", "recipient_of", "role_of"]

_PREFIX = "channel:"


class ChannelRole(StrEnum):
    """What a channel is for; there is at most one for each."""

    APPROVALS = "approvals"
    """Gets a card of requests whose policy says so, for any member of the stage to use."""
    ADMINS = "admins"
    """Hears what needs an admin."""


class Channel(Value):
    """A channel of Teams with a role."""

    role: ChannelRole
    conversation_id: str
    """The channel's own id, without any thread."""
    service_url: str
    locale: str
    """The language its messages are in."""
    set_by: str


def recipient_of(role: ChannelRole) -> str:
    """How a message names the channel as the one it goes to."""
    return f"{_PREFIX}{role.value}"


def role_of(recipient_id: str) -> ChannelRole | None:
    """The channel a message goes to; None when it goes to a person."""
    name = recipient_id.removeprefix(_PREFIX)
    return ChannelRole(name) if recipient_id != name else None
