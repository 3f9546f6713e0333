"""Approvals that wait for a one-time code, one a request and approver. The codes themselves are not here."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.store import outbox
from bot.store.approval_tables import confirmations
from bot.store.database import Transaction
from bot.store.outbox import MessageState
from bot.store.tables import outbox as messages
from bot.store.upsert import upsert

__all__ = [
    "CODES_AN_HOUR",
    "LASTS",
    "TRIES",
    "Confirmation",
    "begin",
    "current",
    "issued",
    "purge",
    "spend",
    "try_once",
]

LASTS = timedelta(minutes=10)
"""How long a code is good for, from when it is sent."""
TRIES = 5
"""How often it may be typed, the right time included."""
CODES_AN_HOUR = 5
"""For one request and approver: with the tries, 25 guesses in a million an hour."""
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An approval that waits for its code."""

    request_id: str
    approver_id: str
    ticket: str
    stage_index: int
    round: int
    code_hash: str
    """"" until the code was sent."""
    answer: Mapping[str, Any]
    tries: int
    expires_at: datetime
    codes: int
    begun_at: datetime


def begin(
    tx: Transaction,
    request_id: str,
    approver_id: str,
    *,
    stage_index: int,
    asked_round: int,
    answer: Mapping[str, Any],
) -> bool:
    """Keep the answer and queue a code for it, in place of every earlier one.

    False, and nothing is changed, when there have been too many codes within the hour.
    """
    purge(tx)
    known = current(tx, request_id, approver_id)
    if known is not None and known.codes >= CODES_AN_HOUR:
        return False
    ticket = secrets.token_hex(12)
    row = {
        "ticket": ticket,
        "stage_index": stage_index,
        "round": asked_round,
        "code_hash": "",
        "answer": dict(answer),
        "tries": 0,
        "expires_at": tx.now + LASTS,
        "codes": known.codes + 1 if known else 1,
        "begun_at": known.begun_at if known else tx.now,
    }
    insert = upsert(tx, confirmations).values(request_id=request_id, approver_id=approver_id, **row)
    tx.conn.execute(insert.on_conflict_do_update(index_elements=["request_id", "approver_id"], set_=row))
    if known:
        _cancel_message(tx, known.ticket)
    outbox.enqueue(
        tx,
        Template.CODE,
        approver_id,
        request_id=request_id,
        params={"ticket": ticket},
        dedupe_key=_message(ticket),
    )
    return True


def _message(ticket: str) -> str:
    return f"code:{ticket}"


def _cancel_message(tx: Transaction, ticket: str) -> None:
    """One that is being sent right now brings a code that is worth nothing."""
    tx.conn.execute(
        sa.update(messages)
        .where(
            messages.c.dedupe_key == _message(ticket),
            messages.c.state == MessageState.PENDING.value,
            sa.or_(messages.c.lease_until.is_(None), messages.c.lease_until <= tx.real_now),
        )
        .values(state=MessageState.CANCELLED.value, due_at=None, finished_at=tx.now)
    )


def purge(tx: Transaction) -> None:
    """Forget what was begun more than an hour ago and has run out: it counts against nobody any more."""
    tx.conn.execute(
        sa.delete(confirmations).where(
            confirmations.c.begun_at <= tx.now - _HOUR, confirmations.c.expires_at <= tx.now
        )
    )


def current(tx: Transaction, request_id: str, approver_id: str) -> Confirmation | None:
    """What waits for a code of this approver, also when it has run out."""
    row = tx.conn.execute(sa.select(confirmations).where(*_of(request_id, approver_id))).one_or_none()
    return Confirmation(**row._mapping) if row is not None else None


def _of(request_id: str, approver_id: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return confirmations.c.request_id == request_id, confirmations.c.approver_id == approver_id


def issued(tx: Transaction, request_id: str, approver_id: str, ticket: str, code_hash: str) -> bool:
    """Keep the hash of the code that is about to be sent; False when nobody waits for it any more.

    Sent once more, after a delivery that failed, it is another code, and the earlier one is worth nothing.
    """
    waiting = (
        sa.update(confirmations)
        .where(
            *_of(request_id, approver_id),
            confirmations.c.ticket == ticket,
            confirmations.c.expires_at > tx.now,
        )
        .values(code_hash=code_hash, expires_at=tx.now + LASTS)
        .returning(confirmations.c.ticket)
    )
    return tx.conn.scalar(waiting) is not None


def try_once(tx: Transaction, request_id: str, approver_id: str) -> Confirmation | None:
    """Use one try up, before the code is looked at; None when nothing can be confirmed any more."""
    tried = (
        sa.update(confirmations)
        .where(
            *_of(request_id, approver_id),
            confirmations.c.expires_at > tx.now,
            confirmations.c.code_hash != "",
            confirmations.c.tries < TRIES,
        )
        .values(tries=confirmations.c.tries + 1)
        .returning(confirmations)
    )
    row = tx.conn.execute(tried).one_or_none()
    return Confirmation(**row._mapping) if row is not None else None


def spend(
    tx: Transaction, request_id: str, approver_id: str, *, stage_index: int, asked_round: int, ticket: str
) -> bool:
    """Use up a confirmation that was given for exactly this; a second time there is none."""
    given = (
        sa.delete(confirmations)
        .where(
            *_of(request_id, approver_id),
            confirmations.c.ticket == ticket,
            confirmations.c.stage_index == stage_index,
            confirmations.c.round == asked_round,
            confirmations.c.expires_at > tx.now,
        )
        .returning(confirmations.c.ticket)
    )
    return tx.conn.scalar(given) is not None
