"""The ledger of Communications Credits: what people recorded, and what calls cost.

Recorded entries are only ever added. Charges are not recorded one by one: those of a day and a currency are
one entry, summed from the call records (`bot/store/call_charges.py`): years of calls stay cheap to look at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import TypeAdapter

from bot.domain.credits import Charge, Check, Correction, Entry, Purchase, Seen, balances
from bot.domain.errors import Conflict
from bot.domain.usage import Usage, rounded
from bot.domain.values import Money
from bot.store import credit_readings
from bot.store.credit_tables import credit_days, credit_entries, credit_people, credit_usage
from bot.store.database import Transaction
from bot.store.holds import one_at_a_time

__all__ = [
    "Recorded",
    "entries",
    "last_reconciled",
    "read_until",
    "reconciled",
    "record",
    "recorded",
    "usage",
]

_ENTRY: TypeAdapter[Entry] = TypeAdapter(Entry)


class Recorded(NamedTuple):
    """An entry, and where it comes from."""

    entry: Entry
    source: str
    actor: str
    note: str
    request_id: str | None
    at: datetime


def record(
    tx: Transaction,
    entry: Purchase | Charge | Correction | Seen,
    *,
    source: str,
    actor: str,
    note: str = "",
    request_id: str | None = None,
) -> bool:
    """Add an entry, audited; False when the very same is recorded already.

    `source` says how it came to be known: `order`, `recharge`, `manual`, `seen`. Raises `Conflict` when its
    id belongs to an entry that says something else: a `Correction` changes that, not saying it again.
    """
    one_at_a_time(tx, f"credits:{entry.id}")
    known = tx.conn.scalar(sa.select(credit_entries.c.entry).where(credit_entries.c.id == entry.id))
    if known is not None:
        if _ENTRY.validate_python(known) != entry:
            raise Conflict(f"another entry is recorded as {entry.id}")
        return False
    told = entry.model_dump(mode="json")
    about = {"source": source, "note": note}
    tx.conn.execute(
        sa.insert(credit_entries).values(
            id=entry.id, entry=told, actor=actor, request_id=request_id, recorded_at=tx.now, **about
        )
    )
    tx.audit("credits.recorded", actor, request_id, entry=told, **about)
    return True


def entries(tx: Transaction) -> tuple[Entry, ...]:
    """All the ledger rests on: what was recorded, and a charge for each day and currency with calls."""
    return (*(one.entry for one in recorded(tx)), *_charges(tx))


def recorded(tx: Transaction) -> tuple[Recorded, ...]:
    """What people and orders recorded, oldest first."""
    rows = tx.conn.execute(
        sa.select(credit_entries).order_by(credit_entries.c.recorded_at, credit_entries.c.id)
    )
    return tuple(
        Recorded(
            _ENTRY.validate_python(row.entry),
            row.source,
            row.actor,
            row.note,
            row.request_id,
            row.recorded_at,
        )
        for row in rows
    )


def _charges(tx: Transaction) -> Iterator[Charge]:
    days = credit_days.c
    rows = tx.conn.execute(
        sa.select(credit_days).where(days.millionths != 0).order_by(days.day, days.currency)
    )
    for day, currency, millionths in rows:
        yield Charge(id=f"calls:{day}:{currency}", on=day, amount=rounded(millionths, currency))


def usage(tx: Transaction, since: date, until: date) -> tuple[Usage, ...]:
    """What calls cost from one day to another, both included, with who called where; by day."""
    sums, people = credit_usage.c, credit_people.c
    rows = tx.conn.execute(
        sa.select(
            sums.day, sums.currency, people.person_id, people.name, people.department,
            sums.country, sums.call_type, sums.calls, sums.seconds, sums.millionths,
        )
        .join(credit_people, people.number == sums.person)
        .where(sums.day.between(since, until), sums.calls > 0)
        .order_by(sums.day, sums.currency, people.person_id, sums.country, sums.call_type)
    )  # fmt: skip
    return tuple(Usage(*tuple(row)) for row in rows)


def read_until(tx: Transaction) -> datetime | None:
    """The moment up to which call records have been read without a gap; None: never."""
    span = credit_readings.known(tx)
    return span[1] if span else None


def reconciled(tx: Transaction, on: date, seen: Money, actor: str, bought_on: date | None = None) -> Check:
    """Record what somebody saw in the admin centre on a day; the ledger goes on from it (see `Seen`).

    Returns what was seen beside what the ledger had expected. `bought_on`: when money was bought that the
    ledger had not known of.
    """
    of_the_day = (one for one in entries(tx) if isinstance(one, Purchase) and one.on == on)
    look = Seen(
        id=f"seen:{seen.currency}:{tx.now:%Y-%m-%dT%H:%M:%S.%fZ}",
        on=on,
        amount=seen,
        bought_on=bought_on,
        includes=tuple(sorted(one.id for one in of_the_day)),
    )
    record(tx, look, source="seen", actor=actor)
    return next(one for one in _checks(tx, seen.currency) if one.id == look.id)


def last_reconciled(tx: Transaction, currency: str) -> tuple[date, Money, Money] | None:
    """The day of the last look, what was seen, and by how much that is more than the ledger expected.

    The difference is by what is known today: call records that came late have changed it since.
    """
    found = _checks(tx, currency)
    return (found[-1].on, found[-1].seen, found[-1].difference) if found else None


def _checks(tx: Transaction, currency: str) -> tuple[Check, ...]:
    found = (one for one in balances(entries(tx), date.max) if one.currency == currency)
    return next((one.checks for one in found), ())
