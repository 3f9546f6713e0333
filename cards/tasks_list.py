"""Tasks that wait for somebody to do them, the oldest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import Action, ActionSet, CardElement, Column, ColumnSet, TextBlock

from bot.domain.task_views import TaskView
from bot.words import Words
from cards.elements import MAX_ACTIONS, Card, button, card, moment, subtle, text, title
from cards.markdown import plain
from cards.task import headline, state

__all__ = ["PAGE", "build"]

PAGE = MAX_ACTIONS - 2
"""Tasks on a page: each has a button, and two are left for turning pages."""


def build(views: Sequence[TaskView], offset: int, words: Words) -> Card:
    """`views` holds one more than a page when there is another page."""
    heading = words("Open tasks")
    body: list[CardElement] = [title(heading)]
    if not views:
        body.append(text(words("There are none: nothing waits for you.")))
    body.extend(_row(view, words) for view in views[:PAGE])
    return card(heading, body, _paging(views, offset, words))


def _row(view: TaskView, words: Words) -> ColumnSet:
    task = view.task
    show = button(words("Show"), "task.show", {"task": task.id})
    show.tooltip = words("Show {id}", id=task.id)
    told = [TextBlock(text=f"**{task.id}** · {headline(view, words)}", wrap=True), subtle(_how(view, words))]
    return ColumnSet(
        separator=True,
        columns=[
            Column(width="stretch", items=told),
            Column(width="auto", vertical_content_alignment="Center", items=[ActionSet(actions=[show])]),
        ],
    )


def _how(view: TaskView, words: Words) -> str:
    task = view.task
    if task.claimed_by is not None:
        name = plain(task.claimed_by.name, 80)
        return words("{state} by {name} · since {when}", state=state(task, words), name=name,
                     when=moment(task.created_at))  # fmt: skip
    waiting = str(view.waiting)
    return words("{state} · waiting: {count} · since {when}", state=state(task, words), count=waiting,
                 when=moment(task.created_at))  # fmt: skip


def _paging(views: Sequence[TaskView], offset: int, words: Words) -> list[Action]:
    pages: list[Action] = []
    if offset > 0:
        pages.append(button(words("Older"), "tasks.list", {"offset": max(0, offset - PAGE)}))
    if len(views) > PAGE:
        pages.append(button(words("Newer"), "tasks.list", {"offset": offset + PAGE}))
    return pages
