"""PowerShell to be pasted: what it is filled in with stays inside its quotes, whatever it is."""

from __future__ import annotations

import unicodedata

__all__ = ["Unquotable", "pasteable", "quoted", "script"]

_QUOTES = frozenset("'\u2018\u2019\u201a\u201b")
"""All of these end a single-quoted string for PowerShell; two in a row stand for one of them
(about_Quoting_Rules, and the tokenizer of PowerShell itself)."""

_REFUSED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""By Unicode category: controls and line ends run what was pasted so far; invisible ones mislead."""


class Unquotable(ValueError):
    """The text has characters that must not be pasted into a shell."""


def quoted(text: str) -> str:
    """The text as one single-quoted PowerShell string, in which nothing is ever expanded.

    Raises `Unquotable` for line ends, controls and invisible characters.
    """
    if pasteable(text) != text:
        raise Unquotable("control, line end or invisible character")
    return "'" + "".join(char * 2 if char in _QUOTES else char for char in text) + "'"


def pasteable(text: str) -> str:
    """The text without what `quoted` refuses."""
    return "".join(char for char in text if unicodedata.category(char) not in _REFUSED)


def script(*lines: str, **params: str) -> str:
    """Lines with every `{name}` filled in as a quoted string. Raises `Unquotable`."""
    safe = {name: quoted(value) for name, value in params.items()}
    return "\n".join(line.format_map(safe) for line in lines)
