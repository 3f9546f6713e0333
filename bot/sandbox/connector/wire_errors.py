"""What the Bot Connector answers when it refuses.

Codes and statuses: "Status codes from bot conversational APIs" on Microsoft Learn (msteams-platform).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "ConnectorRefusal",
    "activity_not_found",
    "bad_argument",
    "bad_syntax",
    "blocked",
    "concurrent_operations",
    "conversation_not_found",
    "member_not_found",
    "not_enough_permissions",
    "not_in_roster",
    "scripted",
    "throttled",
    "too_big",
    "unauthorized",
]

USUAL = {
    412: ("PreconditionFailed", "Precondition failed, please try again."),
    429: ("Throttled", "Too many requests."),
    502: ("ServiceError", "Service error, please try again."),
    503: ("ServiceUnavailable", "The service is unavailable."),
    504: ("GatewayTimeout", "Gateway timeout."),
}


class ConnectorRefusal(Exception):
    """An error answer: status, body and headers as on the wire."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        inner: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.inner, self.headers = inner, headers or {}

    def body(self) -> dict[str, Any]:
        error: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.inner is not None:
            error["innerHttpError"] = {"statusCode": self.status, "body": self.inner}
        return {"error": error}


def unauthorized() -> ConnectorRefusal:
    return ConnectorRefusal(401, "Unauthorized", "Authorization has been denied for this request.")


def bad_syntax(message: str) -> ConnectorRefusal:
    return ConnectorRefusal(400, "BadSyntax", message)


def bad_argument(message: str) -> ConnectorRefusal:
    return ConnectorRefusal(400, "BadArgument", message)


def not_in_roster() -> ConnectorRefusal:
    return ConnectorRefusal(
        403, "BotNotInConversationRoster", "The bot is not part of the conversation roster."
    )


def not_enough_permissions() -> ConnectorRefusal:
    return ConnectorRefusal(403, "NotEnoughPermissions", "Not enough permissions to perform this operation.")


def blocked(code: str) -> ConnectorRefusal:
    """403 by the kind of block; a write block says so in a sub-code only, as Teams does."""
    match code:
        case "MessageWritesBlocked":
            inner = {"subCode": code, "details": "Thread is blocked from message writes."}
            return ConnectorRefusal(403, "Forbidden", "Message writes are blocked.", inner=inner)
        case "BotDisabledByAdmin":
            return ConnectorRefusal(403, code, "The tenant admin disabled this bot.")
        case _:
            return ConnectorRefusal(403, code, "User blocked the conversation with the bot.")


def conversation_not_found() -> ConnectorRefusal:
    return ConnectorRefusal(404, "ConversationNotFound", "Conversation not found.")


def activity_not_found() -> ConnectorRefusal:
    return ConnectorRefusal(
        404, "ActivityNotFoundInConversation", "The activity was not found in the conversation."
    )


def member_not_found() -> ConnectorRefusal:
    return ConnectorRefusal(404, "MemberNotFoundInConversation", "Member not found in conversation.")


def concurrent_operations() -> ConnectorRefusal:
    return ConnectorRefusal(412, "PreconditionFailed", "Precondition failed, please try again.")


def too_big() -> ConnectorRefusal:
    return ConnectorRefusal(413, "MessageSizeTooBig", "Message size too large.")


def throttled(retry_after: int) -> ConnectorRefusal:
    """429; `retry_after` in whole seconds."""
    return ConnectorRefusal(429, "Throttled", "Too many requests.", headers={"Retry-After": str(retry_after)})


def scripted(status: int, retry_after: float | None, headers: Mapping[str, str]) -> ConnectorRefusal:
    """The error a scripted fault asks for, in the words usual for its status."""
    code, message = USUAL.get(status, ("ServiceError", "An error occurred."))
    pause = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
    return ConnectorRefusal(status, code, message, headers={**pause, **headers})
