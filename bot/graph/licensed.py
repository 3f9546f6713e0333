"""Everybody who has one of some products."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from bot.domain.people import Person
from bot.graph.odata import with_query
from bot.graph.people import PERSON_FIELDS, parse_person
from bot.graph.transport import Transport
from bot.graph.wire import Call

__all__ = ["people_with"]

_PAGE = 999
"""The most Graph gives of users at once."""


async def people_with(graph: Transport, sku_ids: Collection[str]) -> tuple[Person, ...]:
    """The users with a licence of any of these products, by name; many pages where there are thousands."""
    answers = await asyncio.gather(*(graph.listing(_call(one)) for one in sorted(set(sku_ids))))
    found = {person.id: person for users in answers for person in map(parse_person, users)}
    return tuple(sorted(found.values(), key=lambda one: (one.name.casefold(), one.id)))


def _call(sku_id: str) -> Call:
    holds = f"assignedLicenses/any(one:one/skuId eq {sku_id})"
    return Call("GET", with_query("/users", {"$filter": holds, "$select": PERSON_FIELDS, "$top": _PAGE}))
