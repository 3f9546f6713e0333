"""What a command that was only tried would have said and shown."""

from __future__ import annotations

from typing import Any

from bot.words import Words
from cards.elements import Card

__all__ = ["as_rehearsed", "said_in_rehearsal"]

_CLICKABLE = frozenset({"actions", "selectAction", "refresh"})


def said_in_rehearsal(text: str, words: Words) -> str:
    return f"{_notice(words)}\n\n{text}"


def as_rehearsed(card: Card, words: Words) -> Card:
    """The card, which says first that nothing was done, and cannot be clicked."""
    shown: Card = _still(card)
    notice = {
        "type": "Container",
        "style": "emphasis",
        "items": [{"type": "TextBlock", "text": _notice(words), "wrap": True}],
    }
    return {**shown, "body": [notice, *shown.get("body", ())]}


def _notice(words: Words) -> str:
    return words("**Only tried.** Nothing was changed, and nobody was told. This is what would be said:")


def _still(element: Any) -> Any:
    """Without anything to click; a set of buttons goes as a whole."""
    if isinstance(element, list):
        return [_still(one) for one in element if not _is_buttons(one)]
    if isinstance(element, dict):
        return {name: _still(value) for name, value in element.items() if name not in _CLICKABLE}
    return element


def _is_buttons(element: Any) -> bool:
    return isinstance(element, dict) and element.get("type") == "ActionSet"
