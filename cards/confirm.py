"""Confirming a risky approval: the card that asks for the one-time code, and the card that brings it."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement, TextBlock, TextInput

from bot.domain.policy import StepUp
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.wishes import spoken_title, wish_title

__all__ = ["CODE", "MAX_CODE", "ask", "code_card", "second_person"]

CODE = "code"
MAX_CODE = 20
"""Characters read: six digits, however they are grouped."""


def ask(view: RequestView, words: Words, *, error: str | None = None) -> Card:
    """In place of the approver's card: nothing is decided until the code is typed."""
    request = view.request
    body: list[CardElement] = [title(wish_title(request.wish, request.beneficiary, words))]
    body.append(subtle(words("Request {id} · to be confirmed", id=request.id)))
    body.append(
        text(
            words(
                "This approval has to be confirmed. I have sent a code of six digits to your own chat with "
                "me. It is good for ten minutes. Until you type it here, nothing is decided."
            )
        )
    )
    if error:
        body.append(boxed("attention", error))
    body.append(
        TextInput(
            id=CODE,
            label=words("Code from your chat"),
            placeholder=words("Six digits"),
            max_length=MAX_CODE,
            is_required=True,
            error_message=words("Please type the six digits."),
        )
    )
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    actions = [
        button(words("Confirm the approval"), "request.confirm", data, style="positive", inputs="auto"),
        button(words("Send me another code"), "request.another_code", data),
        button(words("Back"), "request.refresh", data),
    ]
    spoken = spoken_title(request.wish, request.beneficiary, words)
    summary = words("Request {id}: {title}. Waiting for your code.", id=request.id, title=spoken)
    return card(summary, body, actions)


def code_card(view: RequestView, code: str, words: Words) -> Card:
    """The code, for the approver's own chat. It stands in the body only: notifications show the summary."""
    request = view.request
    body: list[CardElement] = [
        title(words("Your code for request {id}", id=request.id)),
        TextBlock(text=code, size="ExtraLarge", weight="Bolder", font_type="Monospace", wrap=True),
        text(wish_title(request.wish, request.beneficiary, words)),
        subtle(
            words(
                "Good for ten minutes and for this approval only. Of several codes the newest one counts. "
                "Tell nobody: I never ask for it anywhere but on the card where you approved."
            )
        ),
        subtle(
            words(
                "If you have not approved anything just now, somebody else may be using your account: tell "
                "those who look after it. Nothing is decided without the code."
            )
        ),
    ]
    return card(words("A code to confirm your approval of request {id}", id=request.id), body)


def second_person(request: Request, words: Words) -> str | None:
    """What is to be known where one person alone cannot approve, while the stage is open."""
    stage = request.stage
    if stage is None or stage.spec.step_up is not StepUp.SECOND_PERSON:
        return None
    return words("One person alone cannot approve this: a second person has to approve as well.")
