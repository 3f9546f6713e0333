"""Readings of call records: how far each has come, so that the next process goes on where one stopped."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from bot.domain.errors import Conflict
from bot.store.call_charges import Applied
from bot.store.credit_tables import credit_readings
from bot.store.database import Transaction

__all__ = ["Reading", "begin", "finish", "known", "move", "unfinished"]


class Reading(NamedTuple):
    """A span of time whose call records are read, window by window and page by page."""

    id: int
    kind: str
    since: datetime
    until: datetime
    window_since: datetime
    window_until: datetime
    next_page: str
    """Graph's link to the page that comes next in the window; empty for the first."""
    records: int
    charged: int
    corrected: int
    unreadable: int
    began_at: datetime
    done_at: datetime | None

    def after(self, records: int, unreadable: int, applied: Applied) -> Reading:
        """The reading with the counts of one more page."""
        return self._replace(
            records=self.records + records,
            unreadable=self.unreadable + unreadable,
            charged=self.charged + applied.charged,
            corrected=self.corrected + applied.corrected,
        )


def begin(
    tx: Transaction, kind: str, since: datetime, until: datetime, window_until: datetime, actor: str
) -> Reading:
    """A new reading, audited, whose first window ends at `window_until`."""
    row = tx.conn.execute(
        sa.insert(credit_readings)
        .values(
            kind=kind, since=since, until=until,
            window_since=since, window_until=window_until, began_at=tx.now,
        )
        .returning(credit_readings)
    ).one()  # fmt: skip
    tx.audit("credits.reading.begun", actor, kind=kind, since=since.isoformat(), until=until.isoformat())
    return Reading(*row)


def unfinished(tx: Transaction, kind: str) -> Reading | None:
    """The latest reading of a kind that has not ended."""
    table = credit_readings.c
    row = tx.conn.execute(
        sa.select(credit_readings)
        .where(table.kind == kind, table.done_at.is_(None))
        .order_by(table.id.desc())
        .limit(1)
    ).one_or_none()
    return Reading(*row) if row else None


def known(tx: Transaction) -> tuple[datetime, datetime] | None:
    """The latest span of time whose calls have all been read, without a gap; None where nothing was."""
    table = credit_readings.c
    rows = tx.conn.execute(
        sa.select(table.since, table.until).where(table.done_at.is_not(None)).order_by(table.until.desc())
    ).all()
    if not rows:
        return None
    begin, end = rows[0]
    for since, until in rows:
        if until < begin:
            break
        begin = min(begin, since)
    return begin, end


def move(tx: Transaction, before: Reading, now: Reading) -> None:
    """Remember how far it has come. Raises `Conflict` when another process has moved the same reading on."""
    table = credit_readings.c
    moved = tx.conn.execute(
        sa.update(credit_readings)
        .where(
            table.id == before.id,
            table.done_at.is_(None),
            table.window_since == before.window_since,
            table.next_page == before.next_page,
            table.records == before.records,
        )
        .values(
            until=now.until, window_since=now.window_since, window_until=now.window_until,
            next_page=now.next_page, records=now.records, charged=now.charged,
            corrected=now.corrected, unreadable=now.unreadable,
        )
        .returning(table.id)
    ).one_or_none()  # fmt: skip
    if moved is None:
        raise Conflict("another process is reading the same call records")


def finish(tx: Transaction, reading: Reading, actor: str, dial_out: str) -> Reading:
    """It has ended, audited; `dial_out` says how the report on dial-out was had."""
    tx.conn.execute(
        sa.update(credit_readings).where(credit_readings.c.id == reading.id).values(done_at=tx.now)
    )
    tx.audit(
        "credits.read",
        actor,
        kind=reading.kind,
        since=reading.since.isoformat(),
        until=reading.until.isoformat(),
        records=reading.records,
        charged=reading.charged,
        corrected=reading.corrected,
        unreadable=reading.unreadable,
        dial_out=dial_out,
    )
    return reading._replace(done_at=tx.now)
