"""Whom the approvers' cards of a request did not reach."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.store.approval_tables import digests
from bot.store.conversations import blocked_among
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


def unreached_approvers(tx: Transaction, request_id: str, people: Collection[str]) -> frozenset[str]:
    """Who of these people cannot be reached about a request.

    Their card of it could not be delivered and is not tried again, or their list was not, or they do not want
    to hear from us.
    """
    lost = (
        sa.select(outbox.c.recipient_id)
        .where(outbox.c.request_id == request_id)
        .where(outbox.c.template == Template.APPROVAL.value)
        .where(outbox.c.copy_id.is_(None))
        .where(outbox.c.state.in_([state.value for state in _LOST]))
    )
    if not people:
        return frozenset()
    unlisted = _unlisted(tx, people)
    return (frozenset(tx.conn.scalars(lost)) | unlisted | blocked_among(tx, people)) & frozenset(people)


def _unlisted(tx: Transaction, people: Collection[str]) -> frozenset[str]:
    """Whose list of what waits was given up, and does not stand there from another time."""
    given_up = sa.exists().where(
        outbox.c.recipient_id == digests.c.recipient_id,
        outbox.c.template == Template.DIGEST.value,
        outbox.c.copy_id.is_(None),
        outbox.c.state.in_([state.value for state in _LOST]),
    )
    nowhere = sa.select(digests.c.recipient_id).where(
        digests.c.recipient_id.in_(sorted(people)), digests.c.copy_id.is_(None), given_up
    )
    return frozenset(tx.conn.scalars(nowhere))
