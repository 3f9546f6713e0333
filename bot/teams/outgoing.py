"""The activities we send, as plain JSON."""

from __future__ import annotations

from typing import Any

from bot.teams.inbound import Inbound
from bot.teams.turn import Card

__all__ = ["CARD_TYPE", "alerting", "card_message", "reply_to", "text_message", "typing_indicator"]

CARD_TYPE = "application/vnd.microsoft.card.adaptive"

Outgoing = dict[str, Any]


def text_message(text: str) -> Outgoing:
    return {"type": "message", "text": text, "textFormat": "markdown"}


def card_message(card: Card, summary: str = "") -> Outgoing:
    """A card alone: with a text beside it Teams makes two messages, and neither can be updated."""
    message: Outgoing = {
        "type": "message",
        "attachmentLayout": "list",
        "attachments": [{"contentType": CARD_TYPE, "content": card}],
    }
    if summary:
        message["summary"] = summary
    return message


def typing_indicator() -> Outgoing:
    return {"type": "typing"}


def alerting(message: Outgoing) -> Outgoing:
    """The message, raised in the reader's activity feed."""
    return {**message, "channelData": {"notification": {"alert": True}}}


def reply_to(inbound: Inbound, message: Outgoing) -> Outgoing:
    """The message, addressed to whoever sent `inbound`, in the same conversation."""
    addressed = {
        **message,
        "from": {"id": inbound.bot_id},
        "recipient": {"id": inbound.sender_id},
        "conversation": {"id": inbound.conversation_id},
    }
    if inbound.activity_id and inbound.kind == "message":
        addressed["replyToId"] = inbound.activity_id
    return addressed
