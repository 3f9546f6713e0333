"""Chores: what the service does by itself, again and again; one replica at a time."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.cadence import Cadence
from bot.domain.errors import LeaseLost
from bot.execution.leases import Lease, elapsed
from bot.execution.loop import LeasedLoop
from bot.store import chores
from bot.store.database import STORE_FAILURE, Database, Transaction

__all__ = ["AFTER_TROUBLE", "LONGEST", "Chore", "ChoreLoop"]

AFTER_TROUBLE = timedelta(minutes=10)
"""Business time after which a chore that failed is tried again."""

LONGEST = timedelta(hours=3)
"""Real time after which a chore is taken for one that hangs, is cut short, and is tried again."""

_AT_ONCE = 4
"""One that takes hours must not keep the checkpoints of the audit log, due each hour, from being made."""
_LOOK = 1.0
"""Seconds (real time) between two looks at whether a chore that is under way may go on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Work that comes back."""

    name: str
    """Stable: its row in the database goes by it."""
    next_after: Cadence
    do: Callable[[], Awaitable[None]]
    """Begun again after a crash, so it must be idempotent and go on where it stopped. Cancelled when another
    replica may have begun it, and after `LONGEST`. Whatever it raises is logged, and it is tried again after
    `AFTER_TROUBLE`."""


@dataclass(frozen=True, slots=True)
class _ChoreTrade:
    """Chores, as the loop works on them."""

    db: Database
    known: Mapping[str, Chore]
    longest: timedelta

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
            await self._do(chore, lease)
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

    async def _do(self, chore: Chore, lease: Lease) -> None:
        """Raises `LeaseLost` where somebody else may be at it, and `TimeoutError` where it does not end."""
        doing, until = asyncio.ensure_future(chore.do()), elapsed() + self.longest.total_seconds()
        try:
            while not doing.done():
                lease.check()
                if elapsed() > until:
                    raise TimeoutError(f"not done within {self.longest}")
                pause = min(_LOOK, lease.remaining, until - elapsed())
                await asyncio.wait({doing}, timeout=max(0.0, pause))
            await doing
        finally:
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)

    def _done(self, tx: Transaction, chore: Chore, lease: Lease) -> None:
        chores.finish(tx, chore.name, lease.token, chore.next_after(tx.now))

    def _put_off(self, tx: Transaction, chore: Chore, lease: Lease, trouble: str) -> None:
        chores.finish(tx, chore.name, lease.token, tx.now + AFTER_TROUBLE, trouble)


class ChoreLoop:
    """Does what is due of some chores, a few at once."""

    def __init__(
        self, db: Database, known: Sequence[Chore], *, lease_for: timedelta, longest: timedelta = LONGEST
    ) -> None:
        """Raises `ValueError` where two chores have one name."""
        self.known = {chore.name: chore for chore in known}
        if len(self.known) < len(known):
            raise ValueError("two chores have the same name")
        self._db = db
        trade = _ChoreTrade(db, self.known, longest)
        self._loop: LeasedLoop[str, str] = LeasedLoop(db, trade, slots=_AT_ONCE, lease_for=lease_for)

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
        """Have every chore in the database, none of them due later than at its next time."""
        if self.known:
            await self._db.transact(self._begin)

    def _begin(self, tx: Transaction) -> None:
        chores.begin(tx, {name: chore.next_after(tx.now) for name, chore in self.known.items()})
