"""Chores: what the service does by itself, again and again; one replica at a time."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cadence import Cadence
from bot.domain.errors import LeaseLost
from bot.execution.leases import Lease
from bot.execution.loop import LeasedLoop
from bot.store import chores
from bot.store.database import STORE_FAILURE, Database, Transaction

__all__ = ["AFTER_TROUBLE", "Chore", "ChoreLoop"]

AFTER_TROUBLE = timedelta(minutes=10)
"""Business time after which a chore that failed is tried again."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that comes back."""

    name: str
    """Stable: its row in the database goes by it."""
    next_after: Cadence
    do: Callable[[], Awaitable[None]]
    """Begun again after a crash, so it must be idempotent and go on where it stopped. Whatever it raises is
    logged, and it is tried again after `AFTER_TROUBLE`."""


@dataclass(frozen=True, slots=True)
class _ChoreTrade:
    """Chores, as the loop works on them."""

    db: Database
    known: Mapping[str, Chore]

    def claim(self, tx: Transaction, token: str, lasts: timedelta, limit: int) -> list[str]:
        return chores.claim_due(tx, list(self.known), token, lasts, limit)

    def key(self, item: str) -> str:
        return item

    def heartbeat(self, tx: Transaction, tokens: Mapping[str, str], lasts: timedelta) -> set[str]:
        return chores.heartbeat(tx, tokens, lasts)

    def release(self, tx: Transaction, key: str, token: str) -> None:
        chores.release(tx, key, token)

    def next_due(self, tx: Transaction) -> datetime | None:
        return chores.next_due(tx, list(self.known))

    async def work(self, item: str, lease: Lease) -> None:
        """Do the chore, and say when it is due again."""
        chore = self.known[item]
        try:
            await chore.do()
        except LeaseLost:
            raise
        except STORE_FAILURE:
            # Nothing can be recorded either: the lease runs out, and it is begun again.
            log.exception("chore %s: the database cannot do its work", item)
        except Exception as error:
            log.exception("chore %s failed", item)
            await self.db.transact(self._put_off, chore, lease, f"{type(error).__name__}: {error}")
        else:
            await self.db.transact(self._done, chore, lease)

    def _done(self, tx: Transaction, chore: Chore, lease: Lease) -> None:
        chores.finish(tx, chore.name, lease.token, chore.next_after(tx.now))

    def _put_off(self, tx: Transaction, chore: Chore, lease: Lease, trouble: str) -> None:
        chores.finish(tx, chore.name, lease.token, tx.now + AFTER_TROUBLE, trouble)


class ChoreLoop:
    """Does what is due of some chores, one after the other: none of them is in a hurry."""

    def __init__(self, db: Database, known: Sequence[Chore], *, lease_for: timedelta) -> None:
        """Raises `ValueError` where two chores have one name."""
        self.known = {chore.name: chore for chore in known}
        if len(self.known) < len(known):
            raise ValueError("two chores have the same name")
        self._db = db
        trade = _ChoreTrade(db, self.known)
        self._loop: LeasedLoop[str, str] = LeasedLoop(db, trade, slots=1, lease_for=lease_for)

    def wake(self) -> None:
        """Look for due work now; may be called from any thread, and before `start`."""
        self._loop.wake()

    async def start(self) -> None:
        """Begin to work, until `stop`."""
        await self.put_on_record()
        if self.known:
            await self._loop.start()

    async def stop(self, grace: float) -> None:
        """Begin nothing more; what is under way is cut short after `grace` seconds, and begun again later."""
        await self._loop.stop(grace)

    async def run_until_idle(self) -> int:
        """Do what is due now, in this process; returns how many chores that were. For tests."""
        if not self.known:
            return 0
        await self.put_on_record()
        return await self._loop.run_until_idle()

    async def put_on_record(self) -> None:
        """Have every chore in the database; one that is new is due at its next time."""
        if self.known:
            await self._db.transact(self._begin)

    def _begin(self, tx: Transaction) -> None:
        chores.begin(tx, {name: chore.next_after(tx.now) for name, chore in self.known.items()})
