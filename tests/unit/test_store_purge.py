"""What nobody needs any more is forgotten; what keeps a message from being sent twice is not."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.messages import Template
from bot.domain.requests import RequestState
from bot.store import drafts, outbox, requests
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from bot.store.outbox import MessageState
from bot.store.tables import outbox as messages
from tests.support.requests_sample import stored_request
from tests.support.shifted_time import ShiftedTime

MONTH = timedelta(days=30)


def queued(tx: Transaction, key: str, request_id: str | None = None) -> None:
    outbox.enqueue(tx, Template.NOTICE, f"reader of {key}", request_id=request_id, dedupe_key=key)


def deliver_all(tx: Transaction) -> None:
    for message in outbox.claim_due(tx, "token", timedelta(seconds=10), 100):
        outbox.finish(tx, message.id, "token", MessageState.DELIVERED)


def kept(tx: Transaction) -> list[str]:
    return sorted(tx.conn.scalars(sa.select(messages.c.dedupe_key)))


def test_only_closed_messages_of_ended_requests_are_forgotten(db: Database, clock: ShiftedTime) -> None:
    open_request = db.run(lambda tx: stored_request(tx, "SB-00001"))
    ended = db.run(lambda tx: stored_request(tx, "SB-00002"))
    db.run(lambda tx: requests.save(tx, ended.model_copy(update={"state": RequestState.REJECTED})))
    for key, request_id in (("open", open_request.id), ("ended", ended.id), ("alone", None)):
        db.run(queued, key, request_id)
    db.run(deliver_all)
    assert db.run(outbox.purge, MONTH) == 0
    clock.advance(MONTH + timedelta(days=1))
    db.run(queued, "unsent")
    assert db.run(outbox.purge, MONTH, 1) == 1
    assert db.run(outbox.purge, MONTH) == 1
    assert db.run_read(kept) == ["open", "unsent"]


def test_drafts_are_forgotten_once_untouched_for_long(db: Database, clock: ShiftedTime) -> None:
    def draft(tx: Transaction, name: str) -> None:
        drafts.save(
            tx,
            Draft(id=name, owner_id="ana", kind="number", data={}, created_at=tx.now, updated_at=tx.now),
        )

    db.run(draft, "left")
    clock.advance(MONTH)
    db.run(draft, "fresh")
    assert db.run(drafts.purge, MONTH - timedelta(days=1)) == 1
    assert db.run_read(drafts.by_id, "left") is None
    assert db.run_read(drafts.by_id, "fresh") is not None
