"""Who waits to hear whether the audit log is whole: kept, so that a restart forgets nobody."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from bot.store.agreements import mark
from bot.store.database import Transaction
from bot.store.oversight_tables import watch_marks

__all__ = ["answered", "ask", "waiting"]

_ASKED = "audit.asked:"


def ask(tx: Transaction, person_id: str) -> None:
    """He waits for the result; asking twice is waiting once."""
    mark(tx, f"{_ASKED}{person_id}", tx.now)


def waiting(tx: Transaction) -> list[str]:
    """Object ids of those who wait."""
    query = sa.select(watch_marks.c.name).where(watch_marks.c.name.startswith(_ASKED, autoescape=True))
    return [name.removeprefix(_ASKED) for name in tx.conn.scalars(query.order_by(watch_marks.c.name))]


def answered(tx: Transaction, people: Sequence[str]) -> None:
    """They wait no more."""
    names = [f"{_ASKED}{one}" for one in people]
    tx.conn.execute(sa.delete(watch_marks).where(watch_marks.c.name.in_(names)))
