"""What an inbound request must be before anybody looks at what it says.

Refusals are always 4xx: nothing a stranger sends may look like, or cause, a failure of the service.
"""

from __future__ import annotations

import asyncio
import json
import math
import re
from typing import Any

from aiohttp import web

from bot.teams.config import TeamsConfig
from bot.teams.inbound import Inbound, text_at
from bot.teams.turn import Scope

__all__ = ["Refused", "admit", "check_headers", "parse", "read_body"]

_READ_SECONDS = 10.0
_NEED_SENDER = frozenset({"message", "invoke", "installationUpdate"})
_NEED_ID = frozenset({"message", "invoke"})
_KEY_SIZES = {"id": 128, "conversation": 256, "from": 256, "serviceUrl": 256, "aadObjectId": 64}
# Ids become database keys, log fields and URL parts: no blanks, controls or halves of characters.
_KEY = re.compile(r"[^\s\x00-\x1f\x7f\ud800-\udfff]+")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Refused(Exception):
    """The request goes no further; `status` is 4xx and `reason` says why without repeating its content."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def check_headers(request: web.Request, config: TeamsConfig) -> None:
    """What can be refused without reading a byte of the body."""
    if config.authenticate and not request.headers.get("Authorization", "").lower().startswith("bearer "):
        raise Refused(401, "no bearer token")
    if request.content_type != "application/json":
        raise Refused(400, "content type is not application/json")
    if (request.content_length or 0) > config.max_body_bytes:
        raise Refused(413, "body too large")


async def read_body(request: web.Request, limit: int) -> bytes:
    """The body, never holding more than `limit` bytes of it, however it is encoded or announced."""
    chunks, size = [], 0
    try:
        async with asyncio.timeout(_READ_SECONDS):
            async for chunk in request.content.iter_any():
                size += len(chunk)
                if size > limit:
                    raise Refused(413, "body too large")
                chunks.append(chunk)
    except TimeoutError:
        raise Refused(408, "body did not arrive") from None
    except ConnectionError:
        # Whoever sent it has given up: nobody reads the answer, and it is no failure of ours.
        raise Refused(400, "the sender has gone") from None
    except (web.RequestPayloadError, web.HTTPException):
        raise Refused(400, "body cannot be read") from None
    return b"".join(chunks)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)


def parse(body: bytes) -> dict[str, Any]:
    """The activity as an object that can be stored and sent again; raises Refused(400)."""
    try:
        activity = _DECODER.decode(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "body is not JSON") from None
    if not isinstance(activity, dict):
        raise Refused(400, "body is not a JSON object")
    # Only an escape can smuggle in a NUL or half a character, which no database or socket would take.
    return _storable(activity) if b"\\u" in body else activity


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    return value


def required(activity: dict[str, Any], name: str) -> str:
    """A top-level string every activity must have; raises Refused(400)."""
    text = activity.get(name)
    if not isinstance(text, str) or not text:
        raise Refused(400, f"{name} is missing")
    return text


def admit(activity: dict[str, Any], config: TeamsConfig) -> Inbound:
    """Check an authenticated activity and give it its types.

    Raises Refused: 403 for a channel, service URL, tenant or person that is not ours, 400 for a bad shape.
    """
    channel_id, service_url = required(activity, "channelId"), required(activity, "serviceUrl")
    if channel_id not in config.channels:
        raise Refused(403, "channel is not allowed")
    if not config.admits_service_url(service_url):
        raise Refused(403, "service URL is not allowed")
    kind = required(activity, "type")
    # Read where they are needed, and stored there.
    _key(activity, "from", "recipient", "id", needed=False)
    _key(activity, "id", "replyToId", needed=False)
    return Inbound(
        kind=kind,
        activity_id=_key(activity, "id", "id", needed=kind in _NEED_ID),
        service_url=_key(activity, "serviceUrl", "serviceUrl", needed=True),
        channel_id=channel_id,
        conversation_id=_key(activity, "conversation", "conversation", "id", needed=True),
        sender_id=_key(activity, "from", "from", "id", needed=kind in _NEED_SENDER),
        person_id=_person(activity, kind),
        tenant_id=_tenant(activity, config.tenants),
        scope=_scope(activity),
        raw=activity,
    )


def _key(activity: dict[str, Any], size: str, *path: str, needed: bool) -> str:
    text = text_at(activity, *path)
    if not text and not needed:
        return ""
    if len(text) > _KEY_SIZES[size] or not _KEY.fullmatch(text):
        raise Refused(400, f"{'.'.join(path)} is missing or malformed")
    return text


def _person(activity: dict[str, Any], kind: str) -> str:
    """Who is acting. Nothing but this field of an authenticated activity ever says so."""
    person = _key(activity, "aadObjectId", "from", "aadObjectId", needed=False).lower()
    if not person and kind in _NEED_ID:
        raise Refused(403, "the sender is not a person of the tenant")
    return person


def _tenant(activity: dict[str, Any], allowed: frozenset[str]) -> str:
    """The tenant by both fields that state it. They are signed by nobody, so they must agree."""
    named = {
        text.lower()
        for text in (
            text_at(activity, "channelData", "tenant", "id"),
            text_at(activity, "conversation", "tenantId"),
        )
        if text
    }
    if len(named) != 1 or not named <= allowed:
        raise Refused(403, "tenant is not allowed")
    return named.pop()


def _scope(activity: dict[str, Any]) -> Scope:
    try:
        return Scope(text_at(activity, "conversation", "conversationType") or "personal")
    except ValueError:
        raise Refused(400, "conversation type is unknown") from None
