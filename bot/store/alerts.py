"""What people were alerted to: each thing once, until all is clear."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.store.database import Transaction
from bot.store.upsert import upsert
from bot.store.watch_tables import alerts

__all__ = ["OpenAlert", "clear", "raise_once", "standing"]


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """What people were alerted to and is still so."""

    key: str
    code: str
    params: Mapping[str, str]
    raised_at: datetime


def raise_once(tx: Transaction, key: str, code: str, params: Mapping[str, str]) -> bool:
    """Put an alert on record; False when it stands already, whatever it says."""
    row = {"key": key, "code": code, "params": dict(params), "raised_at": tx.now}
    insert = upsert(tx, alerts).values(row).on_conflict_do_nothing().returning(alerts.c.key)
    return tx.conn.scalar(insert) is not None


def clear(tx: Transaction, key: str) -> bool:
    """Take an alert off the record; False when there was none."""
    return tx.conn.scalar(sa.delete(alerts).where(alerts.c.key == key).returning(alerts.c.key)) is not None


def standing(tx: Transaction, prefix: str = "") -> list[OpenAlert]:
    """The alerts that stand, oldest first; only those whose key begins with `prefix`."""
    query = sa.select(alerts).order_by(alerts.c.raised_at, alerts.c.key)
    if prefix:
        query = query.where(alerts.c.key.startswith(prefix, autoescape=True))
    return [OpenAlert(row.key, row.code, row.params, row.raised_at) for row in tx.conn.execute(query)]
