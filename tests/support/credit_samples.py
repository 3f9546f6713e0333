"""Samples of the card about the credits: enough, too little, nothing, and nothing known."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from bot.domain.credits import Charge, Entry, Purchase, Seen
from bot.domain.credits_stand import Book, BookLine, CreditsView, Known, Shown, stand_of
from bot.domain.spenders import Dimension, Spent, shares
from bot.domain.values import Money
from bot.words import Words
from cards import credit_entries
from cards import credits as credits_card
from cards.elements import Card

__all__ = ["credit_cards", "sample_credits"]

TODAY = date(2026, 11, 21)
KNOWN = Known(since=date(2026, 8, 10), until=date(2026, 11, 20))
READ = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)

_WEEK = (930, 1140, 1020, 1260, 680, 40, 0)
_COUNTRIES = {"DE": 31, "US": 22, "CN": 14, "GB": 11, "BE": 9, "ES": 6, "MA": 4, "CH": 3}
_DEPARTMENTS = {"Sales": 58, "Support": 27, "Finance": 10, "": 5}
_PEOPLE = {"Dora Dubois": 41, "[Marc](https://e.example) Moreau": 33, "Ana Alvarez": 26}
_PARTS = {Dimension.COUNTRY: _COUNTRIES, Dimension.DEPARTMENT: _DEPARTMENTS, Dimension.PERSON: _PEOPLE}


def _money(amount: float, currency: str = "EUR") -> Money:
    return Money(minor=round(amount * 100), currency=currency)


def _charges() -> Iterator[Entry]:
    for at in range((KNOWN.until - KNOWN.since).days + 1):
        on = KNOWN.since + timedelta(days=at)
        uneven = (100 + (at * 37) % 61 - 30 + (at // 7 * 29) % 53 - 26) / 100
        minor = round(_WEEK[on.weekday()] * uneven)
        yield Charge(id=f"calls:{on}", on=on, amount=Money(minor=minor, currency="EUR"))


def sample_credits(*bought: Entry, shown: Shown | None = None, calls: bool = True) -> CreditsView:
    """The view of a tenant whose week costs about 50 euros."""
    shown = shown or Shown()
    entries = [*bought, *(_charges() if calls else ())]
    stands = stand_of(entries, TODAY, KNOWN if calls else None, shown.days)
    spent = [Spent("EUR", key, key, one, one * 6_100_000) for key, one in _PARTS[shown.by].items()]
    return CreditsView(
        today=TODAY,
        shown=shown,
        currencies=tuple(one.currency for one in stands),
        stand=stands[0] if stands else None,
        shares=shares(spent, "EUR") if calls else (),
        read_until=READ if calls else None,
    )


_BOOK = Book(
    lines=(
        BookLine(
            id="correction:2026-11-20T09:00:00.000000Z:order:a-1001",
            kind="correction",
            on=None,
            amount=_money(-50),
            of="order:a-1001",
            note="paid in *part*",
            at=READ,
        ),
        BookLine(
            id="seen:EUR:2026-11-02T10:00:00.000000Z",
            kind="seen",
            on=date(2026, 11, 2),
            amount=_money(492.1),
            at=READ,
        ),
        BookLine(
            id="order:a-1001",
            kind="purchase",
            on=date(2026, 8, 12),
            amount=_money(200),
            request_id="SB-4K7Q2",
            at=READ,
        ),
    ),
    total=20,
    offset=8,
)


def credit_cards(words: Words) -> Iterator[tuple[str, Card]]:
    old = Purchase(id="order:1", on=date(2025, 12, 10), amount=_money(900))
    young = Purchase(id="order:2", on=date(2026, 8, 12), amount=_money(200))
    look = Seen(id="seen:1", on=date(2026, 11, 2), amount=_money(492.1))
    other = Purchase(id="order:3", on=date(2026, 9, 1), amount=_money(300, "USD"))
    yield "credits", credits_card.build(sample_credits(old, young, look), words)
    ordered = {"recharge": (_money(250), _money(150))}
    low = sample_credits(old, other, shown=Shown(days=30, by=Dimension.PERSON)).model_copy(update=ordered)
    yield "credits_low", credits_card.build(low, words)
    year = Shown(days=365, by=Dimension.DEPARTMENT)
    lacking = sample_credits(Purchase(id="p", on=KNOWN.since, amount=_money(500)), shown=year)
    yield "credits_lacking", credits_card.build(lacking, words, remark=words("There is nothing to show."))
    used_up = sample_credits(young, Seen(id="seen:2", on=TODAY, amount=_money(0)))
    yield "credits_zero", credits_card.build(used_up, words)
    yield "credits_not_bought", credits_card.build(sample_credits(), words)
    yield "credits_not_read", credits_card.build(sample_credits(old, calls=False), words)
    yield "credits_unknown", credits_card.build(sample_credits(calls=False), words)
    yield "credits_entries", credit_entries.build(_BOOK, words)
    yield "credits_entries_none", credit_entries.build(Book(lines=(), total=0), words)
