"""A table in a message: for files a bot would need more permissions."""

from __future__ import annotations

from collections.abc import Sequence

from bot.words import Words

__all__ = ["as_message"]

_MOST_CHARACTERS = 9_000
"""Of a message, which has room for 28 KB in all."""


def as_message(lines: Sequence[str], elsewhere: str, words: Words) -> str:
    """As many lines as there is room for; `elsewhere` says where all of them can be had."""
    shown: list[str] = []
    for line in lines:
        if sum(map(len, shown)) + len(line) > _MOST_CHARACTERS:
            break
        shown.append(line.replace("`", "'").strip())
    told = [
        words("Copy the lines into a file that ends in .csv, and Excel opens it:"),
        "```\n" + "\n".join(shown) + "\n```",
    ]
    if len(shown) < len(lines):
        told.append(words("The rest has no room in a message."))
    return "\n\n".join([*told, elsewhere])
