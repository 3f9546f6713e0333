"""Ids of requests and of tasks: short enough to be read out on the phone, `SB-4K7Q2`, `TK-4K7Q2`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

__all__ = ["ALPHABET", "new_request_id", "new_task_id", "parse_request_id", "parse_task_id"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""32 signs that are not mistaken for each other: without I, L, O and U (Crockford's base 32)."""

_LENGTH = 5
_MEANT = str.maketrans("OIL", "011")
_SPOKEN = re.compile(rf"#?(SB|TK)[\s\-‐‑‒–—_.]*([0-9A-Z]{{{_LENGTH}}})")


def new_request_id(randbytes: Callable[[int], bytes]) -> str:
    """A random id, one of 33 million; `randbytes(n)` gives n random bytes, as `secrets.token_bytes` does."""
    return _new("SB", randbytes)


def new_task_id(randbytes: Callable[[int], bytes]) -> str:
    """The same for a task."""
    return _new("TK", randbytes)


def _new(prefix: str, randbytes: Callable[[int], bytes]) -> str:
    return f"{prefix}-" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in randbytes(_LENGTH))


def parse_request_id(text: str) -> str | None:
    """The id somebody typed, with what people mistype put right; None when it is no id."""
    return _parse("SB", text)


def parse_task_id(text: str) -> str | None:
    """The same for a task."""
    return _parse("TK", text)


def _parse(prefix: str, text: str) -> str | None:
    typed = unicodedata.normalize("NFKC", text).strip().upper()
    match = _SPOKEN.fullmatch(typed)
    if match is None or match[1] != prefix:
        return None
    signs = match[2].translate(_MEANT)
    return f"{prefix}-{signs}" if all(sign in ALPHABET for sign in signs) else None
