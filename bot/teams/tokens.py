"""Is this activity really from Teams, and meant for us? The channel's bearer token says so, or nothing does.

Checked: RS256 and nothing else, a published key endorsed for the channel, issuer, audience, life time, and
that the token was made for exactly this service URL.
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from jwt.types import Options

from bot.teams.config import TeamsConfig
from bot.teams.guard import Refused
from bot.teams.keys import KeyUnknown, SigningKey, SigningKeys

__all__ = ["TokenValidator"]

_LEEWAY = 300
"""Seconds of clock difference Microsoft asks for."""
_REMEMBERED = 1024
# The moments are checked here, against a clock that tests can set.
_OPTIONS: Options = {
    "require": ["exp", "iss", "aud"],
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
}


@dataclass(frozen=True, slots=True)
class _Verified:
    """A token whose signature has been checked, and by which key."""

    kid: str
    key: SigningKey
    service_url: str
    expires: float


class TokenValidator:
    """Checks bearer tokens of the channel.

    Teams sends the same token for about an hour, so a checked signature is remembered under the token's
    SHA-256, at most 1,024 of them. Safe because everything that can change is still checked each time:
    expiry, service URL, endorsement, and that the very key that signed it is still published.
    """

    def __init__(
        self, config: TeamsConfig, keys: SigningKeys, wall_clock: Callable[[], float] = time.time
    ) -> None:
        self._config = config
        self._keys = keys
        self._now = wall_clock
        self._seen: OrderedDict[bytes, _Verified] = OrderedDict()

    async def check(self, authorization: str, service_url: str, channel_id: str) -> None:
        """Raises Refused(401) unless the token vouches for this channel and service URL."""
        verified = await self._verified(_bearer(authorization))
        if verified.service_url != service_url:
            raise Refused(401, "token was made for another service URL")
        if channel_id not in verified.key.endorsements:
            raise Refused(401, "key is not endorsed for the channel")

    async def _verified(self, token: bytes) -> _Verified:
        digest = hashlib.sha256(token).digest()
        known = self._seen.get(digest)
        if known is not None and self._still_good(known):
            self._seen.move_to_end(digest)
            return known
        verified = await self._verify(token)
        self._seen[digest] = verified
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return verified

    def _still_good(self, known: _Verified) -> bool:
        return self._now() < known.expires and self._keys.peek(known.kid) == known.key

    async def _verify(self, token: bytes) -> _Verified:
        kid = _kid(token)
        try:
            key = await self._keys.get(kid)
        except KeyUnknown:
            raise Refused(401, "token is signed by an unknown key") from None
        claims = self._claims(token, key)
        begins, ends = _life(claims)
        if not begins <= self._now() < ends:
            raise Refused(401, "token has expired or is not valid yet")
        service_url = claims.get("serviceurl")
        if not isinstance(service_url, str) or not service_url:
            raise Refused(401, "token names no service URL")
        return _Verified(kid, key, service_url, ends)

    def _claims(self, token: bytes, key: SigningKey) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.public,
                algorithms=["RS256"],
                audience=self._config.app_id,
                issuer=self._config.issuer,
                options=_OPTIONS,
            )
        except (jwt.PyJWTError, ValueError, TypeError, ArithmeticError, RecursionError) as error:
            raise Refused(401, f"token is not valid: {type(error).__name__}") from None
        return claims


def _life(claims: dict[str, Any]) -> tuple[float, float]:
    """From when until when a token holds, the leeway included; nothing at all when it does not say."""
    begins, ends = claims.get("nbf", 0), claims["exp"]
    if not _is_moment(begins) or not _is_moment(ends):
        raise Refused(401, "token states no life time")
    return begins - _LEEWAY, ends + _LEEWAY


def _is_moment(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))


def _bearer(authorization: str) -> bytes:
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or not token.isascii():
        raise Refused(401, "no bearer token")
    return token.encode("ascii")


def _kid(token: bytes) -> str:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
        raise Refused(401, "token cannot be read") from None
    kid = header.get("kid")
    if header.get("alg") != "RS256" or not isinstance(kid, str):
        raise Refused(401, "token is not signed with RS256 by a named key")
    return kid
