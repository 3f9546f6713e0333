"""What a person typed, without the mention of the bot that Teams puts into the text."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from bot.teams.inbound import text_at

__all__ = ["people_mentioned", "spoken_text"]

# Never `.*?` or `[^>]*`: on text made for it they take quadratic time.
_SPAN = re.compile(r"<at(?:\s[^<>]*)?>([^<]*)</at>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BLANKS = re.compile(r"[ \t\f\v]+")
_AROUND_BREAK = re.compile(r" ?(?:\r\n|\r|\n) ?")
_NO_BREAK_SPACE = re.compile("&nbsp;|&#160;|[\u00a0\u2007\u202f]", re.IGNORECASE)
_OBJECT_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")


def spoken_text(raw: dict[str, Any]) -> str:
    """The text without mentions of the bot and odd blanks; other people's mentions become their names."""
    text = _clean(text_at(raw, "text"))
    if "<" in text:
        text = _without_mentions(text, _mentions(raw.get("entities")), text_at(raw, "recipient", "id"))
    text = _BLANKS.sub(" ", text)
    return _AROUND_BREAK.sub("\n", text).strip()


def people_mentioned(raw: dict[str, Any]) -> tuple[str, ...]:
    """Entra object ids of the people mentioned, where the mention tells them, in the order of the entities.

    Teams' own ids of people (`29:...`) tell none. Whoever is meant is looked up in the directory either way.
    """
    entities = raw.get("entities")
    found: dict[str, None] = {}
    for entity in entities if isinstance(entities, list) else []:
        if isinstance(entity, dict) and text_at(entity, "type").lower() == "mention":
            told = text_at(entity, "mentioned", "aadObjectId") or text_at(entity, "mentioned", "id")
            object_id = told.removeprefix("8:orgid:").lower()
            if _OBJECT_ID.fullmatch(object_id) and told != text_at(raw, "recipient", "id"):
                found[object_id] = None
    return tuple(found)


def _clean(text: str) -> str:
    return _INVISIBLE.sub("", _NO_BREAK_SPACE.sub(" ", text))


def _without_mentions(text: str, mentions: dict[str, deque[str]], bot_id: str) -> str:
    def replaced(span: re.Match[str]) -> str:
        waiting = mentions.get(_name(span[1]))
        who = waiting.popleft() if waiting else ""
        return " " if who == bot_id and bot_id else span[1]

    return _SPAN.sub(replaced, text)


def _mentions(entities: Any) -> dict[str, deque[str]]:
    """Account ids by name, in the order of the text: two accounts may share a name."""
    found: dict[str, deque[str]] = {}
    for entity in entities if isinstance(entities, list) else []:
        if isinstance(entity, dict) and text_at(entity, "type").lower() == "mention":
            name = text_at(entity, "text") or text_at(entity, "mentioned", "name")
            found.setdefault(_name(name), deque()).append(text_at(entity, "mentioned", "id"))
    return found


def _name(text: str) -> str:
    return _BLANKS.sub(" ", _TAG.sub("", _clean(text))).strip().casefold()
