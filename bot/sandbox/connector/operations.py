"""What the Bot Connector does: create conversations, and send, update and delete messages in them.

Behaviour and refusals follow "Send proactive messages" and "Status codes from bot conversational APIs" on
Microsoft Learn, and Microsoft's own tests of the create call (microsoft/teams.net, April 2026).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.connector.chats import Closed, Conversation, ConversationKind, Message
from bot.sandbox.connector.journal import Author
from bot.sandbox.connector.people import Acquaintances
from bot.sandbox.connector.wire_errors import (
    activity_not_found,
    bad_argument,
    bad_syntax,
    blocked,
    conversation_not_found,
    member_not_found,
    not_enough_permissions,
    not_in_roster,
)
from bot.sandbox.installations import Installations
from bot.sandbox.roster import Account

__all__ = ["Json", "Operations"]

Json = dict[str, Any]
ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True, slots=True)
class Operations:
    """Each method is one call of the API and returns its answer's body, or raises ConnectorRefusal."""

    people: Acquaintances
    installations: Installations

    def create(self, body: Json) -> Json:
        self._check_tenant(body)
        if not body.get("isGroup"):
            return self._create_personal(body)
        return self._create_thread(body)

    def send(self, conversation_id: str, activity: Json) -> Json:
        conversation = self._reachable(conversation_id)
        match activity.get("type"):
            case "message":
                return _resource(self._post(conversation, _checked_message(activity)))
            case "typing":
                return {"id": self.people.chats.typing(conversation, activity)}
            case other:
                raise bad_argument(f"Unknown activity type '{other}'.")

    def reply(self, conversation_id: str, reply_to: str, activity: Json) -> Json:
        """Teams ignores the path's activity id but for keeping it: a thread is named by the conversation."""
        return self.send(conversation_id, activity | {"replyToId": reply_to})

    def update(self, conversation_id: str, activity_id: str, activity: Json) -> Json:
        conversation = self._reachable(conversation_id)
        message = self._own_message(conversation, activity_id)
        self.people.chats.update(conversation, message, _checked_message(activity))
        return {"id": activity_id}

    def delete(self, conversation_id: str, activity_id: str) -> None:
        conversation = self._reachable(conversation_id)
        self.people.chats.delete(conversation, self._own_message(conversation, activity_id))

    def members(self, conversation_id: str) -> list[Json]:
        conversation = self._reachable(conversation_id)
        return [self.people.as_member(account) for account in self.people.members(conversation)]

    def paged_members(self, conversation_id: str, size: int, token: str) -> Json:
        """`size` of 50 to 500, as Teams clamps it; the token is opaque to the caller."""
        members, start = self.members(conversation_id), _start_of(token)
        end = start + min(max(size, 50), 500)
        page: Json = {"members": members[start:end]}
        return page | ({"continuationToken": f"page-{end}"} if end < len(members) else {})

    def member(self, conversation_id: str, member_id: str) -> Json:
        conversation = self._reachable(conversation_id)
        account = self.people.by_member_id(member_id)
        if account is None or account not in self.people.members(conversation):
            raise member_not_found()
        return self.people.as_member(account)

    def _check_tenant(self, body: Json) -> None:
        channel_tenant = _nested(body, "channelData", "tenant").get("id")
        tenant = body.get("tenantId") or body.get("tenantID") or channel_tenant
        if not tenant:
            raise bad_syntax("Incorrect conversation creation parameters: tenantId is missing.")
        if tenant != self.people.tenant_id:
            raise not_enough_permissions()

    def _create_personal(self, body: Json) -> Json:
        account = self._only_member(body.get("members"))
        conversation = self.people.personal_chat(account)
        self._check_reachable(account.user_id)
        if activity := body.get("activity"):
            self.send(conversation.id, activity)
        return {"id": conversation.id}

    def _only_member(self, members: object) -> Account:
        if not isinstance(members, list) or len(members) != 1 or not isinstance(members[0], dict):
            raise bad_syntax("Incorrect conversation creation parameters")
        account = self.people.by_member_id(str(members[0].get("id", "")))
        if account is None:
            raise bad_argument("Failed to decrypt pairwise id")
        return account

    def _create_thread(self, body: Json) -> Json:
        channel = self.people.chats.find(str(_nested(body, "channelData", "channel").get("id")))
        if channel is None or channel.kind is not ConversationKind.CHANNEL:
            raise bad_syntax("Incorrect conversation creation parameters")
        activity = body.get("activity")
        if not isinstance(activity, dict):
            raise bad_syntax("Incorrect conversation creation parameters: activity is missing.")
        self._check_open(channel)
        message = self.people.chats.post(channel, Author.BOT, _checked_message(activity))
        return {"id": message.versions[0].conversation_id, "activityId": message.id}

    def _reachable(self, conversation_id: str) -> Conversation:
        conversation = self.people.chats.find(conversation_id) or self._personal_by_id(conversation_id)
        if conversation is None:
            raise conversation_not_found()
        self._check_open(conversation)
        if conversation.user_id is not None:
            self._check_reachable(conversation.user_id)
        return conversation

    def _check_open(self, conversation: Conversation) -> None:
        match self.people.chats.closed(conversation):
            case Closed.DELETED:
                raise conversation_not_found()
            case Closed.REMOVED:
                raise not_in_roster()

    def _personal_by_id(self, conversation_id: str) -> Conversation | None:
        """A chat whose id a bot may have kept from before the sandbox was started anew."""
        if not conversation_id.startswith("a:"):
            return None
        chats = (self.people.personal_chat(account) for account in self.people.roster.accounts())
        return next((chat for chat in chats if chat.id == conversation_id), None)

    def _check_reachable(self, user_id: str) -> None:
        if not self.installations.is_installed(user_id):
            raise not_in_roster()
        if how := self.installations.blocked(user_id):
            raise blocked(how)

    def _own_message(self, conversation: Conversation, activity_id: str) -> Message:
        message = conversation.messages.get(activity_id)
        if message is None or message.deleted_at is not None:
            raise activity_not_found()
        if message.author is not Author.BOT:
            raise not_enough_permissions()
        return message

    def _post(self, conversation: Conversation, activity: Json) -> list[Message]:
        post = self.people.chats.post
        return [post(conversation, Author.BOT, part) for part in _as_teams_splits(activity)]


