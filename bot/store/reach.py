"""Whom the approvers' cards of a request did not reach."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.store.database import Transaction
from bot.store.outbox import MessageState
from bot.store.tables import outbox

__all__ = ["unreached_approvers"]

_LOST = (
    MessageState.UNDELIVERED,
    MessageState.BLOCKED,
    MessageState.NOT_INSTALLED,
    MessageState.GONE,
)


def unreached_approvers(tx: Transaction, request_id: str) -> frozenset[str]:
    """People whose card of this request could not be delivered and will not be tried again."""
    lost = (
        sa.select(outbox.c.recipient_id)
        .where(outbox.c.request_id == request_id)
        .where(outbox.c.template == Template.APPROVAL.value)
        .where(outbox.c.copy_id.is_(None))
        .where(outbox.c.state.in_([state.value for state in _LOST]))
    )
    return frozenset(tx.conn.scalars(lost))
