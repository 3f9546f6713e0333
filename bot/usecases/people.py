"""Find the person somebody means."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from bot.domain.people import Actor, Person
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk

__all__ = ["find_people", "meant", "person"]

_LONGEST = 200
"""Characters of a name or an address; what is longer is neither."""


async def find_people(desk: Desk, actor: Actor, text: str) -> tuple[Person, ...]:
    """People whose name or address begins with `text`; exact addresses first. Guests are left out."""
    wanted = text.strip()[:_LONGEST]
    if not wanted:
        return ()
    if "@" in wanted:
        # Many sign in with another address than the one people write to: then it is searched for.
        with suppress(NotFound):
            return (await desk.graph.person(wanted),)
    found = await desk.graph.search_people(wanted, limit=5)
    return tuple(person for person in found if not person.guest)


async def meant(desk: Desk, actor: Actor, text: str, mentioned: Sequence[str]) -> tuple[Person, ...]:
    """Whom a name in a command may mean: whoever was mentioned, or else as `find_people` finds them.

    `mentioned` are the object ids of the message's mentions; a name that is somebody's very own is enough.
    """
    if len(mentioned) == 1 and (one := await person(desk, mentioned[0])):
        return (one,)
    found = await find_people(desk, actor, text)
    exact = tuple(one for one in found if text.casefold() in (one.name.casefold(), one.upn.casefold()))
    return exact if len(exact) == 1 else found


async def person(desk: Desk, person_id: str) -> Person | None:
    """One person by object id; None when there is no such person."""
    try:
        return await desk.graph.person(person_id)
    except NotFound:
        return None
