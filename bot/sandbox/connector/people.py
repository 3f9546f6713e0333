"""Whose chat is whose: ids between the directory's people and the bot, and what Teams tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.connector.chats import Chats, Conversation, ConversationKind
from bot.sandbox.connector.ids import (
    bot_mri,
    channel_id,
    group_chat_id,
    personal_conversation_id,
    user_mri,
)
from bot.sandbox.roster import Account, Roster

__all__ = ["CHANNELS", "GROUP_CHATS", "Acquaintances"]

CHANNELS = ("General", "Phone desk")
GROUP_CHATS = ("Moving to Redmond",)


@dataclass(slots=True)
class Acquaintances:
    """How one bot knows the people of one tenant."""

    app_id: str
    tenant_id: str
    roster: Roster
    chats: Chats
    _by_mri: dict[str, str] = field(default_factory=dict)

    @property
    def bot_id(self) -> str:
        return bot_mri(self.app_id)

    def mri(self, user_id: str) -> str:
        found = user_mri(self.app_id, user_id)
        self._by_mri[found] = user_id
        return found

    def by_member_id(self, member_id: str) -> Account | None:
        """By `29:` id or directory object id; an address is no member id."""
        if not member_id.startswith("29:"):
            return self.roster.account(member_id) if "@" not in member_id else None
        if member_id not in self._by_mri:
            for account in self.roster.accounts():
                self.mri(account.user_id)
        known = self._by_mri.get(member_id)
        return self.roster.account(known) if known else None

    def personal_chat(self, account: Account) -> Conversation:
        """The one chat between this person and the bot."""
        chat_id = personal_conversation_id(self.app_id, account.user_id)
        return self.chats.open(
            Conversation(chat_id, ConversationKind.PERSONAL, account.name, user_id=account.user_id)
        )

    def open_shared_chats(self) -> None:
        """Open the team's channels and the group chats everybody is in."""
        for name in CHANNELS:
            self.chats.open(Conversation(channel_id(self.tenant_id, name), ConversationKind.CHANNEL, name))
        for name in GROUP_CHATS:
            self.chats.open(Conversation(group_chat_id(self.tenant_id, name), ConversationKind.GROUP, name))

    def members(self, conversation: Conversation) -> Sequence[Account]:
        """The people in a conversation; everybody, in shared ones."""
        if conversation.user_id is None:
            return self.roster.accounts()
        account = self.roster.account(conversation.user_id)
        return (account,) if account else ()

    def as_member(self, account: Account) -> dict[str, Any]:
        """A member as Teams describes him to a bot."""
        return {
            "id": self.mri(account.user_id),
            "name": account.name,
            "objectId": account.user_id,
            "aadObjectId": account.user_id,
            "givenName": account.given_name,
            "surname": account.surname,
            "email": account.mail or account.upn,
            "userPrincipalName": account.upn,
            "tenantId": self.tenant_id,
            "userRole": "user",
        }
