"""Check the chain from its first entry to its head."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.audit.chain import GENESIS, link
from bot.store.audit_log import Head, RawRow, heads, raw_chunks
from bot.store.database import Database
from bot.store.tables import Moment

__all__ = ["Broken", "Progress", "Verified", "verify"]

_CHUNK = 2000
_MOMENT = Moment()
_FIELDS = {"seq", "at", "actor", "action", "request_id", "details"}


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry is as it was written."""

    count: int
    head_hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and in what way."""

    seq: int
    what: str


Progress = Callable[[int], None]
"""Called now and then with the number of entries checked so far."""


def verify(source: Database | sa.Connection, progress: Progress | None = None) -> Verified | Broken:
    """Check every entry and the head, in one consistent view of the database, while others go on writing.

    Finds every change of any column, and entries that were removed, put in or exchanged, at the end too.
    A given connection must be in a transaction that sees one moment only.
    """
    if isinstance(source, Database):
        return source.run_read(lambda tx: verify(tx.conn, progress))
    head = GENESIS
    for rows in raw_chunks(source, _CHUNK):
        for row in rows:
            flaw = _flaw(head, row)
            if flaw:
                return Broken(head.seq + 1, flaw)
            head = Head(row.seq, (row.hash or b"").decode())
        if progress:
            progress(head.seq)
    return _against_head(source, head)


def _flaw(before: Head, row: RawRow) -> str | None:
    """What is wrong with `row` as the successor of `before`, if anything."""
    if row.seq != before.seq + 1:
        return f"the entry is missing; the next one there is has number {row.seq}"
    if row.prev_hash != before.hash.encode():
        return "prev_hash is not the hash of the entry before"
    body = row.body or b""
    if row.hash != link(before.hash, body).encode():
        return "hash does not match the body"
    return _unlike_body(row, body)


def _unlike_body(row: RawRow, body: bytes) -> str | None:
    try:
        said = json.loads(body)
        expected = _columns(said)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "the body is not an entry"
    found = (row.at, row.actor, row.action, row.request_id)
    for name, want, have in zip(("at", "actor", "action", "request_id"), expected, found, strict=True):
        if want != have:
            return f"column {name} does not match the body"
    return None if said["seq"] == row.seq else "column seq does not match the body"


def _columns(said: dict[str, Any]) -> tuple[bytes | None, ...]:
    """The other columns as the body implies them."""
    if said.keys() != _FIELDS:
        raise KeyError
    request_id = said["request_id"]
    return (
        _stored_moment(said["at"]),
        said["actor"].encode(),
        said["action"].encode(),
        request_id.encode() if request_id is not None else None,
    )


def _stored_moment(text: str) -> bytes:
    return str(_MOMENT.process_bind_param(datetime.fromisoformat(text), None)).encode()


def _against_head(conn: sa.Connection, last: Head) -> Verified | Broken:
    found = heads(conn)
    if found == [(b"1", str(last.seq).encode(), last.hash.encode())] or (not found and last == GENESIS):
        return Verified(last.seq, last.hash)
    if len(found) != 1 or found[0][0] != b"1":
        return Broken(last.seq, f"the head table holds {len(found)} rows instead of the one it should")
    said = (found[0][1] or b"").decode(errors="replace")
    if said != str(last.seq):
        return Broken(last.seq + 1, f"the head says the log ends at {said}, but it ends at {last.seq}")
    return Broken(last.seq, "the head's hash is not the hash of the last entry")
