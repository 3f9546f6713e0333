"""Numbers in quarantine: given back, and offered before their time only to whoever they are kept for (J07).

Callers of an old number still ring it, so nobody else gets it right away.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.tenant import Resting
from bot.store.database import Transaction
from bot.store.tables import resting_numbers
from bot.store.upsert import upsert

__all__ = ["active", "put", "remove"]


def put(tx: Transaction, request_id: str, rests: Resting) -> None:
    """Let a number rest from now on, whatever was said of it before; forgets those whose time is over."""
    tx.conn.execute(sa.delete(resting_numbers).where(resting_numbers.c.until <= tx.now))
    about = {
        "until": rests.until,
        "kept_for": rests.kept_for,
        "tag": rests.tag,
        "request_id": request_id,
    }
    tx.conn.execute(
        upsert(tx, resting_numbers)
        .values(telephone_number=rests.telephone_number, **about)
        .on_conflict_do_update(index_elements=["telephone_number"], set_=about)
    )


def remove(tx: Transaction, e164: str) -> None:
    """The number is somebody's again."""
    tx.conn.execute(sa.delete(resting_numbers).where(resting_numbers.c.telephone_number == e164))


def active(tx: Transaction) -> tuple[Resting, ...]:
    """Numbers whose time is not over yet."""
    rows = tx.conn.execute(
        sa.select(resting_numbers)
        .where(resting_numbers.c.until > tx.now)
        .order_by(resting_numbers.c.telephone_number)
    )
    return tuple(
        Resting(telephone_number=row.telephone_number, until=row.until, kept_for=row.kept_for, tag=row.tag)
        for row in rows
    )
