"""The form of any wish: everything asked once, prefilled from the directory (J01 step 1).

What is asked, in which words, is decided elsewhere; here it becomes inputs that keep the rules of Teams.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from microsoft_teams.cards.core import (
    CardElement,
    Choice,
    ChoiceSetInput,
    DateInput,
    QueryData,
    TextInput,
    ToggleInput,
)

from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.markdown import bare, clean

__all__ = ["ANY", "MOST_CHOICES", "FormView", "Input", "InputKind", "Offer", "build"]

ANY = "*"
"""The choice "any" or "none"; an empty value would read as "not answered" in some clients."""

MOST_CHOICES = 100
_DIRECTORY = "graph.microsoft.com/users"
_MOST_ECHOED = 3000
"""Characters of a long text that a form shows again: a card has 28 KB in all."""


class InputKind(StrEnum):
    """What an input looks like, and how what comes back is read."""

    CHOICE = "choice"
    PERSON = "person"
    TEXT = "text"
    DIGITS = "digits"
    AMOUNT = "amount"
    AMOUNTS = "amounts"
    """Several, divided by semicolons or blanks."""
    QUANTITY = "quantity"
    NUMBERS = "numbers"
    """Telephone numbers, one a line."""
    TOGGLE = "toggle"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Offer:
    """One choice of a list."""

    value: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input as it is to be shown, in the reader's language."""

    id: str
    kind: InputKind
    label: str
    value: str = ""
    required: bool = False
    error: str = ""
    """What the client says by itself when the answer does not do."""
    problem: str = ""
    """What was wrong with the answer that was sent."""
    offers: tuple[Offer, ...] = ()
    caption: str = ""
    placeholder: str = ""
    most: int = 200
    """Characters."""
    pattern: str = ""
    multiline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormView:
    """What the form shows: the inputs with what has been typed so far, and what is wrong with it."""

    draft_id: str
    version: int
    """Of the form's questions; a click on a form of another version is answered with a fresh one."""
    heading: str
    about: tuple[str, ...] = ()
    """Markdown lines above the inputs: for whom, and what is so today."""
    inputs: tuple[Input, ...] = ()
    remarks: tuple[str, ...] = ()
    """Shown above the form: a refusal, or what changed since."""


def build(form: FormView, words: Words) -> Card:
    body: list[CardElement] = [title(form.heading)]
    body.append(subtle(words("Check what is filled in, then press Review. Nothing is sent yet.")))
    if form.remarks:
        body.append(boxed("warning", *form.remarks))
    body.extend(text(line) for line in form.about)
    for one in form.inputs:
        if one.problem:
            body.append(boxed("attention", words("Please correct: {error}", error=one.problem)))
        body.append(_MAKERS[one.kind](one))
    body.append(subtle(words("Prefer to type? Write **by text** and I will ask one question at a time.")))
    data = {"draft": form.draft_id, "form": form.version}
    actions = [
        button(words("Review"), "wish.review", data, style="positive", inputs="auto"),
        button(words("Cancel"), "wish.cancel", data),
    ]
    return card(words("{form}: please fill in the form", form=bare(form.heading)), body, actions)


def _choice(one: Input) -> ChoiceSetInput:
    return ChoiceSetInput(
        id=one.id,
        label=one.label,
        style="compact",
        is_required=one.required or None,
        error_message=one.error or None,
        placeholder=one.placeholder or None,
        value=one.value or None,
        choices=[Choice(title=clean(offer.title, 120), value=offer.value) for offer in one.offers],
    )


def _person(one: Input) -> ChoiceSetInput:
    """A people picker; left empty by most, and by every client that has no directory search."""
    return ChoiceSetInput(
        id=one.id,
        label=one.label,
        style="compact",
        is_required=one.required or None,
        error_message=one.error or None,
        placeholder=one.placeholder,
        value=one.value or None,
        # The schema wants a choice; clients without directory search offer this one.
        choices=[Choice(title=clean(offer.title, 80), value=offer.value) for offer in one.offers],
        choices_data=QueryData(dataset=_DIRECTORY),
    )


def _text(one: Input) -> TextInput:
    return TextInput(
        id=one.id,
        label=one.label,
        style="Tel" if one.kind is InputKind.DIGITS else None,
        is_required=one.required or None,
        error_message=one.error or None,
        placeholder=one.placeholder or None,
        is_multiline=one.multiline or None,
        max_length=one.most,
        regex=one.pattern or None,
        value=one.value or None,
    )


def _numbers(one: Input) -> TextInput:
    """What is too long for a card is kept by the draft, and not asked for again."""
    too_long = len(one.value) > _MOST_ECHOED
    return TextInput(
        id=one.id,
        label=one.label,
        is_required=None if too_long else one.required,
        error_message=one.error or None,
        placeholder=one.placeholder or None,
        is_multiline=True,
        max_length=one.most,
        value=None if too_long else one.value or None,
    )


def _toggle(one: Input) -> ToggleInput:
    return ToggleInput(
        id=one.id,
        label=one.label,
        title=one.caption,
        is_required=one.required or None,
        error_message=one.error or None,
        value_on="true",
        value_off="false",
        value=one.value or "false",
        wrap=True,
    )


def _date(one: Input) -> DateInput:
    return DateInput(
        id=one.id,
        label=one.label,
        is_required=one.required or None,
        error_message=one.error or None,
        value=one.value or None,
    )


_MAKERS = {
    InputKind.CHOICE: _choice,
    InputKind.PERSON: _person,
    InputKind.TEXT: _text,
    InputKind.DIGITS: _text,
    InputKind.AMOUNT: _text,
    InputKind.AMOUNTS: _text,
    InputKind.QUANTITY: _text,
    InputKind.NUMBERS: _numbers,
    InputKind.TOGGLE: _toggle,
    InputKind.DATE: _date,
}
