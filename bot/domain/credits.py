"""Communications Credits as the organisation bought and spent them: first in, first out, with an end.

What is known is a set of entries. The state of the money on a day follows from the set alone: entries may
arrive late, twice and in any order. Amounts are integer minor units; currencies are never mixed.

Money bought on a day is there for charges of that day, and is forfeited at the beginning of the day twelve
months later (R46). A charge takes from the oldest purchase that still has money (R47). What no purchase
covers stays uncovered: Microsoft lets nobody call on credit, so an entry is missing.

Nobody but the admin centre knows the true balance. What somebody read there is an entry as well: from the end
of that day the ledger goes on from it, whatever it had expected, and the difference stays visible.
"""

from __future__ import annotations

from bisect import insort
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.domain.catalogue.limits import credits_months
from bot.domain.values import Money, Value

__all__ = [
    "Balance",
    "Charge",
    "Check",
    "Correction",
    "Entry",
    "Expiry",
    "Lot",
    "Purchase",
    "Seen",
    "balances",
    "change_to",
    "expires_on",
    "expiries",
    "right_amount",
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


class Seen(_Dated):
    """What was left at the end of a day, as somebody read it in the admin centre; 0 is an amount, too.

    What the ledger had beyond it is taken off, oldest money first. What it lacked is added as a lot of its
    own, and so is whatever must have paid for charges that were uncovered until then.
    """

    kind: Literal["seen"] = "seen"
    bought_on: date | None = None
    """When the money was bought that the ledger lacked; None: not known, so it counts from that day."""
    includes: tuple[str, ...] = ()
    """Ids of the purchases of that same day whose money was in it already; others are added to it."""

    @model_validator(mode="after")
    def _not_forfeited_yet(self) -> Self:
        if self.bought_on and not self.bought_on <= self.on < expires_on(self.bought_on):
            raise ValueError("money that is left was bought within the twelve months before")
        return self


Entry = Annotated[Purchase | Charge | Correction | Seen, Field(discriminator="kind")]


class Lot(Value):
    """One purchase and what has become of it: `bought` is what is spent, forfeited and left together."""

    id: str
    on: date
    expires_on: date
    bought: Money
    spent: Money
    forfeited: Money
    left: Money


class Check(Value):
    """The ledger held against the admin centre."""

    id: str
    on: date
    seen: Money
    expected: Money
    """What the ledger would have said, by all that is known of the time before."""

    @property
    def difference(self) -> Money:
        """Above zero where more was left than expected."""
        return Money(minor=self.seen.minor - self.expected.minor, currency=self.seen.currency)


class Balance(Value):
    """The money of one currency on one day."""

    currency: str
    lots: tuple[Lot, ...]
    """Oldest first."""
    uncovered: Money
    """Charges no purchase had money for: something was not recorded."""
    checks: tuple[Check, ...] = ()
    """Oldest first."""

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
    found: dict[str, list[_Fact]] = defaultdict(list)
    for entry in _corrected(_by_id(entries)):
        if entry.on <= today:
            found[entry.amount.currency].append(entry)
    return tuple(_balance(currency, found[currency], today) for currency in sorted(found))


def right_amount(entries: Iterable[Entry], entry_id: str) -> Money | None:
    """What an entry says, its corrections included; None for one that is not known, and for a correction."""
    found = (one for one in _corrected(_by_id(entries)) if one.id == entry_id)
    return next((one.amount for one in found), None)


def change_to(entries: Iterable[Entry], entry_id: str, right: Money) -> int:
    """By what an entry must be corrected to say something else, in minor units.

    Its corrections may come to less than nothing, which counts as nothing until another one is added. Raises
    `KeyError` for an entry that is not known.
    """
    known = _by_id(entries)
    entry = known[entry_id]
    if isinstance(entry, Correction):
        raise KeyError(entry_id)
    changes = sum(one.by for one in known.values() if isinstance(one, Correction) and one.of == entry_id)
    return right.minor - entry.amount.minor - changes


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


_Fact = Purchase | Charge | Seen


def _corrected(entries: Mapping[str, Entry]) -> Iterable[_Fact]:
    changes: dict[str, int] = defaultdict(int)
    for entry in entries.values():
        if isinstance(entry, Correction):
            changes[entry.of] += entry.by
    for entry in entries.values():
        if isinstance(entry, Correction):
            continue
        if entry.id not in changes and entry.amount.minor >= 0:
            yield entry
        else:
            right = max(entry.amount.minor + changes[entry.id], 0)
            yield entry.model_copy(update={"amount": Money(minor=right, currency=entry.amount.currency)})


@dataclass(slots=True)
class _Pile:
    """A lot while it is being spent."""

    id: str
    on: date
    bought: int
    spent: int = 0
    found: bool = False
    """No purchase of it is known; it was seen."""
    ends: date = field(init=False)
    """The first day on which it is gone: asked for with every charge, so it is worked out once."""

    def __post_init__(self) -> None:
        self.ends = expires_on(self.on)

    @property
    def rest(self) -> int:
        return self.bought - self.spent

    def is_there(self, day: date) -> bool:
        return self.on <= day < self.ends

    def take(self, due: int) -> int:
        """Spend at most `due`; how much it was."""
        taken = min(due, self.rest)
        self.spent += taken
        return taken


@dataclass(slots=True)
class _Purse:
    """One currency, while the days go by."""

    piles: list[_Pile]
    """Oldest first."""
    uncovered: int = 0
    checks: list[Check] = field(default_factory=list)

    def pay(self, charge: Charge) -> None:
        there = (pile for pile in self.piles if pile.rest and pile.is_there(charge.on))
        self.uncovered += _spend(charge.amount.minor, there)

    def check(self, look: Seen) -> None:
        """Go on from what was seen."""
        counted = [pile for pile in self.piles if pile.is_there(look.on) and not _came_later(pile, look)]
        expected = sum(pile.rest for pile in counted)
        _spend(max(expected - look.amount.minor, 0), counted)
        missing = max(look.amount.minor - expected, 0) + self.uncovered
        if missing:
            pile = _Pile(look.id, look.bought_on or look.on, missing, self.uncovered, found=True)
            insort(self.piles, pile, key=_age)
        self.uncovered = 0
        there = Money(minor=expected, currency=look.amount.currency)
        self.checks.append(Check(id=look.id, on=look.on, seen=look.amount, expected=there))


def _age(pile: _Pile) -> tuple[date, str]:
    return pile.on, pile.id


def _spend(due: int, piles: Iterable[_Pile]) -> int:
    """Take `due` from the first that has money, then from the next; what nothing was left for."""
    for pile in piles:
        if not due:
            break
        due -= pile.take(due)
    return due


def _came_later(pile: _Pile, look: Seen) -> bool:
    return pile.on == look.on and not pile.found and pile.id not in look.includes


def _balance(currency: str, facts: Sequence[_Fact], today: date) -> Balance:
    """Charges in the order of their days, each from the oldest money that was there on its day."""
    bought = (_Pile(one.id, one.on, one.amount.minor) for one in facts if isinstance(one, Purchase))
    purse = _Purse(sorted(bought, key=_age))
    for fact in sorted(facts, key=lambda one: (one.on, isinstance(one, Seen), one.id)):
        if isinstance(fact, Charge):
            purse.pay(fact)
        elif isinstance(fact, Seen):
            purse.check(fact)
    return Balance(
        currency=currency,
        lots=tuple(_lot(pile, currency, today) for pile in purse.piles),
        uncovered=Money(minor=purse.uncovered, currency=currency),
        checks=tuple(purse.checks),
    )


def _lot(pile: _Pile, currency: str, today: date) -> Lot:
    end = pile.ends
    gone = pile.rest if today >= end else 0

    def money(minor: int) -> Money:
        return Money(minor=minor, currency=currency)

    return Lot(
        id=pile.id,
        on=pile.on,
        expires_on=end,
        bought=money(pile.bought),
        spent=money(pile.spent),
        forfeited=money(gone),
        left=money(pile.rest - gone),
    )


def _warning(lot: Lot, today: date) -> int:
    """The tightest warning reached; 0 for none, or for what is gone already."""
    remaining = (lot.expires_on - today).days
    return min((days for days in WARN_DAYS if 0 < remaining <= days), default=0)
