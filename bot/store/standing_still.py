"""Requests that do not go on: those due that nobody takes up, and those that wait for people for long."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.domain.plans import WaitReason
from bot.domain.requests import RequestState
from bot.domain.tasks import Audience, TaskState
from bot.store.database import Transaction
from bot.store.tables import outbox, requests, tasks
from bot.store.undelivered import GIVEN_UP

__all__ = ["neglected", "undelivered_since", "waiting_long"]

_MOST = 500


def neglected(tx: Transaction, since: datetime) -> list[str]:
    """Ids of requests that have been due since then, and that nobody is at; oldest first."""
    unleased = sa.or_(requests.c.lease_until.is_(None), requests.c.lease_until <= tx.real_now)
    query = sa.select(requests.c.id).where(requests.c.due_at <= since, unleased)
    return list(tx.conn.scalars(query.order_by(requests.c.due_at, requests.c.id).limit(_MOST)))


def waiting_long(tx: Transaction, since: datetime) -> dict[str, Audience]:
    """Requests of which nothing has changed since then while they wait, by who can do something about it.

    Those that wait for a day which people chose are where they should be.
    """
    asked = sa.or_(
        tasks.c.request_id == requests.c.id,
        sa.and_(tasks.c.pool == requests.c.pool, requests.c.pool.is_not(None)),
    )
    by_billing = sa.exists().where(
        asked,
        tasks.c.audience == Audience.BILLING_ADMINS.value,
        tasks.c.state.in_([TaskState.OPEN.value, TaskState.CLAIMED.value]),
    )
    query = sa.select(requests.c.id, by_billing.label("by_billing")).where(
        requests.c.state == RequestState.WAITING.value,
        requests.c.waiting != WaitReason.DATE.value,
        requests.c.updated_at <= since,
    )
    rows = tx.conn.execute(query.order_by(requests.c.updated_at, requests.c.id).limit(_MOST))
    return {row.id: Audience.BILLING_ADMINS if row.by_billing else Audience.VOICE_ADMINS for row in rows}


def undelivered_since(tx: Transaction, since: datetime | None) -> int:
    """How many messages were given up since then that nobody has looked after."""
    lost = sa.and_(GIVEN_UP, outbox.c.due_at.is_(None), outbox.c.copy_id.is_(None))
    query = sa.select(sa.func.count()).select_from(outbox).where(lost)
    if since is not None:
        query = query.where(outbox.c.finished_at > since)
    return tx.conn.scalar(query) or 0
