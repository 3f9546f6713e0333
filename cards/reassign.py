"""The small card on which an approver hands his part of a request to a colleague."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import Action, CardElement, TextInput

from bot.domain.people import PersonRef
from bot.domain.requests import Request
from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.people_picker import people_picker
from cards.wishes import spoken_title, wish_title

__all__ = ["COLLEAGUE", "MAX_REASON", "REASON", "build"]

COLLEAGUE, REASON = "colleague", "reason"
"""Ids of the inputs."""
MAX_REASON = 300


def build(
    request: Request,
    words: Words,
    *,
    offered: Sequence[PersonRef] = (),
    chosen: str = "",
    reason: str = "",
    problem: str = "",
) -> Card:
    """`offered` are colleagues who may be meant; `problem` says why nothing was done."""
    body: list[CardElement] = [
        title(words("Hand this request to a colleague")),
        subtle(
            words(
                "Request {id} · {title}",
                id=request.id,
                title=wish_title(request.wish, request.beneficiary, words),
            )
        ),
        text(words("The colleague is asked in your place. You can still decide, but are not reminded.")),
    ]
    if problem:
        body.append(boxed("attention", problem))
    body.append(
        people_picker(COLLEAGUE, words("Colleague (required)"), words, offered=offered, chosen=chosen)
    )
    body.append(
        TextInput(
            id=REASON,
            label=words("Why? (optional; everybody asked can read it)"),
            max_length=MAX_REASON,
            value=reason or None,
        )
    )
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    actions: list[Action] = [
        button(words("Hand over"), "request.reassign", data, style="positive", inputs="auto"),
        button(words("Back"), "request.refresh", {"request": request.id}),
    ]
    spoken = spoken_title(request.wish, request.beneficiary, words)
    return card(
        words("Hand request {id} to a colleague: {title}", id=request.id, title=spoken), body, actions
    )
