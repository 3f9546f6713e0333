"""Look into the audit log. That is for who keeps it, and is on record itself."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.audit_views import AboutKind, AuditLine, AuditPage, AuditSearch
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import KEEPS_THE_AUDIT
from bot.store import audit_log
from bot.store.audit_log import Row
from bot.store.database import Transaction
from bot.usecases import people
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["look"]

_GUID_CHARACTERS = 36
_DETAILS = 280
"""Characters: three lines of a card."""


async def look(desk: Desk, actor: Actor, search: AuditSearch, *, limit: int) -> AuditPage | Refusal:
    """A page of the entries about a request, a person or a number. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, KEEPS_THE_AUDIT, "audit.read")
    if refusal is not None:
        return refusal
    rows, total, offset = await desk.db.read(_page, search, limit)
    # It goes on record last, so that nobody finds his own look in what he looks at.
    await desk.db.transact(_record, actor, search)
    names = await _names(desk, {*(row.actor for row in rows), *_named(search)})
    return AuditPage(
        search=search.model_copy(update={"offset": offset}),
        name=names.get(search.key, search.key),
        lines=tuple(_line(row, names) for row in rows),
        total=total,
    )


def _page(tx: Transaction, search: AuditSearch, limit: int) -> tuple[list[Row], int, int]:
    found = [seq for seq, action in audit_log.about(tx.conn, search.key) if search.which.has(action)]
    if search.newest_first:
        found.reverse()
    offset = min(search.offset, max(0, (len(found) - 1) // limit * limit))
    return audit_log.these(tx, found[offset : offset + limit]), len(found), offset


def _record(tx: Transaction, actor: Actor, search: AuditSearch) -> None:
    tx.audit("audit.read", actor.id, kind=search.kind.value, about=search.key)


def _named(search: AuditSearch) -> Iterable[str]:
    return (search.key,) if search.kind is AboutKind.PERSON else ()


async def _names(desk: Desk, ids: Iterable[str]) -> dict[str, str]:
    """As the directory has them; people it does not know keep their ids."""
    wanted = sorted(one for one in ids if len(one) == _GUID_CHARACTERS)
    found = await asyncio.gather(*(people.person(desk, one) for one in wanted))
    return {one: person.name for one, person in zip(wanted, found, strict=True) if person}


def _line(row: Row, names: Mapping[str, str]) -> AuditLine:
    return AuditLine(
        seq=row.seq,
        at=row.at,
        who=names.get(row.actor, row.actor),
        action=row.action,
        request_id=row.request_id,
        details=_in_short(json.loads(row.body)["details"]),
    )


def _in_short(details: Mapping[str, Any]) -> str:
    said = ", ".join(_plainly("", details))
    return said if len(said) <= _DETAILS else said[: _DETAILS - 1] + "…"


def _plainly(name: str, value: Any) -> Iterator[str]:
    """`wish.country: FR`, whatever lies in what; nothing of what is empty."""
    if isinstance(value, dict):
        for inner, one in value.items():
            yield from _plainly(f"{name}.{inner}" if name else inner, one)
    elif isinstance(value, list):
        for one in value:
            yield from _plainly(name, one)
    elif value not in (None, ""):
        yield f"{name}: {value}"
