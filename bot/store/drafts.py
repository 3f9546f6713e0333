"""Wishes being filled in."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.values import Instant, ObjectId, Value
from bot.store.database import Transaction
from bot.store.tables import drafts
from bot.store.upsert import upsert

__all__ = ["Draft", "by_id", "newest_open", "of_request", "purge", "save", "set_request"]


class Draft(Value):
    """What somebody has filled in so far; its id is the key of the request it becomes."""

    id: str
    owner_id: ObjectId
    kind: str
    data: dict[str, Any]
    request_id: str | None = None
    created_at: Instant
    updated_at: Instant


def save(tx: Transaction, draft: Draft) -> None:
    """Store a new draft, or new data of a stored one, whose owner alone may change it.

    Which request a draft became is `set_request`'s to say.
    """
    row = draft.model_dump()
    changes = {name: row[name] for name in ("kind", "data", "updated_at")}
    tx.conn.execute(
        upsert(tx, drafts)
        .values(row)
        .on_conflict_do_update(index_elements=["id"], set_=changes, where=drafts.c.owner_id == draft.owner_id)
    )


def by_id(tx: Transaction, draft_id: str) -> Draft | None:
    """The draft, whoever owns it; callers check the owner."""
    return _one(tx, sa.select(drafts).where(drafts.c.id == draft_id))


def newest_open(tx: Transaction, owner_id: str, kinds: Collection[str]) -> Draft | None:
    """What the person worked on last and has not sent."""
    return _one(
        tx,
        sa.select(drafts)
        .where(drafts.c.owner_id == owner_id, drafts.c.kind.in_(kinds), drafts.c.request_id.is_(None))
        .order_by(drafts.c.updated_at.desc(), drafts.c.id)
        .limit(1),
    )


def of_request(tx: Transaction, request_id: str) -> Draft | None:
    """The newest draft that was sent as this request."""
    return _one(
        tx,
        sa.select(drafts)
        .where(drafts.c.request_id == request_id)
        .order_by(drafts.c.updated_at.desc(), drafts.c.id)
        .limit(1),
    )


def _one(tx: Transaction, query: sa.Select[Any]) -> Draft | None:
    row = tx.conn.execute(query).one_or_none()
    return Draft.model_validate(dict(row._mapping)) if row is not None else None


def set_request(tx: Transaction, draft_id: str, request_id: str) -> None:
    """Remember which request the draft was sent as."""
    tx.conn.execute(
        sa.update(drafts).where(drafts.c.id == draft_id).values(request_id=request_id, updated_at=tx.now)
    )


def purge(tx: Transaction, older_than: timedelta) -> int:
    """Forget what nobody has touched for so long; returns how many. Requests made of it stay."""
    gone = tx.conn.execute(
        sa.delete(drafts).where(drafts.c.updated_at < tx.now - older_than).returning(drafts.c.id)
    )
    return len(gone.all())
