"""The one pooled HTTP client of the Teams boundary."""

from __future__ import annotations

import aiohttp

__all__ = ["HttpClient"]

_TIMEOUT = aiohttp.ClientTimeout(total=12, sock_connect=4)
_POOL = 100
_IDLE_SECONDS = 30
"""Shorter than Azure's load balancers keep an idle connection, so that we rarely use a dead one."""


class HttpClient:
    """Opens its session on first use, inside the running loop."""

    def __init__(self, *, trust_env: bool = False) -> None:
        """`trust_env`: heed HTTPS_PROXY and its like; never for what must stay on this machine."""
        self._trust_env = trust_env
        self._session: aiohttp.ClientSession | None = None

    def __call__(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=_TIMEOUT,
                connector=aiohttp.TCPConnector(limit=_POOL, keepalive_timeout=_IDLE_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=self._trust_env,
            )
        return self._session

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
