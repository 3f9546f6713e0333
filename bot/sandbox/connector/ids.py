"""Ids in the shapes Teams gives them. The same people and app always get the same ids."""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode

__all__ = [
    "MessageIds",
    "bot_mri",
    "channel_id",
    "group_chat_id",
    "personal_conversation_id",
    "split_thread",
    "thread_id",
    "user_mri",
]


def _opaque(length: int, *parts: str) -> str:
    digest = hashlib.shake_256("\0".join(parts).encode()).digest(length)
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


def user_mri(app_id: str, user_id: str) -> str:
    """A person's id for one bot: another bot sees another one."""
    return f"29:1{_opaque(78, 'user', app_id, user_id)}"


def bot_mri(app_id: str) -> str:
    return f"28:{app_id}"


def personal_conversation_id(app_id: str, user_id: str) -> str:
    return f"a:1{_opaque(75, 'personal', app_id, user_id)}"


def channel_id(tenant_id: str, name: str) -> str:
    return f"19:{_opaque(33, 'channel', tenant_id, name)}1@thread.tacv2"


def group_chat_id(tenant_id: str, name: str) -> str:
    return f"19:{hashlib.sha256(f'{tenant_id}{name}'.encode()).hexdigest()[:32]}@thread.v2"


def thread_id(channel: str, message_id: str) -> str:
    """The conversation of one post of a channel and its replies."""
    return f"{channel};messageid={message_id}"


def split_thread(conversation_id: str) -> tuple[str, str | None]:
    """A thread's id taken apart: channel and the message it starts with."""
    channel, mark, message_id = conversation_id.partition(";messageid=")
    return channel, message_id if mark else None


class MessageIds:
    """Millisecond clock readings, never the same one twice."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        self._last = max(self._last + 1, int(time.time() * 1000))
        return str(self._last)
