"""Claiming due work by lease, doing several pieces at once, and giving back what was not done."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Hashable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Generic, Protocol, TypeVar

from bot.domain.errors import LeaseLost
from bot.execution.leases import Lease, elapsed
from bot.store.bell import on_ring
from bot.store.database import Database, Transaction

__all__ = ["LeasedLoop", "Trade"]

Key = TypeVar("Key", bound=Hashable)
Item = TypeVar("Item")

_POLL = timedelta(seconds=1)
"""Longest rest of an idle loop (real time): the lease of a dead replica rings no bell."""

log = logging.getLogger(__name__)


class Trade(Protocol[Key, Item]):
    """One kind of work: how to get at it in the database, and how to do it."""

    def claim(self, tx: Transaction, token: str, lasts: timedelta, limit: int) -> list[Item]: ...

    def key(self, item: Item) -> Key: ...

    def heartbeat(self, tx: Transaction, tokens: Mapping[Key, str], lasts: timedelta) -> set[Key]: ...

    def release(self, tx: Transaction, key: Key, token: str) -> None: ...

    def next_due(self, tx: Transaction) -> datetime | None: ...

    async def work(self, item: Item, lease: Lease) -> None:
        """Do it, or leave it due. Raises `LeaseLost` when somebody else may be doing it."""
        ...


class LeasedLoop(Generic[Key, Item]):
    """Works on whatever of its trade is due, `slots` pieces at once."""

    def __init__(self, db: Database, trade: Trade[Key, Item], *, slots: int, lease_for: timedelta) -> None:
        self._db = db
        self._trade = trade
        self._slots = slots
        self._lease_for = lease_for
        self._bell = asyncio.Event()
        self._leases: dict[Key, Lease] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._background: list[asyncio.Task[None]] = []
        self._stopping = False
        self._forget: Callable[[], None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        """Look for due work now; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._bell.set)

    async def start(self) -> None:
        """Begin to claim and to work, until `stop`."""
        self._loop = asyncio.get_running_loop()
        self._forget = on_ring(self._db.engine, self.wake)
        self._background = [
            asyncio.create_task(self._claim_for_ever()),
            asyncio.create_task(self._renew_for_ever()),
        ]

    async def stop(self, grace: float) -> None:
        """Claim nothing more, let work reach a safe point for `grace` seconds, give the rest back."""
        if self._forget is None:
            return
        self._forget()
        self._forget = None
        # A claim that has begun is not cut off: what it leases would be nobody's until the lease ran out.
        self._stopping = True
        self._bell.set()
        claiming, *others = self._background
        await claiming
        for lease in self._leases.values():
            lease.winding_down = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace)
        await _cancelled(*self._tasks)
        await _cancelled(*others)
        self._background = []

    async def run_until_idle(self) -> int:
        """Do everything that is due now, in this process; returns how many pieces that were."""
        renewing = asyncio.create_task(self._renew_for_ever())
        done = 0
        try:
            while True:
                claimed, _ = await self._claim()
                done += claimed
                if not self._tasks:
                    return done
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _cancelled(renewing, *self._tasks)

    async def _claim_for_ever(self) -> None:
        while not self._stopping:
            self._bell.clear()
            try:
                claimed, rest = await self._claim()
                if not claimed:
                    await self._rest(rest)
            except Exception:
                log.exception("cannot claim due work; trying again")
                await asyncio.sleep(_POLL.total_seconds())

    async def _claim(self) -> tuple[int, timedelta]:
        """Begin what is due; how many pieces that were, and how long to rest when there were none."""
        free = self._slots - len(self._tasks)
        if free <= 0:
            return 0, _POLL
        token, began = secrets.token_hex(16), elapsed()
        items, rest = await self._db.transact(self._take, token, free)
        for item in items:
            self._begin(item, Lease(token, began, self._lease_for))
        return len(items), rest

    def _take(self, tx: Transaction, token: str, free: int) -> tuple[list[Item], timedelta]:
        items = self._trade.claim(tx, token, self._lease_for, free)
        return items, _POLL if items else self._until_due(tx)

    def _begin(self, item: Item, lease: Lease) -> None:
        self._leases[self._trade.key(item)] = lease
        task = asyncio.create_task(self._work(item, lease))
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._bell.set()

    async def _work(self, item: Item, lease: Lease) -> None:
        key = self._trade.key(item)
        try:
            await self._trade.work(item, lease)
        except LeaseLost as lost:
            log.warning("lease lost on %s: %s", key, lost)
        except Exception:
            log.exception("working on %s failed", key)
        finally:
            if self._leases.get(key) is lease:
                del self._leases[key]
            await self._give_back(key, lease)

    async def _give_back(self, key: Key, lease: Lease) -> None:
        try:
            await self._db.transact(self._trade.release, key, lease.token)
        except Exception:
            log.exception("cannot give %s back; its lease will run out", key)

    async def _rest(self, longest: timedelta) -> None:
        """Until the bell, but not longer."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._bell.wait(), longest.total_seconds())

    def _until_due(self, tx: Transaction) -> timedelta:
        """Real time until something falls due. What is due and could not be claimed rings no bell."""
        due = self._trade.next_due(tx)
        wait = _POLL if due is None else self._db.clock.wait_for(due - tx.now)
        return min(wait, _POLL) if wait > timedelta() else _POLL

    async def _renew_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self._lease_for.total_seconds() / 3)
            if self._leases:
                try:
                    await self._renew(dict(self._leases))
                except Exception:
                    log.exception("cannot renew leases; they run out by themselves")

    async def _renew(self, leases: dict[Key, Lease]) -> None:
        began = elapsed()
        tokens = {key: lease.token for key, lease in leases.items()}
        ours = await self._db.transact(self._trade.heartbeat, tokens, self._lease_for)
        for key, lease in leases.items():
            if key in ours:
                lease.renew(began, self._lease_for)
            else:
                lease.lose()


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
