"""The one card that lists what waits for an approver: where it stands, and how new what it shows is."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.store import askings, outbox
from bot.store.approval_tables import digests
from bot.store.database import Transaction
from bot.store.tables import card_copies
from bot.store.upsert import upsert

__all__ = ["SENT_AGAIN_AFTER", "begun_anew", "lost", "need_message", "placed", "touched", "version_of"]

SENT_AGAIN_AFTER = timedelta(hours=24)
"""A list that was sent longer ago has been scrolled away: what comes then is a new message."""


def touched(tx: Transaction, people: Collection[str]) -> None:
    """What waits for these people has changed: their cards, where there are any, follow."""
    if not people:
        return
    # In one order, so that two who touch the same people do not wait for each other.
    rows = tx.conn.execute(
        sa.select(digests)
        .where(digests.c.recipient_id.in_(sorted(people)), digests.c.sent_at.is_not(None))
        .order_by(digests.c.recipient_id)
        .with_for_update()
    ).all()
    for row in rows:
        _changed(tx, row.recipient_id, row.version + 1, row.copy_id)


def _changed(tx: Transaction, recipient_id: str, version: int, copy_id: int | None) -> None:
    # Once nothing is left, what comes next is news again, and no silent change far up in the chat.
    closed = {} if askings.count_for(tx, recipient_id, most=1) else {"sent_at": None, "copy_id": None}
    tx.conn.execute(
        sa.update(digests).where(digests.c.recipient_id == recipient_id).values(version=version, **closed)
    )
    if copy_id is not None:
        outbox.refresh_digest(tx, copy_id, recipient_id, version)


def need_message(tx: Transaction, recipient_id: str) -> int | None:
    """The version a new message will show, when one is to be sent; None while a recent one does."""
    row = _locked(tx, recipient_id)
    if row.sent_at is not None and tx.now - row.sent_at < SENT_AGAIN_AFTER and not _is_gone(tx, row.copy_id):
        return None
    return _begun(tx, row)


def begun_anew(tx: Transaction, recipient_id: str) -> int:
    """A new list is on its way, and will show this version; one that stood before says so."""
    return _begun(tx, _locked(tx, recipient_id))


def _locked(tx: Transaction, recipient_id: str) -> sa.Row[Any]:
    """The person's row, made now if need be: of two who want to send a list only one does."""
    first = upsert(tx, digests).values(recipient_id=recipient_id, version=0)
    tx.conn.execute(first.on_conflict_do_nothing(index_elements=["recipient_id"]))
    mine = sa.select(digests).where(digests.c.recipient_id == recipient_id)
    return tx.conn.execute(mine.with_for_update()).one()


def _is_gone(tx: Transaction, copy_id: int | None) -> bool:
    """Whether the message was deleted; one that is on its way was not."""
    return bool(tx.conn.scalar(sa.select(card_copies.c.gone).where(card_copies.c.id == copy_id)))


def _begun(tx: Transaction, row: sa.Row[Any]) -> int:
    version: int = row.version + 1
    if row.copy_id is not None:
        outbox.retire_digest(tx, row.copy_id, row.recipient_id, version)
    fresh = {"version": version, "sent_at": tx.now, "copy_id": None}
    tx.conn.execute(sa.update(digests).where(digests.c.recipient_id == row.recipient_id).values(fresh))
    return version


def placed(tx: Transaction, recipient_id: str, copy_id: int, shown_version: int) -> None:
    """The list stands in the chat now; it is brought up to date when it has changed on the way."""
    version = tx.conn.scalar(
        sa.update(digests)
        .where(digests.c.recipient_id == recipient_id)
        .values(copy_id=copy_id)
        .returning(digests.c.version)
    )
    if version is not None and version > shown_version:
        outbox.refresh_digest(tx, copy_id, recipient_id, version)


def lost(tx: Transaction, recipient_id: str) -> None:
    """The list did not arrive: the next request that waits for the person makes a new one."""
    tx.conn.execute(
        sa.update(digests)
        .where(digests.c.recipient_id == recipient_id, digests.c.copy_id.is_(None))
        .values(sent_at=None)
    )


def version_of(tx: Transaction, recipient_id: str) -> int:
    """How often the list has changed; 0 before there was one."""
    found = tx.conn.scalar(sa.select(digests.c.version).where(digests.c.recipient_id == recipient_id))
    return int(found or 0)