def _as_teams_splits(activity: Json) -> Iterable[Json]:
    """Text and attachments in one activity become two messages."""
    if activity.get("text") and activity.get("attachments"):
        text = {name: value for name, value in activity.items() if name != "attachments"}
        attachments = {name: value for name, value in activity.items() if name != "text"}
        return text, attachments
    return (activity,)


def _resource(messages: list[Message]) -> Json:
    """The new message's id; a split message leaves the bot without a usable one."""
    return {"id": messages[0].id} if len(messages) == 1 else {}


def _checked_message(activity: Json) -> Json:
    attachments = activity.get("attachments") or []
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise bad_syntax("Attachments must be a list of objects.")
    if not activity.get("text") and not attachments:
        raise bad_syntax("The activity has neither text nor attachments.")
    for attachment in attachments:
        _check_attachment(attachment)
    return activity


def _check_attachment(attachment: Json) -> None:
    if attachment.get("contentType") != ADAPTIVE_CARD:
        return
    content = attachment.get("content")
    if not isinstance(content, dict) or content.get("type") != "AdaptiveCard":
        raise bad_argument("The adaptive card attachment has no AdaptiveCard content.")


def _nested(body: Json, *names: str) -> Json:
    for name in names:
        inner = body.get(name)
        body = inner if isinstance(inner, dict) else {}
    return body


def _start_of(token: str) -> int:
    if not token:
        return 0
    prefix, _, number = token.partition("-")
    if prefix != "page" or not number.isdigit():
        raise bad_argument("The continuation token is not valid.")
    return int(number)
