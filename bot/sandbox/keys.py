"""The keys tokens are signed with, and how they are published as a JWKS."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

__all__ = ["KeyRing", "SigningKey"]


@cache
def _private_key(slot: str) -> rsa.RSAPrivateKey:
    """One key a slot and process: making an RSA key costs more than starting the whole sandbox."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def _public_pem(slot: str) -> bytes:
    """Asked for with every token that is checked, to find its key."""
    public = _private_key(slot).public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key with the name it is published under and the channels it may speak for."""

    slot: str
    endorsements: tuple[str, ...] = ()

    @property
    def private(self) -> rsa.RSAPrivateKey:
        return _private_key(self.slot)

    @property
    def kid(self) -> str:
        digest = hashlib.sha256(self.public_pem).digest()
        return urlsafe_b64encode(digest[:20]).rstrip(b"=").decode()

    @property
    def public_pem(self) -> bytes:
        return _public_pem(self.slot)

    def jwk(self) -> dict[str, Any]:
        """As published: modulus and exponent, and the endorsements only channel keys have."""
        numbers = self.private.public_key().public_numbers()
        names = {"kty": "RSA", "use": "sig", "kid": self.kid, "x5t": self.kid}
        endorsed = {"endorsements": list(self.endorsements)} if self.endorsements else {}
        return names | {"n": _base64url(numbers.n), "e": _base64url(numbers.e)} | endorsed


class KeyRing:
    """The keys of one issuer: the newest signs, the older ones stay published until they are retired."""

    def __init__(self, name: str, endorsements: Sequence[str] = ()) -> None:
        self._name = name
        self._endorsements = tuple(endorsements)
        self._made = 0
        self._keys: list[SigningKey] = []
        self.rotate()

    @property
    def current(self) -> SigningKey:
        return self._keys[-1]

    def rotate(self) -> SigningKey:
        """Sign with a fresh key from now on."""
        self._made += 1
        key = SigningKey(f"{self._name}-{self._made}", self._endorsements)
        self._keys.append(key)
        return key

    def retire_older(self) -> None:
        """Stop publishing every key but the current one."""
        self._keys = self._keys[-1:]

    def by_kid(self, kid: str) -> SigningKey | None:
        return next((key for key in self._keys if key.kid == kid), None)

    def published(self) -> list[dict[str, Any]]:
        return [key.jwk() for key in self._keys]
