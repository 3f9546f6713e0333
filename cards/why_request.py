"""Why a request stands as it does: what it waits for, who decides by which rule, what it takes."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.words import Words
from cards import wording
from cards.codes import notice_line
from cards.elements import Card, boxed, card, facts, heading, moment, subtle, text, title
from cards.markdown import plain
from cards.progress import state_lines
from cards.review import plan_elements
from cards.wishes import wish_title

__all__ = ["build"]

_RULE = 160


def build(view: RequestView, words: Words) -> Card:
    request = view.request
    about = words("Why {id} stands as it does", id=request.id)
    body: list[CardElement] = [
        title(about),
        subtle(wish_title(request.wish, request.beneficiary, words)),
        boxed("emphasis", *state_lines(request, words), *_next_look(request, words)),
    ]
    if request.outcome:
        body.extend(text(notice_line(notice, words)) for notice in request.outcome.notices)
    body += [heading(words("Who decides")), text(_by_rule(request, words))]
    if request.stages:
        body.append(facts(_stages(request, words)))
    return card(about, [*body, *plan_elements(request.plan, words)])


def _next_look(request: Request, words: Words) -> list[str]:
    """When it goes on by itself; while somebody is asked, that has been said already."""
    if request.due_at is None or request.stage is not None:
        return []
    return [words("I look at it again by myself, {when} at the latest.", when=moment(request.due_at))]


def _by_rule(request: Request, words: Words) -> str:
    rule = plain(request.rule, _RULE)
    if request.auto_approved:
        return words("Nobody: the rule “{rule}” of the policy approves it.", rule=rule)
    return words("Those whom the rule “{rule}” of the policy asks:", rule=rule)


def _stages(request: Request, words: Words) -> list[tuple[str, str]]:
    return [
        (words("{number}. stage", number=number), wording.deciders(stage, words))
        for number, stage in enumerate(request.stages, start=1)
    ]
