"""The only place that puts bytes on the wire to Graph.

Reads are repeated a few times when Graph is busy or away. Writes go out at most once: whatever happens after
the first byte left is an unknown outcome, which only a read can resolve.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import stamina

from bot.credentials import GRAPH_SCOPE, TokenSource
from bot.deadline import seconds_left
from bot.domain.errors import (
    Misconfigured,
    SwitchboardError,
    Throttled,
    Unavailable,
    UnknownOutcome,
    UpstreamRefused,
)
from bot.graph.errors import read_failure, write_failure
from bot.graph.pacing import Pressure
from bot.graph.wire import Answer, Call, Json, items
from bot.loopback import is_loopback
from bot.tls import trusted

T = TypeVar("T")

__all__ = ["Fence", "Patience", "Transport"]

Fence = Callable[[], None]
"""Raises `LeaseLost` when the right to write is gone; called right before a write's first byte."""

_CONNECT_TIMEOUT = 5.0
_MOST_PAGES = 500
"""Pages of 500 to 1000 entries after which a listing is taken for endless."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long Graph is waited for."""

    attempts: int = 3
    """Of a read; a write has one."""
    longest_wait: float = 5.0
    """Seconds; a Retry-After beyond it goes to the caller instead, who can park the work."""
    total: float = 20.0
    """Seconds after which no further attempt begins."""
    read_timeout: float = 20.0
    write_timeout: float = 45.0
    """Seconds until a write's answer is given up; Graph itself gives up at about 30."""

    def worth_waiting(self, error: Exception) -> bool | float:
        """Whether to repeat after `error`, and after how many seconds where Graph said so."""
        if not isinstance(error, Throttled | Unavailable):
            return False
        asked = error.evidence.get("retry-after")
        if asked is None:
            return True
        wait = float(asked)
        return wait if wait <= self.longest_wait else False


