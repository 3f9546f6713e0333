"""Alerts: once to each thing, and never into the empty air."""

from __future__ import annotations

from bot.domain.channels import Channel, ChannelRole
from bot.store import alerts, channels
from bot.store.database import Database, Transaction
from bot.usecases.admins import admins_hear
from bot.usecases.alerting import clear_alert, raise_alert

OWNER = "00000000-0000-0000-0000-0000000000a1"


def raised(db: Database, *recipients: str) -> bool:
    return db.run(lambda tx: raise_alert(tx, recipients, "secret:1", "SB-WCH-10", {"day": "2026-12-01"}))


def test_what_nobody_was_there_to_hear_is_told_once_somebody_is(db: Database) -> None:
    assert not raised(db)
    assert db.run_read(alerts.standing) == []
    assert raised(db, OWNER)
    assert not raised(db, OWNER), "told"
    assert db.run(clear_alert, "secret:1")
    assert raised(db, OWNER), "news again"


def test_admins_hear_in_their_channel_though_nobody_can_be_told_in_a_chat(db: Database) -> None:
    def work(tx: Transaction) -> tuple[bool, bool]:
        before = admins_hear(tx, ())
        place = Channel(
            role=ChannelRole.ADMINS,
            conversation_id="19:desk@thread.tacv2",
            service_url="https://example.org",
            locale="en-US",
            set_by=OWNER,
        )
        channels.put(tx, place)
        return before, admins_hear(tx, ())

    assert db.run(work) == (False, True)
