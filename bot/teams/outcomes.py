"""What became of a call to the Bot Connector, as values; its error bodies are read nowhere else.

https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability#status-codes
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.errors import SwitchboardError
from bot.execution.ports import Blocked, Gone, NotInstalled, Retry

__all__ = [
    "RETRYABLE",
    "Failure",
    "NotDelivered",
    "Outcome",
    "Rejected",
    "Sent",
    "failure_of",
    "retry_after_seconds",
]

RETRYABLE = frozenset({412, 429, 502, 503, 504})
"""The only statuses Microsoft asks to try again; 412 is another call in the same conversation."""

_BLOCKED = frozenset({"conversationblockedbyuser", "messagewritesblocked"})
_NOT_INSTALLED = frozenset(
    {"botnotinconversationroster", "forbiddenoperationexception", "botnotinstalled", "appnotinstalled"}
)
_ADMIN_MUST_ACT_SECONDS = 60.0
_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Sent:
    """Teams took it. `activity_id` of a created conversation is the conversation's id."""

    activity_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Teams, or we ourselves, refuse the call as it is; sending the same again cannot help."""

    reason: str


Failure = Retry | Blocked | NotInstalled | Gone | Rejected
Outcome = Sent | Failure


class NotDelivered(SwitchboardError):
    """An answer could not be brought to the person; `outcome` says why."""

    def __init__(self, outcome: Failure) -> None:
        super().__init__(f"{type(outcome).__name__}: {outcome.reason}")
        self.outcome = outcome


def failure_of(status: int, body: Mapping[str, Any], wait: float) -> Failure:
    """The meaning of an HTTP error; `wait` is what Retry-After or our own back-off asks for, in seconds."""
    codes = _codes(body)
    reason = " ".join((str(status), *sorted(codes)))
    if status in RETRYABLE:
        return Retry(wait, reason)
    if status == 403 and codes & _BLOCKED:
        return Blocked(reason)
    if status == 403 and codes & _NOT_INSTALLED:
        return NotInstalled(reason)
    if status == 404:
        return Gone(reason)
    if status == 401 or status >= 500:
        # Not repeated on the spot; but a lapsed secret or a fault at Microsoft must not lose a message.
        return Retry(_ADMIN_MUST_ACT_SECONDS, reason)
    return Rejected(reason)


def _codes(body: Mapping[str, Any]) -> frozenset[str]:
    """Every code and sub-code of an error body, lower case."""
    error = body.get("error")
    found: list[object] = [body.get("errorCode"), body.get("subCode")]
    if isinstance(error, dict):
        inner = error.get("innerHttpError") or error.get("innererror")
        found += [error.get("code"), error.get("subCode")]
        found += [inner.get("code")] if isinstance(inner, dict) else []
    return frozenset(code.lower() for code in found if isinstance(code, str))


def retry_after_seconds(header: str | None) -> float | None:
    """`Retry-After` in seconds, from its number or its HTTP date; None when absent or unreadable."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header)
    return min(max(seconds, 0.0), _LONGEST_WAIT) if seconds == seconds else None


def _until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return float("nan")
    return (moment - datetime.now(UTC)).total_seconds()
