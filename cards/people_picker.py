"""The question for a colleague, with the directory's own search."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import Choice, ChoiceSetInput, QueryData

from bot.domain.people import PersonRef
from bot.words import Words
from cards.markdown import clean

__all__ = ["people_picker"]

_DIRECTORY = "graph.microsoft.com/users"


def people_picker(
    name: str, label: str, words: Words, *, offered: Sequence[PersonRef] = (), chosen: str = ""
) -> ChoiceSetInput:
    """`offered` are shown first; clients without directory search know no others, nor one without any."""
    choices = [Choice(title=clean(f"{one.name} ({one.upn})", 80), value=one.id) for one in offered]
    return ChoiceSetInput(
        id=name,
        label=label,
        style="compact",
        placeholder=words("Type a name"),
        value=chosen or None,
        choices=choices or [Choice(title=words("Nobody"), value="")],
        choices_data=QueryData(dataset=_DIRECTORY),
    )
