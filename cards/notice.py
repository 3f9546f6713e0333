"""Small cards that close something: nothing is left to do."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title

__all__ = ["answered", "closed"]


def closed(line: str, words: Words) -> Card:
    """Stands where a form stood, once the form is done with."""
    body: list[CardElement] = [text(line)]
    return card(line, body)


def answered(headline: str, lines: tuple[str, ...], draft_id: str, words: Words) -> Card:
    """Stands where a form stood that asked for what is there already, or what nobody needs: with the advice,
    and a way back for who meant something else.
    """
    body: list[CardElement] = [
        title(headline),
        subtle(words("Nothing was sent, and nobody has to decide.")),
        boxed("emphasis", *lines),
    ]
    return card(headline, body, [button(words("Change"), "wish.edit", {"draft": draft_id})])
