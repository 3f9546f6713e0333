"""The Bot Connector: send, update and delete activities, create one-to-one chats and threads of channels."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.domain.errors import SwitchboardError
from bot.execution.ports import Retry
from bot.teams.config import TeamsConfig
from bot.teams.http import HttpClient
from bot.teams.outcomes import (
    RETRYABLE,
    Outcome,
    Rejected,
    Sent,
    failure_of,
    retry_after_seconds,
)
from bot.teams.pacing import Pacer, Slot

__all__ = ["MAX_PAYLOAD_BYTES", "Connector", "Patience", "TokenSource", "encoded"]

MAX_PAYLOAD_BYTES = 80 * 1024
"""Teams measures a message in UTF-16 and refuses it at about 100 KB; Microsoft asks to stay below this."""

_IDEMPOTENT = frozenset({"PUT", "DELETE"})
_UNKNOWN_WAIT = 5.0
_TOKEN_WAIT = 15.0


class TokenSource(Protocol):
    """Access tokens for the bot itself."""

    async def token(self, scope: str) -> str:
        """A valid token. Raises a SwitchboardError when none can be had now."""
        ...


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call is tried again on the spot before the caller is told to come back later."""

    attempts: int = 4
    seconds: float = 6.0
    """Waiting in total; a turn must be answered within 10 to 15 seconds."""
    first_pause: float = 0.3
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    """0 to 1, so that replicas told to wait do not come back together."""

    def pause(self, attempt: int) -> float:
        return self.first_pause * 2.0**attempt * (0.5 + self.jitter())


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    retry_after: float | None = None
    known: bool = True
    """False when the call may have been applied although no answer came."""


class Connector:
    """Every call of ours to Teams goes through here: paced, retried, bounded, and never to a foreign host."""

    def __init__(
        self,
        config: TeamsConfig,
        http: HttpClient,
        tokens: TokenSource | None,
        pacer: Pacer | None = None,
        patience: Patience | None = None,
    ) -> None:
        self._config = config
        self._http = http
        self._tokens = tokens
        self._pacer = pacer or Pacer()
        self._patience = patience or Patience()

    async def send(self, service_url: str, conversation_id: str, activity: Mapping[str, Any]) -> Outcome:
        """Post a new activity. `replyToId` goes into the activity only: the conversation names the thread."""
        path = f"/{quote(conversation_id, safe='')}/activities"
        return await self._call("POST", service_url, path, conversation_id, activity)

    async def update(
        self, service_url: str, conversation_id: str, activity_id: str, activity: Mapping[str, Any]
    ) -> Outcome:
        """Replace an activity sent before."""
        path = _activity(conversation_id, activity_id)
        return await self._call("PUT", service_url, path, conversation_id, {**activity, "id": activity_id})

    async def delete(self, service_url: str, conversation_id: str, activity_id: str) -> Outcome:
        """Delete an activity sent before."""
        path = _activity(conversation_id, activity_id)
        return await self._call("DELETE", service_url, path, conversation_id, None)

    async def create_chat(self, service_url: str, member_id: str, tenant_id: str) -> Outcome:
        """The one-to-one chat with a person (`29:...` or Entra object id); always the same for the same one.

        `Sent.activity_id` is the conversation's id.
        """
        chat = {
            "bot": {"id": self._config.bot_account},
            "isGroup": False,
            "members": [{"id": member_id}],
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}},
        }
        outcome = await self._call("POST", service_url, "", member_id, chat)
        return Rejected("no conversation id") if outcome == Sent("") else outcome

    async def create_thread(
        self, service_url: str, channel_id: str, tenant_id: str, activity: Mapping[str, Any]
    ) -> Outcome:
        """Post in a channel, where every post begins a thread.

        `Sent.activity_id` is the conversation's id, `<channel>;messageid=<activity>`.
        """
        thread = {
            "bot": {"id": self._config.bot_account},
            "isGroup": True,
            "tenantId": tenant_id,
            "channelData": {"tenant": {"id": tenant_id}, "channel": {"id": channel_id}},
            "activity": activity,
        }
        outcome = await self._call("POST", service_url, "", channel_id, thread)
        return Rejected("no conversation id") if outcome == Sent("") else outcome

    async def _call(
        self, method: str, service_url: str, path: str, key: str, payload: Mapping[str, Any] | None
    ) -> Outcome:
        if not self._config.admits_service_url(service_url):
            return Rejected("service URL is not allowed")
        data = encoded(payload)
        if data is None:
            return Rejected("larger than Teams takes")
        url = URL(f"{service_url.rstrip('/')}/v3/conversations{path}", encoded=True)
        async with self._pacer.hold(key) as slot:
            return await self._tried(slot, method, url, data)

    async def _tried(self, slot: Slot, method: str, url: URL, data: bytes) -> Outcome:
        patience = self._patience
        give_up = patience.clock() + patience.seconds
        for attempt in range(patience.attempts):
            await slot.ready()
            try:
                reply = await self._once(method, url, data)
            except SwitchboardError as error:
                return Retry(_TOKEN_WAIT, f"no token: {type(error).__name__}")
            if reply.status < 400:
                return Sent(_id_in(reply.body))
            pause = patience.pause(attempt) if reply.retry_after is None else reply.retry_after
            again = reply.status in RETRYABLE and (reply.known or method in _IDEMPOTENT)
            last = attempt + 1 == patience.attempts or patience.clock() + pause > give_up
            if not again or last:
                break
            await patience.sleep(pause)
        return failure_of(reply.status, reply.body, pause if reply.known else max(pause, _UNKNOWN_WAIT))

    async def _once(self, method: str, url: URL, data: bytes) -> _Reply:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._tokens is not None:
            token = await self._tokens.token(self._config.connector_scope)
            headers["Authorization"] = f"Bearer {token}"
        try:
            async with self._http().request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as answer:
                text = await answer.text(errors="replace")
                wait = retry_after_seconds(answer.headers.get("Retry-After"))
                return _Reply(_status(answer.status), _object(text), wait)
        except aiohttp.ClientConnectorError:
            return _Reply(503)
        except (aiohttp.ClientError, TimeoutError):
            return _Reply(504, known=False)


def encoded(payload: Mapping[str, Any] | None) -> bytes | None:
    """The body to send, or None when it is larger than Teams takes. Raises ValueError for NaN."""
    if payload is None:
        return b""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    if len(text) * 4 > MAX_PAYLOAD_BYTES and len(text.encode("utf-16-le")) > MAX_PAYLOAD_BYTES:
        return None
    return text.encode()


def _activity(conversation_id: str, activity_id: str) -> str:
    return f"/{quote(conversation_id, safe='')}/activities/{quote(activity_id, safe='')}"


def _status(status: int) -> int:
    """A redirect is as wrong here as a refusal: nothing was sent."""
    return 400 if 300 <= status < 400 else status


def _object(text: str) -> Mapping[str, Any]:
    try:
        body = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _id_in(body: Mapping[str, Any]) -> str:
    found = body.get("id")
    return found if isinstance(found, str) else ""
