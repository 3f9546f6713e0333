"""Writing to people who have not just written to us."""

from __future__ import annotations

from typing import Any

from bot.domain.channels import Channel
from bot.execution.ports import Blocked, Delivered, Gone, NotInstalled, Retry
from bot.store import conversations
from bot.store.conversations import ConversationRecord
from bot.store.database import Database
from bot.teams.config import TeamsConfig
from bot.teams.connector import Connector
from bot.teams.outcomes import Failure, Rejected, Sent
from bot.teams.outgoing import alerting, card_message, text_message
from bot.teams.references import AddressBook
from bot.teams.turn import Card

__all__ = ["Messenger", "Sending"]

_FIRST_POST = ";messageid="
"""What parts a channel's id from that of the message a thread begins with."""

Sending = Delivered | Retry | Blocked | NotInstalled | Gone | Rejected
"""What became of a message: the outcomes execution knows, or a refusal for good."""


class Messenger:
    """Sends to people by their Entra object id; finds or opens their chat with the bot."""

    def __init__(
        self, config: TeamsConfig, tenant_id: str, connector: Connector, db: Database, book: AddressBook
    ) -> None:
        self._config = config
        self._tenant_id = tenant_id
        self._connector = connector
        self._db = db
        self._book = book

    async def send_card(self, recipient_id: str, card: Card, summary: str) -> Sending:
        """A card in the person's chat; `summary` is what the notification shows."""
        return await self._send(recipient_id, alerting(card_message(card, summary)))

    async def send_text(self, recipient_id: str, text: str, summary: str) -> Sending:
        """A Markdown text in the person's chat."""
        return await self._send(recipient_id, alerting({**text_message(text), "summary": summary}))

    async def post_card(self, channel: Channel, card: Card, summary: str) -> Sending:
        """A card in a channel, as a thread of its own."""
        return await self._post(channel, {**card_message(card), "summary": summary})

    async def post_text(self, channel: Channel, text: str, summary: str) -> Sending:
        """A Markdown text in a channel, as a thread of its own."""
        return await self._post(channel, {**text_message(text), "summary": summary})

    async def _post(self, channel: Channel, message: dict[str, Any]) -> Sending:
        addressed = self._from_bot(message, channel.conversation_id)
        outcome = await self._connector.create_thread(
            channel.service_url, channel.conversation_id, self._tenant_id, addressed
        )
        if not isinstance(outcome, Sent):
            return outcome
        thread_id = outcome.activity_id
        return Delivered(thread_id, channel.service_url, thread_id.partition(_FIRST_POST)[2])

    async def update_card(
        self, service_url: str, conversation_id: str, activity_id: str, card: Card
    ) -> Sending:
        """Replace a card sent before, silently."""
        outcome = await self._connector.update(
            service_url, conversation_id, activity_id, self._from_bot(card_message(card), conversation_id)
        )
        if isinstance(outcome, Sent):
            return Delivered(conversation_id, service_url, activity_id)
        return outcome

    async def record_of(self, recipient_id: str) -> ConversationRecord:
        """How the person can be reached, as far as is known."""
        known = await self._db.read(conversations.by_user, recipient_id)
        return known or ConversationRecord(
            user_id=recipient_id,
            tenant_id=self._tenant_id,
            service_url=self._config.default_service_url,
        )

    async def _send(self, recipient_id: str, message: dict[str, Any]) -> Sending:
        record = await self.record_of(recipient_id)
        if record.blocked:
            return Blocked("the person has blocked or removed the bot")
        sending = await self._deliver(record, message) if record.conversation_id else Gone("no chat yet")
        if isinstance(sending, Gone):
            sending = await self._deliver_to_new_chat(record, message)
        if isinstance(sending, Blocked):
            await self._book.unreachable(recipient_id)
        return sending

    async def _deliver_to_new_chat(self, record: ConversationRecord, message: dict[str, Any]) -> Sending:
        opened = await self._open_chat(record)
        if not isinstance(opened, ConversationRecord):
            return opened
        await self._db.transact(conversations.upsert, opened)
        return await self._deliver(opened, message)

    async def _open_chat(self, record: ConversationRecord) -> ConversationRecord | Failure:
        """The account id of Teams is what Microsoft documents; the object id works where it is not known."""
        member = record.channel_user_id or record.user_id
        outcome = await self._connector.create_chat(record.service_url, member, record.tenant_id)
        if not isinstance(outcome, Sent):
            return outcome
        return record.model_copy(update={"conversation_id": outcome.activity_id})

    async def _deliver(self, record: ConversationRecord, message: dict[str, Any]) -> Sending:
        conversation_id = record.conversation_id or ""
        addressed = self._from_bot(message, conversation_id)
        outcome = await self._connector.send(record.service_url, conversation_id, addressed)
        if isinstance(outcome, Sent):
            return Delivered(conversation_id, record.service_url, outcome.activity_id)
        return outcome

    def _from_bot(self, message: dict[str, Any], conversation_id: str) -> dict[str, Any]:
        return {
            **message,
            "from": {"id": self._config.bot_account},
            "conversation": {"id": conversation_id},
        }
