"""The rows of the audit log's proofs, as stored; what they mean is bot/audit's business."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from bot.store.database import Transaction
from bot.store.proof_tables import audit_checkpoints, audit_erased, audit_tiles
from bot.store.tables import audit_entries
from bot.store.upsert import upsert

__all__ = [
    "add_checkpoint",
    "checkpoints",
    "erased",
    "last_checkpoint",
    "put_tile",
    "replace_body",
    "tile",
    "tiles",
]


def tile(conn: sa.Connection, level: int, place: int) -> bytes | None:
    """The hashes of a full tile, one behind the other."""
    query = sa.select(audit_tiles.c.hashes).where(audit_tiles.c.level == level, audit_tiles.c.place == place)
    found: bytes | None = conn.scalar(query)
    return found


def tiles(conn: sa.Connection, level: int) -> int:
    """How many full tiles of a level there are."""
    query = sa.select(sa.func.max(audit_tiles.c.place)).where(audit_tiles.c.level == level)
    last: int | None = conn.scalar(query)
    return 0 if last is None else last + 1


def put_tile(tx: Transaction, level: int, place: int, hashes: bytes) -> None:
    """Keep a full tile; nothing happens where it is kept already."""
    row = upsert(tx, audit_tiles).values(level=level, place=place, hashes=hashes)
    tx.conn.execute(row.on_conflict_do_nothing())


def checkpoints(conn: sa.Connection, after: int = -1) -> list[tuple[int, str]]:
    """Every checkpoint `after` a number, by its own, as it was written."""
    query = sa.select(audit_checkpoints.c.number, audit_checkpoints.c.note)
    query = query.where(audit_checkpoints.c.number > after)
    return [(number, note) for number, note in conn.execute(query.order_by(audit_checkpoints.c.number))]


def last_checkpoint(conn: sa.Connection, number: int | None = None) -> str | None:
    """The newest checkpoint, or the one of a number, as it was written."""
    query = sa.select(audit_checkpoints.c.note).order_by(audit_checkpoints.c.number.desc()).limit(1)
    if number is not None:
        query = query.where(audit_checkpoints.c.number == number)
    found: str | None = conn.scalar(query)
    return found


def add_checkpoint(tx: Transaction, number: int, note: str) -> bool:
    """Keep the next checkpoint; False where another replica has made it."""
    row = upsert(tx, audit_checkpoints).values(number=number, note=note).on_conflict_do_nothing()
    return tx.conn.scalar(row.returning(audit_checkpoints.c.number)) is not None


def erased(conn: sa.Connection, seqs: Iterable[int] | None = None) -> dict[int, str]:
    """The leaf of the first wording of every entry that has another one now; of these entries, or of all."""
    query = sa.select(audit_erased.c.seq, audit_erased.c.leaf)
    if seqs is not None:
        query = query.where(audit_erased.c.seq.in_(list(seqs)))
    return {row.seq: row.leaf for row in conn.execute(query)}


def replace_body(tx: Transaction, seq: int, leaf: str, values: Mapping[str, object]) -> None:
    """Give an entry another wording; the leaf of its first one is kept, and no other ever after."""
    kept = upsert(tx, audit_erased).values(seq=seq, leaf=leaf).on_conflict_do_nothing()
    tx.conn.execute(kept)
    tx.conn.execute(sa.update(audit_entries).where(audit_entries.c.seq == seq).values(**values))
