"""What a person typed, without the mention of the bot that Teams puts into the text."""

from __future__ import annotations

import re
from typing import Any

from bot.teams.inbound import text_at

__all__ = ["spoken_text"]

_SPAN = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_BLANKS = re.compile(r"[ \t\f\v]+")
_AROUND_BREAK = re.compile(r" ?(?:\r\n|\r|\n) ?")
_NO_BREAK_SPACE = re.compile("&nbsp;|&#160;|[\u00a0\u2007\u202f]", re.IGNORECASE)
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u2060\ufeff]")


def spoken_text(raw: dict[str, Any]) -> str:
    """The text without mentions of the bot and odd blanks; other people's mentions become their names."""
    text = _clean(text_at(raw, "text"))
    if "<" in text:
        text = _without_mentions(text, _mentions(raw.get("entities")), text_at(raw, "recipient", "id"))
    text = _BLANKS.sub(" ", text)
    return _AROUND_BREAK.sub("\n", text).strip()


def _clean(text: str) -> str:
    return _INVISIBLE.sub("", _NO_BREAK_SPACE.sub(" ", text))


def _without_mentions(text: str, mentions: list[tuple[str, str]], bot_id: str) -> str:
    def replaced(span: re.Match[str]) -> str:
        who = _take(mentions, _name(span[1]))
        return " " if who == bot_id and bot_id else span[1]

    return _SPAN.sub(replaced, text)


def _take(mentions: list[tuple[str, str]], name: str) -> str:
    """The id of the first mention of that name not yet used; two accounts may share a name."""
    for place, (known, who) in enumerate(mentions):
        if known == name:
            del mentions[place]
            return who
    return ""


def _mentions(entities: Any) -> list[tuple[str, str]]:
    """(name, account id) of every mention entity, in the order of the text."""
    return [
        (_name(text_at(entity, "text") or text_at(entity, "mentioned", "name")), who)
        for entity in (entities if isinstance(entities, list) else [])
        if isinstance(entity, dict) and text_at(entity, "type").lower() == "mention"
        for who in [text_at(entity, "mentioned", "id")]
        if who
    ]


def _name(text: str) -> str:
    return _BLANKS.sub(" ", _TAG.sub("", _clean(text))).strip().casefold()
