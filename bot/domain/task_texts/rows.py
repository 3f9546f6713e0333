"""What the text of a task for people is made of. Nothing here is translated or rendered yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from bot.domain.codes.rows import N_
from bot.domain.plans import Refusal
from bot.domain.tasks import Audience

__all__ = [
    "ENTRA",
    "MICROSOFT_365",
    "N_",
    "TEAMS",
    "EvidenceField",
    "EvidenceKind",
    "EvidenceProblems",
    "TaskText",
    "Text",
    "say",
]

TEAMS = "https://admin.teams.microsoft.com/"
MICROSOFT_365 = "https://admin.microsoft.com/"
ENTRA = "https://entra.microsoft.com/"
"""The admin centres' front doors; Microsoft promises no address below them."""

EvidenceKind = Literal["text", "money", "date", "number", "yes_no"]
"""How evidence is typed in: a line, an amount in the task's currency, a day, a whole number, yes or no."""


class Text(NamedTuple):
    """A sentence to be translated, then filled in: `words(msgid, **params)`.

    Parameters come from what people and directories say: whoever renders them makes them safe for its
    format. Those named in `codes.COUNTRY_PARAMS` hold ISO 3166 codes.
    """

    msgid: str
    params: Mapping[str, str]


def say(msgid: str, **params: str) -> Text:
    """A text with what it is filled in with; the msgid is marked with `N_` where it is written."""
    return Text(msgid, params)


@dataclass(frozen=True, slots=True)
class EvidenceField:
    """One thing whoever did the task puts on record."""

    id: str
    label: str
    """A msgid."""
    kind: EvidenceKind = "text"
    required: bool = True
    pattern: str | None = None
    """A regular expression the whole value matches, in the part of the language that JavaScript shares."""


@dataclass(frozen=True, slots=True)
class TaskText:
    """What a task says to those who are asked to do it."""

    title: Text
    audience: Audience
    checklist: tuple[Text, ...]
    """In the order they are to be done."""
    link: str
    """Where to start: an https address of a Microsoft admin centre."""
    powershell: str | None
    """Lines that do the same, filled in and safe to paste; None where no cmdlet does it."""
    evidence: tuple[EvidenceField, ...]
    warnings: tuple[Text, ...] = ()
    """What people get wrong here."""


@dataclass(frozen=True, slots=True)
class EvidenceProblems:
    """What is wrong with evidence as it was typed in, by field."""

    by_field: Mapping[str, Refusal]
