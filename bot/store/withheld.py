"""Numbers that voice admins keep back: free by Graph's word, and offered to nobody for some days."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.kept_back import KeptBack
from bot.domain.people import PersonRef
from bot.domain.tenant import Resting
from bot.store import resting
from bot.store.database import Transaction
from bot.store.upsert import upsert
from bot.store.watch_tables import withheld_numbers

__all__ = ["active", "keep", "let_go", "not_offered", "of_number"]


def keep(tx: Transaction, kept: KeptBack) -> None:
    """Offer the number to nobody for some days; forgets those whose days are over."""
    tx.conn.execute(sa.delete(withheld_numbers).where(withheld_numbers.c.until <= tx.now))
    about = {
        "until": kept.until,
        "reason": kept.reason,
        "kept_by": kept.by.model_dump(mode="json"),
        "since": kept.since,
    }
    tx.conn.execute(
        upsert(tx, withheld_numbers)
        .values(telephone_number=kept.telephone_number, **about)
        .on_conflict_do_update(index_elements=["telephone_number"], set_=about)
    )


def let_go(tx: Transaction, e164: str) -> bool:
    """Offer it again; false when it was not kept back."""
    gone = sa.delete(withheld_numbers).where(withheld_numbers.c.telephone_number == e164)
    return tx.conn.scalar(gone.returning(withheld_numbers.c.telephone_number)) is not None


def of_number(tx: Transaction, e164: str) -> KeptBack | None:
    """By whom, why and how long a number is kept back now."""
    return next((one for one in active(tx) if one.telephone_number == e164), None)


def active(tx: Transaction) -> tuple[KeptBack, ...]:
    """Numbers whose days are not over yet."""
    rows = tx.conn.execute(
        sa.select(withheld_numbers)
        .where(withheld_numbers.c.until > tx.now)
        .order_by(withheld_numbers.c.telephone_number)
    )
    return tuple(_kept_back(row) for row in rows)


def not_offered(tx: Transaction) -> tuple[Resting, ...]:
    """Every number that nobody is given for now, though it is free.

    What is kept back is so for everybody, also for whom it was kept while at rest.
    """
    kept = {one.telephone_number: one for one in active(tx)}
    at_rest = (one for one in resting.active(tx) if one.telephone_number not in kept)
    back = (
        Resting(telephone_number=one.telephone_number, until=one.until, tag=one.reason)
        for one in kept.values()
    )
    return (*at_rest, *back)


def _kept_back(row: sa.Row[Any]) -> KeptBack:
    return KeptBack(
        telephone_number=row.telephone_number,
        until=row.until,
        reason=row.reason,
        by=PersonRef.model_validate(row.kept_by),
        since=row.since,
    )
