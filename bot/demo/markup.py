"""The little Markdown of cards as text for a terminal."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from rich.text import Text

__all__ = ["marked"]

_PIECE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*"
    r"|\\(?P<escaped>[^\w\s])"
    r"|\{\{(?P<how>DATE|TIME)\((?P<stamp>[^,)]+)[^)]*\)\}\}"
    r"|\[(?P<label>[^\]]+)\]\((?P<link>[^)\s]+)\)"
)
_FORMATS = {"DATE": "%d %b %Y", "TIME": "%H:%M UTC"}


def marked(source: str, style: str = "") -> Text:
    """What a client shows for `source`: bold, escapes undone, links, dates written out."""
    shown = Text(style=style)
    end = 0
    for piece in _PIECE.finditer(source):
        shown.append(source[end : piece.start()])
        shown.append_text(_shown(piece))
        end = piece.end()
    return shown.append(source[end:])


def _shown(piece: re.Match[str]) -> Text:
    found = piece.groupdict()
    if found["bold"]:
        return marked(found["bold"], "bold")
    if found["escaped"]:
        return Text(found["escaped"])
    if found["label"]:
        return Text(f"{found['label']} <{found['link']}>")
    return Text(_moment(found["stamp"], _FORMATS[found["how"]], piece.group()))


def _moment(stamp: str, form: str, otherwise: str) -> str:
    try:
        return datetime.fromisoformat(stamp.strip()).astimezone(UTC).strftime(form)
    except ValueError:
        return otherwise
