"""Ids of requests: short enough to be read out on the phone, `SB-4K7Q2`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

__all__ = ["ALPHABET", "new_request_id", "parse_request_id"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 signs that are not mistaken for each other: without I, L, O and U (Crockford's base 32)."""

_LENGTH = 5
_MEANT = str.maketrans("OIL", "011")
_SPOKEN = re.compile(rf"#?SB[\s\-‐‑‒–—_.]*([0-9A-Z]{{{_LENGTH}}})")


def new_request_id(randbytes: Callable[[int], bytes]) -> str:
    """A random id, one of 33 million; `randbytes(n)` gives n random bytes, as `secrets.token_bytes` does."""
    return "SB-" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in randbytes(_LENGTH))


def parse_request_id(text: str) -> str | None:
    """The id somebody typed, with what people mistype put right; None when it is no id."""
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    match = _SPOKEN.fullmatch(typed)
    if match is None:
        return None
    signs = match[1].translate(_MEANT)
    return f"SB-{signs}" if all(sign in ALPHABET for sign in signs) else None
