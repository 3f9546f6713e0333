"""How the desk stands, on one card."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.domain.desk_status import DeskStatus
from bot.domain.states import RequestState
from bot.words import Words
from cards import wording
from cards.codes import explain
from cards.elements import Card, boxed, card, facts, heading, moment, rows, subtle, title
from cards.markdown import plain

__all__ = ["build"]

_MOST = 6
"""Lines of one kind."""


def build(status: DeskStatus, words: Words) -> Card:
    """The answer to `status`."""
    summary = words("How the desk stands")
    body: list[CardElement] = [title(summary), _running(status, words)]
    body.append(heading(words("Requests")))
    body.append(facts(_requests(status, words)))
    if status.waiting:
        body.append(heading(words("Waiting for")))
        body.append(facts(_waiting(status, words)))
    body.append(heading(words("For people")))
    body.append(facts(_for_people(status, words)))
    body.extend(_troubles(status, words))
    at, policy = moment(status.at), status.policy
    body.append(subtle(words("At {when} · policy {version}", when=at, version=policy)))
    return card(summary, body)


def _running(status: DeskStatus, words: Words) -> CardElement:
    pause = status.pause
    if pause is None:
        return boxed("good", words("Requests are being carried out."))
    name, reason = plain(pause.name, 80), plain(pause.reason, 300)
    return boxed(
        "warning",
        words("Paused by {name} since {when}: {reason}", name=name, when=moment(pause.since), reason=reason),
    )


def _requests(status: DeskStatus, words: Words) -> list[tuple[str, str]]:
    order = (RequestState.SUBMITTED, RequestState.APPROVED, RequestState.EXECUTING, RequestState.WAITING)
    pairs = [(wording.state_name(state, words), str(status.open.get(state, 0))) for state in order]
    if status.under_way:
        shown = words.listing(list(status.under_way[:_MOST]))
        told = words("{n}: {names}", n=len(status.under_way), names=shown)
        pairs.append((words("A change is on its way"), told))
    pairs.append((words("Done in 7 days"), str(status.done_lately)))
    pairs.append((words("Failed in 7 days"), str(status.failed_lately)))
    return pairs


def _waiting(status: DeskStatus, words: Words) -> list[tuple[str, str]]:
    most = sorted(status.waiting.items(), key=lambda item: -item[1])
    pairs = [(wording.waiting_for(reason, words), str(n)) for reason, n in most]
    if status.oldest_waiting is not None:
        pairs.append((words("The longest since"), moment(status.oldest_waiting)))
    return pairs


def _for_people(status: DeskStatus, words: Words) -> list[tuple[str, str]]:
    return [
        (words("Open tasks"), str(status.tasks)),
        (words("Messages on their way"), str(status.messages)),
        (words("Undelivered messages"), str(status.undelivered)),
    ]


def _troubles(status: DeskStatus, words: Words) -> list[CardElement]:
    """What people were alerted to, and chores that were not done to their end."""
    alerts = [explain(one.code, one.params, words)[0] for one in status.alerts[:_MOST]]
    chores = [
        words("{chore} was not done: {reason}", chore=one.name, reason=plain(one.trouble, 160))
        for one in status.troubled[:_MOST]
    ]
    if not alerts and not chores:
        return []
    return [heading(words("What needs somebody")), rows([*alerts, *chores])]
