"""What the outbox has given up, for somebody to look after."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.undelivered import UndeliveredMessage
from bot.store.database import Transaction
from bot.store.outbox import MessageState
from bot.store.tables import outbox
from bot.store.talk_tables import conversations

__all__ = ["GIVEN_UP", "by_id", "close", "page", "requeue"]

GIVEN_UP = sa.text("outbox.state IN ('undelivered', 'blocked', 'not_installed', 'gone')")
"""Spelt as the partial index has it."""


def _messages() -> sa.Select[Any]:
    """A card that can no longer be updated was deleted by somebody: nothing is lost with it."""
    return (
        sa.select(outbox, conversations.c.name)
        .join_from(outbox, conversations, outbox.c.recipient_id == conversations.c.user_id, isouter=True)
        .where(GIVEN_UP, outbox.c.due_at.is_(None), outbox.c.copy_id.is_(None))
    )


def page(tx: Transaction, limit: int, offset: int) -> list[UndeliveredMessage]:
    """Messages that were given up, the newest first."""
    newest = (outbox.c.finished_at.desc(), outbox.c.id.desc())
    rows = tx.conn.execute(_messages().order_by(*newest).limit(limit).offset(offset))
    return [_message(row) for row in rows]


def by_id(tx: Transaction, message_id: int) -> UndeliveredMessage | None:
    """One of them; None when it is not, or no longer, given up."""
    row = tx.conn.execute(_messages().where(outbox.c.id == message_id)).one_or_none()
    return None if row is None else _message(row)


def _message(row: sa.Row[Any]) -> UndeliveredMessage:
    return UndeliveredMessage(
        id=row.id,
        template=row.template,
        recipient_id=row.recipient_id,
        recipient=row.name or "",
        request_id=row.request_id,
        state=row.state,
        reason=row.last_error or "",
        tries=row.attempts,
        at=row.finished_at,
    )


def requeue(tx: Transaction, message_id: int) -> bool:
    """Try a message again as if for the first time; false when it is not given up."""
    return _changed(
        tx,
        message_id,
        {"state": MessageState.PENDING.value, "due_at": tx.now, "finished_at": None, "attempts": 0},
    )


def close(tx: Transaction, message_id: int) -> bool:
    """Nobody needs the message any more; false when it is not given up."""
    return _changed(tx, message_id, {"state": MessageState.DISMISSED.value})


def _changed(tx: Transaction, message_id: int, values: dict[str, Any]) -> bool:
    given_up = sa.update(outbox).where(outbox.c.id == message_id, GIVEN_UP, outbox.c.due_at.is_(None))
    return tx.conn.scalar(given_up.values(values).returning(outbox.c.id)) is not None
