"""Many people at once: everybody asks, their managers approve, whatever happens to the bot meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.sandbox.people import PersonClient
from tests.support.deployment import Deployment

__all__ = ["Asked", "Crowd"]

TALKING = 12
"""Conversations at once; the rest is still on the way to the keyboard."""


@dataclass(frozen=True)
class Asked:
    """A request, and who decides on it."""

    request_id: str
    manager: PersonClient


@dataclass
class Crowd:
    """People with the same licences, in teams."""

    deployment: Deployment
    people: Sequence[tuple[PersonClient, PersonClient]]
    """Each with his manager."""

    @classmethod
    async def of(cls, deployment: Deployment, size: int, *licences: str, per_manager: int = 5) -> Crowd:
        """`per_manager`: by default no more than get cards, instead of one list (`digest_above`)."""
        people = []
        for index in range(size):
            if index % per_manager == 0:
                manager = await deployment.hires(f"Manager {index // per_manager}", manager=None)
            person = await deployment.hires(f"Person {index}", *licences, manager=manager.who.user_id)
            people.append((person, manager))
        return cls(deployment, people)

    async def all_ask(self) -> list[Asked]:
        """Everybody asks for a number, at the same time."""
        turn = asyncio.Semaphore(TALKING)

        async def ask(person: PersonClient, manager: PersonClient) -> Asked:
            async with turn:
                return Asked(await self.deployment.asks(person), manager)

        return await asyncio.gather(*(ask(person, manager) for person, manager in self.people))

    async def all_approve(self, asked: Sequence[Asked]) -> None:
        """All managers at the same time, each one card after the other."""
        by_manager: dict[str, list[Asked]] = {}
        for one in asked:
            by_manager.setdefault(one.manager.who.user_id, []).append(one)

        async def approve(mine: list[Asked]) -> None:
            for one in mine:
                await self.deployment.approves(one.manager, one.request_id)

        await asyncio.gather(*(approve(mine) for mine in by_manager.values()))

    async def all_get_it(self) -> list[str]:
        """Everybody asks and every manager approves as the cards come in; the ids of the requests."""
        turn = asyncio.Semaphore(TALKING)

        async def story(person: PersonClient, manager: PersonClient) -> str:
            async with turn:
                request_id = await self.deployment.asks(person)
            await self.deployment.approves(manager, request_id)
            return request_id

        return await asyncio.gather(*(story(person, manager) for person, manager in self.people))
