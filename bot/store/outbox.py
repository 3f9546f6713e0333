"""Messages to people, written in the transaction that caused them and sent afterwards.

One row a message and recipient. Messages to one recipient go out one after the other, in the order
they were written, as far as they are due.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import LeaseLost
from bot.domain.messages import Template
from bot.domain.states import ENDED
from bot.domain.tasks import ENDED_TASKS
from bot.store.bell import ring
from bot.store.database import Transaction
from bot.store.tables import Moment, card_copies, outbox, requests, tasks
from bot.store.upsert import upsert

__all__ = [
    "MessageState",
    "OutboxMessage",
    "claim_due",
    "enqueue",
    "failing",
    "finish",
    "heartbeat",
    "next_due",
    "purge",
    "refresh_copies",
    "refresh_copy",
    "refresh_digest",
    "refresh_policy_copies",
    "refresh_task_copies",
    "release",
    "retire_digest",
    "retry",
]


class MessageState(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    """A newer refresh of the same card made it pointless."""
    UNDELIVERED = "undelivered"
    """Given up after too many tries."""
    BLOCKED = "blocked"
    NOT_INSTALLED = "not_installed"
    GONE = "gone"
    DISMISSED = "dismissed"
    """Given up, and an admin has seen that."""


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """A message to be rendered and sent now."""

    id: int
    template: Template
    recipient_id: str
    request_id: str | None
    params: Mapping[str, Any]
    copy_id: int | None
    """The card copy to update; None for a new message."""
    attempts: int
    """How often it was tried before."""
    task_id: str | None = None
    """Set instead of `request_id` for a card of a task."""
    policy_version: str | None = None
    """Set instead for a card of a proposed policy."""


def enqueue(  # noqa: PLR0913 - a row, column by column
    tx: Transaction,
    template: Template,
    recipient_id: str,
    *,
    request_id: str | None = None,
    task_id: str | None = None,
    policy_version: str | None = None,
    params: Mapping[str, Any] | None = None,
    dedupe_key: str,
    due_at: datetime | None = None,
) -> None:
    """Queue a message; nothing happens when one with the same `dedupe_key` was ever queued.

    `due_at` (business time) is when it may be sent, such as when work begins; None: now.
    """
    _insert(
        tx,
        template=template.value,
        recipient_id=recipient_id,
        request_id=request_id,
        task_id=task_id,
        policy_version=policy_version,
        params=dict(params or {}),
        dedupe_key=dedupe_key,
        due_at=due_at or tx.now,
    )


def refresh_copies(tx: Transaction, request_id: str, version: int) -> None:
    """Queue an update of every living card of the request that shows something older than `version`.

    Older updates of the same cards that nobody has begun to send are cancelled.
    """
    _refresh(tx, card_copies.c.request_id == request_id, version)


def refresh_copy(tx: Transaction, copy_id: int, version: int) -> None:
    """The same for one card, of a request, a task or a policy, that has just been brought somewhere."""
    _refresh(tx, card_copies.c.id == copy_id, version)


def refresh_digest(tx: Transaction, copy_id: int, recipient_id: str, version: int) -> None:
    """The same for the one card that lists what waits for somebody."""
    _refresh_list(tx, copy_id, recipient_id, version, {})


def retire_digest(tx: Transaction, copy_id: int, recipient_id: str, version: int) -> None:
    """The same, for the last time: the card is to say that a newer one has taken its place."""
    _refresh_list(tx, copy_id, recipient_id, version, {"replaced": "true"})


def _refresh_list(
    tx: Transaction, copy_id: int, recipient_id: str, version: int, params: Mapping[str, str]
) -> None:
    key = f"refresh:{copy_id}:{version}"
    _cancel_refreshes(tx, {copy_id: key})
    _insert(
        tx,
        template=Template.DIGEST.value,
        recipient_id=recipient_id,
        params=dict(params),
        copy_id=copy_id,
        dedupe_key=key,
    )


def refresh_task_copies(tx: Transaction, task_id: str, version: int) -> None:
    """The same for the cards of a task."""
    _refresh(tx, card_copies.c.task_id == task_id, version)


def refresh_policy_copies(tx: Transaction, policy_version: str, revision: int) -> None:
    """The same for the cards of a proposed policy."""
    _refresh(tx, card_copies.c.policy_version == policy_version, revision)


def _refresh(tx: Transaction, which: sa.ColumnElement[bool], version: int) -> None:
    stale = tx.conn.execute(
        sa.select(card_copies)
        .where(
            which,
            card_copies.c.gone.is_(False),
            card_copies.c.shown_version < version,
        )
        # Several transactions may queue the same updates at once: in one order they cannot deadlock.
        .order_by(card_copies.c.id)
    ).all()
    if not stale:
        return
    keys = {copy.id: f"refresh:{copy.id}:{version}" for copy in stale}
    _cancel_refreshes(tx, keys)
    queued = _queued(tx, keys.values())
    missing = [copy for copy in stale if keys[copy.id] not in queued]
    _insert_all(
        tx,
        [
            {
                "template": copy.template,
                "recipient_id": copy.recipient_id,
                "request_id": copy.request_id,
                "task_id": copy.task_id,
                "policy_version": copy.policy_version,
                "params": {},
                "copy_id": copy.id,
                "dedupe_key": keys[copy.id],
            }
            for copy in missing
        ],
    )


def _queued(tx: Transaction, keys: Iterable[str]) -> set[str]:
    """Which of these are in the outbox already.

    Inserting them again would do nothing, but not before whoever is sending one right now has committed:
    two who have just sent the updates of two cards would wait for each other.
    """
    return set(tx.conn.scalars(sa.select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.in_(list(keys)))))


def _cancel_refreshes(tx: Transaction, wanted: Mapping[int, str]) -> None:
    """Cancel waiting updates of these copies (copy id -> the key of the update that is wanted now)."""
    tx.conn.execute(
        sa.update(outbox)
        .where(
            outbox.c.copy_id.in_(list(wanted)),
            outbox.c.dedupe_key.not_in(list(wanted.values())),
            outbox.c.state == MessageState.PENDING.value,
            sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= tx.real_now),
        )
        .values(state=MessageState.CANCELLED.value, due_at=None, finished_at=tx.now)
    )


def _insert(tx: Transaction, **values: Any) -> None:
    _insert_all(tx, [values])


def _insert_all(tx: Transaction, messages: Sequence[Mapping[str, Any]]) -> None:
    """All at once, with one ring: a hundred cards may have to follow a vote while the next one waits."""
    if not messages:
        return
    always = {"state": MessageState.PENDING.value, "due_at": tx.now, "created_at": tx.now}
    once = upsert(tx, outbox).on_conflict_do_nothing(index_elements=["dedupe_key"])
    tx.conn.execute(once, [{**always, **one} for one in messages])
    ring(tx)


# Built once: the loop that sends messages runs these all the time.
_NOW = sa.bindparam("now", type_=Moment)
_REAL_NOW = sa.bindparam("real_now", type_=Moment)
_UNLEASED = sa.or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= _REAL_NOW)
_EARLIER = outbox.alias("earlier")
_SOMEBODY_FIRST = sa.exists().where(
    _EARLIER.c.recipient_id == outbox.c.recipient_id,
    _EARLIER.c.id < outbox.c.id,
    _EARLIER.c.due_at <= _NOW,
)
_CLAIMABLE = (
    sa.select(outbox.c.id)
    .where(outbox.c.due_at <= _NOW, _UNLEASED, ~_SOMEBODY_FIRST)
    .order_by(outbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=outbox)
)
_CLAIM = sa.update(outbox).where(outbox.c.id.in_(sa.bindparam("found", expanding=True))).returning(outbox)
_NEXT_DUE = (
    sa.select(outbox.c.due_at)
    .where(outbox.c.due_at.is_not(None), _UNLEASED)
    .order_by(outbox.c.due_at)
    .limit(1)
)
_SETTLE = (
    sa.update(outbox)
    .where(
        outbox.c.id == sa.bindparam("message_id"),
        outbox.c.lease_token == sa.bindparam("holder"),
        outbox.c.lease_until > _REAL_NOW,
    )
    .values(attempts=outbox.c.attempts + 1)
    .returning(outbox.c.id)
)


def claim_due(tx: Transaction, token: str, lease_for: timedelta, limit: int) -> list[OutboxMessage]:
    """Lease up to `limit` due messages to `token` (unique per call), at most one a recipient."""
    moments = {"now": tx.now, "real_now": tx.real_now}
    found = tx.conn.scalars(_CLAIMABLE, {**moments, "most": limit}).all()
    if not found:
        return []
    leased = {"lease_token": token, "lease_until": tx.real_now + lease_for}
    rows = tx.conn.execute(_CLAIM, {"found": found, **leased}).all()
    return sorted((_message(row) for row in rows), key=lambda message: message.id)


def _message(row: sa.Row[Any]) -> OutboxMessage:
    return OutboxMessage(
        id=row.id,
        template=Template(row.template),
        recipient_id=row.recipient_id,
        request_id=row.request_id,
        task_id=row.task_id,
        policy_version=row.policy_version,
        params=row.params,
        copy_id=row.copy_id,
        attempts=row.attempts,
    )


def heartbeat(tx: Transaction, tokens: Mapping[int, str], lease_for: timedelta) -> set[int]:
    """Renew the leases of `tokens` (message id -> token); returns the ids that are still ours."""
    renewed = tx.conn.scalars(
        sa.update(outbox)
        .where(
            sa.tuple_(outbox.c.id, outbox.c.lease_token).in_(list(tokens.items())),
            outbox.c.lease_until > tx.real_now,
        )
        .values(lease_until=tx.real_now + lease_for)
        .returning(outbox.c.id)
    )
    return set(renewed)


def finish(
    tx: Transaction, message_id: int, token: str, state: MessageState, *, error: str | None = None
) -> None:
    """Close a message for good. Raises `LeaseLost` when somebody else may be sending it."""
    _settle(tx, message_id, token, state=state.value, due_at=None, finished_at=tx.now, last_error=error)


def failing(tx: Transaction, message_id: int, token: str, state: MessageState) -> None:
    """Say how a message is about to be given up, for others to know who is out of reach.

    It stays leased and due: until it is closed, a crash has it tried again. Raises `LeaseLost`.
    """
    held = (outbox.c.id == message_id, outbox.c.lease_token == token, outbox.c.lease_until > tx.real_now)
    marked = sa.update(outbox).where(*held).values(state=state.value).returning(outbox.c.id)
    if tx.conn.scalar(marked) is None:
        raise LeaseLost(f"message {message_id}")


def retry(tx: Transaction, message_id: int, token: str, due_at: datetime, error: str) -> None:
    """Send the message again at `due_at` (business time). Raises `LeaseLost`."""
    pending = MessageState.PENDING.value
    _settle(tx, message_id, token, state=pending, due_at=due_at, last_error=error)


def _settle(tx: Transaction, message_id: int, token: str, **values: Any) -> None:
    seen = {"message_id": message_id, "holder": token, "real_now": tx.real_now}
    done = tx.conn.scalar(_SETTLE, {"lease_token": None, "lease_until": None, **values, **seen})
    if done is None:
        raise LeaseLost(f"message {message_id}")


def release(tx: Transaction, message_id: int, token: str) -> None:
    """Give a message back unsent; nothing happens when it is no longer ours."""
    tx.conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == message_id, outbox.c.lease_token == token)
        .values(lease_token=None, lease_until=None)
    )


def next_due(tx: Transaction) -> datetime | None:
    """When the next message that nobody is sending falls due (business time)."""
    due: datetime | None = tx.conn.scalar(_NEXT_DUE, {"real_now": tx.real_now})
    return due


def purge(tx: Transaction, older_than: timedelta, limit: int = 1000) -> int:
    """Forget up to `limit` messages that were closed longer ago; returns how many.

    Those of an open request or task stay, because they keep the same message from being sent a second time.
    """
    about_open = sa.exists().where(
        requests.c.id == outbox.c.request_id, requests.c.state.not_in([state.value for state in ENDED])
    )
    about_open_task = sa.exists().where(
        tasks.c.id == outbox.c.task_id, tasks.c.state.not_in([state.value for state in ENDED_TASKS])
    )
    old = (outbox.c.due_at.is_(None), outbox.c.finished_at < tx.now - older_than)
    closed = sa.select(outbox.c.id).where(*old, ~about_open, ~about_open_task).limit(limit)
    gone = tx.conn.execute(sa.delete(outbox).where(outbox.c.id.in_(closed)).returning(outbox.c.id))
    return len(gone.all())
