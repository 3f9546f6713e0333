"""How the credits of one currency stand: what is left, how it went, how it will go on, what to do.

All of it is an estimate from call records and from what people recorded: nobody but the admin centre knows
the true balance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from bot.domain.credits import Balance, Charge, Entry, Expiry, balances, expiries
from bot.domain.forecast import (
    MONTH_DAYS,
    SIZING_MONTHS,
    Advice,
    Burn,
    Outlook,
    Span,
    advice,
    burn_of,
    months_of,
    outlook,
    spending,
)
from bot.domain.spenders import Dimension, Share
from bot.domain.values import Instant, Money, Value

__all__ = [
    "PERIODS",
    "Book",
    "BookLine",
    "Bucket",
    "CreditsView",
    "Known",
    "Point",
    "Shown",
    "Stand",
    "known_days",
    "stand_of",
    "trigger_of",
]

PERIODS = (30, 90, 365)
"""Days a report may look back on."""

_POINTS = 10
"""How often the balance is struck on the way: enough for a line, few enough for a table."""


class Known(Value):
    """The days whose calls are known from beginning to end."""

    since: date
    until: date


class Point(Value):
    """What was, or will be, left at the end of a day."""

    on: date
    left: Money


class Bucket(Value):
    """What some days cost, both included."""

    since: date
    until: date
    spent: Money


class Stand(Value):
    """One currency. What needs records is None as long as there are not enough; so is advice for no calls."""

    balance: Balance
    burn: Burn | None
    month: Span | None
    """What the next `MONTH_DAYS` cost."""
    outlook: Outlook | None
    advice: Advice | None
    months: tuple[Money, ...]
    """What each of the last whole calendar months cost, three at most, oldest first (R53)."""
    expiring: tuple[Expiry, ...]
    history: tuple[Point, ...]
    """Oldest first, up to today."""
    ahead: tuple[Point, ...]
    """What is expected, up to the day on which nothing is left."""
    spent: tuple[Bucket, ...]
    """By week or by month, oldest first."""

    @property
    def currency(self) -> str:
        return self.balance.currency

    @property
    def bought(self) -> bool:
        """Whether any money was ever recorded; without it the balance says nothing."""
        return bool(self.balance.lots)


def trigger_of(stand: Stand, recharge: tuple[Money, Money] | None) -> Money | None:
    """Below how much money must be bought: what auto-recharge was ordered with, else what is advised."""
    if recharge and recharge[1].currency == stand.currency:
        return recharge[1]
    return stand.advice.trigger if stand.advice else None


class Shown(Value):
    """What a reader wants to see. Untrusted."""

    currency: str = ""
    """Empty: the one most is spent in."""
    days: int = PERIODS[1]
    by: Dimension = Dimension.COUNTRY


class BookLine(Value):
    """An entry that somebody made, as it is listed."""

    id: str
    kind: Literal["purchase", "charge", "correction", "seen"]
    on: date | None
    """None for a correction, which counts from the day of what it corrects."""
    amount: Money | None
    """None for a correction of what is not known."""
    of: str = ""
    """Id of what a correction corrects."""
    note: str = ""
    request_id: str | None = None
    at: Instant


class Book(Value):
    """A page of the entries."""

    lines: tuple[BookLine, ...]
    """Newest first."""
    total: int
    offset: int = 0


class CreditsView(Value):
    """All that the card about the credits shows."""

    today: date
    shown: Shown
    currencies: tuple[str, ...]
    stand: Stand | None
    """None: neither money nor calls are known."""
    shares: tuple[Share, ...] = ()
    recharge: tuple[Money, Money] | None = None
    """What auto-recharge adds and when, by the last order that was carried out; None: off, or not known."""
    read_until: Instant | None = None
    """Up to when call records were read; None: never."""


def known_days(since: datetime, until: datetime) -> Known | None:
    """The whole days (UTC) between two moments; None where there is none."""
    first = since.date() if since.timetz().replace(tzinfo=None) == _MIDNIGHT else _next(since.date())
    last = until.date() - timedelta(days=1)
    return Known(since=first, until=last) if first <= last else None


_MIDNIGHT = datetime.min.time()


def _next(day: date) -> date:
    return day + timedelta(days=1)


def stand_of(
    entries: Iterable[Entry], today: date, known: Known | None, days: int = PERIODS[1]
) -> tuple[Stand, ...]:
    """How each currency stands on a day, looking back some days; the one most is spent in first."""
    entries = tuple(entries)
    found = [_stand(entries, balance, today, known, days) for balance in balances(entries, today)]
    return tuple(sorted(found, key=lambda one: (-_pace(one), one.currency)))


def _pace(stand: Stand) -> float:
    return stand.burn.week if stand.burn else 0


def _stand(entries: Sequence[Entry], balance: Balance, today: date, known: Known | None, days: int) -> Stand:
    spent = _charged(entries, balance.currency)
    burn = burn_of(spent, balance.currency, known.since, known.until) if known else None
    months = months_of(spent, balance.currency, known.since, known.until) if known else ()
    after = _settled_until(balance, burn) if burn else today
    ahead = outlook(balance, burn, after) if burn else None
    return Stand(
        balance=balance,
        burn=burn,
        month=spending(burn, MONTH_DAYS) if burn else None,
        outlook=ahead,
        advice=advice(burn, months) if burn and burn.week else None,
        months=months[-SIZING_MONTHS:],
        expiring=tuple(one for one in expiries(entries, today) if one.left.currency == balance.currency),
        history=tuple(_history(entries, balance, today, days)),
        ahead=tuple(_ahead(ahead, after, today)) if ahead else (),
        spent=tuple(_buckets(spent, balance.currency, known, days)) if known else (),
    )


def _settled_until(balance: Balance, burn: Burn) -> date:
    """The day up to whose end everything spent is in the balance: by the records, or by a look since."""
    looked = balance.checks[-1].on if balance.checks else burn.until
    return max(burn.until, looked)


def _charged(entries: Sequence[Entry], currency: str) -> Mapping[date, int]:
    sums: dict[date, int] = {}
    for one in entries:
        if isinstance(one, Charge) and one.amount.currency == currency:
            sums[one.on] = sums.get(one.on, 0) + one.amount.minor
    return sums


def _history(entries: Sequence[Entry], balance: Balance, today: date, days: int) -> Iterator[Point]:
    """From the first money on: before that nothing was known."""
    if not balance.lots:
        return
    first = max(today - timedelta(days=days), balance.lots[0].on)
    span = (today - first).days
    for step in range(_POINTS if span else 1):
        on = first + timedelta(days=round(span * step / (_POINTS - 1)))
        for one in balances(entries, on):
            if one.currency == balance.currency:
                yield Point(on=on, left=one.left)


def _ahead(outlook: Outlook, after: date, today: date) -> Iterator[Point]:
    """A few days of the course, its last among them."""
    last = len(outlook.course) - 1
    steps = sorted({round(last * step / 4) for step in range(5)})
    for step in steps:
        on = after + timedelta(days=step + 1)
        if on > today:
            yield Point(on=on, left=outlook.course[step])


def _buckets(spent: Mapping[date, int], currency: str, known: Known, days: int) -> Iterator[Bucket]:
    """Whole weeks up to the last day known; calendar months where the time is long."""
    for since, until in _months(known, days) if days > PERIODS[1] else _weeks(known, days):
        minor = sum(amount for day, amount in spent.items() if since <= day <= until)
        yield Bucket(since=since, until=until, spent=Money(minor=minor, currency=currency))


def _weeks(known: Known, days: int) -> Iterator[tuple[date, date]]:
    weeks = min(((known.until - known.since).days + 1) // 7, days // 7)
    for ago in reversed(range(weeks)):
        until = known.until - timedelta(weeks=ago)
        yield until - timedelta(days=6), until


def _months(known: Known, days: int) -> Iterator[tuple[date, date]]:
    """Those that have begun; the first and the last may not be whole."""
    first = max(known.since, known.until - timedelta(days=days - 1))
    while first <= known.until:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        yield first, min(following - timedelta(days=1), known.until)
        first = following
