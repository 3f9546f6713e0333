"""Communications Credits as the organisation bought and spent them: first in, first out, with an end.

What is known is a set of entries. The state of the money on a day follows from the set alone: entries may
arrive late, twice and in any order. Amounts are integer minor units; currencies are never mixed.

Money bought on a day is there for charges of that day, and is forfeited at the beginning of the day twelve
months later (R46). A charge takes from the oldest purchase that still has money (R47). What no purchase
covers stays uncovered: Microsoft lets nobody call on credit, so an entry is missing.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.catalogue.limits import credits_months
from bot.domain.values import Money, Value

__all__ = [
    "Balance",
    "Charge",
    "Correction",
    "Entry",
    "Expiry",
    "Lot",
    "Purchase",
    "balances",
    "expires_on",
    "expiries",
    "suggested_amount",
    "warning_days",
]

WARN_DAYS = (60, 30, 7)
"""How many days before money is forfeited people are told (R46)."""

_SIZING_MONTHS = 3


class _Entry(Value):
    id: str
    """Of the order, the recharge or the report it comes from: the same id is the same entry."""


class _Dated(_Entry):
    on: date
    """In UTC, as far as the source says."""
    amount: Money


class Purchase(_Dated):
    """Money paid in, by hand or by automatic recharge."""

    kind: Literal["purchase"] = "purchase"


class Charge(_Dated):
    """Money used for calls."""

    kind: Literal["charge"] = "charge"


class Correction(_Entry):
    """What an entry was wrong by. All corrections of an entry are added up; below zero it counts as zero."""

    kind: Literal["correction"] = "correction"
    of: str
    """Id of the entry; without effect as long as that is not known."""
    by: int
    """Minor units of the entry's currency, more or less."""


Entry = Annotated[Purchase | Charge | Correction, Field(discriminator="kind")]


class Lot(Value):
    """One purchase and what has become of it: `bought` is what is spent, forfeited and left together."""

    id: str
    on: date
    expires_on: date
    bought: Money
    spent: Money
    forfeited: Money
    left: Money


class Balance(Value):
    """The money of one currency on one day."""

    currency: str
    lots: tuple[Lot, ...]
    """Oldest first."""
    uncovered: Money
    """Charges no purchase had money for: something was not recorded."""

    @property
    def left(self) -> Money:
        return Money(minor=sum(lot.left.minor for lot in self.lots), currency=self.currency)

    @property
    def forfeited(self) -> Money:
        return Money(minor=sum(lot.forfeited.minor for lot in self.lots), currency=self.currency)


class Expiry(Value):
    """Money that will be forfeited, and the warning that is due for it."""

    lot_id: str
    on: date
    left: Money
    days: int
    """The tightest of `WARN_DAYS` that is reached."""


def balances(entries: Iterable[Entry], today: date) -> tuple[Balance, ...]:
    """The money on a day, by currency; later entries do not count yet.

    Raises `ValueError` where two different entries have one id.
    """
    found: dict[str, tuple[list[Purchase], list[Charge]]] = defaultdict(lambda: ([], []))
    for entry in _corrected(_by_id(entries)):
        if entry.on <= today:
            purchases, charges = found[entry.amount.currency]
            if isinstance(entry, Purchase):
                purchases.append(entry)
            else:
                charges.append(entry)
    return tuple(_balance(currency, *found[currency], today) for currency in sorted(found))


def expires_on(bought_on: date) -> date:
    """The first day on which money bought on a day is gone; where that month has no such day, its last."""
    months = bought_on.month - 1 + credits_months()
    year, month = bought_on.year + months // 12, months % 12 + 1
    return date(year, month, min(bought_on.day, monthrange(year, month)[1]))


def warning_days(bought_on: date) -> tuple[date, ...]:
    """When people are told that money bought on a day will be gone, the first first (R46)."""
    return tuple(expires_on(bought_on) - timedelta(days=days) for days in WARN_DAYS)


def expiries(entries: Iterable[Entry], today: date) -> tuple[Expiry, ...]:
    """Which money is to be warned about on a day, the most urgent first. Spent money is nobody's worry."""
    return tuple(
        Expiry(lot_id=lot.id, on=lot.expires_on, left=lot.left, days=_warning(lot, today))
        for lot in sorted(
            (lot for balance in balances(entries, today) for lot in balance.lots),
            key=lambda lot: (lot.expires_on, lot.id),
        )
        if lot.left.minor and _warning(lot, today)
    )


def suggested_amount(usage: Sequence[Money]) -> Money | None:
    """What to buy for a month: the mean of the last three and a fifth more, rounded up (R53).

    `usage` is by month, oldest first. None where nothing is known, or where currencies are mixed.
    """
    last = usage[-_SIZING_MONTHS:]
    if not last or len({month.currency for month in last}) > 1:
        return None
    tenths = sum(month.minor for month in last) * 12
    return Money(minor=-(-tenths // (10 * len(last))), currency=last[0].currency)


def _by_id(entries: Iterable[Entry]) -> Mapping[str, Entry]:
    found: dict[str, Entry] = {}
    for entry in entries:
        if found.setdefault(entry.id, entry) != entry:
            raise ValueError(f"two different entries are called {entry.id}")
    return found


def _corrected(entries: Mapping[str, Entry]) -> Iterable[Purchase | Charge]:
    changes: dict[str, int] = defaultdict(int)
    for entry in entries.values():
        if isinstance(entry, Correction):
            changes[entry.of] += entry.by
    for entry in entries.values():
        if not isinstance(entry, Correction):
            right = max(entry.amount.minor + changes[entry.id], 0)
            yield entry.model_copy(update={"amount": Money(minor=right, currency=entry.amount.currency)})


def _balance(currency: str, purchases: Sequence[Purchase], charges: Sequence[Charge], today: date) -> Balance:
    """Charges in the order of their days, each from the oldest money that was there on its day."""
    lots = sorted(purchases, key=lambda one: (one.on, one.id))
    spent = dict.fromkeys((lot.id for lot in lots), 0)
    uncovered = 0
    for charge in sorted(charges, key=lambda one: (one.on, one.id)):
        due = charge.amount.minor
        for lot in lots:
            if lot.on <= charge.on < expires_on(lot.on):
                taken = min(due, lot.amount.minor - spent[lot.id])
                spent[lot.id] += taken
                due -= taken
        uncovered += due
    return Balance(
        currency=currency,
        lots=tuple(_lot(lot, spent[lot.id], today) for lot in lots),
        uncovered=Money(minor=uncovered, currency=currency),
    )


def _lot(purchase: Purchase, spent: int, today: date) -> Lot:
    end = expires_on(purchase.on)
    rest = purchase.amount.minor - spent
    gone = rest if today >= end else 0

    def money(minor: int) -> Money:
        return Money(minor=minor, currency=purchase.amount.currency)

    return Lot(
        id=purchase.id,
        on=purchase.on,
        expires_on=end,
        bought=purchase.amount,
        spent=money(spent),
        forfeited=money(gone),
        left=money(rest - gone),
    )


def _warning(lot: Lot, today: date) -> int:
    """The tightest warning reached; 0 for none, or for what is gone already."""
    remaining = (lot.expires_on - today).days
    return min((days for days in WARN_DAYS if 0 < remaining <= days), default=0)
