"""The ledger as a child would keep it: every day in turn, every cent one by one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from bot.domain.credits import Charge, Correction, Entry, Purchase, Seen, expires_on

__all__ = ["naive", "right"]

Fact = Purchase | Charge | Seen

_end = cache(expires_on)


@dataclass(eq=False)
class _Cent:
    bought_on: date
    of: str
    """The purchase, or the look, it came with."""


@dataclass
class _Purse:
    """One currency, cent by cent."""

    cents: list[_Cent] = field(default_factory=list)
    forfeited: int = 0
    uncovered: int = 0

    def put(self, bought_on: date, of: str, count: int) -> None:
        self.cents += [_Cent(bought_on, of) for _ in range(count)]
        self.cents.sort(key=lambda cent: (cent.bought_on, cent.of))

    def forfeit(self, day: date) -> None:
        kept = [cent for cent in self.cents if _end(cent.bought_on) > day]
        self.forfeited += len(self.cents) - len(kept)
        self.cents = kept

    def pay(self, cents: int) -> None:
        for _cent in range(cents):
            if self.cents:
                self.cents.pop(0)
            else:
                self.uncovered += 1

    def look(self, seen: Seen, cents: int, newer: set[str]) -> None:
        counted = [cent for cent in self.cents if cent.of not in newer]
        while len(counted) > cents:
            self.cents.remove(counted.pop(0))
        self.put(seen.bought_on or seen.on, seen.id, max(cents - len(counted), 0))
        self.uncovered = 0


def naive(entries: Sequence[Entry], currency: str, today: date) -> tuple[int, int, int]:
    """Left, forfeited and uncovered cents of a currency."""
    facts = [one for one in entries if not isinstance(one, Correction) and one.amount.currency == currency]
    purse = _Purse()
    by_day: dict[date, list[Fact]] = defaultdict(list)
    for one in facts:
        by_day[one.on].append(one)
    day = min(by_day, default=today)
    while day <= today:
        _live(purse, by_day.get(day, []), entries, day)
        day += timedelta(days=1)
    return len(purse.cents), purse.forfeited, purse.uncovered


def _live(purse: _Purse, facts: Sequence[Fact], entries: Sequence[Entry], day: date) -> None:
    bought = [one for one in facts if isinstance(one, Purchase)]
    for purchase in bought:
        purse.put(day, purchase.id, right(purchase, entries))
    purse.forfeit(day)
    for charge in facts:
        if isinstance(charge, Charge):
            purse.pay(right(charge, entries))
    for seen in sorted((one for one in facts if isinstance(one, Seen)), key=lambda one: one.id):
        newer = {one.id for one in bought} - set(seen.includes)
        purse.look(seen, right(seen, entries), newer)


def right(wrong: Fact, entries: Sequence[Entry]) -> int:
    """What an entry says once it is corrected."""
    by = sum(change.by for change in entries if isinstance(change, Correction) and change.of == wrong.id)
    return max(wrong.amount.minor + by, 0)
