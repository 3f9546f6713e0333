"""Typed commands in scenarios: what comes back to them, and that trying one leaves nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import sqlalchemy as sa

from bot.sandbox.people import card_of, text_of
from bot.store.database import Transaction
from bot.store.every_table import metadata
from tests.support.world import World

__all__ = [
    "ELSEWHERE",
    "TEAM_CHANNEL",
    "answer",
    "audited",
    "listed_in_help",
    "nothing_lasts",
    "rows",
    "stored",
]

TEAM_CHANNEL = "Phone desk"
"""The channel that scenarios make the admins'."""
ELSEWHERE = "General"
"""A channel that has no part in the desk's work."""

_OF_TALKING = frozenset({"conversations", "inbound_activities", "dialog_states", "drafts"})
"""Tables that show that somebody said something."""
_OF_AUDIT = "audit_"


def rows(table: str) -> list[list[str]]:
    """Lines of cells, parted by bars."""
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


async def answer(
    world: World, who: str, text: str, *, where: str | None = None, locale: str = "en-US"
) -> str:
    """Something typed, and everything that the bot says to it."""
    person = await world.person(who)
    before = {one["id"] for one in await person.looks()}
    reply = await person.says(text, where=where, locale=locale)
    assert reply.status < 300, (who, text, reply)
    return "\n".join(text_of(one) for one in await person.looks() if one["id"] not in before)


async def audited(world: World, action: str) -> list[dict[str, Any]]:
    """Every such entry of the audit log, oldest first."""
    return [entry for entry in await world.audit() if entry["action"] == action]


@asynccontextmanager
async def nothing_lasts(world: World) -> AsyncIterator[None]:
    """What is done meanwhile changes neither the tenant nor the store, and has nobody written to."""
    before = await stored(world), len(await world.writes())
    yield
    after = await stored(world), len(await world.writes())
    assert after == before


async def stored(world: World) -> dict[str, list[Any]]:
    """Every row there is, but of the audit log and of what was said in chats."""
    return await world.service.desk.db.read(_stored)


def _stored(tx: Transaction) -> dict[str, list[Any]]:
    found = {}
    for name, table in metadata.tables.items():
        if name not in _OF_TALKING and not name.startswith(_OF_AUDIT):
            found[name] = sorted(repr(tuple(row)) for row in tx.conn.execute(sa.select(table)))
    return found


async def listed_in_help(world: World, who: str, *, where: str | None = None) -> set[str]:
    """Every command that the help names to somebody, as it is typed."""
    if "What" not in (await answer(world, who, "help", where=where)):
        return set()
    return set(_named(card_of((await world.person(who)).last_card())))


def _named(element: Any) -> Iterator[str]:
    """What stands bold beside its meaning, or in a line with others beside what they are about."""
    if isinstance(element, list):
        for one in element:
            yield from _named(one)
    elif isinstance(element, dict):
        if set(element) == {"title", "value"}:
            yield element["title"].strip("*").replace("\u00a0", " ")
            yield from element["value"].split(" · ")
        for one in element.values():
            yield from _named(one)
