"""What authority rests on, asked of the directory: right now, or remembered for a minute.

A click is answered from what was asked within the last minute; before anything is carried out, everything
is asked again.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from bot.domain.people import Person
from bot.graph import Graph
from bot.graph.errors import NotFound

__all__ = ["LASTS", "Answers", "AskedLately", "AskedNow", "Directory"]

T = TypeVar("T")

LASTS = timedelta(seconds=60)
"""How old an answer may be."""
_MOST = 4096
"""Answers kept; a person takes about a kilobyte."""

# Unlike time.monotonic(), it also counts the time a virtual machine was suspended.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class Directory(Protocol):
    """Who is who, as far as deciding depends on it. All raise `TransientUpstream` and `AdminError`."""

    async def person(self, person_id: str) -> Person | None:
        """One user; None when there is none any more."""
        ...

    async def manager(self, person_id: str) -> Person | None:
        """Somebody's manager, if there is one who is a user."""
        ...

    async def belongs(self, person_id: str, group_id: str) -> bool:
        """Whether somebody is in a group, however deeply nested; a group that is gone has nobody."""
        ...

    async def members(self, group_id: str) -> tuple[Person, ...]:
        """Everybody in a group, however deeply nested; a group that is gone has nobody."""
        ...


@dataclass(frozen=True, slots=True)
class AskedNow:
    """Asks Graph every time."""

    graph: Graph

    async def person(self, person_id: str) -> Person | None:
        try:
            return await self.graph.person(person_id)
        except NotFound:
            return None

    async def manager(self, person_id: str) -> Person | None:
        return await self.graph.manager(person_id)

    async def belongs(self, person_id: str, group_id: str) -> bool:
        try:
            return group_id in await self.graph.groups_of(person_id, [group_id])
        except NotFound:
            return False

    async def members(self, group_id: str) -> tuple[Person, ...]:
        try:
            return await self.graph.group_members(group_id)
        except NotFound:
            return ()


@dataclass(frozen=True, slots=True)
class _Entry:
    answer: asyncio.Task[Any]
    asked_at: datetime
    asked_real: float

    def fresh(self, now: datetime) -> bool:
        """By both clocks: an hour that is put back makes no answer young again, and none outlives a leap."""
        real = timedelta(seconds=time.clock_gettime(_CLOCK) - self.asked_real)
        return timedelta() <= now - self.asked_at <= LASTS and real <= LASTS


class Answers:
    """Answers no older than `LASTS`, counted from when they were asked for. Errors are not kept.

    What is asked for one check alone, with answers of its own, is told to those that `learn` from it.
    """

    def __init__(self, most: int = _MOST, *, learn: Answers | None = None) -> None:
        self._most = most
        self._learn = learn
        self._entries: OrderedDict[tuple[str, ...], _Entry] = OrderedDict()

    def __len__(self) -> int:
        return len(self._entries)

    async def get(self, key: tuple[str, ...], now: datetime, ask: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The answer to `key`; whoever comes while it is being asked for waits for the same one.

        `now` is business time. Raises what `ask` raises.
        """
        entry = self._entries.get(key)
        if entry is None or not entry.fresh(now):
            entry = self._begin(key, now, ask())
        # Whoever gives up waiting must not take the answer away from the others.
        answer: T = await asyncio.shield(entry.answer)
        return answer

    def _begin(self, key: tuple[str, ...], now: datetime, asking: Coroutine[Any, Any, T]) -> _Entry:
        entry = _Entry(asyncio.create_task(asking), now, time.clock_gettime(_CLOCK))
        self._keep(key, entry)
        if self._learn is not None:
            self._learn._hear(key, now, entry)
        return entry

    def _hear(self, key: tuple[str, ...], now: datetime, entry: _Entry) -> None:
        """Somebody else is asking. What is known well enough stays until he has his answer: a click need not
        wait for what it does not need."""
        known = self._entries.get(key)
        if known is None or not known.answer.done() or not known.fresh(now):
            self._keep(key, entry)
        else:
            entry.answer.add_done_callback(lambda task: self._heard(key, entry, task))

    def _heard(self, key: tuple[str, ...], entry: _Entry, task: asyncio.Task[Any]) -> None:
        known = self._entries.get(key)
        failed = task.cancelled() or task.exception() is not None
        if not failed and (known is None or known.asked_real <= entry.asked_real):
            self._keep(key, entry)

    def _keep(self, key: tuple[str, ...], entry: _Entry) -> None:
        self._entries[key] = entry
        self._entries.move_to_end(key)
        while len(self._entries) > self._most:
            self._entries.popitem(last=False)
        entry.answer.add_done_callback(lambda task: self._ended(key, entry, task))

    def _ended(self, key: tuple[str, ...], entry: _Entry, task: asyncio.Task[Any]) -> None:
        failed = task.cancelled() or task.exception() is not None
        if failed and self._entries.get(key) is entry:
            del self._entries[key]


@dataclass(frozen=True, slots=True)
class AskedLately:
    """Asks what was not asked within the last minute."""

    source: Directory
    answers: Answers
    now: Callable[[], datetime]
    """Business time."""

    async def person(self, person_id: str) -> Person | None:
        return await self._get(("person", person_id), lambda: self.source.person(person_id))

    async def manager(self, person_id: str) -> Person | None:
        return await self._get(("manager", person_id), lambda: self.source.manager(person_id))

    async def belongs(self, person_id: str, group_id: str) -> bool:
        key = ("belongs", person_id, group_id)
        return await self._get(key, lambda: self.source.belongs(person_id, group_id))

    async def members(self, group_id: str) -> tuple[Person, ...]:
        return await self._get(("members", group_id), lambda: self.source.members(group_id))

    def _get(self, key: tuple[str, ...], ask: Callable[[], Coroutine[Any, Any, T]]) -> Awaitable[T]:
        return self.answers.get(key, self.now(), ask)
