"""What was spent, summed in the database by what people ask about: years of calls need not be read for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from bot.domain.spenders import Dimension, Spent
from bot.store.credit_tables import credit_people, credit_usage
from bot.store.database import Transaction

__all__ = ["spent_by"]

_KEYS: Mapping[Dimension, sa.ColumnElement[str]] = {
    Dimension.COUNTRY: credit_usage.c.country,
    Dimension.DEPARTMENT: credit_people.c.department,
    Dimension.PERSON: credit_people.c.person_id,
}


def spent_by(tx: Transaction, since: date, until: date, by: Dimension) -> tuple[Spent, ...]:
    """What each spent from one day to another, both included, in each currency; calls that cost something."""
    key, name = _KEYS[by], credit_people.c.name if by is Dimension.PERSON else _KEYS[by]
    sums = credit_usage.c
    rows = tx.conn.execute(
        sa.select(
            sums.currency, key, sa.func.max(name), sa.func.sum(sums.calls), sa.func.sum(sums.millionths)
        )
        .join(credit_people, credit_people.c.number == sums.person)
        .where(sums.day.between(since, until), sums.calls > 0)
        .group_by(sums.currency, key)
        .order_by(sums.currency, key)
    )
    return tuple(
        # PostgreSQL sums big integers to decimals.
        Spent(currency, found, called, int(calls), int(millionths))
        for currency, found, called, calls, millionths in rows
    )
