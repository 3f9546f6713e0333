"""A log with checkpoints, for tests that meddle with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.audit.checkpoints import Signed
from bot.audit.making import KeptFile, make_checkpoint
from bot.audit.notes import PrivateKey
from bot.audit.verify import Broken, Elsewhere, Verified, verify
from bot.store.database import Database, Transaction
from tests.support.shifted_time import ShiftedTime

__all__ = ["SealedLog"]


@dataclass
class SealedLog:
    """The log of a database, signed now and then; every checkpoint is kept in a file as well."""

    db: Database
    clock: ShiftedTime
    folder: Path
    key: PrivateKey = field(default_factory=lambda: PrivateKey.generate("desk.example/audit"))

    @property
    def place(self) -> KeptFile:
        return KeptFile(self.folder / "checkpoints")

    def kept(self) -> list[Signed]:
        """What somebody keeps elsewhere."""
        return list(self.place.kept())

    def grows(self, count: int, request_id: str | None = "SB-00001") -> None:
        """That many entries more, some to a transaction."""
        for start in range(0, count, 10):
            self.db.run(_record, min(10, count - start), request_id)

    def signed(self) -> Signed:
        """An hour later, one checkpoint more."""
        self.clock.advance(timedelta(hours=1))
        made = make_checkpoint(self.db, self.key, self.place)
        assert made is not None
        return made

    def verify(self, kept: list[Signed] | None = None) -> Verified | Broken:
        """What whoever keeps the checkpoints elsewhere finds."""
        elsewhere = self.kept() if kept is None else kept
        return verify(self.db, None, Elsewhere(elsewhere, [self.key.public]))

    @contextmanager
    def meddled(self) -> Iterator[sa.Connection]:
        """What is changed here is undone at the end."""
        with self.db.engine.connect() as conn, conn.begin() as change:
            yield conn
            change.rollback()


def _record(tx: Transaction, count: int, request_id: str | None) -> None:
    for number in range(count):
        tx.audit("test.done", "ana", request_id, number=number, said="d'accord ☎")
