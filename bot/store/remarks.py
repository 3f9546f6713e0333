"""What people have said about requests."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from bot.domain.people import PersonRef
from bot.domain.remarks import Remark, RemarkKind
from bot.store.approval_tables import remarks
from bot.store.database import Transaction
from bot.store.talk_tables import conversations

__all__ = ["add", "channel_ids", "of_request", "watchers"]


def add(tx: Transaction, request_id: str, kind: RemarkKind, author: PersonRef, text: str) -> int:
    """Store a remark, made now, and return its id. Lock the request first: remarks are counted."""
    row = {
        "request_id": request_id,
        "kind": kind.value,
        "author_id": author.id,
        "author": author.model_dump(mode="json"),
        "text": text,
        "at": tx.now,
    }
    remark_id: int = tx.conn.execute(sa.insert(remarks).values(row).returning(remarks.c.id)).scalar_one()
    return remark_id


def of_request(tx: Transaction, request_id: str) -> tuple[Remark, ...]:
    """Every remark on a request, oldest first."""
    query = sa.select(remarks).where(remarks.c.request_id == request_id).order_by(remarks.c.id)
    return tuple(
        Remark(kind=row.kind, author=row.author, text=row.text, at=row.at) for row in tx.conn.execute(query)
    )


def watchers(tx: Transaction, request_id: str) -> tuple[str, ...]:
    """Who else wants to hear how the request ends."""
    query = (
        sa.select(remarks.c.author_id)
        .where(remarks.c.request_id == request_id, remarks.c.kind == RemarkKind.WATCH.value)
        .order_by(remarks.c.id)
    )
    return tuple(dict.fromkeys(tx.conn.scalars(query)))


def channel_ids(tx: Transaction, people: Collection[str]) -> dict[str, str]:
    """Teams' own ids of people we know how to write to, by object id."""
    if not people:
        return {}
    query = sa.select(conversations.c.user_id, conversations.c.channel_user_id).where(
        conversations.c.user_id.in_(people), conversations.c.channel_user_id.is_not(None)
    )
    return {row.user_id: row.channel_user_id for row in tx.conn.execute(query)}
