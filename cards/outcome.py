"""The last word on a request: the number and where to see it, or what became of it (R69)."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.domain.approval import Verdict
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.words import N_, Words
from cards import wording
from cards.codes import explain
from cards.elements import Card, Tone, boxed, card, facts, subtle, text, title
from cards.markdown import bare, plain

__all__ = ["build", "decided_line"]

_TITLES = {
    RequestState.DONE: N_("Your phone number is ready"),
    RequestState.PARTLY_DONE: N_("Your request was carried out in part"),
    RequestState.FAILED: N_("Your request could not be carried out"),
    RequestState.REJECTED: N_("Your request was rejected"),
    RequestState.WITHDRAWN: N_("Your request was withdrawn"),
    RequestState.EXPIRED: N_("Your request has expired: nobody decided in time"),
}

_TITLES_FOR_OTHERS = {
    RequestState.DONE: N_("The phone number of {name} is ready"),
    RequestState.PARTLY_DONE: N_("The request for {name} was carried out in part"),
    RequestState.FAILED: N_("The request for {name} could not be carried out"),
    RequestState.REJECTED: N_("The request for {name} was rejected"),
    RequestState.WITHDRAWN: N_("The request for {name} was withdrawn"),
    RequestState.EXPIRED: N_("The request for {name} has expired: nobody decided in time"),
}

_DECIDED = {
    RequestState.DONE: N_("{id}: the phone number of {name} is ready."),
    RequestState.PARTLY_DONE: N_("{id}: the request for {name} was carried out in part."),
    RequestState.FAILED: N_("{id}: the request for {name} could not be carried out."),
    RequestState.REJECTED: N_("{id}: the request for {name} was rejected."),
    RequestState.WITHDRAWN: N_("{id}: the request for {name} was withdrawn."),
    RequestState.EXPIRED: N_("{id}: the request for {name} has expired."),
}


def build(view: RequestView, viewer_id: str, words: Words) -> Card:
    request = view.request
    headline = _headline(request, viewer_id, plain(request.beneficiary.name, 80), words)
    body: list[CardElement] = [title(headline), subtle(words("Request {id}", id=request.id))]
    number = request.outcome.telephone_number if request.outcome else None
    if number:
        body.append(facts(_numbers(number, words)))
        body.append(text(_where_to_see(request, viewer_id, words)))
    body.extend(_reasons(request, words))
    notices = request.outcome.notices if request.outcome else ()
    body.extend(boxed(_tone(notice), *explain(notice.code, notice.params, words)) for notice in notices)
    spoken = _headline(request, viewer_id, bare(request.beneficiary.name, 80), words)
    summary = f"{spoken}: {wording.number(number)}" if number else spoken
    return card(summary, body)


def _headline(request: Request, viewer_id: str, name: str, words: Words) -> str:
    if viewer_id == request.beneficiary.id:
        return words(_TITLES.get(request.state, N_("News about your request")))
    other = _TITLES_FOR_OTHERS.get(request.state, N_("News about the request for {name}"))
    return words(other, name=name)


def _numbers(e164: str, words: Words) -> list[tuple[str, str]]:
    return [
        (words("Number"), f"**{wording.number(e164)}**"),
        (words("National"), wording.national(e164)),
        (words("To copy"), e164),
    ]


def _tone(notice: Notice) -> Tone:
    return "warning" if notice.level is NoticeLevel.WARN else "emphasis"


def _where_to_see(request: Request, viewer_id: str, words: Words) -> str:
    if viewer_id == request.beneficiary.id:
        return words("You find it in Teams under Calls, above the dial pad. You can call and be called now.")
    return words(
        "{name} finds it in Teams under Calls, above the dial pad.", name=plain(request.beneficiary.name, 80)
    )


def _reasons(request: Request, words: Words) -> list[CardElement]:
    """Who rejected, and why."""
    return [
        boxed("emphasis", wording.comment(decision, words))
        for decision in request.decisions
        if decision.verdict is Verdict.REJECT and decision.comment
    ]


def decided_line(view: RequestView, words: Words) -> str:
    """One line for those who decided."""
    request = view.request
    line = _DECIDED.get(request.state, N_("{id}: there is news about the request for {name}."))
    return words(line, id=request.id, name=plain(request.beneficiary.name, 80))
