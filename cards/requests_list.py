"""My requests, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import Action, ActionSet, CardElement, Column, ColumnSet, TextBlock

from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.elements import MAX_ACTIONS, Card, button, card, moment, subtle, text, title
from cards.wishes import wish_title

__all__ = ["PAGE", "build"]

PAGE = MAX_ACTIONS - 2
"""Requests on a page: each has a button, and two are left for turning pages."""


def build(views: Sequence[RequestView], offset: int, words: Words) -> Card:
    """`views` holds one more than a page when there is another page."""
    shown = views[:PAGE]
    heading = words("My requests")
    body: list[CardElement] = [title(heading)]
    if not shown:
        body.append(text(words("There are none. Write **help** to see what you can ask for.")))
    body.extend(_row(view, words) for view in shown)
    return card(heading, body, _paging(views, offset, words))


def _row(view: RequestView, words: Words) -> ColumnSet:
    request = view.request
    what = wish_title(request.wish, request.beneficiary, words)
    state = wording.state(request, words)
    told = [
        TextBlock(text=f"**{request.id}** · {what}", wrap=True),
        subtle(words("{state} · asked on {when}", state=state, when=moment(request.created_at))),
    ]
    # The same word on every button: which request it shows is said by the tooltip, which is read out too.
    show = button(words("Show"), "requests.show", {"request": request.id})
    show.tooltip = words("Show {id}", id=request.id)
    return ColumnSet(
        separator=True,
        columns=[
            Column(width="stretch", items=told),
            Column(width="auto", vertical_content_alignment="Center", items=[ActionSet(actions=[show])]),
        ],
    )


def _paging(views: Sequence[RequestView], offset: int, words: Words) -> list[Action]:
    pages: list[Action] = []
    if offset > 0:
        pages.append(button(words("Newer"), "requests.list", {"offset": max(0, offset - PAGE)}))
    if len(views) > PAGE:
        pages.append(button(words("Older"), "requests.list", {"offset": offset + PAGE}))
    return pages
