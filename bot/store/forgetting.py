"""What is needed to forget a person: by which names he is known, and that nothing stays on the disk."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.errors import AdminError
from bot.store.database import Database, Transaction
from bot.store.tables import decisions, requests

__all__ = ["names_of", "overwrite_what_goes", "wipe"]


def names_of(tx: Transaction, object_id: str) -> set[str]:
    """The names and sign-in names that requests and decisions have of somebody."""
    found: set[str] = set()
    for owner, person in (
        (requests.c.requester_id, requests.c.requester),
        (requests.c.beneficiary_id, requests.c.beneficiary),
        (decisions.c.approver_id, decisions.c.approver),
    ):
        for one in tx.conn.scalars(sa.select(person).where(owner == object_id)):
            found |= {one["name"], one["upn"]}
    return found


def overwrite_what_goes(tx: Transaction) -> None:
    """Have SQLite write zeros over what this connection deletes, instead of only giving the room free."""
    if tx.conn.dialect.name == "sqlite":
        tx.conn.exec_driver_sql("PRAGMA secure_delete=ON")


def wipe(db: Database) -> None:
    """Leave no old copy of a changed row: not in SQLite's write-ahead log, nor in PostgreSQL's table.

    Backups, replicas and archived logs of the database are beyond its reach. Raises `AdminError` while
    somebody still reads what was there before.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        raw = conn.connection.cursor()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)" if db.is_sqlite else "VACUUM audit_entries")
        # SQLite answers (busy, pages of the log, pages that were moved).
        kept_by_readers = db.is_sqlite and raw.fetchall()[0][0] != 0
        raw.close()
    if kept_by_readers:
        raise AdminError(
            "the words are erased, but somebody reads the database, and its write-ahead log still has them: "
            "run the same again"
        )
