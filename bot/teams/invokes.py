"""Answers to invokes, as the plain JSON Teams reads. The HTTP status is always 200.

https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model#response-format
"""

from __future__ import annotations

from typing import Any

from bot.teams.inbound import Inbound
from bot.teams.outgoing import CARD_TYPE
from bot.teams.turn import Card, CardAction, CardAnswer

__all__ = [
    "CARD_ACTION",
    "MalformedAction",
    "card_action",
    "card_reply",
    "error_reply",
    "reply_for",
    "unhandled",
]

CARD_ACTION = "adaptiveCard/action"

_MESSAGE_TYPE = "application/vnd.microsoft.activity.message"
_ERROR_TYPE = "application/vnd.microsoft.error"
_SEARCH_TYPE = "application/vnd.microsoft.search.searchResponse"

Reply = dict[str, Any]


class MalformedAction(Exception):
    """A card action without the fields every client sends."""


def card_action(inbound: Inbound) -> CardAction:
    """The click behind an `adaptiveCard/action` invoke; raises MalformedAction."""
    value = inbound.value
    action = value.get("action") if isinstance(value, dict) else None
    if not isinstance(action, dict) or not isinstance(action.get("verb"), str):
        raise MalformedAction
    data = action.get("data")
    return CardAction(
        verb=action["verb"],
        data=data if isinstance(data, dict) else {},
        activity_id=inbound.reply_to_id,
        automatic=value.get("trigger") == "automatic",
    )


def reply_for(answer: CardAnswer) -> Reply:
    """A card wins over a message; an error over both."""
    if answer.error is not None:
        return error_reply(400, "BadRequest", answer.error)
    if answer.card is not None:
        return card_reply(answer.card)
    return _reply(200, _MESSAGE_TYPE, answer.message or "")


def card_reply(card: Card) -> Reply:
    return _reply(200, CARD_TYPE, card)


def error_reply(status: int, code: str, message: str) -> Reply:
    """`status` is inside the body; Teams shows its own failure text for any HTTP status but 200."""
    return _reply(status, _ERROR_TYPE, {"code": code, "message": message})


def _reply(status: int, kind: str, value: Any) -> Reply:
    return {"statusCode": status, "type": kind, "value": value}


def unhandled(name: str) -> Reply:
    """An answer to an invoke we have no use for, that leaves the client in peace."""
    if name == "application/search":
        return _reply(200, _SEARCH_TYPE, {"results": []})
    if name.startswith("composeExtension/"):
        return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": []}}
    if name.startswith(("signin/", "message/", "config/", "tab/", "task/")):
        return {}
    return error_reply(404, "NotSupported", "This action is not available here.")
