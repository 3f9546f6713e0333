"""How long `switchboard audit verify` takes over a million entries with a checkpoint every 5,000 of them.

    python bench/audit_verify.py [--entries 1000000] [--database-url postgresql://...] [--keep FILE]

The last line is JSON: seconds and CPU seconds of the whole check (chain, columns, Merkle tree, checkpoints in
the database and elsewhere), of the hourly checkpoint, of a receipt, and of a look at a person's entries.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from bot.audit.chain import seal
from bot.audit.making import KeptFile, make_checkpoint
from bot.audit.notes import PrivateKey
from bot.audit.proving import receipt_for
from bot.audit.tree import lay_tiles
from bot.audit.verify import Elsewhere, Verified, verify
from bot.store import audit_log
from bot.store.database import Database, Transaction, open_database
from bot.store.migrations import upgrade

T = TypeVar("T")

_BATCH = 5000
_REQUEST_ENTRIES = 12
_PERSON = "9b1f3c52-7a60-4a49-a3c5-{:012d}"


class Past:
    """A clock that the writing moves on: entries of two years, not of one minute."""

    def __init__(self) -> None:
        self.now = datetime(2024, 1, 1, tzinfo=UTC)

    def at(self, real: datetime) -> datetime:
        return self.now


def write(db: Database, clock: Past, key: PrivateKey, place: KeptFile, entries: int) -> None:
    """Entries such as a desk makes, some 500 bytes each."""
    for start in range(0, entries, _BATCH):
        clock.now += timedelta(hours=1)
        db.run(_record, start, min(_BATCH, entries - start))
        make_checkpoint(db, key, place)


def _record(tx: Transaction, start: int, count: int) -> None:
    for number in range(start, start + count):
        request = number // _REQUEST_ENTRIES
        person = _PERSON.format(request % 10_000)
        tx.audit(
            ("request.submitted", "decision.recorded", "graph.intent", "graph.result", "step.done")[
                number % 5
            ],
            person if number % 3 else "switchboard",
            f"SB-{request:05d}",
            beneficiary=person,
            what="assignNumber",
            body={"telephoneNumber": f"+3312{number:07d}", "numberType": "callingPlan", "locationId": person},
            graph_request_id=_PERSON.format(number),
            comment="Needs to call customers in Spain from the first of the month on.",
        )


@contextmanager
def database(url: str | None, keep: Path | None) -> Iterator[str]:
    """An empty one, unless another is given."""
    with tempfile.TemporaryDirectory() as folder:
        address = url or f"sqlite:///{keep or Path(folder) / 'audit.db'}"
        upgrade(address)
        yield address


def timed(work: Callable[[], T]) -> tuple[T, dict[str, float]]:
    begun, used = time.perf_counter(), time.process_time()
    result = work()
    return result, {
        "seconds": round(time.perf_counter() - begun, 3),
        "cpu_seconds": round(time.process_time() - used, 3),
    }


def measure(db: Database, clock: Past, key: PrivateKey, place: KeptFile, entries: int) -> dict[str, object]:
    elsewhere = Elsewhere(place.kept(), [key.public])
    found, verified = timed(lambda: verify(db, None, elsewhere))
    assert isinstance(found, Verified), found
    assert found.count == entries
    clock.now += timedelta(hours=1)
    _, checkpoint = timed(lambda: make_checkpoint(db, key, place))
    _, tiles = timed(lambda: lay_tiles(db, entries))
    middle = f"SB-{entries // _REQUEST_ENTRIES // 2:05d}"
    receipt, proved = timed(lambda: db.run_read(receipt_for, middle))
    seen, looked = timed(lambda: db.run_read(lambda tx: audit_log.about(tx.conn, _PERSON.format(77))))
    return {
        "entries": found.count,
        "checkpoints": found.checkpoints,
        "verify": verified,
        "checkpoint": checkpoint,
        "tiles": tiles,
        "receipt": {**proved, "entries": len(receipt["entries"])},
        "look": {**looked, "entries": len(seen)},
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=1_000_000)
    options.add_argument("--database-url")
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    clock, key = Past(), PrivateKey.generate("bench.example/audit")
    with database(given.database_url, given.keep) as url, tempfile.TemporaryDirectory() as folder:
        place = KeptFile(Path(folder) / "checkpoints")
        db = open_database(url, seal, clock)
        _, writing = timed(lambda: write(db, clock, key, place, given.entries))
        print(f"written in {writing['seconds']} s")
        figures = measure(db, clock, key, place, given.entries)
        db.close_now()
    print(json.dumps({"writing": writing, **figures}))


if __name__ == "__main__":
    main()
