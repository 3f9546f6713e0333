"""The card about the Communications Credits: what is left, until when it lasts, where it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from microsoft_teams.cards.core import (
    Action,
    CardElement,
    Choice,
    ChoiceSetInput,
    Column,
    ColumnSet,
    ExecuteAction,
    TextBlock,
)

from bot.domain.amounts import money_text
from bot.domain.credits import Check
from bot.domain.credits_stand import PERIODS, CreditsView, Stand, trigger_of
from bot.domain.forecast import Outlook
from bot.domain.spenders import Dimension, Share
from bot.domain.values import Money
from bot.words import N_, Words
from cards.charts import Point, Series, bars, donut, line
from cards.elements import Card, boxed, button, card, facts, subtle, text, title
from cards.markdown import clean, plain

__all__ = ["BY", "CURRENCY", "DAYS", "VERB", "build"]

VERB = "credits.show"
"""What the button sends that shows the card anew."""

CURRENCY, DAYS, BY = "currency", "days", "by"
"""Ids of the card's inputs."""

_MOST_SHARES = 6
_MOST_EXPIRING = 3
_NAME = 20

_PERIODS = {30: N_("30 days"), 90: N_("90 days"), 365: N_("12 months")}
_BY = {
    Dimension.COUNTRY: N_("Destination"),
    Dimension.DEPARTMENT: N_("Department"),
    Dimension.PERSON: N_("Person"),
}


def build(view: CreditsView, words: Words, *, remark: str = "") -> Card:
    """The card for whoever may know."""
    heading = words("Communications Credits")
    body: list[CardElement] = [title(heading)]
    if remark:
        body.append(boxed("emphasis", remark))
    if view.stand is None:
        body.append(text(_nothing_known(words)))
        return card(heading, body, _actions(view, words))
    body.extend(_balance(view.stand, view, words))
    body.append(facts(_facts(view.stand, view, words)))
    body.extend(_charts(view.stand, view, words))
    body.append(_choices(view, words))
    body.append(subtle(_caveat(view.stand, words)))
    return card(_summary(view.stand, words), body, _actions(view, words))


def _nothing_known(words: Words) -> str:
    return words(
        "Neither money nor calls are on record yet. Write **credits opening** with the balance in the admin "
        "centre and the day that money was bought, such as **credits opening 800 EUR 2026-03-15**."
    )


def _summary(stand: Stand, words: Words) -> str:
    if not stand.bought:
        return words("Communications Credits: what was bought is not on record")
    # Nothing beside it says there that it is an estimate.
    about = f"≈\u00a0{_money(stand.balance.left, words)}"
    return words("Communications Credits: {amount} left", amount=about)


def _balance(stand: Stand, view: CreditsView, words: Words) -> Iterator[CardElement]:
    if not stand.bought:
        yield boxed("warning", words("What was bought is not on record, so nobody can say what is left."))
        yield text(_nothing_bought(words))
        return
    left = words("{amount} left", amount=_money(stand.balance.left, words))
    yield TextBlock(text=left, size="ExtraLarge", weight="Bolder", wrap=True)
    yield subtle(_as_of(view, words))
    yield from _state(stand, view, words)


def _nothing_bought(words: Words) -> str:
    return words(
        "Write **credits opening** with the balance in the admin centre and the day that money was bought, "
        "such as **credits opening 800 EUR 2026-03-15**."
    )


def _as_of(view: CreditsView, words: Words) -> str:
    if view.read_until is None:
        return words("Estimated without call records: none have been read yet.")
    return words("Estimated from call records up to {when}", when=words.date(view.read_until))


def _state(stand: Stand, view: CreditsView, words: Words) -> Iterator[CardElement]:
    """What the figures mean, in words."""
    left, trigger = stand.balance.left.minor, trigger_of(stand, view.recharge)
    if stand.balance.uncovered.minor:
        missing = _money(stand.balance.uncovered, words)
        paid = words("Calls for {amount} were paid with money that is not on record.", amount=missing)
        yield boxed("warning", paid, words("Compare with the balance in the admin centre, as below."))
    elif not left:
        yield boxed("attention", words("Nothing is left. Calls that no plan pays for do not go through."))
    if trigger and 0 < left <= trigger.minor:
        shown = _money(trigger, words)
        yield boxed("warning", words("Time to buy: no more than {amount} is left.", amount=shown))


