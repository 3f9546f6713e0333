"""Somebody asks for what is open already: what can be done with the request that is there (J09)."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement, TextInput

from bot.domain.plans import Refusal
from bot.domain.remarks import LONGEST
from bot.domain.requests import Request
from bot.words import Words
from cards import wording
from cards.codes import explain
from cards.elements import Card, boxed, button, card, rows, subtle, title
from cards.wishes import spoken_title, wish_title

__all__ = ["COMMENT", "build"]

COMMENT = "remark"


def build(
    request: Request,
    viewer_id: str,
    draft_id: str,
    words: Words,
    *,
    refusal: Refusal | None = None,
    done: str = "",
) -> Card:
    """`refusal` says why a click changed nothing, `done` what it did."""
    said = Refusal(code="SB-REQ-02", params={"request": request.id}) if refusal is None else refusal
    status = words("Request {id} · {state}", id=request.id, state=wording.state(request, words))
    body: list[CardElement] = [
        title(wish_title(request.wish, request.beneficiary, words)),
        subtle(status),
        boxed("good", done) if done else boxed("warning", *explain(said.code, said.params, words)),
    ]
    if refusal is None and not done:
        body.append(rows(_offers(request, viewer_id, words)))
    commented = request.stage is not None
    if commented:
        body.append(_comment(words))
    spoken = spoken_title(request.wish, request.beneficiary, words)
    summary = words("{title}: a request is open already", title=spoken)
    return card(summary, body, _buttons(request, viewer_id, draft_id, words))


def _offers(request: Request, viewer_id: str, words: Words) -> list[str]:
    """What the buttons do."""
    watch = words("**Watch:** I tell you how it ends.")
    add = words("**Add:** what you write below is shown to everybody who decides.")
    replace = words("**Replace:** that request is withdrawn, and what you have asked for now is sent.")
    return [
        *([watch] if viewer_id not in request.concerned else []),
        *([add] if request.stage is not None else []),
        *([replace] if viewer_id == request.requester.id else []),
    ]


def _comment(words: Words) -> TextInput:
    return TextInput(
        id=COMMENT,
        label=words("What those who decide should know, too"),
        is_multiline=True,
        max_length=LONGEST,
    )


def _buttons(request: Request, viewer_id: str, draft_id: str, words: Words) -> list[Action]:
    data = {"draft": draft_id}
    found: list[Action] = []
    if viewer_id not in request.concerned:
        found.append(button(words("Watch"), "wish.watch", data))
    if request.stage is not None:
        found.append(button(words("Add"), "wish.comment", data, inputs="auto"))
    if viewer_id == request.requester.id:
        found.append(button(words("Replace"), "wish.replace", data, style="destructive"))
    return [*found, button(words("Change"), "wish.edit", data), button(words("Cancel"), "wish.cancel", data)]
