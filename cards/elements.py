"""The few building blocks every card is made of, on Microsoft's typed models."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from microsoft_teams.cards.core import (
    Action,
    AdaptiveCard,
    CardElement,
    Container,
    ExecuteAction,
    Fact,
    FactSet,
    RefreshDefinition,
    SubmitAction,
    TextBlock,
)

__all__ = [
    "MAX_ACTIONS",
    "Card",
    "Tone",
    "boxed",
    "button",
    "card",
    "facts",
    "heading",
    "moment",
    "rows",
    "subtle",
    "text",
    "title",
]

Card = dict[str, Any]
"""An Adaptive Card as plain JSON."""

MAX_ACTIONS = 6
"""Teams shows no more buttons on a card."""

_SHORT_NAME = 14

Tone = Literal["good", "attention", "warning", "emphasis"]
"""Background of a box; decoration only."""


def title(words: str) -> TextBlock:
    return TextBlock(text=words, size="Large", weight="Bolder", style="heading", wrap=True)


def heading(words: str) -> TextBlock:
    return TextBlock(text=words, weight="Bolder", spacing="Medium", wrap=True)


def text(words: str) -> TextBlock:
    return TextBlock(text=words, wrap=True)


def subtle(words: str) -> TextBlock:
    return TextBlock(text=words, is_subtle=True, spacing="Small", wrap=True)


def boxed(tone: Tone, *lines: str) -> Container:
    """Lines set apart by colour; the words must say what the colour says."""
    return Container(style=tone, items=[TextBlock(text=line, wrap=True) for line in lines])


def rows(texts: Iterable[str]) -> Container:
    """Lines that belong together, close to each other."""
    return Container(spacing="Small", items=[TextBlock(text=one, spacing="None", wrap=True) for one in texts])


def facts(pairs: Iterable[tuple[str, str]]) -> FactSet:
    """Names beside values. Short names are kept from breaking into two lines."""
    return FactSet(facts=[Fact(title=_unbroken(name), value=value) for name, value in pairs])


def _unbroken(name: str) -> str:
    return name.replace(" ", "\u00a0") if len(name) <= _SHORT_NAME else name


def moment(at: datetime) -> str:
    """A moment that the reader's client shows in the reader's own time zone."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f"{{{{DATE({stamp}, SHORT)}}}} {{{{TIME({stamp})}}}}"


def button(
    label: str,
    verb: str,
    data: dict[str, Any],
    *,
    style: Literal["default", "positive", "destructive"] = "default",
    inputs: Literal["auto", "none"] = "none",
) -> ExecuteAction:
    """A Universal Action, with the Action.Submit that older clients fall back to.

    `inputs="none"` leaves the card's inputs out, so that nobody has to fill in a form to cancel it.
    """
    submit = SubmitAction(title=label, style=style, data={**data, "verb": verb}, associated_inputs=inputs)
    return ExecuteAction(
        title=label, verb=verb, style=style, data=data, associated_inputs=inputs, fallback=submit
    )


def card(
    summary: str,
    body: Sequence[CardElement],
    actions: Sequence[Action] = (),
    *,
    refreshed: tuple[ExecuteAction, list[str]] | None = None,
) -> Card:
    """The finished card. `summary` is what screen readers, notifications and old clients get instead.

    `refreshed`: what the clients of these people (`29:...`, 60 at most) ask for when they show the card.
    """
    if len(actions) > MAX_ACTIONS:
        raise ValueError(f"{len(actions)} buttons on one card")
    built = AdaptiveCard(
        # Mobile clients show nothing without a version, and Teams knows no later one for bots.
        version="1.5",
        fallback_text=summary,
        speak=summary,
        body=list(body),
        actions=list(actions) or None,
        refresh=RefreshDefinition(action=refreshed[0], user_ids=refreshed[1]) if refreshed else None,
    )
    dumped = built.model_dump_json(by_alias=True, exclude_none=True)
    finished: Card = json.loads(dumped, parse_float=_number)
    return finished


def _number(digits: str) -> int | float:
    """The models keep every number as a float; strict clients want `6`, not `6.0`."""
    number = float(digits)
    return int(number) if number.is_integer() else number
