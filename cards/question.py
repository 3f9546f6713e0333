"""What those who decide ask the requester, with room for the answer while it is of use."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement, TextInput

from bot.domain.remarks import LONGEST, unanswered
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.approval_state import talk_elements
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.wishes import spoken_title, wish_title

__all__ = ["ANSWER", "build"]

ANSWER = "answer"


def build(view: RequestView, viewer_id: str, words: Words, *, error: str = "", typed: str = "") -> Card:
    """`error` stands at the input, `typed` is kept."""
    request = view.request
    body: list[CardElement] = [
        title(words("A question about your request")),
        subtle(wish_title(request.wish, request.beneficiary, words)),
        subtle(words("Request {id} · {state}", id=request.id, state=wording.state(request, words))),
        *talk_elements(view.remarks, words),
    ]
    actions: list[Action] = []
    if error:
        body.append(boxed("attention", error))
    if request.stage is None:
        body.append(text(words("This request does not wait for approval any more; no answer is needed.")))
    elif not unanswered(view.remarks):
        body.append(text(words("Your answer is on the cards of everybody who decides.")))
    elif viewer_id == request.requester.id:
        body.append(_answer(typed, words))
        actions = [button(words("Answer"), "request.answer", {"request": request.id}, inputs="auto")]
    spoken = spoken_title(request.wish, request.beneficiary, words)
    return card(words("A question about {title}", title=spoken), body, actions)


def _answer(typed: str, words: Words) -> TextInput:
    return TextInput(
        id=ANSWER,
        label=words("Your answer (required)"),
        error_message=words("Please write an answer."),
        is_required=True,
        is_multiline=True,
        max_length=LONGEST,
        value=typed or None,
    )
