"""A reminder to who has not decided: what waits, since when, what happens next, and the way to it."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.elements import Card, button, card, moment, subtle, text, title
from cards.next_up import next_lines
from cards.wishes import spoken_title, wish_title

__all__ = ["build"]


def build(view: RequestView, words: Words) -> Card:
    """Says how the request stands where it was decided while the reminder was on its way."""
    request = view.request
    body: list[CardElement] = [
        title(wish_title(request.wish, request.beneficiary, words)),
        subtle(words("Request {id} · asked on {when}", id=request.id, when=moment(request.created_at))),
        *map(text, _lines(request, words)),
    ]
    spoken = spoken_title(request.wish, request.beneficiary, words)
    summary = words("Reminder: {id} waits for your decision. {title}", id=request.id, title=spoken)
    return card(summary, body, _actions(request, words))


def _lines(request: Request, words: Words) -> list[str]:
    stage = request.stage
    if stage is None or stage.opened_at is None:
        return [words("**{state}**", state=wording.state(request, words))]
    since = moment(stage.opened_at)
    waiting = words("**Reminder:** this has been waiting for your decision since {when}.", when=since)
    return [waiting, *next_lines(stage, words)]


def _actions(request: Request, words: Words) -> list[Action]:
    if request.stage is None:
        return []
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    return [button(words("Open"), "approvals.open", data)]
