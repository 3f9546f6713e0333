"""The last word on a request: the number and where to see it, or what became of it (R69)."""

from __future__ import annotations

from collections.abc import Mapping

from microsoft_teams.cards.core import CardElement

from bot.domain.amounts import read_amount
from bot.domain.approval import Verdict
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.requests import Request, RequestState
from bot.domain.views import RequestView
from bot.domain.wishes import FOR_THE_ORGANISATION, Wish
from bot.words import N_, Words
from cards import wording
from cards.codes import explain
from cards.elements import Card, Tone, boxed, card, facts, subtle, text, title
from cards.markdown import bare, plain
from cards.results import what_next, what_there_is
from cards.wishes import wish_details

__all__ = ["build", "decided_line"]

_DONE = {
    "number": N_("Your phone number is ready"),
    "number_change": N_("Your new phone number is ready"),
    "number_release": N_("Your phone number has been given back"),
    "licence": N_("Your licence is ready: {product}"),
    "phone_user": N_("Your telephone is ready"),
    "meeting_organiser": N_("Your meetings have dial-in numbers now"),
    "swap": N_("Your licence has been changed"),
    "leaver": N_("Your phone licences have been taken back"),
    "mover": N_("Your new phone number is ready"),
    "emergency_location": N_("Your place of work has been changed"),
    "usage_location": N_("Your usage location has been changed"),
    "service_number": N_("The service number is ready"),
    "number_order": N_("The new phone numbers are there"),
    "number_port": N_("The phone numbers have been brought over"),
    "credits": N_("The order of Communications Credits is on record"),
    "recharge": N_("Automatic recharging of Communications Credits has been changed"),
}
"""What has come true, by kind of wish."""

_DONE_FOR_OTHERS = {
    **_DONE,
    "number": N_("The phone number of {name} is ready"),
    "number_change": N_("The new phone number of {name} is ready"),
    "number_release": N_("The phone number of {name} has been given back"),
    "licence": N_("The licence of {name} is ready: {product}"),
    "phone_user": N_("The telephone of {name} is ready"),
    "meeting_organiser": N_("The meetings of {name} have dial-in numbers now"),
    "swap": N_("The licence of {name} has been changed"),
    "leaver": N_("The phone licences of {name} have been taken back"),
    "mover": N_("The new phone number of {name} is ready"),
    "emergency_location": N_("The place of work of {name} has been changed"),
    "usage_location": N_("The usage location of {name} has been changed"),
}

_IN_PART = N_("What was approved of your request is done")
_IN_PART_FOR_OTHERS = N_("What was approved for {name} is done")

_UNDONE = N_("Your licences have been taken back")
_UNDONE_FOR_OTHERS = N_("The licences of {name} have been taken back")

_OF_LICENCES = frozenset({"licence", "meeting_organiser", "phone_user", "swap"})
"""Wishes that may come to licences alone."""

_NEWS = N_("News about your request")
_NEWS_FOR_OTHERS = N_("News about the request for {name}")

_TITLES = {
    RequestState.PARTLY_DONE: N_("Your request was carried out in part"),
    RequestState.FAILED: N_("Your request could not be carried out"),
    RequestState.REJECTED: N_("Your request was rejected"),
    RequestState.WITHDRAWN: N_("Your request was withdrawn"),
    RequestState.EXPIRED: N_("Your request has expired: nobody decided in time"),
}

_TITLES_FOR_OTHERS = {
    RequestState.PARTLY_DONE: N_("The request for {name} was carried out in part"),
    RequestState.FAILED: N_("The request for {name} could not be carried out"),
    RequestState.REJECTED: N_("The request for {name} was rejected"),
    RequestState.WITHDRAWN: N_("The request for {name} was withdrawn"),
    RequestState.EXPIRED: N_("The request for {name} has expired: nobody decided in time"),
}

_NUMBER_DONE = N_("{id}: the phone number of {name} is ready.")

