"""Find the person somebody means."""

from __future__ import annotations

from bot.domain.people import Actor, Person
from bot.graph.errors import NotFound
from bot.usecases.desk import Desk

__all__ = ["find_people", "person"]


async def find_people(desk: Desk, actor: Actor, text: str) -> tuple[Person, ...]:
    """People whose name or address begins with `text`; exact addresses first. Guests are left out."""
    wanted = text.strip()
    if not wanted:
        return ()
    if "@" in wanted:
        try:
            return (await desk.graph.person(wanted),)
        except NotFound:
            return ()
    found = await desk.graph.search_people(wanted, limit=5)
    return tuple(person for person in found if not person.guest)


async def person(desk: Desk, person_id: str) -> Person:
    """One person by object id. Raises `graph.errors.NotFound`."""
    return await desk.graph.person(person_id)
