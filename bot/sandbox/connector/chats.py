"""The conversations of the sandbox's Teams and the messages in them, with every version of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.sandbox.connector.ids import MessageIds, split_thread, thread_id
from bot.sandbox.connector.journal import Author, Event, EventKind, Journal

__all__ = ["Chats", "Closed", "Conversation", "ConversationKind", "Message"]


class ConversationKind(StrEnum):
    """Teams' `conversationType`."""

    PERSONAL = "personal"
    GROUP = "groupChat"
    CHANNEL = "channel"


class Closed(StrEnum):
    """Why a bot can no longer write in a channel."""

    DELETED = "deleted"
    """The channel, or its team."""
    REMOVED = "removed"
    """The bot was taken out of the team."""


@dataclass(slots=True)
class Message:
    """One message; `versions` holds what it said at first and after each update."""

    id: str
    author: Author
    versions: list[Event]
    deleted_at: str | None = None

    @property
    def current(self) -> dict[str, Any]:
        return self.versions[-1].activity


@dataclass(slots=True)
class Conversation:
    """A chat, or one thread of a channel (the channel itself has messages only in its threads)."""

    id: str
    kind: ConversationKind
    name: str
    user_id: str | None = None
    """The person of a personal chat."""
    closed: Closed | None = None
    """Of a channel; its threads go with it."""
    messages: dict[str, Message] = field(default_factory=dict)


class Chats:
    """All conversations. Ids of messages are given here."""

    def __init__(self) -> None:
        self.journal = Journal()
        self._ids = MessageIds()
        self._conversations: dict[str, Conversation] = {}

    def open(self, conversation: Conversation) -> Conversation:
        """Add a conversation, or return the one that has its id already."""
        return self._conversations.setdefault(conversation.id, conversation)

    def all(self) -> list[Conversation]:
        return list(self._conversations.values())

    def find(self, conversation_id: str) -> Conversation | None:
        return self._conversations.get(conversation_id)

    def closed(self, conversation: Conversation) -> Closed | None:
        """Whether the channel of a thread, or the channel itself, is closed to the bot."""
        channel = self.find(split_thread(conversation.id)[0])
        return channel.closed if channel is not None else None

    def post(self, conversation: Conversation, author: Author, activity: dict[str, Any]) -> Message:
        """Add a message. In a channel that is a new thread; the message then lies in that thread."""
        message_id = self._ids.next()
        where = self._place(conversation, message_id)
        stored = activity | {"id": message_id}
        event = self.journal.add(EventKind.CREATED, where.id, message_id, author, stored)
        message = where.messages[message_id] = Message(message_id, author, [event])
        return message

    def _place(self, conversation: Conversation, message_id: str) -> Conversation:
        channel, thread = split_thread(conversation.id)
        if conversation.kind is not ConversationKind.CHANNEL or thread:
            return conversation
        return self.open(Conversation(thread_id(channel, message_id), conversation.kind, conversation.name))

    def update(self, conversation: Conversation, message: Message, activity: dict[str, Any]) -> None:
        """Replace what a message says."""
        stored = activity | {"id": message.id}
        message.versions.append(
            self.journal.add(EventKind.UPDATED, conversation.id, message.id, message.author, stored)
        )

    def delete(self, conversation: Conversation, message: Message) -> None:
        event = self.journal.add(
            EventKind.DELETED, conversation.id, message.id, message.author, message.current
        )
        message.deleted_at = event.at

    def typing(self, conversation: Conversation, activity: dict[str, Any]) -> str:
        """Show that the bot is writing: seen by those who look, but no message."""
        activity_id = self._ids.next()
        self.journal.add(EventKind.TYPING, conversation.id, activity_id, Author.BOT, activity)
        return activity_id
