"""For whom the bot's app is installed, and who has blocked it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

__all__ = ["Block", "Installations"]

Listener = Callable[[str], None]
"""Called with a person's object id."""


class Block(StrEnum):
    """How a conversation can be closed to the bot; both answer 403, with different codes."""

    BY_USER = "ConversationBlockedByUser"
    WRITES = "MessageWritesBlocked"
    BY_ADMIN = "BotDisabledByAdmin"


class Installations:
    """Who can be reached. A person without the app cannot."""

    def __init__(self) -> None:
        self._installed: set[str] = set()
        self._blocked: dict[str, Block] = {}
        self._on_added: list[Listener] = []
        self._on_removed: list[Listener] = []

    def notify(self, *, added: Listener, removed: Listener) -> None:
        """Call these after each installation and removal."""
        self._on_added.append(added)
        self._on_removed.append(removed)

    def install(self, user_id: str) -> bool:
        """Install the app and tell the bot; False when it was installed already."""
        added = self.preinstall(user_id)
        if added:
            _tell(self._on_added, user_id)
        return added

    def preinstall(self, user_id: str) -> bool:
        """Install without anybody being told, as for people who had the app before the bot's time."""
        if user_id in self._installed:
            return False
        self._installed.add(user_id)
        return True

    def uninstall(self, user_id: str) -> bool:
        """Remove the app and tell the bot; False when it was not installed."""
        if user_id not in self._installed:
            return False
        self.forget(user_id)
        _tell(self._on_removed, user_id)
        return True

    def forget(self, user_id: str) -> None:
        """Remove without anybody being told."""
        self._installed.discard(user_id)

    def is_installed(self, user_id: str) -> bool:
        return user_id in self._installed

    def block(self, user_id: str, how: Block) -> None:
        self._blocked[user_id] = how

    def unblock(self, user_id: str) -> None:
        self._blocked.pop(user_id, None)

    def blocked(self, user_id: str) -> Block | None:
        return self._blocked.get(user_id)


def _tell(listeners: list[Listener], user_id: str) -> None:
    for listener in listeners:
        listener(user_id)
