"""What is typed to see what waits, or what did not arrive, and to give a channel its part.

Whole messages only: `approvals`, `what waits for me`, `undelivered`; in a channel `approvals here`,
`admin channel here`, and the same with `not here`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.channels import ChannelRole
from dialogs.normalise import normalise

__all__ = ["ChannelCommand", "QueueCommand", "channel_command", "queue_command"]

_LONGEST = 80

_PENDING = frozenset({
    "approvals", "my approvals", "pending approvals", "open approvals", "what waits for me",
    "what is waiting for me", "what do i have to approve", "waiting for me",
    "approbations", "mes approbations", "approbations en attente", "qu est ce qui m attend",
    "ce qui m attend",
    "审批", "我的审批", "待我审批", "待审批", "有什么等我审批", "等我审批的",
})  # fmt: skip

_UNDELIVERED = frozenset({
    "undelivered", "undelivered messages", "failed messages",
    "non remis", "messages non remis", "non distribues", "messages non distribues",
    "未送达", "未送达消息", "未送达的消息",
})  # fmt: skip

_CHANNELS: dict[str, tuple[ChannelRole, bool]] = {
    "approvals here": (ChannelRole.APPROVALS, True),
    "approbations ici": (ChannelRole.APPROVALS, True),
    "在此审批": (ChannelRole.APPROVALS, True),
    "在这里审批": (ChannelRole.APPROVALS, True),
    "approvals not here": (ChannelRole.APPROVALS, False),
    "approbations pas ici": (ChannelRole.APPROVALS, False),
    "plus d approbations ici": (ChannelRole.APPROVALS, False),
    "不在此审批": (ChannelRole.APPROVALS, False),
    "不在这里审批": (ChannelRole.APPROVALS, False),
    "admin channel here": (ChannelRole.ADMINS, True),
    "admins here": (ChannelRole.ADMINS, True),
    "canal des admins ici": (ChannelRole.ADMINS, True),
    "canal admin ici": (ChannelRole.ADMINS, True),
    "管理频道在此": (ChannelRole.ADMINS, True),
    "管理员频道在此": (ChannelRole.ADMINS, True),
    "admin channel not here": (ChannelRole.ADMINS, False),
    "admins not here": (ChannelRole.ADMINS, False),
    "canal des admins pas ici": (ChannelRole.ADMINS, False),
    "canal admin pas ici": (ChannelRole.ADMINS, False),
    "管理频道不在此": (ChannelRole.ADMINS, False),
    "管理员频道不在此": (ChannelRole.ADMINS, False),
}


@dataclass(frozen=True, slots=True)
class QueueCommand:
    """Which list is wanted."""

    verb: Literal["approvals", "undelivered"]


@dataclass(frozen=True, slots=True)
class ChannelCommand:
    """What part the channel is to have, or to have no more."""

    role: ChannelRole
    here: bool


def queue_command(text: str) -> QueueCommand | None:
    """The command, or None when the text is about something else."""
    said = normalise(text[:_LONGEST]) if len(text) <= _LONGEST else ""
    if said in _PENDING:
        return QueueCommand("approvals")
    return QueueCommand("undelivered") if said in _UNDELIVERED else None


def channel_command(text: str) -> ChannelCommand | None:
    """The command, or None when the text is about something else."""
    found = _CHANNELS.get(normalise(text)) if len(text) <= _LONGEST else None
    return ChannelCommand(*found) if found else None
