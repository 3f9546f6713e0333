"""What a month came to, and how the desk stands: on one card, and with those who decide on another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.amounts import money_text
from bot.domain.reports import (
    FIRST_MONTH,
    Burn,
    Load,
    LoadOrder,
    LoadSum,
    Report,
    Times,
    month_before,
)
from bot.domain.states import RequestState
from bot.domain.stock_views import NumberState
from bot.domain.values import Money
from bot.words import N_, Words
from cards import wording
from cards.charts import Point, Series, bars, donut, grouped, lying
from cards.elements import Card, button, card, facts, heading, moment, subtle, text, title
from cards.listing import Choosing, Listing, Option, Row
from cards.listing import build as build_list
from cards.markdown import plain
from cards.numbers import state_name

__all__ = ["APPROVERS", "MONTH", "ORDER", "VERB", "Page", "approvers", "build"]

VERB = "report.show"
"""What the buttons send that show another month."""

APPROVERS = "report.approvers"
"""What the button sends that asks who decided how much, and those that turn its pages."""

MONTH, ORDER = "month", "order"
"""What the buttons say of the month, as `2026-10`; and the id of the input for the order."""

_MOST_WAITS = 5
_MONTH_LATER = timedelta(days=32)
_ORDERS = {
    LoadOrder.DECIDED: N_("Most decided first"),
    LoadOrder.WAITING: N_("Most waiting first"),
    LoadOrder.OLDEST: N_("Longest waiting first"),
    LoadOrder.NAME: N_("By name"),
}
_ENDINGS = (
    RequestState.PARTLY_DONE,
    RequestState.FAILED,
    RequestState.REJECTED,
    RequestState.WITHDRAWN,
    RequestState.EXPIRED,
)


def build(report: Report, words: Words) -> Card:
    """The report; nobody is named in it."""
    summary = words("Report, {month}", month=words.month(report.period.month))
    body: list[CardElement] = [title(summary)]
    if not report.period.over:
        body.append(subtle(words("The month is not over: up to {when}.", when=moment(report.at))))
    body.append(facts(_month(report, words)))
    if any(one.asked or one.done for one in report.weeks):
        body.append(_weeks(report, words))
    body.extend(_spending(report, words))
    body.append(heading(words("As it stands at {when}", when=moment(report.at))))
    body.extend(_now(report, words))
    return card(summary, body, _actions(report, words))


def _month(report: Report, words: Words) -> Iterator[tuple[str, str]]:
    yield words("Asked for"), str(report.asked)
    yield words("Done"), str(report.ended.get(RequestState.DONE, 0))
    for state in _ENDINGS:
        if report.ended.get(state):
            yield wording.state_name(state, words), str(report.ended[state])
    yield words("Until decided"), _times(report.decision, words)
    yield words("Until done"), _times(report.done, words)
    yield words("Decisions"), _load(report.load, words)
    for burn in report.burns:
        yield words("Calls cost"), _burn(burn, report, words)


def _times(times: Times | None, words: Words) -> str:
    """Who waits wants to know how long it usually takes, and how long it may take."""
    if times is None:
        return words("nothing to measure")
    return words.plural(
        "half within {median}, nine of ten within {p90} ({n} request)",
        "half within {median}, nine of ten within {p90} ({n} requests)",
        times.count,
        median=words.span(times.median),
        p90=words.span(times.p90),
    )


def _load(load: LoadSum, words: Words) -> str:
    if not load.decided:
        return words("nothing was decided")
    told = words.plural("{sum} by one person", "{sum} by {n} people", load.deciders, sum=load.decided)
    if load.deciders == 1:
        return told
    return words("{told}, at most {most} by one of them", told=told, most=load.most)


def _burn(burn: Burn, report: Report, words: Words) -> str:
    before = words.month(month_before(report.period.month))
    told = words(
        "{amount}; {before} in {month}",
        amount=_money(burn.spent, words),
        before=_money(burn.before, words),
        month=before,
    )
    if burn.left is None:
        return told
    return words("{told}; about {amount} are left now", told=told, amount=_money(burn.left, words))


def _weeks(report: Report, words: Words) -> CardElement:
    """Whose last week is cut short, so the heading says when it ends."""
    asked = [_count(one.since, one.asked, words) for one in report.weeks]
    done = [_count(one.since, one.done, words) for one in report.weeks]
    return grouped(
        words("Requests by week, up to {day}", day=words.short_day(report.period.last_day)),
        words("Week from"),
        [
            Series(words("Asked for"), asked, "categoricalBlue"),
            Series(words("Done"), done, "categoricalTeal"),
        ],
    )


def _count(since: date, n: int, words: Words) -> Point:
    shown = words.short_day(since)
    return Point(shown, n, shown, str(n))


def _spending(report: Report, words: Words) -> Iterator[CardElement]:
    """Of the dearest currency: they are never added up."""
    if not report.burns or not any(one.minor for one in report.burns[0].weeks):
        return
    burn = report.burns[0]
    points = [
        Point(shown, float(money_text(spent)), shown, _money(spent, words))
        for week, spent in zip(report.weeks, burn.weeks, strict=True)
        for shown in [words.short_day(week.since)]
    ]
    name = words("What calls cost by week, {currency}", currency=burn.spent.currency)
    yield bars(name, (words("Week from"), words("Spent")), points)
    if report.calls_until is not None:
        yield subtle(words("Estimated from call records up to {when}", when=words.date(report.calls_until)))


def _now(report: Report, words: Words) -> Iterator[CardElement]:
    waits = list(_waits(report, words))
    if waits:
        points = [_named(name, n) for name, n in waits]
        columns = (words("Waiting for"), words("Requests"))
        yield lying(words("Requests that wait, by what for"), columns, points)
    else:
        yield text(words("No request waits for anything."))
    if report.load.asked > 1:
        asked, most = report.load.asked, report.load.most_waiting
        yield text(words("{n} approvers are asked; one of them {most} times.", n=asked, most=most))
    yield from _stock(report, words)


def _waits(report: Report, words: Words) -> Iterator[tuple[str, int]]:
    """What most wait for first; the rest together."""
    waits = [(words("a decision"), report.undecided)] if report.undecided else []
    waits += [(wording.waiting_for(reason, words), n) for reason, n in report.waiting.items()]
    waits.sort(key=lambda one: -one[1])
    yield from waits[:_MOST_WAITS]
    if waits[_MOST_WAITS:]:
        yield words("something else"), sum(n for _, n in waits[_MOST_WAITS:])


def _stock(report: Report, words: Words) -> Iterator[CardElement]:
    stock = report.stock
    if stock is None:
        yield text(words("Microsoft could not be asked for stock."))
        return
    seats = {
        words("Assigned"): stock.seats.assigned,
        words("Promised"): stock.seats.promised,
        words("Free"): stock.seats.free,
    }
    numbers = {state_name(state, words): stock.numbers.get(state, 0) for state in NumberState}
    yield from _parts(words("Licences for calling"), words("Licences"), seats, words)
    yield from _parts(words("Phone numbers for people"), words("Numbers"), numbers, words)


def _parts(name: str, what: str, parts: dict[str, int], words: Words) -> Iterator[CardElement]:
    points = [_named(part, n) for part, n in parts.items() if n]
    if points:
        whole = str(sum(parts.values()))
        yield donut(name, (words("State"), what), points, whole)


def _named(name: str, n: int) -> Point:
    return Point(name, n, name, str(n))


def _actions(report: Report, words: Words) -> list[Action]:
    month = report.period.month
    actions: list[Action] = [button(words("Who decides"), APPROVERS, {MONTH: _key(month), "offset": 0})]
    if month > FIRST_MONTH:
        actions.append(button(words("Month before"), VERB, {MONTH: _key(month_before(month))}))
    if report.period.over:
        actions.append(button(words("Month after"), VERB, {MONTH: _key(month + _MONTH_LATER)}))
    return actions


def _key(month: date) -> str:
    return f"{month:%Y-%m}"


@dataclass(frozen=True, slots=True)
class Page:
    """What a list of approvers shows."""

    offset: int
    order: LoadOrder
    total: int


def approvers(report: Report, shown: Iterable[Load], page: Page, words: Words) -> Card:
    """Who decided how much in a month, and what waits for whom now."""
    month = report.period.month
    options = tuple(Option(one.value, words(name)) for one, name in _ORDERS.items())
    listing = Listing(
        heading=words("Who decides, {month}", month=words.month(month)),
        rows=[_row(one, words) for one in shown],
        total=page.total,
        offset=page.offset,
        choices=(Choosing(ORDER, words("Order"), options, page.order.value),),
        notes=(words("What waits is as of now, {when}.", when=moment(report.at)),),
        empty=words("Nobody decided anything, and nobody is asked."),
        again={MONTH: _key(month)},
    )
    return build_list(listing, APPROVERS, words)


def _row(one: Load, words: Words) -> Row:
    told = [
        words("{n} approved", n=one.approved),
        words("{n} rejected", n=one.rejected),
        words("{n} waiting", n=one.waiting),
    ]
    if one.oldest is not None:
        told.append(words("the longest since {when}", when=moment(one.oldest)))
    return Row(f"**{plain(one.name, 80) or words('not known')}**", " · ".join(told))


def _money(amount: Money, words: Words) -> str:
    return words.money(amount.minor, amount.currency)
