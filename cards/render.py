"""From a message's name to what is sent: one entry for everything the service says on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.drift.views import DriftList
from bot.domain.errors import Bug
from bot.domain.messages import Template
from bot.domain.pending import PendingList
from bot.domain.policy_views import PolicyView
from bot.domain.reports import Report
from bot.domain.task_views import TaskView
from bot.domain.views import RequestView
from bot.words import Words
from cards import (
    another_number,
    approval,
    channel_approval,
    confirm,
    delegations,
    digest,
    drift,
    outcome,
    policy_change,
    progress,
    question,
    reminder,
    report,
    task,
    undo,
    welcome,
)
from cards.codes import explain
from cards.elements import Card

__all__ = ["About", "Rendered", "render"]


_SAME_FOR_ALL: Mapping[Template, Callable[[RequestView, Words], Card]] = {
    Template.CHANNEL_APPROVAL: channel_approval.build,
    Template.CHOICE: another_number.build,
    Template.REMINDER: reminder.build,
    Template.UNDO: undo.build,
}
"""Cards of requests that look the same whoever reads them."""

About = RequestView | TaskView | PendingList | PolicyView | DriftList
"""What a message may be about."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Either a card or a Markdown text, and the line for the notification."""

    card: Card | None
    text: str | None
    summary: str


def render(
    template: Template,
    view: About | None,
    params: Mapping[str, str],
    viewer_id: str,
    words: Words,
) -> Rendered:
    """What `viewer_id` is to see. Raises `Bug` when a template comes without what it is about."""
    match template:
        case Template.WELCOME:
            return _card(welcome.build(words))
        case Template.NOTICE:
            return _text(_notice(view, params, words))
        case Template.DELEGATION:
            return _card(delegations.told(params, words))
        case Template.TASK:
            return _card(task.build(_needed_task(view), viewer_id, words))
        case Template.POLICY_CHANGE:
            return _card(policy_change.build(_needed_policy(view), viewer_id, words))
        case Template.DRIFT:
            return _card(drift.build(_needed_drift(view), words))
        case Template.REPORT:
            return _card(report.build(Report.model_validate_json(params["report"]), words))
        case Template.DIGEST:
            return _card(digest.replaced(words) if "replaced" in params else _list(view, words))
        case _:
            return _about_request(template, _needed(view, template), params, viewer_id, words)


def _about_request(
    template: Template, view: RequestView, params: Mapping[str, str], viewer_id: str, words: Words
) -> Rendered:
    same_for_all = _SAME_FOR_ALL.get(template)
    if same_for_all:
        return _card(same_for_all(view, words))
    match template:
        case Template.APPROVAL:
            return _card(approval.build(view, viewer_id, words))
        case Template.PROGRESS:
            return _card(progress.build(view, viewer_id, words))
        case Template.OUTCOME:
            return _card(outcome.build(view, viewer_id, words))
        case Template.QUESTION:
            return _card(question.build(view, viewer_id, words))
        case Template.CODE:
            return _card(confirm.code_card(view, params["code"], words))
        case Template.DECIDED:
            return _text(outcome.decided_line(view, words))
        case _:
            raise Bug(f"{template} is not about a request")


def _list(view: About | None, words: Words) -> Card:
    if not isinstance(view, PendingList):
        raise Bug(f"{Template.DIGEST} without a list")
    return digest.build(view, words)


def _needed(view: About | None, template: Template) -> RequestView:
    if not isinstance(view, RequestView):
        raise Bug(f"{template} without a request")
    return view


def _needed_task(view: About | None) -> TaskView:
    if not isinstance(view, TaskView):
        raise Bug(f"{Template.TASK} without a task")
    return view


def _needed_policy(view: About | None) -> PolicyView:
    if not isinstance(view, PolicyView):
        raise Bug(f"{Template.POLICY_CHANGE} without a policy")
    return view


def _needed_drift(view: About | None) -> DriftList:
    if not isinstance(view, DriftList):
        raise Bug(f"{Template.DRIFT} without findings")
    return view


def _card(card: Card) -> Rendered:
    return Rendered(card=card, text=None, summary=str(card["fallbackText"]))


def _text(text: str) -> Rendered:
    return Rendered(card=None, text=text, summary=text.splitlines()[0])


def _notice(view: About | None, params: Mapping[str, str], words: Words) -> str:
    lines = explain(params.get("code", ""), {k: v for k, v in params.items() if k != "code"}, words)
    about = [words("Request {id}", id=view.request.id)] if isinstance(view, RequestView) else []
    return "\n\n".join([*about, *lines])