class _Gate:
    """Knows whether a write has begun to leave, and lets it leave only past the fence."""

    def __init__(self, fence: Fence) -> None:
        self._fence = fence
        self.passed = False

    async def trace(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's hook: by this event the connection stands and nothing has been written to it."""
        if not event.endswith(".send_request_headers.started"):
            return
        if info["request"].method == b"CONNECT":
            return
        self._fence()
        self.passed = True


class Transport:
    """Speaks to one Graph service root, as one application."""

    def __init__(
        self,
        base_url: str,
        tokens: TokenSource,
        *,
        scope: str = GRAPH_SCOPE,
        patience: Patience | None = None,
        pressure: Pressure | None = None,
    ) -> None:
        """Raises `Misconfigured` when tokens would travel in the clear over a network."""
        self.base_url = base_url.rstrip("/")
        self._origin = _origin(self.base_url)
        local = is_loopback(urlsplit(self.base_url).hostname or "")
        if not local and not self.base_url.startswith("https://"):
            raise Misconfigured("SWITCHBOARD_GRAPH_URL: must be https")
        self._tokens = tokens
        self._scope = scope
        self._patience = patience or Patience()
        self._pressure = pressure or Pressure()
        self._retrying = stamina.AsyncRetryingCaller(
            attempts=self._patience.attempts,
            timeout=self._patience.total,
            wait_initial=0.2,
            wait_max=self._patience.longest_wait,
            wait_jitter=0.3,
        )
        self._http = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20, keepalive_expiry=30),
            trust_env=not local,
            verify=trusted(environment=not local),
        )

    async def aclose(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def token(self) -> str:
        """The token requests go out with."""
        return await self._tokens.token(self._scope)

    async def read(self, call: Call) -> Answer:
        """Ask, and ask again a few times when Graph is busy or away.

        Raises `Throttled` or `Unavailable` when that does not help, otherwise what `read_failure` says.
        """

        async def once() -> Answer:
            answer = await self.ask(call)
            if not answer.succeeded:
                raise read_failure(answer)
            return answer

        return await self.patiently(once)

    async def patiently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Run `attempt` until it works, as often as patience allows; it must change nothing in Graph.

        Raises `Unavailable` as well when somebody waits for the answer and cannot wait any longer.
        """
        try:
            async with asyncio.timeout(seconds_left()):
                return await self._retrying(self._patience.worth_waiting, attempt)
        except TimeoutError:
            raise Unavailable("Graph did not answer while somebody could wait for it") from None

    async def ask(self, call: Call) -> Answer:
        """Send a read once, or twice when the token was refused. Raises `Unavailable` without an answer."""
        client_request_id = str(uuid.uuid4())
        token = await self.token()
        await self._pressure.ease()
        try:
            answer = await self._send(call, client_request_id, token, self._patience.read_timeout)
            if answer.status == 401:
                token = await self._tokens.token(self._scope, refused=token)
                answer = await self._send(call, client_request_id, token, self._patience.read_timeout)
        except httpx.RequestError as error:
            raise Unavailable(f"Graph did not answer: {_told(error)}", _ids(client_request_id)) from error
        return answer

    async def listing(self, call: Call) -> list[Json]:
        """Every entry of a collection."""
        return [entry async for page in self.pages(call) for entry in page]

    async def pages(self, call: Call) -> AsyncIterator[list[Json]]:
        """A collection, page after page, following Graph's links as they are."""
        answer = await self.read(call)
        yield items(answer)
        for _ in range(_MOST_PAGES):
            link = answer.body.get("@odata.nextLink")
            if not link:
                return
            answer = await self.read(Call("GET", self.own(str(link)), headers=call.headers))
            yield items(answer)
        raise UpstreamRefused(f"Graph's listing of {call.path} does not end", answer.evidence)

    def own(self, link: str) -> str:
        """A link Graph gave us. Raises `UpstreamRefused` when it leads elsewhere, with our token."""
        if _origin(link) != self._origin:
            raise UpstreamRefused("Graph answered with a link to another host")
        return link

    async def write(self, call: Call, *, fence: Fence, client_request_id: str) -> Answer:
        """Send a write exactly once, past the fence, and return Graph's success.

        Raises `LeaseLost` (from the fence) or `Unavailable` when nothing was sent; `UnknownOutcome` when it
        was and no usable answer came; `Throttled`, `ConcurrentWrite` or a refusal when it was not applied.
        """
        token = await self.token()
        await self._pressure.ease()
        gate = _Gate(fence)
        try:
            answer = await self._send(call, client_request_id, token, self._patience.write_timeout, gate)
        except httpx.RequestError as error:
            raise _lost(error, gate, client_request_id) from error
        if answer.succeeded:
            return answer
        if answer.status == 401:
            await self._tokens.token(self._scope, refused=token)
        raise write_failure(answer)

    async def _send(
        self, call: Call, client_request_id: str, token: str, seconds: float, gate: _Gate | None = None
    ) -> Answer:
        headers = {
            "Authorization": f"Bearer {token}",
            "Accept": "application/json",
            "client-request-id": client_request_id,
            "return-client-request-id": "true",
            **call.headers,
        }
        response = await self._http.request(
            call.method,
            call.path if call.path.startswith("http") else self.base_url + call.path,
            json=call.body,
            headers=headers,
            timeout=httpx.Timeout(seconds, connect=_CONNECT_TIMEOUT),
            extensions={"trace": gate.trace} if gate else None,
        )
        answer = _answer(response, client_request_id)
        self._pressure.note(answer.headers)
        return answer


def _answer(response: httpx.Response, client_request_id: str) -> Answer:
    try:
        body = response.json() if response.content else None
    except ValueError:
        body = None
    text = "" if response.is_success else response.text
    return Answer(response.status_code, response.headers, body, text, client_request_id)


def _lost(error: httpx.RequestError, gate: _Gate, client_request_id: str) -> SwitchboardError:
    if gate.passed:
        return UnknownOutcome(f"sent, but not answered: {_told(error)}", _ids(client_request_id))
    return Unavailable(f"not sent: {_told(error)}", _ids(client_request_id))


def _ids(client_request_id: str) -> dict[str, str]:
    return {"client-request-id": client_request_id}


def _told(error: httpx.RequestError) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")


def _origin(url: str) -> tuple[str, str, int | None]:
    parsed = httpx.URL(url)
    default = {"https": 443, "http": 80}.get(parsed.scheme)
    return parsed.scheme, parsed.host, parsed.port or default
