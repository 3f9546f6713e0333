"""The chain: every entry carries the hash of the one before, so nothing can be changed unnoticed.

    body = RFC 8785 canonical JSON of {seq, at, actor, action, request_id, details, salt}
    hash = SHA-256(the 32 bytes of the previous hash || the UTF-8 bytes of body), in hexadecimal

Entries are numbered from 1 without gaps. The first one follows the genesis: number 0 with a hash of 32
zero bytes. `at` is business time, which in production is real time. The head (number and hash of the
last entry) is kept apart, so that entries cut off at the end are missed as well. Whoever can rewrite the
whole log and its head can forge all of it: checkpoints kept elsewhere show that (`bot.audit.checkpoints`).

The salt is 16 random bytes in hexadecimal. Without it, whoever knows the hashes of an entry whose personal
words were erased (`bot.audit.erasure`) could try one name after the other. Entries of old have none.
"""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from typing import Any

import rfc8785

from bot.store.audit_log import Head, Row, append, lock_head
from bot.store.database import AuditEntry, Transaction

__all__ = ["CONSOLE", "ERASED", "GENESIS", "link", "seal", "worded"]

GENESIS = Head(seq=0, hash="0" * 64)
ERASED = "audit.erased"
"""The action of the entry that says which entries lost personal words."""
CONSOLE = "console"
"""The actor of what is done at the command line, where nobody is signed in."""
_SALT_BYTES = 16


def seal(tx: Transaction, entries: list[AuditEntry]) -> None:
    """Append `entries` to the chain as the last act of their transaction.

    The lock on the head makes every other writer wait until we commit, so nothing may come after this.
    Raises, and so undoes the whole transaction, when an entry holds what JSON cannot.
    """
    before = lock_head(tx, GENESIS)
    append(tx, before, _chained(before, tx.now, entries))


def _chained(head: Head, at: datetime, entries: list[AuditEntry]) -> list[Row]:
    rows = []
    for entry in entries:
        row = _row(head, at, entry)
        rows.append(row)
        head = Head(row.seq, row.hash)
    return rows


def _row(before: Head, at: datetime, entry: AuditEntry) -> Row:
    seq = before.seq + 1
    body = _body(seq, at, entry)
    return Row(
        seq=seq,
        at=at,
        actor=entry.actor,
        action=entry.action,
        request_id=entry.request_id,
        body=body.decode(),
        prev_hash=before.hash,
        hash=link(before.hash, body),
    )


def _body(seq: int, at: datetime, entry: AuditEntry) -> bytes:
    fields: dict[str, Any] = {
        "seq": seq,
        "at": _moment(at),
        "actor": entry.actor,
        "action": entry.action,
        "request_id": entry.request_id,
        "details": entry.details,
        "salt": os.urandom(_SALT_BYTES).hex(),
    }
    return worded(fields)


def worded(fields: dict[str, Any]) -> bytes:
    """The canonical bytes of an entry."""
    return rfc8785.dumps(fields)


def _moment(at: datetime) -> str:
    """RFC 3339 in UTC with microseconds: `2026-01-31T08:30:00.000000Z`."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def link(previous_hash: str, body: bytes) -> str:
    """The hash of an entry."""
    return hashlib.sha256(bytes.fromhex(previous_hash) + body).hexdigest()
