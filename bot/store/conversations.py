"""Where people can be reached, as learned from what they send us."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from bot.domain.values import Instant, ObjectId, Value
from bot.store.database import Transaction
from bot.store.talk_tables import conversations
from bot.store.upsert import upsert as insert_into

__all__ = [
    "ConversationRecord",
    "blocked_among",
    "by_user",
    "mark_blocked",
    "mark_welcomed",
    "try_again",
    "upsert",
]


class ConversationRecord(Value):
    """How to write to somebody. What is None is not known (yet)."""

    user_id: ObjectId
    tenant_id: str
    service_url: str
    conversation_id: str | None = None
    """The personal chat with the bot."""
    channel_user_id: str | None = None
    """Teams' own id of the person (`29:...`)."""
    bot_id: str | None = None
    """The bot's id in the channel (`28:...`)."""
    locale: str | None = None
    name: str | None = None
    blocked: bool = False
    """The person has blocked or removed the bot; cleared by the next thing heard from the person."""
    welcomed_at: Instant | None = None
    seen_at: Instant | None = None


_KEPT_WHEN_UNKNOWN = ("conversation_id", "channel_user_id", "bot_id", "locale", "name")


def upsert(tx: Transaction, record: ConversationRecord) -> None:
    """Store where the person was heard from, now.

    What the record does not know keeps its stored value, and `welcomed_at` is `mark_welcomed`'s alone.
    """
    heard = record.model_dump(exclude={"welcomed_at"}) | {"seen_at": tx.now}
    insertion = insert_into(tx, conversations).values(heard)
    changes: dict[str, sa.ColumnElement[Any]] = {
        name: insertion.excluded[name] for name in heard if name != "user_id"
    }
    for name in _KEPT_WHEN_UNKNOWN:
        changes[name] = sa.func.coalesce(insertion.excluded[name], conversations.c[name])
    tx.conn.execute(insertion.on_conflict_do_update(index_elements=["user_id"], set_=changes))


def by_user(tx: Transaction, user_id: str) -> ConversationRecord | None:
    """How to write to the person; None when the person was never heard from."""
    row = tx.conn.execute(sa.select(conversations).where(conversations.c.user_id == user_id)).one_or_none()
    return ConversationRecord.model_validate(dict(row._mapping)) if row is not None else None


def mark_blocked(tx: Transaction, user_id: str) -> None:
    """The person does not want to hear from us; stays so until the person writes again."""
    tx.conn.execute(sa.update(conversations).where(conversations.c.user_id == user_id).values(blocked=True))


def blocked_among(tx: Transaction, user_ids: Collection[str]) -> frozenset[str]:
    """Which of these people do not want to hear from us, or have removed the app."""
    here = sa.select(conversations.c.user_id).where(
        conversations.c.user_id.in_(sorted(user_ids)), conversations.c.blocked.is_(True)
    )
    return frozenset(tx.conn.scalars(here)) if user_ids else frozenset()


def try_again(tx: Transaction, user_id: str) -> None:
    """Whether the person still does not want to hear from us is for Teams to say, at the next message."""
    tx.conn.execute(sa.update(conversations).where(conversations.c.user_id == user_id).values(blocked=False))


def mark_welcomed(tx: Transaction, user_id: str) -> bool:
    """True exactly once for everybody we know how to reach."""
    welcomed = tx.conn.scalar(
        sa.update(conversations)
        .where(conversations.c.user_id == user_id, conversations.c.welcomed_at.is_(None))
        .values(welcomed_at=tx.now)
        .returning(conversations.c.user_id)
    )
    return welcomed is not None