def _facts(stand: Stand, view: CreditsView, words: Words) -> Iterator[tuple[str, str]]:
    if stand.outlook:
        yield words("Lasts until"), _lasts(stand.outlook, view.today, words)
    if stand.burn and stand.month:
        yield words("A day costs"), _money(stand.burn.day, words)
        yield (
            words("Next 30 days"),
            words(
                "{expected} ({low} to {high})",
                expected=_money(stand.month.expected, words),
                low=_money(stand.month.low, words),
                high=_money(stand.month.high, words),
            ),
        )
    yield from _advice(stand, view, words)
    yield from _expiring(stand, words)
    if stand.balance.checks:
        yield words("Last compared"), _compared(stand.balance.checks[-1], words)


def _lasts(outlook: Outlook, today: date, words: Words) -> str:
    days = max((outlook.gone_on - today).days, 0)
    expected = words.plural("{day} ({n} day)", "{day} ({n} days)", days, day=words.day(outlook.gone_on))
    if outlook.gone_first == outlook.gone_last:
        return expected
    between = words(
        "between {first} and {last}", first=words.day(outlook.gone_first), last=words.day(outlook.gone_last)
    )
    return f"{expected}, {between}"


def _advice(stand: Stand, view: CreditsView, words: Words) -> Iterator[tuple[str, str]]:
    if view.recharge and view.recharge[0].currency == stand.currency:
        adds, trigger = (_money(one, words) for one in view.recharge)
        yield (
            words("Auto-recharge"),
            words("ordered: {amount} when {trigger} are left", amount=adds, trigger=trigger),
        )
    if stand.advice:
        yield (
            words("Advice"),
            words(
                "buy {amount} when {trigger} are left",
                amount=_money(stand.advice.amount, words),
                trigger=_money(stand.advice.trigger, words),
            ),
        )


def _expiring(stand: Stand, words: Words) -> Iterator[tuple[str, str]]:
    """Money that is about to expire, and what of it will not be used by then."""
    wasted = {one.lot_id: one.amount for one in stand.outlook.forfeits} if stand.outlook else {}
    for one in stand.expiring[:_MOST_EXPIRING]:
        line_ = words("{amount} on {day}", amount=_money(one.left, words), day=words.day(one.on))
        if one.lot_id in wasted:
            lost = words("about {amount} will not be used", amount=_money(wasted[one.lot_id], words))
            line_ = f"{line_}, {lost}"
        yield words("Expires"), line_


def _compared(check: Check, words: Words) -> str:
    day, seen = words.day(check.on), _money(check.seen, words)
    if not check.difference.minor:
        return words("{day}: {seen}, as expected", day=day, seen=seen)
    off = Money(minor=abs(check.difference.minor), currency=check.difference.currency)
    said = (
        N_("{day}: {seen}, {amount} more than expected")
        if check.difference.minor > 0
        else N_("{day}: {seen}, {amount} less than expected")
    )
    return words(said, day=day, seen=seen, amount=_money(off, words))


def _charts(stand: Stand, view: CreditsView, words: Words) -> Iterator[CardElement]:
    if len(stand.history) > 1:
        yield _course(stand, words)
    if len(stand.spent) > 1:
        yield _spending(stand, words)
    if view.shares:
        yield _whither(view.shares, stand, view, words)


def _course(stand: Stand, words: Words) -> CardElement:
    """What was left, and what is expected from the last of that on."""
    was = [_point(one.on, one.left, words) for one in stand.history]
    will = [_point(one.on, one.left, words) for one in stand.ahead]
    series = [Series(words("Left"), was, "categoricalBlue")]
    if will:
        series.append(Series(words("Expected"), [was[-1], *will], "categoricalMarigold"))
    return line(_in_units(words("What is left"), stand), words("Day"), series)


def _in_units(heading: str, stand: Stand) -> str:
    """Charts show bare figures."""
    return f"{heading} ({stand.currency})"


