"""One database, SQLite or PostgreSQL, and the only way to touch it: `transact` and `read`.

A transaction is a plain function: it cannot await, so it can never hold a lock while talking to the network.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import psycopg
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from bot.clock import BusinessClock, RealTime
from bot.domain.errors import Bug, SwitchboardError
from bot.store.engines import noting_engine, reading_engine, writing_engine
from bot.store.lanes import Lanes

__all__ = [
    "STORE_FAILURE",
    "AuditEntry",
    "CommitUnknown",
    "Database",
    "ReadTransaction",
    "Seal",
    "Transaction",
    "open_database",
]

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 8
_FIRST_PAUSE = 0.02
"""Seconds; doubled with every try, and drawn at random below that, so that rivals part."""
_SERIALIZATION_FAILURES = frozenset({"40001", "40P01"})
_SQLITE_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_READERS = 4
_NOTERS = 2
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class CommitUnknown(SwitchboardError):
    """The connection broke during COMMIT: the transaction may or may not be stored, so read first."""


STORE_FAILURE = (OperationalError, InterfaceError, CommitUnknown)
"""Raised while the database cannot do its work (away, full, read-only), whatever it was asked."""


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
    """Cheap callbacks that never raise (waking the runner); run only when the commit succeeded."""

    def audit(self, action: str, actor: str, request_id: str | None = None, **details: Any) -> None:
        """Record a move; committed together with it, or neither is (no record, no act)."""
        self.entries.append(AuditEntry(action, actor, request_id, details))


class ReadTransaction(Transaction):
    """A transaction that sees one moment of the database and can change nothing."""

    __slots__ = ()

    def audit(self, action: str, actor: str, request_id: str | None = None, **details: Any) -> None:
        """Refused: an entry recorded here would never be stored. Raises `Bug`."""
        raise Bug(f"audit({action!r}) in a read-only transaction")


class Database:
    """Runs plain functions inside transactions, in worker threads."""

    def __init__(
        self,
        engine: sa.Engine,
        seal: Seal,
        clock: BusinessClock | None = None,
        readers: sa.Engine | None = None,
        notes: sa.Engine | None = None,
    ) -> None:
        self.engine = engine
        self.clock: BusinessClock = clock or RealTime()
        self._seal = seal
        self._read_engine = readers or engine
        self._note_engine = notes or engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer: queueing in one thread beats contending for its lock.
        self._pool = Lanes(1 if self.is_sqlite else 8, "store")
        self._readers = Lanes(_READERS, "store-read")
        # Where there are many writers, all of them may be waiting for one row that everybody wants: what is
        # claimed and kept alive meanwhile must not stand behind them.
        self._noters = self._pool if self.is_sqlite else Lanes(_NOTERS, "store-note")
        self._end: Callable[[Transaction], None] = _commit

    def rehearsing(self, happened: Callable[[AuditEntry], bool]) -> Database:
        """The same database, where every transaction does all of its work and is then taken back.

        What it returns is what would have been; nothing is stored, nobody is told, and `after_commit` is
        left out. Only audit entries of what has `happened` all the same, such as a refusal, are kept. A
        transaction sees nothing of those before it. Shares connections and threads: close the original only.
        """
        twin = copy(self)
        twin._end = partial(self._take_back, happened)
        return twin

    def _take_back(self, happened: Callable[[AuditEntry], bool], tx: Transaction) -> None:
        tx.conn.rollback()
        tx.after_commit.clear()
        kept = [entry for entry in tx.entries if happened(entry)]
        if kept:
            tx.conn.begin()
            self._seal(tx, kept)
            _commit(tx)

    async def transact(
        self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(tx, ...)` in one transaction and return what it returns.

        Commits when `fn` returns, rolls back when it raises; audit entries are sealed last. Serialisation
        failures and deadlocks of PostgreSQL, a locked SQLite file, and connections lost before the commit
        are retried with a fresh transaction, so `fn` must not have effects outside the database. Raises
        `CommitUnknown` when the connection is lost during the commit. Cancelling the caller does not stop
        a transaction that has begun.
        """
        return await self._pool.run(lambda: self.run(fn, *args, **kwargs))

    async def note(
        self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """`transact` that does not wait for the disk: for rows that are only good for a minute.

        All or nothing like every other, and safe when the process dies. When the machine of the database
        loses its power, the last second of notes may be gone. Never for requests or anything audited.
        """
        return await self._noters.run(lambda: self._run_note(fn, *args, **kwargs))

    async def read(
        self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run `fn(tx, ...)` on a read-only snapshot; never waits for writers, and `tx.audit` raises `Bug`."""
        return await self._readers.run(lambda: self.run_read(fn, *args, **kwargs))

    def run(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`transact` for code that is already in a thread of its own (the CLI)."""
        tx, result = _retried(
            lambda: self._write(self.engine, _POSTGRES_CLOCK, lambda tx: fn(tx, *args, **kwargs))
        )
        for callback in tx.after_commit:
            callback()
        return result

    def _run_note(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        _, result = _retried(
            lambda: self._write(self._note_engine, _POSTGRES_NOTE, lambda tx: fn(tx, *args, **kwargs))
        )
        return result

    def run_read(self, fn: Callable[Concatenate[Transaction, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`read` for code that is already in a thread of its own."""
        return _retried(lambda: self._look(lambda tx: fn(tx, *args, **kwargs)))

    def _write(
        self, engine: sa.Engine, clock: sa.TextClause, work: Callable[[Transaction], T]
    ) -> tuple[Transaction, T]:
        with engine.connect() as conn:
            conn.begin()
            real_now = self._real_now(conn, clock)
            tx = Transaction(conn, real_now, self.clock.at(real_now))
            result = work(tx)
            if tx.entries:
                self._seal(tx, tx.entries)
            self._end(tx)
        return tx, result

    def _look(self, work: Callable[[Transaction], T]) -> T:
        with self._read_engine.connect() as conn, conn.begin():
            real_now = self._real_now(conn, _POSTGRES_CLOCK)
            return work(ReadTransaction(conn, real_now, self.clock.at(real_now)))

    def _real_now(self, conn: sa.Connection, clock: sa.TextClause) -> datetime:
        if self.is_sqlite:
            return _EPOCH + timedelta(microseconds=time.time_ns() // 1000)
        micros = conn.scalar(clock)
        return _EPOCH + timedelta(microseconds=micros or 0)

    async def close(self) -> None:
        """Finish what runs, then let go of every connection."""
        await asyncio.to_thread(self.close_now)

    def close_now(self) -> None:
        """`close` for code that is already in a thread of its own."""
        self._pool.shutdown()
        self._readers.shutdown()
        self._noters.shutdown()
        self._read_engine.dispose()
        self._note_engine.dispose()
        self.engine.dispose()


_POSTGRES_CLOCK = sa.text("SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint")
# Not waiting for the disk costs no round trip of its own.
_POSTGRES_NOTE = sa.text(
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint,"
    " set_config('synchronous_commit', 'off', true)"
)


def open_database(url: str, seal: Seal, clock: BusinessClock | None = None) -> Database:
    """Open the database at `url` (`sqlite:///file` or `postgresql://...`); connects on first use.

    Raises `Misconfigured` for every other kind of address.
    """
    engine = writing_engine(url)
    return Database(engine, seal, clock, reading_engine(engine), noting_engine(engine))


def _commit(tx: Transaction) -> None:
    try:
        tx.conn.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            raise CommitUnknown("the connection to the database was lost during a commit") from error
        raise


def _retried(attempt: Callable[[], T]) -> T:
    for number in range(_TRIES - 1):
        try:
            return attempt()
        except DBAPIError as error:
            if not _worth_retrying(error):
                raise
        # Spreading rivals needs no unpredictability.
        time.sleep(random.uniform(0, _FIRST_PAUSE * 2**number))  # noqa: S311
    return attempt()


def _worth_retrying(error: DBAPIError) -> bool:
    """Whether the transaction surely left nothing behind and may succeed as it is."""
    if error.connection_invalidated:
        return True
    cause = error.orig
    if isinstance(cause, psycopg.Error):
        return cause.sqlstate in _SERIALIZATION_FAILURES
    if isinstance(cause, sqlite3.Error):
        # The low byte of an extended code is its primary code.
        return getattr(cause, "sqlite_errorcode", 0) & 0xFF in _SQLITE_BUSY
    return False
