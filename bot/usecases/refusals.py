"""Refusals on the audit log, without letting anybody fill it by asking for the same again and again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot.store import audit_log
from bot.store.database import Transaction

__all__ = ["MOST_AN_HOUR", "record_refusal"]

MOST_AN_HOUR = 30
"""Refusals of one kind recorded for one person; the last of them says that more are left out."""


def record_refusal(tx: Transaction, action: str, actor_id: str, **details: Any) -> None:
    """Record a refusal; nothing once there have been too many of that person within the hour.

    What is left out has changed nothing, so no move goes unrecorded.
    """
    recent = audit_log.count(tx, actor_id, action, tx.now - timedelta(hours=1), MOST_AN_HOUR)
    if recent >= MOST_AN_HOUR:
        return
    if recent == MOST_AN_HOUR - 1:
        details["left_out"] = "more of this kind until the hour is over"
    tx.audit(action, actor_id, **details)
