"""Messages that could not be delivered: who, what, why, when, and what can be done about each."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards.core import Action, ActionSet, CardElement, Column, ColumnSet, TextBlock

from bot.domain.channels import ChannelRole, role_of
from bot.domain.messages import Template
from bot.domain.undelivered import UndeliveredList, UndeliveredMessage
from bot.words import N_, Words
from cards.elements import Card, boxed, button, card, moment, subtle, text, title
from cards.markdown import plain

__all__ = ["build"]

_A_MESSAGE = N_("a message")
_WHAT: Mapping[Template, str] = {
    Template.APPROVAL: N_("a request to decide on"),
    Template.CHANNEL_APPROVAL: N_("a request to decide on"),
    Template.DIGEST: N_("the list of what waits for a decision"),
    Template.TASK: N_("a task"),
    Template.DRIFT: N_("what is not as it was approved"),
    Template.REPORT: N_("the report of a month"),
    Template.OUTCOME: N_("how a request ended"),
    Template.DECIDED: N_("how a request ended"),
    Template.NOTICE: N_("a notice"),
}

_WHY: Mapping[str, str] = {
    "blocked": N_("has blocked Switchboard or removed it"),
    "not_installed": N_("does not have Switchboard, and it could not be installed"),
    "gone": N_("cannot be found in Teams any more"),
    "undelivered": N_("Teams did not take it for hours"),
}


def build(view: UndeliveredList, words: Words, *, remark: str | None = None) -> Card:
    """`remark` says what became of a click."""
    heading = words("Messages that could not be delivered")
    body: list[CardElement] = [title(heading)]
    if remark:
        body.append(boxed("emphasis", remark))
    if not view.messages:
        body.append(text(words("There are none: everything has arrived or is on its way.")))
    body.extend(_row(message, view.offset, words) for message in view.messages)
    return card(heading, body, _paging(view, words))


def _row(message: UndeliveredMessage, offset: int, words: Words) -> ColumnSet:
    data = {"message": message.id, "offset": offset}
    again = button(words("Try again"), "undelivered.retry", data)
    again.tooltip = words("Try again to reach {name}", name=_who(message, words))
    dismiss = button(words("Dismiss"), "undelivered.dismiss", data)
    dismiss.tooltip = words("Take this message off the list")
    return ColumnSet(
        separator=True,
        columns=[
            Column(width="stretch", items=_told(message, words)),
            Column(
                width="auto",
                vertical_content_alignment="Center",
                items=[ActionSet(actions=[again, dismiss])],
            ),
        ],
    )


def _told(message: UndeliveredMessage, words: Words) -> list[CardElement]:
    what = words(_WHAT.get(message.template, _A_MESSAGE))
    about = f" · {message.request_id}" if message.request_id else ""
    why = words(_WHY.get(message.state, _WHY["undelivered"]))
    tries = words.plural("{n} try", "{n} tries", message.tries)
    reason = f" · {plain(message.reason, 120)}" if message.reason else ""
    return [
        TextBlock(text=f"**{_who(message, words)}** · {what}{about}", wrap=True),
        subtle(words("{why} · {when} · {tries}", why=why, when=moment(message.at), tries=tries) + reason),
    ]


def _who(message: UndeliveredMessage, words: Words) -> str:
    match role_of(message.recipient_id):
        case ChannelRole.APPROVALS:
            return words("The channel for approvals")
        case ChannelRole.ADMINS:
            return words("The channel for admins")
        case None:
            return plain(message.recipient or message.recipient_id, 80)


def _paging(view: UndeliveredList, words: Words) -> list[Action]:
    pages: list[Action] = []
    size = len(view.messages)
    if view.offset > 0:
        pages.append(button(words("Newer"), "undelivered.list", {"offset": max(0, view.offset - 5)}))
    if view.more:
        pages.append(button(words("Older"), "undelivered.list", {"offset": view.offset + size}))
    return pages
