"""The book of the credits as it was kept: what people and orders recorded, one entry after the other."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.credits import Correction, Entry
from bot.domain.credits_stand import Book, BookLine
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.values import Money
from bot.store import credits as ledger
from bot.store.credits import Recorded
from bot.store.database import Transaction
from bot.usecases.credits_report import MAY_READ
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["book"]


async def book(desk: Desk, actor: Actor, offset: int, limit: int) -> Book | Refusal:
    """A page of the entries, newest first. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, MAY_READ, "credits.entries")
    if refusal is not None:
        return refusal
    return await desk.db.read(_page, offset, limit)


def _page(tx: Transaction, offset: int, limit: int) -> Book:
    found = ledger.recorded(tx)
    entries = {one.id: one for one in ledger.entries(tx)}
    newest = found[::-1][offset : offset + limit]
    return Book(lines=tuple(_line(one, entries) for one in newest), total=len(found), offset=offset)


def _line(one: Recorded, entries: Mapping[str, Entry]) -> BookLine:
    entry = one.entry
    return BookLine(
        id=entry.id,
        kind=entry.kind,
        on=None if isinstance(entry, Correction) else entry.on,
        amount=_amount(entry, entries),
        of=entry.of if isinstance(entry, Correction) else "",
        note=one.note,
        request_id=one.request_id,
        at=one.at,
    )


def _amount(entry: Entry, entries: Mapping[str, Entry]) -> Money | None:
    """A correction is in the currency of what it corrects."""
    if not isinstance(entry, Correction):
        return entry.amount
    base = entries.get(entry.of)
    if base is None or isinstance(base, Correction):
        return None
    return Money(minor=entry.by, currency=base.amount.currency)
