"""A list of anything, a page at a time: readers turn pages, and choose the order and what is shown.

Whoever has a list says what its rows read like, which choices there are, and what a button must carry to ask
for the same list again. What comes back by a click is untrusted like all card data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnSet,
    ExecuteAction,
    TextBlock,
)

from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title

__all__ = ["OFFSET", "PAGE", "Choosing", "Listing", "Option", "Row", "build"]

PAGE = 8
"""Rows on a page: more make a card that is long to scroll past, and heavy where each row has a button."""

OFFSET = "offset"
"""What the buttons that turn pages say of how many rows come before."""


@dataclass(frozen=True, slots=True)
class Option:
    """One of several, as the reader reads it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choosing:
    """Something to choose on the card: an order, or what is shown."""

    name: str
    """The input's id."""
    label: str
    options: tuple[Option, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the list; Markdown, safe to show."""

    headline: str
    about: str = ""
    action: ExecuteAction | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """One page."""

    heading: str
    rows: Sequence[Row]
    total: int
    """Of all pages."""
    offset: int = 0
    choices: tuple[Choosing, ...] = ()
    notes: tuple[str, ...] = ()
    """What must be known to read it right, such as how old it is."""
    above: tuple[CardElement, ...] = ()
    """What comes before the rows, such as a chart."""
    spoken: str = ""
    """The heading without Markdown, for notifications and screen readers; empty: the same."""
    empty: str = ""
    """Said where there is nothing to show; Markdown."""
    remark: str = ""
    """What became of a click."""
    again: Mapping[str, str] = field(default_factory=dict)
    """What asks for this list again: carried by every button, without the choices."""


def build(listing: Listing, verb: str, words: Words) -> Card:
    """The card. Its buttons send `verb` with `again`, the choices, and an `OFFSET`."""
    body: list[CardElement] = [title(listing.heading)]
    if listing.remark:
        body.append(boxed("emphasis", listing.remark))
    if listing.rows:
        body.append(subtle(_range(listing, words)))
    body.extend(listing.above)
    if not listing.rows:
        body.append(text(listing.empty or words("There is nothing to show.")))
    body.extend(_row(row) for row in listing.rows)
    body.extend(subtle(note) for note in listing.notes)
    body.extend(_choosing(listing.choices))
    return card(listing.spoken or listing.heading, body, _actions(listing, verb, words))


def _range(listing: Listing, words: Words) -> str:
    first, last = listing.offset + 1, listing.offset + len(listing.rows)
    return words("{first} to {last} of {total}", first=first, last=last, total=listing.total)


def _row(row: Row) -> ColumnSet:
    told: list[CardElement] = [TextBlock(text=row.headline, wrap=True)]
    if row.about:
        told.append(subtle(row.about))
    columns = [Column(width="stretch", items=told)]
    if row.action is not None:
        action = ActionSet(actions=[row.action])
        columns.append(Column(width="auto", vertical_content_alignment="Center", items=[action]))
    return ColumnSet(separator=True, columns=columns)


def _choosing(choices: tuple[Choosing, ...]) -> list[CardElement]:
    """Side by side; the clients put them below each other where there is no room."""
    if not choices:
        return []
    inputs = [
        ChoiceSetInput(
            id=one.name,
            label=one.label,
            value=one.chosen,
            style="compact",
            choices=[Choice(title=option.label, value=option.value) for option in one.options],
        )
        for one in choices
    ]
    return [
        ColumnSet(
            separator=True,
            spacing="Medium",
            columns=[Column(width="stretch", items=[one]) for one in inputs],
        )
    ]


def _actions(listing: Listing, verb: str, words: Words) -> list[Action]:
    """What is chosen and not asked for yet does not change what the next page is a page of."""
    chosen = {one.name: one.chosen for one in listing.choices}
    same = {**chosen, **listing.again}
    actions: list[Action] = []
    if listing.choices:
        actions.append(button(words("Apply"), verb, {**listing.again, OFFSET: 0}, inputs="auto"))
    if listing.offset > 0:
        actions.append(button(words("Back"), verb, {**same, OFFSET: max(0, listing.offset - PAGE)}))
    if listing.offset + len(listing.rows) < listing.total:
        actions.append(button(words("More"), verb, {**same, OFFSET: listing.offset + len(listing.rows)}))
    return actions
