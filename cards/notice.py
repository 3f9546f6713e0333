"""Small cards that close something: no buttons, nothing left to do."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.words import Words
from cards.elements import Card, card, text

__all__ = ["closed"]


def closed(line: str, words: Words) -> Card:
    """Stands where a form stood, once the form is done with."""
    body: list[CardElement] = [text(line)]
    return card(line, body)
