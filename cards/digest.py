"""What waits for one's decision, what has waited longest first, a page at a time."""

from __future__ import annotations

from microsoft_teams.cards.core import Action, ActionSet, CardElement, Column, ColumnSet, TextBlock

from bot.domain.pending import PendingItem, PendingList, ends_at, takes_one_click
from bot.domain.requests import Request
from bot.words import Words
from cards.elements import Card, boxed, button, card, moment, subtle, text, title
from cards.markdown import plain
from cards.wishes import wish_title

__all__ = ["build", "replaced"]


def build(view: PendingList, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says what became of a click."""
    body: list[CardElement] = [title(words("Waiting for your decision"))]
    if remark:
        body.append(boxed("emphasis", remark))
    if not view.items:
        body.append(text(words("Nothing is left: no request waits for you.")))
        return card(words("No request waits for your decision."), body)
    counted = words.plural("{n} request waits for you.", "{n} requests wait for you.", view.total)
    body.append(subtle(counted))
    body.extend(_row(item, view.offset, words) for item in view.items)
    return card(counted, body, _paging(view, words))


def replaced(words: Words) -> Card:
    """What is left of a list that was sent anew."""
    said = words("This list has been sent again further down, as it is now.")
    return card(said, [title(words("Waiting for your decision")), text(said)])


def _row(item: PendingItem, offset: int, words: Words) -> ColumnSet:
    request = item.request
    what = wish_title(request.wish, request.beneficiary, words)
    told = [TextBlock(text=f"**{request.id}** · {what}", wrap=True), subtle(_when(item, words))]
    return ColumnSet(
        separator=True,
        columns=[
            Column(width="stretch", items=told),
            Column(
                width="auto",
                vertical_content_alignment="Center",
                items=[ActionSet(actions=_buttons(request, offset, words))],
            ),
        ],
    )


def _when(item: PendingItem, words: Words) -> str:
    name = plain(item.request.requester.name, 80)
    stage = item.request.stage
    due = ends_at(stage) if stage else None
    if due is None:
        return words("asked by {name} · waiting since {when}", name=name, when=moment(item.since))
    return words("asked by {name} · waiting since {when} · until {due}", name=name,
                 when=moment(item.since), due=moment(due))  # fmt: skip


def _buttons(request: Request, offset: int, words: Words) -> list[Action]:
    """The same words on every row: which request is meant is said by the tooltip, which is read out too."""
    show = button(words("Open"), "approvals.open", {"request": request.id})
    show.tooltip = words("Open {id}", id=request.id)
    if not takes_one_click(request):
        return [show]
    data = {"request": request.id, "stage": request.stage_index, "round": request.round, "offset": offset}
    approve = button(words("Approve"), "approvals.approve", data)
    approve.tooltip = words("Approve {id}", id=request.id)
    return [approve, show]


def _paging(view: PendingList, words: Words) -> list[Action]:
    pages: list[Action] = []
    size = len(view.items)
    if view.offset > 0:
        pages.append(button(words("Older"), "approvals.list", {"offset": max(0, view.offset - 10)}))
    if view.offset + size < view.total:
        pages.append(button(words("Newer"), "approvals.list", {"offset": view.offset + size}))
    return pages
