"""The card of a request in the approvals channel.

A channel is read by more people than decide: the card says who asks for what, for whom, and who has decided.
Reasons, comments, addresses, numbers and cost stay in the chats of those who decide.
"""

from __future__ import annotations

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.approval import Verdict, votes_of
from bot.domain.pending import ends_at, takes_one_click
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.elements import Card, boxed, button, card, facts, moment, subtle, text, title
from cards.markdown import plain
from cards.wishes import spoken_title, wish_title

__all__ = ["build", "decided_here"]


def build(view: RequestView, words: Words, *, remark: str | None = None) -> Card:
    """`remark` is for whoever clicked, and is shown to nobody else."""
    request = view.request
    status = words("Request {id} · {state}", id=request.id, state=wording.state(request, words))
    body: list[CardElement] = [title(wish_title(request.wish, request.beneficiary, words)), subtle(status)]
    if remark:
        body.append(boxed("warning", remark))
    body.append(facts(_facts(request, words)))
    body.extend(_votes(request, words))
    if request.stage is not None and not decided_here(request):
        body.append(text(words("This takes more than a click: open it in your own chat to decide.")))
    summary = words("Request {id}: {title}. {state}.", id=request.id, state=wording.state(request, words),
                    title=spoken_title(request.wish, request.beneficiary, words))  # fmt: skip
    return card(summary, body, _buttons(request, words))


def decided_here(request: Request) -> bool:
    """Whether the open stage is one for the channel, and takes no more than a click."""
    stage = request.stage
    return stage is not None and stage.spec.channel and takes_one_click(request)


def _facts(request: Request, words: Words) -> list[tuple[str, str]]:
    found = [
        (words("Asked by"), plain(request.requester.name, 80)),
        (words("Asked on"), moment(request.created_at)),
    ]
    due = ends_at(request.stage) if request.stage else None
    return [*found, (words("Open until"), moment(due))] if due else found


def _votes(request: Request, words: Words) -> list[CardElement]:
    shown: list[CardElement] = []
    standing = votes_of(request) if request.stage else [one for one in request.decisions if not one.void]
    for vote in standing:
        name, at = plain(vote.approver.name, 80), moment(vote.at)
        if vote.verdict is Verdict.APPROVE:
            shown.append(boxed("good", words("Approved by {name}, {when}", name=name, when=at)))
        else:
            shown.append(boxed("attention", words("Rejected by {name}, {when}", name=name, when=at)))
    return shown


def _buttons(request: Request, words: Words) -> list[Action]:
    if request.stage is None:
        return []
    data = {"request": request.id, "stage": request.stage_index, "round": request.round}
    show = button(words("Open in my chat"), "channel.open", data)
    if not decided_here(request):
        return [show]
    return [button(words("Approve"), "channel.approve", data, style="positive"), show]
