"""Who is away, as Outlook says it by its automatic replies; asked at most once in a while."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.domain.errors import AdminError
from bot.domain.people import AutomaticReplies
from bot.domain.values import Instant
from bot.graph import Graph

__all__ = ["Away", "OutOfOffice"]

_KEPT_FOR = timedelta(minutes=15)
_AT_ONCE = 4
"""Exchange lets an application read four things of one mailbox at once, and much else waits for Graph."""
_MOST_KEPT = 10_000

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Away:
    """Somebody is not at work."""

    until: Instant | None
    """None: until further notice."""


@dataclass(slots=True)
class OutOfOffice:
    """What one process knows of who is away."""

    _known: dict[str, tuple[datetime, AutomaticReplies | None]] = field(default_factory=dict)
    _reading: dict[str, asyncio.Task[AutomaticReplies | None]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    async def away(self, graph: Graph, person_id: str, now: datetime) -> Away | None:
        """Whether somebody is away at `now` (business time); None when not, or when nobody can know.

        Whoever has no mailbox, or one that may not be read, is there. Raises `TransientUpstream`.
        """
        replies = await self._replies(graph, person_id, now)
        if replies is None or not replies.active:
            return None
        begun = replies.since is None or replies.since <= now
        over = replies.until is not None and replies.until <= now
        return Away(replies.until) if begun and not over else None

    async def _replies(self, graph: Graph, person_id: str, now: datetime) -> AutomaticReplies | None:
        known = self._known.get(person_id)
        # Whoever comes second may have looked at the clock first.
        if known is not None and abs(now - known[0]) < _KEPT_FOR:
            return known[1]
        if person_id not in self._reading:
            self._reading[person_id] = asyncio.create_task(self._read(graph, person_id, now))
        # Several requests wait for the same answer; the first to be cancelled must not take it from the rest.
        return await asyncio.shield(self._reading[person_id])

    async def _read(self, graph: Graph, person_id: str, now: datetime) -> AutomaticReplies | None:
        try:
            async with self._slots:
                replies = await graph.automatic_replies(person_id)
        except AdminError as problem:
            log.warning("absence.unknown", person=person_id, reason=str(problem))
            replies = None
        finally:
            del self._reading[person_id]
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[person_id] = (now, replies)
        return replies
