"""INSERT .. ON CONFLICT, which both databases spell alike and SQLAlchemy keeps in two places."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.database import Transaction

__all__ = ["upsert"]


def upsert(tx: Transaction, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An insert into `table` that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    if tx.conn.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)
