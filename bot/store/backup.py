"""A copy of an embedded database that is whole although the service goes on writing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.errors import Misconfigured
from bot.store.engines import parse_url

__all__ = ["copy_to"]


def copy_to(url: str, target: Path) -> None:
    """Copy the SQLite file at `url` to the new file `target`, as of one moment.

    Raises `Misconfigured` for PostgreSQL, whose own tools do this, and when there is nothing to copy, no
    place to put it, or something there already.
    """
    source = parse_url(url)
    if source.get_backend_name() != "sqlite":
        raise Misconfigured("only an SQLite file is copied this way; use pg_dump for PostgreSQL")
    if not Path(source.database or "").is_file():
        raise Misconfigured(f"there is no database at {source.database}")
    if target.exists():
        raise Misconfigured(f"{target} exists already; name a new file")
    if not target.parent.is_dir():
        raise Misconfigured(f"there is no folder {target.parent}; make it, or name another")
    with closing(sqlite3.connect(source.database or "")) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
        # One file that can be carried away, without the log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
