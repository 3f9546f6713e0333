"""Checkpoints: what the whole log was at a moment, signed, each naming the one before.

A checkpoint is a signed note (`notes`) with the lines of c2sp.org/tlog-checkpoint, and four of our own:

    phonedesk.example.com/audit          the log's name: that of the key
    1402                                 how many entries
    1qmB...=                             root of the Merkle tree over them, base64
    at 2026-01-31T08:00:00Z              when, in UTC
    head 9f86d0...                       hash of the last entry in the chain
    number 17                            counted from 1
    after 2c26b4...                      SHA-256 of the checkpoint before, or `-`
    key phonedesk.example.com/audit+...  only when another key takes over: the new one, which signs as well

Whoever keeps one elsewhere can show later that nothing it covers was changed, taken out, put in, or cut off.
"""

from __future__ import annotations

import binascii
import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from bot.audit.notes import Note, PrivateKey, PublicKey, Unreadable, parse_note, sign

__all__ = [
    "Checkpoint",
    "Signed",
    "broken_link",
    "draw_up",
    "following",
    "kept_in",
    "published",
    "read",
    "trusted_keys",
]

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_NONE = "-"
_NOTE = re.compile(r"^[^\n—].*\n(?:[^\n—].*\n)*\n(?:— .*\n)+", re.MULTILINE)
_PUBLISHED = '{"checkpoint": '


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What is signed."""

    origin: str
    size: int
    root: bytes
    at: datetime
    """To the second."""
    head: str
    """Hash of the last entry, in hexadecimal; 64 zeros of an empty log."""
    number: int
    after: str
    """Digest of the checkpoint before; `-` of the first."""
    key: PublicKey | None = None
    """The key that takes over."""

    def text(self) -> str:
        """What the signatures are of."""
        lines = [
            self.origin,
            str(self.size),
            b64encode(self.root).decode(),
            f"at {self.at.astimezone(UTC).strftime(_MOMENT)}",
            f"head {self.head}",
            f"number {self.number}",
            f"after {self.after}",
            *([f"key {self.key}"] if self.key else []),
        ]
        return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint as it was written down."""

    checkpoint: Checkpoint
    note: Note
    written: str

    @property
    def digest(self) -> str:
        """What the next one names it by. Of its text: signatures may be added to it."""
        return sha256(self.note.text.encode()).hexdigest()


def draw_up(checkpoint: Checkpoint, *keys: PrivateKey) -> Signed:
    """Sign a checkpoint with these keys."""
    return read(sign(checkpoint.text(), *keys))


def read(written: str) -> Signed:
    """A checkpoint whose signatures are yet to be checked. Raises `Unreadable`."""
    note = parse_note(written)
    checkpoint = _checkpoint(note.text.splitlines())
    if checkpoint.text() != note.text:
        raise Unreadable("not a checkpoint of this log")
    return Signed(checkpoint, note, written)


def _checkpoint(lines: Sequence[str]) -> Checkpoint:
    try:
        origin, size, root, *ours = lines
        said = dict(line.split(" ", 1) for line in ours)
        return Checkpoint(
            origin=origin,
            size=int(size),
            root=b64decode(root, validate=True),
            at=datetime.strptime(said["at"], _MOMENT).replace(tzinfo=UTC),
            head=said["head"],
            number=int(said["number"]),
            after=said["after"],
            key=PublicKey.parse(said["key"]) if "key" in said else None,
        )
    except Unreadable:
        raise
    except (ValueError, KeyError, binascii.Error):
        raise Unreadable("not a checkpoint of this log") from None


def published(one: Signed) -> str:
    """The checkpoint as one line of JSON, for a log that is collected line by line."""
    return json.dumps({"checkpoint": one.written}, ensure_ascii=False) + "\n"


def kept_in(text: str) -> list[Signed]:
    """The checkpoints of a file: notes, one below the other, or a collected log with lines of `published`.

    Raises `Unreadable` where anything else stands between the notes, or a note is none of ours.
    """
    lines = [line for line in text.splitlines() if line.startswith(_PUBLISHED)]
    if lines:
        return [read(_unwrapped(line)) for line in lines]
    if _NOTE.sub("", text).strip():
        raise Unreadable("something in the file is not a checkpoint")
    return [read(found.group()) for found in _NOTE.finditer(text)]


def _unwrapped(line: str) -> str:
    try:
        return str(json.loads(line)["checkpoint"])
    except ValueError:
        raise Unreadable("a line of the file is cut off") from None


def broken_link(before: Signed | None, this: Signed) -> str | None:
    """Why `this` is not the checkpoint after `before`; None when it is."""
    one = this.checkpoint
    if before is None:
        return None if (one.number, one.after) == (1, _NONE) else "it is not the first"
    last = before.checkpoint
    if one.number != last.number + 1:
        return f"its number is {one.number}, after {last.number}"
    if one.after != before.digest:
        return "it names another checkpoint as the one before"
    if one.size < last.size or one.at < last.at:
        return "it says less, or earlier, than the one before"
    return None


def following(before: Signed | None) -> tuple[int, str]:
    """Number and `after` of the next checkpoint."""
    return (before.checkpoint.number + 1, before.digest) if before else (1, _NONE)


def trusted_keys(chain: Sequence[Signed], trusted: Sequence[PublicKey]) -> tuple[list[PublicKey], int]:
    """The keys that may sign now, and how many checkpoints of `chain` stand on a signature of such a key.

    A key that a trusted one hands over to is trusted; once it signs alone, the one before is not any more. A
    checkpoint before one that is signed needs no signature that we know: what is signed names it, digest by
    digest.
    """
    keys, heirs, signed = list(trusted), dict[PublicKey, PublicKey](), 0
    for number, one in enumerate(chain, start=1):
        signer = one.note.signed_by(keys)
        if signer is None:
            continue
        signed = number
        if one.checkpoint.key is not None and one.checkpoint.key not in keys:
            heirs[one.checkpoint.key] = signer
            keys.append(one.checkpoint.key)
        elif signer in heirs and heirs[signer] in keys:
            keys.remove(heirs[signer])
    return keys, signed