_DECIDED = {
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
    is_persons = number is not None and request.wish.kind not in FOR_THE_ORGANISATION
    if is_persons:
        body.append(text(_where_to_see(request, viewer_id, words)))
    elif request.state is RequestState.DONE:
        body.extend(_granted(request, viewer_id, words))
        body.extend(_on_record(view, words))
    body.extend(_reasons(request, words))
    notices = request.outcome.notices if request.outcome else ()
    body.extend(boxed(_tone(notice), *explain(notice.code, notice.params, words)) for notice in notices)
    spoken = _headline(request, viewer_id, bare(request.beneficiary.name, 80), words)
    summary = f"{spoken}: {wording.number(number)}" if number else spoken
    return card(summary, body)


def _headline(request: Request, viewer_id: str, name: str, words: Words) -> str:
    own = viewer_id == request.beneficiary.id
    if request.state is RequestState.DONE:
        return _done(request, _DONE if own else _DONE_FOR_OTHERS, name, words)
    if own:
        return words(_TITLES.get(request.state, _NEWS))
    other = _TITLES_FOR_OTHERS.get(request.state, _NEWS_FOR_OTHERS)
    return words(other, name=name)


def _done(request: Request, titles: Mapping[str, str], name: str, words: Words) -> str:
    wish = request.wish
    if request.undoes:
        return words(_UNDONE if titles is _DONE else _UNDONE_FOR_OTHERS, name=name)
    if _left_out(request):
        return words(_IN_PART if titles is _DONE else _IN_PART_FOR_OTHERS, name=name)
    product = wording.product(wish.product, words) if wish.kind == "licence" else ""
    return words(titles[_known_as(wish)], name=name, product=product)


def _known_as(wish: Wish) -> str:
    """Where nothing is bought, no order is on record."""
    return "recharge" if wish.kind == "credits" and not wish.buys else wish.kind


def _left_out(request: Request) -> bool:
    """Whether some of it was not approved, so that it cannot be called by its name."""
    return any(one.dropped and one.round == request.round for one in request.decisions)


def _granted(request: Request, viewer_id: str, words: Words) -> list[CardElement]:
    """What has come true, where there is no number to show: what is there now, and what to do with it."""
    if request.undoes or (request.wish.kind not in _OF_LICENCES and not _left_out(request)):
        details = wish_details(request.wish, words)
        return [facts(details)] if details else []
    there = what_there_is(request.plan, words)
    own = viewer_id == request.beneficiary.id
    name = None if own else plain(request.beneficiary.name, 80)
    todo = [text(line) for line in what_next(request.plan, name, words)]
    return [*([facts(there)] if there else []), *todo]


_ORDER: Mapping[str, str] = {
    "order": N_("Order number"),
    "amount": N_("Amount paid in"),
    "bought_on": N_("Day of the purchase"),
    "paid": N_("Paid in by all orders"),
    "differs": N_("Why it is another amount"),
}
"""What is put on record of an order, by the field of its task."""


def _on_record(view: RequestView, words: Words) -> list[CardElement]:
    """Of an order: what whoever placed it has put on record. Nobody else has seen the money."""
    if view.request.wish.kind != "credits":
        return []
    recorded = {name: value for one in view.steps for name, value in one.detail.items()}
    currency = view.request.wish.amount.currency
    told = [
        (words(label), _recorded(name, recorded[name], currency, words))
        for name, label in _ORDER.items()
        if name in recorded
    ]
    return [text(words("As a billing administrator has recorded it:")), facts(told)] if told else []


def _recorded(name: str, value: str, currency: str, words: Words) -> str:
    """As the reader writes amounts and days."""
    amount = read_amount(value, currency) if name in ("amount", "paid") else None
    if amount is not None:
        return words.money(amount.minor, amount.currency)
    return f"{{{{DATE({value}T12:00:00Z, SHORT)}}}}" if name == "bought_on" else plain(value, 300)


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
    name = plain(request.beneficiary.name, 80)
    if request.state is RequestState.DONE and (request.wish.kind != "number" or _left_out(request)):
        return words("{id}: {news}.", id=request.id, news=_done(request, _DONE_FOR_OTHERS, name, words))
    known = {RequestState.DONE: _NUMBER_DONE, **_DECIDED}
    line = known.get(request.state, N_("{id}: there is news about the request for {name}."))
    return words(line, id=request.id, name=name)
