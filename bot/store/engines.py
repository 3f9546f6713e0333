"""How connections are opened: what each database must be told before it can be trusted."""

from __future__ import annotations

import json
import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.domain.errors import Misconfigured

__all__ = ["noting_engine", "parse_url", "reading_engine", "writing_engine"]

_BUSY_TIMEOUT = 5.0
"""Seconds a writer waits for another process's lock on the file."""
_POSTGRES_OPTIONS = "-c idle_in_transaction_session_timeout=15000 -c timezone=UTC"
"""A replica that freezes inside a transaction holds the head of the audit chain, and with it everybody:
PostgreSQL ends such a session after 15 s."""
_DURABLE = "synchronous=FULL"
_CONSISTENT = "synchronous=NORMAL"
"""Nothing is torn when the power fails, and nothing lost when only the process dies; but the last commits,
up to the next durable one, may be gone after a power failure. Saves a wait for the disk each."""
_EXPECTED = "set sqlite:///path/to/file.db or postgresql://user:password@host/database"

_to_json = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def parse_url(url: str) -> sa.URL:
    """The address as SQLAlchemy needs it; raises `Misconfigured`, without ever quoting the password."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise Misconfigured(f"SWITCHBOARD_DATABASE_URL: not a database address; {_EXPECTED}") from None
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        return _checked_file(parsed)
    raise Misconfigured(f"SWITCHBOARD_DATABASE_URL: {parsed.drivername!r} is not supported; {_EXPECTED}")


def _checked_file(url: sa.URL) -> sa.URL:
    if not url.database or url.database == ":memory:":
        raise Misconfigured(
            "SWITCHBOARD_DATABASE_URL: a database in memory would forget its audit log; "
            "set sqlite:///path/to/file.db"
        )
    folder = Path(url.database).expanduser().resolve().parent
    if not folder.is_dir():
        raise Misconfigured(f"SWITCHBOARD_DATABASE_URL: there is no folder {folder}; make it, or set another")
    return url.set(database=str(Path(url.database).expanduser()))


def writing_engine(url: str) -> sa.Engine:
    """An engine whose transactions may write. Raises `Misconfigured` for addresses we cannot use.

    Errors do not quote what was being stored: they end up in logs, and it is what people wrote.
    """
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, "BEGIN IMMEDIATE", _DURABLE)
    options = {} if "options" in parsed.query else {"options": _POSTGRES_OPTIONS}
    return sa.create_engine(
        parsed,
        isolation_level="READ COMMITTED",
        hide_parameters=True,
        pool_size=8,
        max_overflow=24,
        connect_args={"application_name": "switchboard", "connect_timeout": 10, **options},
        json_serializer=_to_json,
    )


def reading_engine(writing: sa.Engine) -> sa.Engine:
    """An engine beside `writing` whose transactions see one moment and can change nothing."""
    if writing.dialect.name == "sqlite":
        return _sqlite_engine(writing.url, "BEGIN", "query_only=ON")
    return writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def noting_engine(writing: sa.Engine) -> sa.Engine:
    """An engine beside `writing` for what a power failure may take with it."""
    if writing.dialect.name == "sqlite":
        return _sqlite_engine(writing.url, "BEGIN IMMEDIATE", _CONSISTENT)
    return writing


class _Beginning(SQLiteDialect_pysqlite):
    """SQLite that begins transactions as it is told.

    Python's driver would begin them by itself, late and deferred: two writers that both started by reading
    would then fail instead of waiting for each other. An event hook for it would cost a third of a short
    transaction.
    """

    supports_statement_cache = True

    def __init__(self, begin: str = "BEGIN", **others: Any) -> None:
        super().__init__(**others)
        self._begin = begin

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute(self._begin)


registry.register("sqlite.beginning", __name__, _Beginning.__name__)


def _sqlite_engine(url: sa.URL, begin: str, pragma: str) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="sqlite+beginning"),
        begin=begin,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=60,
        connect_args={"timeout": _BUSY_TIMEOUT, "check_same_thread": False},
        hide_parameters=True,
        json_serializer=_to_json,
    )

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None
        _use_write_ahead_log(connection)
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA {pragma}")

    return engine


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switching a new file needs it alone, and unlike everything else does not wait for that by itself."""
    deadline = time.monotonic() + _BUSY_TIMEOUT
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.01)
