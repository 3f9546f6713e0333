"""The schema and its revisions (Alembic): bring a database up to date, or say that it is not.

Going back is not offered: an audit log is never dropped. Restore a backup instead.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import DBAPIError

from bot.domain.errors import Misconfigured
from bot.store.engines import parse_url, writing_engine

__all__ = ["check_schema", "current", "demand_current", "newest", "prepare", "upgrade"]

# Names the lock under which one replica upgrades while the others wait.
_UPGRADE_LOCK = 0x5B_0DB

Progress = Callable[[str], None]
"""Called with one line for every revision that is applied."""


def prepare(url: str) -> None:
    """Before serving: upgrade the embedded SQLite file; of a PostgreSQL, only demand that it is up to date.

    A shared server is upgraded on purpose (`switchboard db upgrade`), not by whichever replica starts first.
    Raises `Misconfigured`.
    """
    engine = writing_engine(url)
    try:
        if engine.dialect.name == "sqlite":
            _upgrade(engine, None)
        check_schema(engine)
    finally:
        engine.dispose()


def demand_current(url: str) -> None:
    """Raise `Misconfigured` unless the database is there and at our newest revision; changes nothing."""
    address = parse_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise Misconfigured(f"SWITCHBOARD_DATABASE_URL: there is no database at {address.database}")
    engine = writing_engine(url)
    try:
        check_schema(engine)
    finally:
        engine.dispose()


def upgrade(url: str, progress: Progress | None = None) -> None:
    """Apply every revision that is missing, all or none; several replicas may try at once.

    Raises `Misconfigured` when the address is wrong or the database cannot be reached.
    """
    engine = writing_engine(url)
    try:
        _upgrade(engine, progress)
    finally:
        engine.dispose()


def _upgrade(engine: sa.Engine, progress: Progress | None) -> None:
    with _reached(engine) as conn, conn.begin():
        if engine.dialect.name == "postgresql":
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        found = _current(conn)
        _refuse_newer(found)
        if found != newest():
            command.upgrade(_config(conn, progress), "head")


def check_schema(engine: sa.Engine) -> None:
    """Raise `Misconfigured`, one line, unless the database is exactly at our newest revision."""
    found = current(engine)
    _refuse_newer(found)
    if found != newest():
        state = "is empty" if found is None else f"is at revision {found}, not {newest()}"
        raise Misconfigured(f"the database {state}: run `switchboard db upgrade`")


def current(engine: sa.Engine) -> str | None:
    """The revision the database is at; None when it is empty. Raises `Misconfigured` when out of reach."""
    with _reached(engine) as conn:
        return _current(conn)


def newest() -> str:
    """The revision this version of the product works with."""
    head = _script().get_current_head()
    assert head is not None
    return head


def _current(conn: sa.Connection) -> str | None:
    return MigrationContext.configure(conn).get_current_revision()


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in _script().walk_revisions()}
    if found is not None and found not in known:
        raise Misconfigured(
            f"the database is at revision {found}, which this version does not know: "
            "run the version that upgraded it, or a newer one"
        )


def _reached(engine: sa.Engine) -> sa.Connection:
    try:
        return engine.connect()
    except DBAPIError as error:
        reason = str(error.orig).strip().partition("\n")[0]
        raise Misconfigured(f"SWITCHBOARD_DATABASE_URL: the database cannot be reached: {reason}") from None


@cache
def _script() -> ScriptDirectory:
    # Reading every revision takes longer than the rest of a start; they do not change while we run.
    return ScriptDirectory(str(Path(__file__).parent))


def _config(conn: sa.Connection, progress: Progress | None) -> Config:
    config = Config()
    # Alembic reads percent signs in options as interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn

    def tell(step: Any, **unused: Any) -> None:
        if progress:
            progress(f"{step.up_revision_id}: {step.up_revision.doc}")

    config.attributes["on_version_apply"] = tell
    return config
