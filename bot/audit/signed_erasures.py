"""Why nobody can pass off a forged entry as one whose words were erased.

What an entry said first is gone once it is erased, so nobody can compare. Instead `audit.erased` carries a
signed note of the key that signs the checkpoints, over which wording went and which came. The service signs
no checkpoint over one without (`making`), and `verify` accepts none that no checkpoint covers yet: so whoever
can write to the database, and has not the key, can have nothing erased, and whoever has a key of the past
cannot either. What was erased before there was any checkpoint is covered by the first.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

from bot.audit.chain import worded
from bot.audit.notes import PrivateKey, PublicKey, Unreadable, parse_note, sign

__all__ = ["is_signed", "signed"]

_SIGNED = "signed"


def signed(details: Mapping[str, Any], key: PrivateKey | None) -> dict[str, Any]:
    """The details of `audit.erased`, with the note where there is a key."""
    return {**details, _SIGNED: sign(_text(key.name, details), key)} if key else dict(details)


def is_signed(details: Mapping[str, Any], keys: Collection[PublicKey]) -> bool:
    """Whether one of these keys has signed what the entry says."""
    said = {name: value for name, value in details.items() if name != _SIGNED}
    try:
        note = parse_note(str(details.get(_SIGNED, "")))
    except Unreadable:
        return False
    signer = note.signed_by(keys)
    return signer is not None and note.text == _text(signer.name, said)


def _text(name: str, said: Mapping[str, Any]) -> str:
    """Nothing that a checkpoint could be taken for: its second line is no number."""
    return f"{name}\nwords erased\n{b64encode(sha256(worded(dict(said))).digest()).decode()}\n"
