"""One database, SQLite or PostgreSQL, and the only way to touch it: `transact`.

A transaction is a plain function: it cannot await, so it can never hold a lock while talking to the network.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlalchemy as sa

from bot.clock import BusinessClock, RealTime

__all__ = ["AuditEntry", "Database", "Seal", "Transaction"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """What happened, by whom; sealed into the chain when the transaction commits."""

    action: str
    """Dotted and stable, for example `request.submitted`, `graph.intent`."""
    actor: str
    """Object id of a person, or `switchboard` for the service itself."""
    request_id: str | None = None
    details: dict[str, Any] = field(default_factory=dict)
    """JSON values only. Never secrets or tokens."""


class Seal(Protocol):
    """Appends audit entries to the chain, inside the transaction that caused them."""

    def __call__(self, tx: Transaction, entries: list[AuditEntry]) -> None: ...


@dataclass(slots=True)
class Transaction:
    """What a transaction function may use."""

    conn: sa.Connection
    real_now: datetime
    """The database's clock at the start of the transaction: for leases."""
    now: datetime
    """Business time at the start of the transaction: for due times and everything people see."""
    entries: list[AuditEntry] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    """Cheap callbacks (waking the runner); run only when the commit succeeded."""

    def audit(self, action: str, actor: str, request_id: str | None = None, **details: Any) -> None:
        """Record a move; committed together with it, or neither is (no record, no act)."""
        self.entries.append(AuditEntry(action, actor, request_id, details))


class Database:
    """Runs plain functions inside transactions, in worker threads."""

    def __init__(self, engine: sa.Engine, seal: Seal, clock: BusinessClock | None = None) -> None:
        self.engine = engine
        self.clock: BusinessClock = clock or RealTime()
        self._seal = seal
        self.is_sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer: queueing in one thread beats contending for its lock.
        self._pool = ThreadPoolExecutor(max_workers=1 if self.is_sqlite else 8, thread_name_prefix="store")

    async def transact(
        self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(tx, ...)` in one transaction and return what it returns.

        Commits when `fn` returns, rolls back when it raises; audit entries are sealed last. Serialisation
        failures and deadlocks of PostgreSQL are retried with a fresh transaction, so `fn` must not have
        effects outside the database.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: self.run(fn, *args, **kwargs))

    def run(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`transact` for code that is already in a thread of its own (the CLI)."""
        raise NotImplementedError

    def _real_now(self, conn: sa.Connection) -> datetime:
        if self.is_sqlite:
            return datetime.fromtimestamp(time.time(), UTC)
        micros = conn.scalar(sa.text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"))
        return datetime.fromtimestamp((micros or 0) / 1_000_000, UTC)

    async def close(self) -> None:
        """Finish what runs, then let go of every connection."""
        await asyncio.to_thread(self._pool.shutdown, True)
        self.engine.dispose()
