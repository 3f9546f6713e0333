"""Fixtures for everybody: the same tests on SQLite and on PostgreSQL.

`--database sqlite|postgres|both` chooses. PostgreSQL is started by the tests themselves, or is the server
at SWITCHBOARD_TEST_DATABASE_URL (its user must be allowed to create databases).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.audit.chain import seal
from bot.store.database import Database, open_database
from tests.support.databases import PostgresDatabases, SqliteFiles, postgres_databases, quick_folder
from tests.support.shifted_time import ShiftedTime

BACKENDS = ("sqlite", "postgres")
NewDatabase = Callable[[], AbstractContextManager[str]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=(*BACKENDS, "both"),
        default="both",
        help="which database to run the tests on that use one",
    )
    parser.addoption("--soak", action="store_true", help="also run what takes minutes")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: takes minutes; only with --soak")
    config.addinivalue_line(
        "markers",
        "either_database(backend): the database is not the point; on this one unless another is chosen",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--soak"):
        return
    long_ones = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long_ones)
    items[:] = [item for item in items if item not in long_ones]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", _backends(metafunc), indirect=True, scope="session")


def _backends(metafunc: pytest.Metafunc) -> tuple[str, ...]:
    chosen: str = metafunc.config.getoption("--database")
    if chosen != "both":
        return (chosen,)
    either = metafunc.definition.get_closest_marker("either_database")
    return BACKENDS if either is None or metafunc.config.getoption("--soak") else (either.args[0],)


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """`sqlite` or `postgres`; whatever depends on this runs on both."""
    return str(request.param)


@pytest.fixture(scope="session")
def _all_sqlite_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteFiles]:
    with quick_folder(tmp_path_factory.mktemp("sqlite")) as folder:
        yield SqliteFiles(folder)


@pytest.fixture
def sqlite_files(_all_sqlite_files: SqliteFiles) -> Iterator[SqliteFiles]:
    """Migrated, empty SQLite databases, for as long as the test runs."""
    yield _all_sqlite_files
    _all_sqlite_files.take_away()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[PostgresDatabases]:
    """Databases of a real PostgreSQL server."""
    if request.config.getoption("--database") == "sqlite":
        pytest.skip("needs PostgreSQL; run with --database both")
    run_id = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"pid{os.getpid()}"
    with postgres_databases(run_id) as databases:
        yield databases


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated, empty database of the test's own."""
    if backend == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")
        yield files.url()
        return
    databases: PostgresDatabases = request.getfixturevalue("postgres")
    with databases.database() as url:
        yield url


@pytest.fixture
def new_database(backend: str, request: pytest.FixtureRequest) -> NewDatabase:
    """Makes migrated, empty databases, for a test that needs several at once."""
    if backend == "sqlite":
        files: SqliteFiles = request.getfixturevalue("sqlite_files")

        @contextmanager
        def sqlite() -> Iterator[str]:
            yield files.url()

        return sqlite
    databases: PostgresDatabases = request.getfixturevalue("postgres")
    return databases.database


@pytest.fixture
def unmigrated_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table."""
    with ExitStack() as stack:
        if backend == "sqlite":
            yield f"sqlite:///{stack.enter_context(quick_folder(tmp_path)) / 'empty.db'}"
        else:
            databases: PostgresDatabases = request.getfixturevalue("postgres")
            yield stack.enter_context(databases.empty_database())


@pytest.fixture
def clock() -> ShiftedTime:
    """Business time of `db`; push it with `clock.advance`."""
    return ShiftedTime()


@pytest.fixture
def db(database_url: str, clock: ShiftedTime) -> Iterator[Database]:
    """An open database whose transactions are sealed into the audit chain."""
    database = open_database(database_url, seal, clock)
    yield database
    database.close_now()


@pytest.fixture
def sqlite_db(sqlite_files: SqliteFiles, clock: ShiftedTime) -> Iterator[Database]:
    """`db` for what only SQLite does; cheap enough to run whatever is chosen."""
    database = open_database(sqlite_files.url(), seal, clock)
    yield database
    database.close_now()


@pytest.fixture
def postgres_db(postgres: PostgresDatabases, clock: ShiftedTime) -> Iterator[Database]:
    """`db` for what only PostgreSQL does."""
    with postgres.database() as url:
        database = open_database(url, seal, clock)
        yield database
        database.close_now()