def _point(on: date, left: Money, words: Words) -> Point:
    return Point(on.isoformat(), _units(left), words.day(on), _money(left, words))


def _spending(stand: Stand, words: Words) -> CardElement:
    by_month = any((one.until - one.since).days > 6 for one in stand.spent)
    name = words("Month") if by_month else words("Week from")
    points = [
        Point(shown, _units(one.spent), shown, _money(one.spent, words))
        for one in stand.spent
        for shown in [words.month(one.since) if by_month else words.short_day(one.since)]
    ]
    heading = words("Spent by month") if by_month else words("Spent by week")
    return bars(_in_units(heading, stand), (name, words("Spent")), points)


def _whither(found: Sequence[Share], stand: Stand, view: CreditsView, words: Words) -> CardElement:
    whole = Money(minor=sum(one.amount.minor for one in found), currency=stand.currency)
    period = words(_PERIODS.get(view.shown.days, ""))
    heading = words("Where it went, {period}", period=period)
    points = [_share(one, view.shown.by, words) for one in found[:_MOST_SHARES]]
    others = found[_MOST_SHARES:]
    if others:
        points.append(_others(others, stand.currency, words))
    return donut(
        _in_units(heading, stand), (words(_BY[view.shown.by]), words("Spent")), points, _money(whole, words)
    )


def _share(one: Share, by: Dimension, words: Words) -> Point:
    name = words.country(one.key) if by is Dimension.COUNTRY and one.key else clean(one.name, _NAME)
    name = name or words("not known")
    return Point(name, _units(one.amount), plain(name, _NAME), _part(one.amount, one.part, words))


def _others(found: Sequence[Share], currency: str, words: Words) -> Point:
    amount = Money(minor=sum(one.amount.minor for one in found), currency=currency)
    name = words("Others")
    return Point(name, _units(amount), name, _part(amount, sum(one.part for one in found), words))


def _part(amount: Money, part: float, words: Words) -> str:
    return f"{_money(amount, words)} ({words.percent(part)})"


def _choices(view: CreditsView, words: Words) -> ColumnSet:
    chosen = [
        (
            DAYS,
            words("Look back"),
            [(str(one), words(_PERIODS[one])) for one in PERIODS],
            str(view.shown.days),
        ),
        (BY, words("By"), [(one.value, words(_BY[one])) for one in Dimension], view.shown.by.value),
    ]
    if len(view.currencies) > 1 and view.stand:
        currencies = [(one, one) for one in view.currencies]
        chosen.append((CURRENCY, words("Currency"), currencies, view.stand.currency))
    inputs = [
        ChoiceSetInput(
            id=name,
            label=label,
            value=value,
            style="compact",
            choices=[Choice(title=shown, value=key) for key, shown in offered],
        )
        for name, label, offered, value in chosen
    ]
    return ColumnSet(separator=True, columns=[Column(width="stretch", items=[one]) for one in inputs])


def _caveat(stand: Stand, words: Words) -> str:
    return words(
        "Forecasts are meant to lie within their range nine times in ten. Only the admin centre knows the "
        "true balance: compare it now and then by writing **credits seen 250 {currency}**.",
        currency=stand.currency,
    )


def _actions(view: CreditsView, words: Words) -> list[Action]:
    wish = {"kind": "credits", **_proposal(view)}
    actions: list[Action] = [button(words("Ask for a top-up"), "wish.start", wish)]
    if view.stand is not None:
        actions.insert(0, _again(words))
    return actions


def _again(words: Words) -> ExecuteAction:
    return button(words("Show"), VERB, {}, inputs="auto")


def _proposal(view: CreditsView) -> dict[str, str]:
    """What the form is filled in with: what is advised, and what it rests on."""
    if view.stand is None or view.stand.advice is None:
        return {}
    return {
        "currency": view.stand.currency,
        "amount": money_text(view.stand.advice.amount),
        "usage": " ".join(money_text(month) for month in view.stand.months),
    }


def _money(amount: Money, words: Words) -> str:
    return words.money(amount.minor, amount.currency)


def _units(amount: Money) -> float:
    """In the currency's units, as a chart takes it."""
    return float(money_text(amount))
