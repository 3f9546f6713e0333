"""Promises to open requests: seats of a SKU, and telephone numbers.

Graph cannot reserve anything, so what we promise to one request is kept here and subtracted from what
the next one sees. A hold is active until it is released.
"""

from __future__ import annotations

from typing import Literal

import sqlalchemy as sa

from bot.domain.values import Instant, Value
from bot.store.database import Transaction
from bot.store.tables import holds
from bot.store.upsert import upsert

__all__ = [
    "Hold",
    "HoldKind",
    "active_numbers",
    "active_seats",
    "holders",
    "of_request",
    "one_at_a_time",
    "release",
    "take_number",
    "take_seat",
]

HoldKind = Literal["seat", "number"]


class Hold(Value):
    """One promise: a seat (`key` is the skuId) or a number (`key` is E.164)."""

    kind: HoldKind
    key: str
    held_at: Instant


_ACTIVE = holds.c.released_at.is_(None)


def take_seat(tx: Transaction, request_id: str, sku_id: str, capacity: int) -> bool:
    """Promise the request one seat, if fewer than `capacity` are promised to others.

    `capacity` is what Graph has free, our own promises not subtracted. True as well when the request has
    its seat already. Rivals for the same SKU wait for each other until commit.
    """
    one_at_a_time(tx, f"seat:{sku_id}")
    mine = [holds.c.kind == "seat", holds.c.key == sku_id, _ACTIVE]
    if tx.conn.scalar(sa.select(holds.c.id).where(*mine, holds.c.request_id == request_id)) is not None:
        return True
    promised = tx.conn.scalar(sa.select(sa.func.count()).select_from(holds).where(*mine)) or 0
    if promised >= capacity:
        return False
    tx.conn.execute(sa.insert(holds).values(request_id=request_id, kind="seat", key=sku_id, held_at=tx.now))
    return True


def one_at_a_time(tx: Transaction, name: str) -> None:
    """Let nobody else past here with the same name until we commit; SQLite has one writer anyway."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(name, 0))))


def take_number(tx: Transaction, request_id: str, e164: str) -> bool:
    """Promise the number to the request; false when another has it. True again for its holder."""
    row = {"request_id": request_id, "kind": "number", "key": e164, "held_at": tx.now}
    tx.conn.execute(upsert(tx, holds).values(row).on_conflict_do_nothing())
    holder = tx.conn.scalar(
        sa.select(holds.c.request_id).where(holds.c.kind == "number", holds.c.key == e164, _ACTIVE)
    )
    return holder == request_id


def release(tx: Transaction, request_id: str, kind: HoldKind | None = None, key: str | None = None) -> None:
    """Give back what the request holds: all of it, or only of one kind, or only one key."""
    where = [holds.c.request_id == request_id, _ACTIVE]
    if kind is not None:
        where.append(holds.c.kind == kind)
    if key is not None:
        where.append(holds.c.key == key)
    tx.conn.execute(sa.update(holds).where(*where).values(released_at=tx.now))


def active_seats(tx: Transaction, *, except_request: str | None = None) -> dict[str, int]:
    """Seats promised, by skuId; what `except_request` itself holds is left out."""
    rows = tx.conn.execute(
        sa.select(holds.c.key, sa.func.count())
        .where(holds.c.kind == "seat", _ACTIVE, _of_others(except_request))
        .group_by(holds.c.key)
    )
    return {row[0]: row[1] for row in rows}


def active_numbers(tx: Transaction, *, except_request: str | None = None) -> frozenset[str]:
    """Numbers promised, in E.164; what `except_request` itself holds is left out."""
    query = sa.select(holds.c.key).where(holds.c.kind == "number", _ACTIVE, _of_others(except_request))
    return frozenset(tx.conn.scalars(query))


def holders(tx: Transaction) -> dict[str, str]:
    """The request each promised number is promised to, by number in E.164."""
    query = sa.select(holds.c.key, holds.c.request_id).where(holds.c.kind == "number", _ACTIVE)
    return {row.key: row.request_id for row in tx.conn.execute(query)}


def _of_others(request_id: str | None) -> sa.ColumnElement[bool]:
    return sa.true() if request_id is None else holds.c.request_id != request_id


def of_request(tx: Transaction, request_id: str) -> list[Hold]:
    """What the request holds now, oldest first."""
    rows = tx.conn.execute(
        sa.select(holds).where(holds.c.request_id == request_id, _ACTIVE).order_by(holds.c.id)
    )
    return [Hold(kind=row.kind, key=row.key, held_at=row.held_at) for row in rows]
