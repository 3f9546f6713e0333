"""The audit log of the story: shown, verified, and shown to break when a byte of it is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from bot.audit.reading import AuditRecord, latest
from bot.audit.verify import Broken, Verified, verify
from bot.bootstrap import opened_database
from bot.demo.audit_words import told
from bot.domain.errors import Bug
from bot.store.backup import copy_to
from bot.store.database import Database
from bot.store.tables import audit_entries

__all__ = ["entries_about", "said", "table", "verified", "verified_after_a_change"]

_STORY = 1000
"""More entries than a story makes."""


async def entries_about(db: Database, request_id: str) -> list[AuditRecord]:
    """The entries of one request, refused attempts on it included, oldest first."""
    newest_first = await db.read(latest, None, _STORY, 0)
    return [
        one for one in reversed(newest_first) if request_id in (one.request_id, one.details.get("claimed"))
    ]


async def verified(db: Database) -> Verified | Broken:
    """What `switchboard audit verify` finds."""
    return await asyncio.to_thread(verify, db)


async def verified_after_a_change(
    db: Database, url: str, record: AuditRecord, folder: Path
) -> Verified | Broken:
    """What is found when one byte of `record` is another: in a copy, or in a change that is taken back."""
    if db.is_sqlite:
        return await asyncio.to_thread(_in_a_copy, url, record, folder / "tampered.db")
    return await asyncio.to_thread(_taken_back, db, record)


def _in_a_copy(url: str, record: AuditRecord, copy: Path) -> Verified | Broken:
    copy_to(url, copy)
    content = bytearray(copy.read_bytes())
    where = content.find(f'"action":"{record.action}"'.encode())
    if where < 0:
        raise Bug("the copy of the database does not hold the entry")
    content[where + len('"action":"')] ^= 1
    copy.write_bytes(content)
    with opened_database(f"sqlite:///{copy}") as opened:
        return verify(opened)


def _taken_back(db: Database, record: AuditRecord) -> Verified | Broken:
    column = audit_entries.c
    with db.engine.connect() as conn:
        change = conn.begin()
        body = str(conn.execute(audit_entries.select().where(column.seq == record.seq)).one().body)
        changed = chr(ord(body[-1]) ^ 1)
        conn.execute(audit_entries.update().where(column.seq == record.seq).values(body=body[:-1] + changed))
        found = verify(conn)
        change.rollback()
    return found


def said(result: Verified | Broken) -> str:
    """A result for people."""
    if isinstance(result, Broken):
        return f"broken at entry {result.seq}: {result.what}"
    return f"{result.count} entries, chain intact, head {result.head_hash[:16]}..."


def table(records: Iterable[AuditRecord], names: Mapping[str, str], console: Console) -> Table:
    """The entries for people; `names` of the object ids that acted."""
    shown = Table(box=box.SIMPLE_HEAD if console.is_terminal else box.ASCII2, expand=True)
    shown.add_column("#", justify="right", no_wrap=True)
    shown.add_column("Time (UTC)", no_wrap=True)
    shown.add_column("Who", no_wrap=True)
    shown.add_column("What", no_wrap=True)
    shown.add_column("Details", ratio=1)
    for record in records:
        who = names.get(record.actor, "Switchboard" if record.actor == "switchboard" else record.actor[:8])
        details = told(record.action, record.details, names)
        shown.add_row(str(record.seq), f"{record.at:%H:%M:%S}", who, record.action, details)
    return shown
