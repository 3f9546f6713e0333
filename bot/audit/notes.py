"""Signed notes, as C2SP specifies them (c2sp.org/signed-note): a text, and signatures of it with Ed25519.

    text, ending in a line feed
    (an empty line)
    — <name of the key> <base64 of: 4 bytes key id, 64 bytes signature>

A key has a name; its id is the first four bytes of SHA-256(name || 0x0A || 0x01 || the 32 bytes of the
public key). Other tools of transparency logs write and read the same.
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["Note", "PrivateKey", "PublicKey", "Unreadable", "parse_note", "sign"]

_ED25519 = b"\x01"
_DASH = "— "
_MOST_BYTES = 100_000
_MOST_SIGNATURES = 16


class Unreadable(ValueError):
    """No note, or no key, in the form that C2SP specifies."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Checks signatures. Written `name+id+base64`, for everybody to know."""

    name: str
    raw: bytes
    """32 bytes."""

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(_ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, text: str) -> PublicKey:
        """Raises `Unreadable`."""
        name, key_id, raw = _key_parts(text.strip(), 2)
        key = cls(name, raw)
        if key.id.hex() != key_id:
            raise Unreadable("the key's id is not that of the key")
        return key

    def signed(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature of the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """Makes signatures. Written `PRIVATE+KEY+name+id+base64`, for one file only."""

    name: str
    seed: bytes
    """32 bytes."""

    @classmethod
    def generate(cls, name: str) -> PrivateKey:
        """Raises `Unreadable` for a name that no note can carry."""
        return cls(_checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> PrivateKey:
        """Raises `Unreadable`, without quoting anything of the key."""
        if not text.startswith("PRIVATE+KEY+"):
            raise Unreadable("not a private key")
        name, key_id, seed = _key_parts(text.strip().removeprefix("PRIVATE+KEY+"), 2)
        key = cls(name, seed)
        if key.public.id.hex() != key_id:
            raise Unreadable("the key's id is not that of the key")
        return key

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self._key.public_key().public_bytes_raw())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def signature_of(self, text: str) -> bytes:
        """64 bytes."""
        return self._key.sign(text.encode())

    def written(self) -> str:
        """The secret itself."""
        return f"PRIVATE+KEY+{self.name}+{self.public.id.hex()}+{b64encode(_ED25519 + self.seed).decode()}"

    def __repr__(self) -> str:
        return f"PrivateKey({self.name})"


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who says that he signed it."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]
    """Name of the key, id of the key, signature."""

    def signed_by(self, keys: Iterable[PublicKey]) -> PublicKey | None:
        """The first of these keys that signed it. None, too, when a signature in the name of any is wrong."""
        by_id = {(key.name, key.id): key for key in keys}
        found = [(by_id[one[:2]], one[2]) for one in self.signatures if one[:2] in by_id]
        if not all(key.signed(self.text, signature) for key, signature in found):
            return None
        return found[0][0] if found else None


def sign(text: str, *keys: PrivateKey) -> str:
    """The note, with a signature of each key. Raises `Unreadable` for a text that no note can carry."""
    if not _is_text(text):
        raise Unreadable("a note is lines of text without control characters, and ends in a line feed")
    lines = [
        f"{_DASH}{key.name} {b64encode(key.public.id + key.signature_of(text)).decode()}\n" for key in keys
    ]
    return f"{text}\n{''.join(lines)}"


def parse_note(note: str) -> Note:
    """The text, and its signatures, not checked yet. Raises `Unreadable`."""
    text, found, below = note.rpartition("\n\n")
    text += "\n"
    lines = below.split("\n")
    if not found or len(note) > _MOST_BYTES or not _is_text(text) or lines.pop() != "" or not lines:
        raise Unreadable("not a signed note")
    if len(lines) > _MOST_SIGNATURES:
        raise Unreadable(f"a note with more than {_MOST_SIGNATURES} signatures")
    return Note(text, tuple(map(_signature, lines)))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    raw = _decoded(encoded)
    if not line.startswith(_DASH) or len(raw) <= 4:
        raise Unreadable("a line below the note is no signature")
    return _checked_name(name), raw[:4], raw[4:]


def _is_text(text: str) -> bool:
    return text.endswith("\n") and all(sign == "\n" or sign >= " " for sign in text)


def _key_parts(text: str, plus: int) -> tuple[str, str, bytes]:
    parts = text.split("+", plus)
    if len(parts) != plus + 1:
        raise Unreadable("not a key: name+id+base64")
    raw = _decoded(parts[2])
    if len(raw) != 33 or raw[:1] != _ED25519:
        raise Unreadable("not an Ed25519 key")
    return _checked_name(parts[0]), parts[1], raw[1:]


def _checked_name(name: str) -> str:
    if not name or "+" in name or any(sign.isspace() or not sign.isprintable() for sign in name):
        raise Unreadable("the name of a key has no blanks and no +, such as phonedesk.example.com/audit")
    return name


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable("not base64") from None
