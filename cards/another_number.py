"""The number somebody wanted has gone to somebody else: which other one will do, if any (J14a)?"""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.number_choice import offered
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.codes import notice_line
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.wishes import spoken_title, wish_title

__all__ = ["ANY", "build"]

ANY = "any"
"""What a button sends in place of a number."""


def build(view: RequestView, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says why a click changed nothing."""
    request = view.request
    numbers = offered(request)
    body: list[CardElement] = [
        title(words("Your number has gone to somebody else")),
        subtle(wish_title(request.wish, request.beneficiary, words)),
        subtle(words("Request {id} · {state}", id=request.id, state=wording.state(request, words))),
    ]
    if remark:
        body.append(boxed("warning", remark))
    notices = request.outcome.notices if request.outcome else ()
    if numbers:
        body.extend(text(notice_line(notice, words)) for notice in notices)
    else:
        body.append(text(words("No choice is needed any more.")))
    spoken = spoken_title(request.wish, request.beneficiary, words)
    summary = words("{title}: choose another number", title=spoken)
    return card(summary, body, _buttons(request, numbers, words))


def _buttons(request: Request, numbers: tuple[str, ...], words: Words) -> list[Action]:
    if not numbers:
        return []
    data = {"request": request.id}
    return [
        *(button(wording.number(one), "number.pick", {**data, "number": one}) for one in numbers),
        button(words("Any of the same place"), "number.pick", {**data, "number": ANY}),
        button(words("Withdraw"), "request.withdraw", data),
    ]
