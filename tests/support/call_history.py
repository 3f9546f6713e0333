"""Calls on the ledger without anybody having called: for what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from bot.domain.credits import Purchase
from bot.domain.usage import CallCharge
from bot.domain.values import Money
from bot.store import call_charges, credit_readings
from bot.store import credits as ledger
from bot.store.database import Transaction

__all__ = ["bought", "calls", "euros", "read"]

_BY = "00000000-0000-0000-0000-0000000000b1"


def euros(amount: float) -> Money:
    return Money(minor=round(amount * 100), currency="EUR")


def bought(tx: Transaction, on: date, amount: float, order: str = "1") -> None:
    """Money that somebody paid in."""
    ledger.record(tx, Purchase(id=f"order:{order}", on=on, amount=euros(amount)), source="manual", actor=_BY)


def calls(
    tx: Transaction,
    days: Iterable[date],
    amount: float,
    *,
    who: str = "ana",
    country: str = "FR",
    currency: str = "EUR",
) -> None:
    """A call on each of these days."""
    page = [
        CallCharge(
            id=f"{day}:{who}:{country}:{currency}:{amount}",
            began=datetime.combine(day, time(9), UTC),
            seconds=60,
            currency=currency,
            millionths=round(amount * 1_000_000),
            person_id=who,
            person=who.title(),
            country=country,
            call_type="user_out",
        )
        for day in days
    ]
    call_charges.apply(tx, page)


def read(tx: Transaction, days: int, until: date | None = None) -> list[date]:
    """Call records of so many days up to yesterday, or another last one, have been read; which days."""
    end = (until or tx.now.date() - timedelta(days=1)) + timedelta(days=1)
    known = [end - timedelta(days=ago) for ago in range(days, 0, -1)]
    first, last = (datetime.combine(day, time(0), UTC) for day in (known[0], end))
    begun = credit_readings.begin(tx, "nightly", first, last, last, _BY)
    credit_readings.finish(tx, begun, _BY, "read")
    return known
