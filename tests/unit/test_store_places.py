"""Card copies, conversations and drafts: small rows that many may write."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.domain.messages import Template
from bot.store import cards, conversations, drafts
from bot.store.cards import CardCopy
from bot.store.conversations import ConversationRecord
from bot.store.database import Database, Transaction
from bot.store.drafts import Draft
from tests.support.shifted_time import ShiftedTime


def remember(tx: Transaction, activity_id: str, shown_version: int = 1, request_id: str = "SB-00001") -> int:
    return cards.remember_copy(
        tx,
        request_id=request_id,
        template=Template.APPROVAL,
        recipient_id="ben",
        conversation_id="a:1",
        service_url="https://smba.example/amer/",
        activity_id=activity_id,
        shown_version=shown_version,
    )


def test_the_same_message_is_one_copy_with_its_newest_content(db: Database) -> None:
    first = db.run(remember, "m1")
    db.run(cards.mark_gone, first)
    assert db.run(remember, "m1", 3) == first
    assert db.run_read(cards.copy_by_id, first) == CardCopy(
        id=first,
        request_id="SB-00001",
        template=Template.APPROVAL,
        recipient_id="ben",
        conversation_id="a:1",
        service_url="https://smba.example/amer/",
        activity_id="m1",
        shown_version=3,
        gone=False,
    )


def test_a_copy_that_is_gone_is_no_other_copy(db: Database) -> None:
    first, second = db.run(remember, "m1"), db.run(remember, "m2")
    db.run(cards.mark_gone, first)
    gone, living = db.run_read(cards.copy_by_id, first), db.run_read(cards.copy_by_id, second)
    assert gone is not None
    assert living is not None
    assert (gone.gone, living.gone) == (True, False)
    assert db.run_read(cards.copy_by_id, 999) is None


def test_a_copy_never_goes_back_to_an_older_version(db: Database) -> None:
    copy_id = db.run(remember, "m1")
    for version in (4, 2):
        db.run(cards.mark_shown, copy_id, version)
    copy = db.run_read(cards.copy_by_id, copy_id)
    assert copy is not None
    assert copy.shown_version == 4


ANA = ConversationRecord(
    user_id="ana",
    tenant_id="t",
    service_url="https://smba.example/emea/",
    conversation_id="a:1",
    channel_user_id="29:ana",
    bot_id="28:bot",
    locale="fr-FR",
    name="Ana",
)


def test_what_is_not_heard_again_is_not_forgotten(db: Database, clock: ShiftedTime) -> None:
    assert db.run_read(conversations.by_user, "ana") is None
    db.run(conversations.upsert, ANA)
    clock.advance(timedelta(days=1))
    moved = ConversationRecord(
        user_id="ana", tenant_id="t", service_url="https://smba.example/amer/", locale="en-GB"
    )
    db.run(conversations.upsert, moved)
    found = db.run_read(conversations.by_user, "ana")
    assert found is not None
    assert found.seen_at is not None
    assert found == ANA.model_copy(
        update={
            "service_url": "https://smba.example/amer/",
            "locale": "en-GB",
            "seen_at": found.seen_at,
        }
    )


def test_somebody_who_blocked_us_and_writes_again_is_heard(db: Database) -> None:
    db.run(conversations.upsert, ANA)
    db.run(conversations.mark_blocked, "ana")
    blocked = db.run_read(conversations.by_user, "ana")
    assert blocked is not None
    assert blocked.blocked
    db.run(conversations.upsert, ANA)
    heard = db.run_read(conversations.by_user, "ana")
    assert heard is not None
    assert not heard.blocked


def test_everybody_is_welcomed_once_however_many_ask_at_once(db: Database) -> None:
    assert not db.run(conversations.mark_welcomed, "ana")
    db.run(conversations.upsert, ANA)
    with ThreadPoolExecutor(6) as threads:
        welcomed = list(threads.map(lambda _: db.run(conversations.mark_welcomed, "ana"), range(6)))
    assert sum(welcomed) == 1
    db.run(conversations.upsert, ANA)
    assert not db.run(conversations.mark_welcomed, "ana")


def draft(tx: Transaction, draft_id: str, owner: str = "ana") -> Draft:
    made = Draft(
        id=draft_id,
        owner_id=owner,
        kind="number",
        data={"city": "Besançon", "any": True, "ending": None},
        created_at=tx.now,
        updated_at=tx.now,
    )
    drafts.save(tx, made)
    return made


def test_a_draft_comes_back_and_can_be_filled_in_further(db: Database) -> None:
    made = db.run(draft, "d1")
    assert db.run_read(drafts.by_id, "d1") == made
    more = made.model_copy(
        update={"data": {"city": "Lyon"}, "updated_at": made.updated_at + timedelta(hours=1)}
    )
    db.run(drafts.save, more)
    assert db.run_read(drafts.by_id, "d1") == more
    assert db.run_read(drafts.by_id, "d2") is None


def test_a_draft_cannot_be_written_by_somebody_else(db: Database) -> None:
    made = db.run(draft, "d1")
    db.run(drafts.save, made.model_copy(update={"owner_id": "eve", "data": {"city": "Nice"}}))
    assert db.run_read(drafts.by_id, "d1") == made


def test_the_newest_draft_that_was_not_sent_is_offered_again(db: Database, clock: ShiftedTime) -> None:
    for draft_id in ("d1", "d2", "d3"):
        db.run(draft, draft_id)
        clock.advance(timedelta(minutes=1))
    db.run(draft, "d4", "ben")
    db.run(drafts.set_request, "d3", "SB-00001")
    newest = db.run_read(drafts.newest_open, "ana", ["number"])
    assert newest is not None
    assert newest.id == "d2"
    assert db.run_read(drafts.newest_open, "ana", ["other"]) is None
    sent = db.run_read(drafts.by_id, "d3")
    assert sent is not None
    assert sent.request_id == "SB-00001"
