"""Names and reasons come from people: shown as written, never obeyed as Markdown."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["bare", "clean", "escape", "plain"]

_ACTIVE = re.compile(r"([\\`*_\[\]<>#~|])")
_LIST_START = re.compile(r"^([-+]|\d+[.)])(?=\s)")
_BLANKED = {"Cc": " ", "Zl": " ", "Zp": " ", "Cf": "", "Cs": "", "Co": "", "Cn": ""}
"""By Unicode category: controls and line breaks become blanks; what only steers or hides text goes."""


def clean(text: str, limit: int = 200) -> str:
    """One line without control, bidirectional or other invisible characters, at most `limit` long."""
    visible = "".join(_BLANKED.get(unicodedata.category(char), char) for char in text)
    line = " ".join(unicodedata.normalize("NFC", visible).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def bare(text: str, limit: int = 200) -> str:
    """What somebody typed, for notifications and screen readers, where escapes would be read out."""
    return clean(_ACTIVE.sub(" ", text), limit)


def escape(text: str) -> str:
    """`text` with everything Teams' Markdown (and its {{DATE()}} functions) would act on made inert."""
    escaped = _ACTIVE.sub(r"\\\1", text).replace("{{", "{ {")
    return _LIST_START.sub(lambda match: match[1][:-1] + "\\" + match[1][-1], escaped)


def plain(text: str, limit: int = 200) -> str:
    """What somebody typed, fit to stand inside a Markdown text."""
    return escape(clean(text, limit))
