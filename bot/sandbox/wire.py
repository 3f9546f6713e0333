"""How a person's client reaches the bot and the sandbox: plain HTTP."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.sandbox.channel_tokens import Defect

__all__ = ["Reply", "Wire"]

Json = dict[str, Any]
PATIENCE = aiohttp.ClientTimeout(total=15)
"""Teams gives up on a bot after 15 seconds."""
TOKEN_REUSE = 600.0
"""Seconds a channel token is used again, well within its life."""
CARD = "application/vnd.microsoft.card.adaptive"
MESSAGE = "application/vnd.microsoft.activity.message"
ERROR = "application/vnd.microsoft.error"


@dataclass(slots=True)
class Reply:
    """The bot's answer to one activity; status 504 when it took too long, 502 when nobody was there."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    activity: Json | None = None
    """After a click: the message as this person sees it with the card of the answer."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def card(self) -> Json | None:
        """The card that takes the clicked one's place."""
        value = self._value(CARD)
        return value if isinstance(value, dict) else None

    @property
    def message(self) -> str | None:
        """The short message shown at the clicked card."""
        value = self._value(MESSAGE)
        return value if isinstance(value, str) else None

    @property
    def error(self) -> Json | None:
        """`{code, message}` of an answer that says the click failed."""
        value = self._value(ERROR)
        return value if isinstance(value, dict) else None

    def _value(self, kind: str) -> Any:
        """The invoke answer's value if it is of this kind; Teams heeds none that is not HTTP 200."""
        if self.status != 200 or not isinstance(self.body, dict) or self.body.get("type") != kind:
            return None
        return self.body.get("value")


class Wire:
    """Requests of one session. Good tokens are kept for a while, as the channel does."""

    def __init__(
        self, session: aiohttp.ClientSession, sandbox_url: str, bot_endpoint: Callable[[], str]
    ) -> None:
        self._session = session
        self._sandbox_url = sandbox_url
        self._bot_endpoint = bot_endpoint
        self._tokens: dict[str, tuple[float, str]] = {}

    async def sandbox(
        self, method: str, path: str, body: Any = None, *, query: Sequence[tuple[str, str]] = ()
    ) -> Any:
        """Ask the sandbox; raises aiohttp.ClientResponseError when it refuses."""
        url = f"{self._sandbox_url}{path}"
        options: Json = {} if body is None else {"json": body}
        async with self._session.request(method, url, params=list(query), **options) as response:
            response.raise_for_status()
            return await response.json()

    async def token(self, service_url: str) -> str:
        """A good channel token."""
        made, token = self._tokens.get(service_url, (0.0, ""))
        if not token or time.monotonic() - made > TOKEN_REUSE:
            token = await self.new_token(service_url, None, ())
            self._tokens[service_url] = time.monotonic(), token
        return token

    async def new_token(self, service_url: str, audience: str | None, defects: Iterable[Defect]) -> str:
        wish = {
            "kind": "channel",
            "service_url": service_url,
            "audience": audience,
            "defects": list(defects),
        }
        answer = await self.sandbox("POST", "/sandbox/token", wish)
        return str(answer["token"])

    async def to_bot(self, body: Json | bytes, token: str | None, headers: Mapping[str, str]) -> Reply:
        """POST to the bot's messaging endpoint, waiting as long as Teams does."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": "application/json; charset=utf-8"} | dict(headers)
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        try:
            async with self._session.post(
                self._bot_endpoint(), data=data, headers=sent, timeout=PATIENCE
            ) as response:
                return Reply(response.status, await _content(response), dict(response.headers))
        except TimeoutError:
            return Reply(504)
        except aiohttp.ClientConnectionError:
            return Reply(502)


async def _content(response: aiohttp.ClientResponse) -> Any:
    """JSON where it is JSON, text where it is not, None where there is nothing."""
    text = await response.text()
    if not text:
        return None
    return json.loads(text) if "json" in response.content_type else text
