"""The channel's signing keys: fetched without blocking, kept, refreshed, read again for a new one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import jwt
import structlog

__all__ = ["KeyUnknown", "SigningKey", "SigningKeys"]

_log = structlog.get_logger(__name__)

_DAY = 24 * 3600.0
_REFETCH_SECONDS = 60.0
_COLD_RETRY_SECONDS = 2.0
_FETCH_SECONDS = 10.0


class KeyUnknown(Exception):
    """No key of that id is published, as far as can be known now."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A published key and the channels it may speak for."""

    public: Any
    endorsements: frozenset[str]


class SigningKeys:
    """The key set behind an OpenID metadata document.

    Old keys stay in use while a refresh fails. A key id nobody knows causes at most one fetch a minute,
    so that rotation is picked up and a flood of invented ids is not passed on to Microsoft.
    """

    def __init__(
        self,
        session: Callable[[], aiohttp.ClientSession],
        metadata_url: str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._metadata_url = metadata_url
        self._clock = clock
        self._keys: dict[str, SigningKey] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def get(self, kid: str) -> SigningKey:
        """The key of an id; raises KeyUnknown."""
        key = self._keys.get(kid)
        if key is None:
            key = await self._look_again(kid)
        elif self._is_due(_DAY) and self._clock() - self._tried_at >= _REFETCH_SECONDS:
            self._begin_fetch()
        return key

    def peek(self, kid: str) -> SigningKey | None:
        """The key of an id if it is known and fresh, without any waiting."""
        return None if self._is_due(_DAY) else self._keys.get(kid)

    async def warm(self) -> None:
        """Fetch ahead of the first request; a failure is logged and tried again by the first request."""
        await self._begin_fetch()

    @property
    def count(self) -> int:
        """How many keys are known; 0 when none could ever be fetched."""
        return len(self._keys)

    async def close(self) -> None:
        if self._fetching is not None and not self._fetching.done():
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)

    async def _look_again(self, kid: str) -> SigningKey:
        pause = _REFETCH_SECONDS if self._keys else _COLD_RETRY_SECONDS
        busy = self._fetching is not None and not self._fetching.done()
        if busy or self._clock() - self._tried_at >= pause:
            await asyncio.shield(self._begin_fetch())
        try:
            return self._keys[kid]
        except KeyError:
            raise KeyUnknown(kid) from None

    def _is_due(self, age: float) -> bool:
        return self._clock() - self._fetched_at >= age

    def _begin_fetch(self) -> asyncio.Task[None]:
        if self._fetching is None or self._fetching.done():
            self._tried_at = self._clock()
            self._fetching = asyncio.create_task(self._fetch(), name="channel-keys")
        return self._fetching

    async def _fetch(self) -> None:
        try:
            async with asyncio.timeout(_FETCH_SECONDS):
                metadata = await self._read(self._metadata_url)
                published = await self._read(_jwks_uri(metadata, self._metadata_url))
            keys = _usable(published)
        except (aiohttp.ClientError, TimeoutError, ValueError, RecursionError) as error:
            _log.warning("channel_keys.refresh_failed", error=type(error).__name__, kept=len(self._keys))
            return
        self._keys = keys
        self._fetched_at = self._clock()

    async def _read(self, url: str) -> dict[str, Any]:
        async with self._session().get(url, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            document = await answer.json(content_type=None)
        if not isinstance(document, dict):
            raise ValueError("not a JSON object")
        return document


def _jwks_uri(metadata: dict[str, Any], metadata_url: str) -> str:
    uri = metadata.get("jwks_uri")
    if not isinstance(uri, str) or not uri.startswith(metadata_url.partition("//")[0] + "//"):
        raise ValueError("jwks_uri is missing or of another scheme")
    return uri


def _usable(document: dict[str, Any]) -> dict[str, SigningKey]:
    """Every RSA signature key of the set; raises ValueError when there is none (a broken answer)."""
    keys: dict[str, SigningKey] = {}
    entries = document.get("keys")
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict) and entry.get("kty") == "RSA" and entry.get("use", "sig") == "sig":
            keys |= _key_of(entry)
    if not keys:
        raise ValueError("no usable key")
    return keys


def _key_of(entry: dict[str, Any]) -> dict[str, SigningKey]:
    kid, endorsements = entry.get("kid"), entry.get("endorsements")
    if not isinstance(kid, str) or not isinstance(endorsements, list):
        return {}
    try:
        public = jwt.PyJWK(entry, algorithm="RS256").key
    except jwt.PyJWTError:
        return {}
    return {kid: SigningKey(public, frozenset(name for name in endorsements if isinstance(name, str)))}
