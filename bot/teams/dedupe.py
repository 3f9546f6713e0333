"""Each activity runs once, however often Teams sends it (it repeats after 15 seconds without an answer)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from bot.store import inbound
from bot.store.database import Database
from bot.store.inbound import Answered, Mine, Running

__all__ = ["Answer", "Once", "StillRunning"]

_log = structlog.get_logger(__name__)

_LEASE = timedelta(seconds=6)
_RENEW_SECONDS = 2.0
_POLL_SECONDS = 0.2
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The HTTP answer to an activity: a status, and JSON for an invoke."""

    status: int = 200
    body: str | None = None


class StillRunning(Exception):
    """Another replica has been answering this activity for as long as its repeat can wait."""


class Once:
    """Runs the answer to an activity once and gives repeats the same one, across restarts and replicas.

    After a crash in the middle the next repeat runs it again as soon as the lease is over, and after a power
    failure perhaps one that was answered in its last second; whatever must not happen twice even then is
    guarded by its own key, further in.
    """

    def __init__(self, db: Database, *, wait_seconds: float = _WAIT_SECONDS) -> None:
        self._db = db
        self._wait = wait_seconds

    async def recover(self) -> None:
        """At start: free what died with the last process, where no other process can be at work."""
        if self._db.is_sqlite:
            await self._db.note(inbound.release_all)

    async def run(
        self, conversation_id: str, activity_id: str, work: Callable[[], Awaitable[Answer]]
    ) -> Answer:
        """Raises StillRunning, and whatever `work` raises (the activity is then free again)."""
        known = await self._claim(conversation_id, activity_id)
        if known is not None:
            return known
        try:
            async with self._kept_alive(conversation_id, activity_id):
                answer = await work()
        except BaseException:
            await asyncio.shield(self._give_back(conversation_id, activity_id))
            raise
        await self._db.note(inbound.finish, conversation_id, activity_id, answer.status, answer.body)
        return answer

    async def _give_back(self, conversation_id: str, activity_id: str) -> None:
        try:
            await self._db.note(inbound.release, conversation_id, activity_id)
        except Exception:  # noqa: BLE001  must not hide why the turn ended; the lease runs out by itself
            _log.warning("inbound.not_released", activity_id=activity_id, exc_info=True)

    async def _claim(self, conversation_id: str, activity_id: str) -> Answer | None:
        """None once it is ours to run; otherwise the answer it already has."""
        deadline = asyncio.get_running_loop().time() + self._wait
        while True:
            begun = await self._db.note(inbound.begin, conversation_id, activity_id, _LEASE)
            match begun:
                case Mine():
                    return None
                case Answered(status, body):
                    return Answer(status, body)
                case Running():
                    await self._pause(begun, deadline)

    async def _pause(self, running: Running, deadline: float) -> None:
        if asyncio.get_running_loop().time() >= deadline:
            raise StillRunning
        left = (running.until - running.now).total_seconds()
        await asyncio.sleep(min(max(left, 0.01), _POLL_SECONDS))

    @asynccontextmanager
    async def _kept_alive(self, conversation_id: str, activity_id: str) -> AsyncIterator[None]:
        """Nearly every turn is over before its lease needs renewing, so that a task for it is rarely made."""
        heart: list[asyncio.Task[None]] = []

        def renew() -> None:
            heart.append(asyncio.create_task(self._renew(conversation_id, activity_id), name="inbound-lease"))

        first = asyncio.get_running_loop().call_later(_RENEW_SECONDS, renew)
        try:
            yield
        finally:
            first.cancel()
            for task in heart:
                task.cancel()
            await asyncio.gather(*heart, return_exceptions=True)

    async def _renew(self, conversation_id: str, activity_id: str) -> None:
        while True:
            await self._db.note(inbound.renew, conversation_id, activity_id, _LEASE)
            await asyncio.sleep(_RENEW_SECONDS)
