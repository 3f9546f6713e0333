"""Look into the audit log, and check it. Both are for who keeps it, and both are on record themselves."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.audit.tree import LogBroken
from bot.audit.verify import Broken, verify
from bot.domain.audit_views import AboutKind, AuditCheck, AuditLine, AuditPage, AuditSearch
from bot.domain.errors import Misconfigured
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import KEEPS_THE_AUDIT
from bot.store import audit_log
from bot.store.audit_log import Row
from bot.store.database import Transaction
from bot.usecases import people
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["check", "look"]

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


async def check(desk: Desk, actor: Actor) -> AuditCheck | Refusal:
    """Verify the whole log against every checkpoint there is. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, KEEPS_THE_AUDIT, "audit.verify")
    if refusal is not None:
        return refusal
    # In a thread of its own: those that answer people must not stand behind it.
    found = await asyncio.to_thread(_verified, desk)
    result = "broken" if isinstance(found, Refusal) else "intact"
    await desk.db.transact(lambda tx: tx.audit("audit.verified", actor.id, result=result))
    return found


def _verified(desk: Desk) -> AuditCheck | Refusal:
    try:
        found = verify(desk.db, None, desk.elsewhere())
    except (LogBroken, Misconfigured) as problem:
        return Refusal(code="SB-AUD-01", params={"what": str(problem)})
    if isinstance(found, Broken):
        return Refusal(code="SB-AUD-03", params={"entry": str(found.seq), "what": found.what})
    return AuditCheck(
        count=found.count,
        head=found.head_hash,
        checkpoints=found.checkpoints,
        covered=found.covered,
        kept=found.kept,
        erased=found.erased,
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
