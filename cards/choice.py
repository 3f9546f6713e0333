"""Somebody could mean several: who, or what, is it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from microsoft_teams.cards.core import Action

from bot.domain.people import Person
from bot.words import N_, Words
from cards.elements import MAX_ACTIONS, Card, button, card, subtle, title
from cards.groups import GROUPS
from cards.markdown import clean

__all__ = ["what_of", "who_of"]

_LABELS: Mapping[str, str] = {
    "number": N_("Ask for a phone number"),
    "holdings": N_("See what is there"),
    **{one.kind: one.title for group in GROUPS.values() for one in group.wishes},
}
"""What the buttons say, by what they stand for."""


def who_of(people: Sequence[Person], verb: str, data: Mapping[str, Any], words: Words) -> Card:
    """Namesakes: each is a button that carries on with `verb`, with the person as `person`."""
    question = words("Who do you mean?")
    actions: list[Action] = [
        button(clean(f"{one.name} ({one.upn})", 80), verb, {**data, "person": one.id})
        for one in people[:MAX_ACTIONS]
    ]
    return card(question, [title(question)], actions)


def what_of(kinds: Sequence[str], verb: str, data: Mapping[str, Any], words: Words) -> Card:
    """Several wishes could be meant: each is a button that carries on with `verb`, with its kind as `as`."""
    question = words("What would you like?")
    hint = words("I am not sure, so I have done nothing. Choose one, or write it in other words.")
    actions: list[Action] = [
        button(words(_LABELS[kind]), verb, {**data, "as": kind}) for kind in kinds[:MAX_ACTIONS]
    ]
    return card(question, [title(question), subtle(hint)], actions)
