"""Tokens as the Teams channel signs them for a bot, and every way in which one can be wrong.

Claims follow the Bot Connector authentication page of Microsoft Learn: issuer, audience (the bot's app id),
`serviceurl`, and a short life. A defect is asked for by name, so that a test reads like the attack it makes.
"""

from __future__ import annotations

import hmac
import json
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any

import jwt

from bot.sandbox.keys import KeyRing, SigningKey

__all__ = ["CHANNEL_ISSUER", "ChannelTokens", "Defect"]

CHANNEL_ISSUER = "https://api.botframework.com"
LIFE = 3600
"""Seconds a channel token is good for."""


class Defect(StrEnum):
    """One thing wrong with a token. Several can be combined."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    FOREIGN_ISSUER = "foreign_issuer"
    NO_ISSUER = "no_issuer"
    WRONG_AUDIENCE = "wrong_audience"
    WRONG_SERVICE_URL = "wrong_service_url"
    NO_SERVICE_URL = "no_service_url"
    TRAILING_SLASH = "trailing_slash"
    UNKNOWN_KID = "unknown_kid"
    NO_KID = "no_kid"
    BAD_SIGNATURE = "bad_signature"
    UNENDORSED = "unendorsed"
    ALG_RS384 = "alg_rs384"
    ALG_HS256 = "alg_hs256"
    ALG_NONE = "alg_none"
    GARBAGE = "garbage"


@dataclass
class ChannelTokens:
    """Signs for the channel. `elsewhere` holds a published key that no Teams message may be signed with."""

    keys: KeyRing = field(default_factory=lambda: KeyRing("channel", ("msteams", "skype", "emulator")))
    elsewhere: KeyRing = field(default_factory=lambda: KeyRing("other-channel", ("directline", "webchat")))

    def published(self) -> list[dict[str, Any]]:
        return self.keys.published() + self.elsewhere.published()

    def sign(self, service_url: str, audience: str, defects: Iterable[Defect] = ()) -> str:
        """A bearer token for one bot and service URL, with the defects asked for."""
        wrong = frozenset(defects)
        if Defect.GARBAGE in wrong:
            return "not.a.token"
        token = self._encode(_claims(service_url, audience, wrong), wrong)
        return _spoil_signature(token) if Defect.BAD_SIGNATURE in wrong else token

    def _encode(self, claims: dict[str, Any], wrong: frozenset[Defect]) -> str:
        key = self.elsewhere.current if Defect.UNENDORSED in wrong else self.keys.current
        headers = _headers(key, wrong)
        if Defect.ALG_NONE in wrong:
            return _by_hand(claims, headers | {"alg": "none"}, lambda _: b"")
        if Defect.ALG_HS256 in wrong:
            sign = partial(hmac.digest, key.public_pem, digest="sha256")
            return _by_hand(claims, headers | {"alg": "HS256"}, sign)
        algorithm = "RS384" if Defect.ALG_RS384 in wrong else "RS256"
        return jwt.encode(claims, key.private, algorithm=algorithm, headers=headers)


def _claims(service_url: str, audience: str, wrong: frozenset[Defect]) -> dict[str, Any]:
    begins = time.time() + _shift(wrong)
    claims: dict[str, Any] = {
        "serviceurl": _service_url_claim(service_url, wrong),
        "nbf": int(begins),
        "exp": int(begins + LIFE),
        "iss": "https://login.example.net" if Defect.FOREIGN_ISSUER in wrong else CHANNEL_ISSUER,
        "aud": "00000000-0000-0000-0000-00000000f00d" if Defect.WRONG_AUDIENCE in wrong else audience,
    }
    if Defect.NO_ISSUER in wrong:
        del claims["iss"]
    if Defect.NO_SERVICE_URL in wrong:
        del claims["serviceurl"]
    return claims


def _shift(wrong: frozenset[Defect]) -> float:
    """Seconds between now and the token's first moment, well beyond any usual leeway when defective."""
    if Defect.EXPIRED in wrong:
        return -3.0 * LIFE
    return 3.0 * LIFE if Defect.NOT_YET_VALID in wrong else -60.0


def _service_url_claim(service_url: str, wrong: frozenset[Defect]) -> str:
    if Defect.WRONG_SERVICE_URL in wrong:
        return "https://smba.example.net/amer/"
    if Defect.TRAILING_SLASH in wrong:
        return service_url[:-1] if service_url.endswith("/") else f"{service_url}/"
    return service_url


def _headers(key: SigningKey, wrong: frozenset[Defect]) -> dict[str, Any]:
    if Defect.NO_KID in wrong:
        return {}
    kid = "nobody-published-this-key" if Defect.UNKNOWN_KID in wrong else key.kid
    return {"kid": kid, "x5t": kid}


def _by_hand(claims: dict[str, Any], headers: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """What PyJWT rightly refuses to make: no signature, or the published key as the secret of an HMAC."""
    parts = ({"typ": "JWT"} | headers, claims)
    signing_input = b".".join(_base64url(json.dumps(part).encode()) for part in parts)
    return b".".join((signing_input, _base64url(sign(signing_input)))).decode()


def _base64url(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def _spoil_signature(token: str) -> str:
    """Change one character in the middle of the signature, where every bit counts."""
    head, signature = token.rsplit(".", 1)
    middle = len(signature) // 2
    other = "A" if signature[middle] != "A" else "B"
    return f"{head}.{signature[:middle]}{other}{signature[middle + 1 :]}"
