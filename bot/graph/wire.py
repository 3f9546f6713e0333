"""What goes over the wire: a call to Graph, its answer, and tolerant readers for both."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from bot.domain.errors import Unavailable

__all__ = ["Answer", "Call", "Json", "entity", "items"]

Json = dict[str, Any]

_KEPT_BODY = 4000
"""Characters of an answer's body that are kept as evidence."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request: a path below the service root with its query, percent-encoded, and a body."""

    method: str
    path: str
    body: Json | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """One response, of a single request or of an item of a `$batch`."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """Parsed JSON; None for an empty or unreadable body."""
    text: str = ""
    client_request_id: str = ""

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        return self.headers.get("request-id", "")

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait as Graph asked; it sends whole seconds, fractions, or a date (RFC 9110)."""
        asked = self.headers.get("retry-after")
        return None if asked is None else _seconds(asked, self.headers.get("date"))

    @property
    def error(self) -> tuple[str, str]:
        """Code and message of an error body.

        Some services wrap their own error, as JSON text, into the message of an `UnknownError`.
        """
        code, message = _error_of(self.body)
        if message.startswith("{"):
            inner_code, inner_message = _error_of({"error": _parsed(message)})
            return (inner_code or code, inner_message or message)
        return code, message

    @property
    def evidence(self) -> dict[str, str]:
        """What is worth keeping of it in the audit log; `retry-after` in seconds."""
        wait = self.retry_after
        found = {
            "status": str(self.status),
            "code": self.error[0],
            "request-id": self.request_id,
            "client-request-id": self.client_request_id,
            "retry-after": "" if wait is None else f"{wait:g}",
            "body": self.text[:_KEPT_BODY],
        }
        return {name: value for name, value in found.items() if value}


def _error_of(body: object) -> tuple[str, str]:
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return "", ""
    return str(error.get("code") or ""), str(error.get("message") or "")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _seconds(asked: str, date: str | None) -> float | None:
    seconds = _number(asked)
    if seconds is not None:
        return max(0.0, seconds)
    until, now = _http_date(asked), _http_date(date or "")
    if until is None:
        return None
    return max(0.0, (until - (now or datetime.now(UTC))).total_seconds())


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def items(answer: Answer) -> list[Json]:
    """The entries of a collection. Raises `Unavailable` when there is no collection in the answer."""
    value = answer.body.get("value") if isinstance(answer.body, dict) else None
    if not isinstance(value, list):
        raise Unavailable("Graph answered without the collection asked for", answer.evidence)
    return [entry for entry in value if isinstance(entry, dict)]


def entity(answer: Answer) -> Json:
    """The object asked for, bare or wrapped in `value`: Microsoft's Teams samples show both.

    Raises `Unavailable` when there is none in the answer.
    """
    body = answer.body
    if isinstance(body, dict) and isinstance(body.get("value"), dict):
        body = body["value"]
    if not isinstance(body, dict):
        raise Unavailable("Graph answered without the object asked for", answer.evidence)
    return body
