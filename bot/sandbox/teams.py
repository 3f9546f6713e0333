"""The Teams of one tenant around one bot: chats, people, installations and the channel between them."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.sandbox.activities import Json, Persona, Place
from bot.sandbox.channel import Channel
from bot.sandbox.connector.chats import Chats, Conversation, ConversationKind, Message
from bot.sandbox.connector.ids import channel_id, split_thread
from bot.sandbox.connector.journal import Author
from bot.sandbox.connector.people import CHANNELS, Acquaintances
from bot.sandbox.installations import Installations
from bot.sandbox.roster import Account, Roster

__all__ = ["Teams"]

BOT_NAME = "Switchboard"


@dataclass
class Teams:
    """Puts the parts together. `service_url` is what activities carry and the bot answers to."""

    roster: Roster
    channel: Channel
    service_url: str
    installations: Installations = field(default_factory=Installations)
    chats: Chats = field(default_factory=Chats)

    def __post_init__(self) -> None:
        app = self.channel.identity.app
        self.people = Acquaintances(app.app_id, app.tenant_id, self.roster, self.chats)
        self.people.open_shared_chats()
        self.installations.notify(added=self._added, removed=self._removed)

    def persona(self, account: Account) -> Persona:
        """Everything needed to speak as this person."""
        return Persona(
            user_id=account.user_id,
            name=account.name,
            upn=account.upn,
            mri=self.people.mri(account.user_id),
            locale=account.locale,
            tenant_id=self.people.tenant_id,
            bot_id=self.people.bot_id,
            bot_name=BOT_NAME,
            service_url=self.service_url,
            personal_chat=self.people.personal_chat(account).id,
        )

    def find_person(self, key: str) -> Account | None:
        """By object id, address, the part of the address before the @, or `29:` id."""
        found = self.roster.account(key) or self.people.by_member_id(key)
        if found is not None:
            return found
        aliases = {one.upn.casefold().split("@")[0]: one for one in self.roster.accounts()}
        return aliases.get(key.casefold())

    def place(self, conversation: Conversation) -> Place:
        """The conversation as activities name it."""
        if conversation.kind is not ConversationKind.CHANNEL:
            return Place(conversation.id, conversation.kind)
        channel, _ = split_thread(conversation.id)
        team = channel_id(self.people.tenant_id, CHANNELS[0])
        return Place(conversation.id, conversation.kind, channel, team)

    def utter(self, conversation: Conversation, activity: Json) -> Message:
        """Take what a person says into the chat; a post in a channel starts a thread."""
        return self.chats.post(conversation, Author.PERSON, activity)

    def _added(self, user_id: str) -> None:
        if account := self.roster.account(user_id):
            self.channel.added(self.persona(account))

    def _removed(self, user_id: str) -> None:
        if account := self.roster.account(user_id):
            self.channel.removed(self.persona(account))
