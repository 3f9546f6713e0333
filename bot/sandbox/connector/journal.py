"""Everything that happened in the chats, in order, for whoever waits to see it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

__all__ = ["Author", "Event", "EventKind", "Journal"]


class Author(StrEnum):
    BOT = "bot"
    PERSON = "person"


class EventKind(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    TYPING = "typing"


@dataclass(frozen=True, slots=True)
class Event:
    """One change of one chat. `seq` counts from 1 over all chats without a gap."""

    seq: int
    at: str
    kind: EventKind
    conversation_id: str
    activity_id: str
    author: Author
    activity: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "seq": self.seq,
            "at": self.at,
            "kind": self.kind,
            "conversation": self.conversation_id,
            "activity_id": self.activity_id,
            "author": self.author,
            "activity": self.activity,
        }


class Journal:
    """Append-only; readers can wait for news."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._news = asyncio.Event()

    @property
    def last(self) -> int:
        return len(self._events)

    def add(
        self,
        kind: EventKind,
        conversation_id: str,
        activity_id: str,
        author: Author,
        activity: dict[str, Any],
    ) -> Event:
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = Event(self.last + 1, at, kind, conversation_id, activity_id, author, activity)
        self._events.append(event)
        news, self._news = self._news, asyncio.Event()
        news.set()
        return event

    def since(self, after: int, conversations: Collection[str]) -> list[Event]:
        """Events of these conversations with a number above `after`."""
        return [event for event in self._events[after:] if event.conversation_id in conversations]

    async def wait(self, after: int, conversations: Collection[str], seconds: float) -> list[Event]:
        """Like `since`, but wait for the first one; empty when the time is up."""
        ends = time.monotonic() + seconds
        while True:
            news, seen = self._news, self.last
            found = self.since(after, conversations)
            left = ends - time.monotonic()
            if found or left <= 0:
                return found
            after = seen
            await _wait(news, left)


async def _wait(news: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        return
