"""The log for people to read. Reading proves nothing: `verify` does."""

from __future__ import annotations

import json
from typing import Any

from bot.domain.values import Instant, Value
from bot.store import audit_log
from bot.store.audit_log import Row
from bot.store.database import Transaction

__all__ = ["AuditRecord", "entries", "latest"]


class AuditRecord(Value):
    """One entry of the log."""

    seq: int
    at: Instant
    actor: str
    action: str
    request_id: str | None
    details: dict[str, Any]
    hash: str


def entries(
    tx: Transaction, request_id: str | None = None, limit: int = 100, offset: int = 0
) -> list[AuditRecord]:
    """Entries in the order they happened; of one request, or of all."""
    return [_record(row) for row in audit_log.oldest(tx, request_id, limit, offset)]


def latest(
    tx: Transaction, request_id: str | None = None, limit: int = 100, offset: int = 0
) -> list[AuditRecord]:
    """Entries from the last one back; of one request, or of all."""
    return [_record(row) for row in audit_log.newest(tx, request_id, limit, offset)]


def _record(row: Row) -> AuditRecord:
    return AuditRecord(
        seq=row.seq,
        at=row.at,
        actor=row.actor,
        action=row.action,
        request_id=row.request_id,
        details=json.loads(row.body)["details"],
        hash=row.hash,
    )
