"""The rows of the audit log and its head, as stored; what they mean is bot/audit's business."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.domain.errors import Bug
from bot.store.database import Transaction
from bot.store.tables import audit_entries, audit_head
from bot.store.upsert import upsert

__all__ = [
    "Head",
    "RawRow",
    "Row",
    "about",
    "append",
    "count",
    "head",
    "heads",
    "lock_head",
    "mentioning",
    "newest",
    "oldest",
    "raw_chunks",
    "these",
]

_HEAD_ID = 1
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the log."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Row:
    """One sealed entry."""

    seq: int
    at: datetime
    actor: str
    action: str
    request_id: str | None
    body: str
    prev_hash: str
    hash: str


class RawRow(NamedTuple):
    """One entry exactly as the database holds it, whatever somebody may have put there."""

    seq: int
    at: bytes | None
    actor: bytes | None
    action: bytes | None
    request_id: bytes | None
    body: bytes | None
    prev_hash: bytes | None
    hash: bytes | None


# Every move of every request runs these three, so they are built once.
_LOCK = sa.select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == _HEAD_ID).with_for_update()
_APPEND = sa.insert(audit_entries)
_MOVE = (
    sa.update(audit_head)
    .where(audit_head.c.id == _HEAD_ID, audit_head.c.seq == sa.bindparam("seq_before"))
    .returning(audit_head.c.seq)
)


def lock_head(tx: Transaction, genesis: Head) -> Head:
    """The head, locked until commit so that nobody else appends; `genesis` when the log was never used."""
    row = tx.conn.execute(_LOCK).one_or_none()
    if row is None:
        first = upsert(tx, audit_head).values(id=_HEAD_ID, seq=genesis.seq, hash=genesis.hash)
        tx.conn.execute(first.on_conflict_do_nothing())
        row = tx.conn.execute(_LOCK).one()
    return Head(row.seq, row.hash)


def append(tx: Transaction, before: Head, rows: Sequence[Row]) -> None:
    """Add `rows` behind the locked head `before` and make the last one the head."""
    tx.conn.execute(_APPEND, [_values(row) for row in rows])
    head = {"seq_before": before.seq, "seq": rows[-1].seq, "hash": rows[-1].hash}
    if tx.conn.scalar(_MOVE, head) is None:
        raise Bug("the head of the audit log moved while it was locked")


def _values(row: Row) -> dict[str, Any]:
    return {name: getattr(row, name) for name in Row.__slots__}


def count(tx: Transaction, actor: str, action: str, since: datetime, at_most: int) -> int:
    """How many entries of an actor there are of a kind; not counted beyond `at_most`."""
    found = (
        sa.select(audit_entries.c.seq)
        .where(audit_entries.c.actor == actor, audit_entries.c.action == action, audit_entries.c.at > since)
        .limit(at_most)
        .subquery()
    )
    return tx.conn.scalar(sa.select(sa.func.count()).select_from(found)) or 0


def oldest(tx: Transaction, request_id: str | None, limit: int, offset: int) -> list[Row]:
    """Entries from the first on; of one request, or of all."""
    return _page(tx, request_id, audit_entries.c.seq.asc(), limit, offset)


def newest(tx: Transaction, request_id: str | None, limit: int, offset: int) -> list[Row]:
    """Entries from the last one back; of one request, or of all."""
    return _page(tx, request_id, audit_entries.c.seq.desc(), limit, offset)


def _page(
    tx: Transaction, request_id: str | None, order: sa.ColumnElement[Any], limit: int, offset: int
) -> list[Row]:
    query = sa.select(audit_entries).order_by(order).limit(limit).offset(offset)
    if request_id is not None:
        query = query.where(audit_entries.c.request_id == request_id)
    return [Row(**row._mapping) for row in tx.conn.execute(query)]


def head(conn: sa.Connection) -> Head:
    """The last entry, for whoever appends nothing; number 0 of an empty log."""
    row = conn.execute(
        sa.select(audit_head.c.seq, audit_head.c.hash).where(audit_head.c.id == _HEAD_ID)
    ).first()
    return Head(row.seq, row.hash) if row else Head(0, "0" * 64)


def of_request(conn: sa.Connection, request_id: str, until: int | None = None) -> list[RawRow]:
    """The entries of a request, up to a number if one is given, in order."""
    wanted = audit_entries.c.request_id == request_id
    return _found(conn, wanted if until is None else wanted & (audit_entries.c.seq <= until))


def numbered(conn: sa.Connection, seqs: Sequence[int]) -> list[RawRow]:
    """The entries with these numbers, in order."""
    return _found(conn, audit_entries.c.seq.in_(list(seqs)))


def mentioning(conn: sa.Connection, words: Sequence[str], since: int = 0) -> Iterator[RawRow]:
    """The entries after a number that have any of these words anywhere, in any case. Reads them all."""
    # As they stand in JSON. Databases disagree on what is the same letter, so it is not left to them.
    spelt = [json.dumps(word.casefold(), ensure_ascii=False)[1:-1] for word in words]
    for rows in raw_chunks(conn, _CHUNK, since):
        for row in rows:
            text = (row.body or b"").decode(errors="replace").casefold()
            if any(word in text for word in spelt):
                yield row


def about(conn: sa.Connection, key: str) -> list[tuple[int, str]]:
    """Number and action of the entries that have `key` anywhere, in order. Reads the whole log."""
    entry = audit_entries.c
    query = sa.select(entry.seq, entry.action).where(entry.body.contains(key, autoescape=True))
    return [(row.seq, row.action) for row in conn.execute(query.order_by(entry.seq))]


def these(tx: Transaction, seqs: Sequence[int]) -> list[Row]:
    """The entries with these numbers, in their order."""
    query = sa.select(audit_entries).where(audit_entries.c.seq.in_(list(seqs)))
    by_seq = {row.seq: Row(**row._mapping) for row in tx.conn.execute(query)}
    return [by_seq[seq] for seq in seqs]


def _found(conn: sa.Connection, wanted: sa.ColumnElement[bool]) -> list[RawRow]:
    columns = [_raw(conn, audit_entries.c[name]) for name in RawRow._fields[1:]]
    query = sa.select(audit_entries.c.seq, *columns).where(wanted)
    return _raw_rows(conn, query.order_by(audit_entries.c.seq))


def of_actor(conn: sa.Connection, actor: str, action: str, until: int) -> list[RawRow]:
    """What an actor did of a kind up to an entry, in order."""
    entry = audit_entries.c
    return _found(conn, sa.and_(entry.actor == actor, entry.action == action, entry.seq <= until))


def heads(conn: sa.Connection) -> list[tuple[bytes | None, ...]]:
    """Every row of the head table as (id, seq, hash): exactly one, unless somebody meddled."""
    columns = [_raw(conn, column) for column in (audit_head.c.id, audit_head.c.seq, audit_head.c.hash)]
    return [tuple(map(_bytes, row)) for row in conn.execute(sa.select(*columns))]


def raw_chunks(
    conn: sa.Connection, size: int, after: int | None = None, until: int | None = None
) -> Iterator[list[RawRow]]:
    """The log in the order of `seq`, `size` entries at a time; `after` one number, `until` another."""
    columns = [_raw(conn, audit_entries.c[name]) for name in RawRow._fields[1:]]
    query = sa.select(audit_entries.c.seq, *columns).order_by(audit_entries.c.seq).limit(size)
    if until is not None:
        query = query.where(audit_entries.c.seq <= until)
    rows = _raw_rows(conn, query if after is None else query.where(audit_entries.c.seq > after))
    while rows:
        yield rows
        rows = _raw_rows(conn, query.where(audit_entries.c.seq > rows[-1].seq))


def _raw_rows(conn: sa.Connection, query: sa.Select[Any]) -> list[RawRow]:
    if conn.dialect.name == "sqlite":
        return list(map(RawRow._make, conn.execute(query)))
    return [RawRow(seq, *map(_bytes, texts)) for seq, *texts in conn.execute(query)]


def _raw(conn: sa.Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """The stored value as text, past every reading of ours that a tampered value could break.

    SQLite lets anything be stored in any column, even what is no text at all.
    """
    return sa.cast(column, sa.LargeBinary if conn.dialect.name == "sqlite" else sa.Text)


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
