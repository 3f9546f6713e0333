"""What the proof costs a move: a transaction with its entry, with everything of the proof and without.

    python bench/audit_append.py [--moves 3000] [--database-url postgresql://...]

Three kinds of transactions, in turns so that a busy machine is fair to all: a row changed with no entry; the
same with an entry of the plain chain, as the log was before there were trees, salts and checkpoints; and with
an entry as it is written today. The last line is JSON: microseconds of CPU and of time a move, ratios, and
what the hourly checkpoint adds to each move where a hundred are made in an hour.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import rfc8785
import sqlalchemy as sa

from bot.audit.chain import GENESIS, seal
from bot.audit.making import NoPlace, make_checkpoint
from bot.audit.notes import PrivateKey
from bot.store.audit_log import Row, append, lock_head
from bot.store.database import AuditEntry, Database, Transaction, open_database
from bot.store.migrations import upgrade

_ROUND = 50
_AN_HOUR = 100
_PERSON = "9b1f3c52-7a60-4a49-a3c5-000000000001"


def plain_seal(tx: Transaction, entries: list[AuditEntry]) -> None:
    """The chain alone: the entry's canonical JSON without a salt, hashed behind the one before."""
    before = lock_head(tx, GENESIS)
    rows, head = [], before
    for entry in entries:
        fields = {
            "seq": head.seq + 1,
            "at": tx.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            "actor": entry.actor,
            "action": entry.action,
            "request_id": entry.request_id,
            "details": entry.details,
        }
        body = rfc8785.dumps(fields)
        digest = hashlib.sha256(bytes.fromhex(head.hash) + body).hexdigest()
        row = Row(
            seq=head.seq + 1,
            at=tx.now,
            actor=entry.actor,
            action=entry.action,
            request_id=entry.request_id,
            body=body.decode(),
            prev_hash=head.hash,
            hash=digest,
        )
        rows.append(row)
        head = type(before)(row.seq, row.hash)
    append(tx, before, rows)


_TOUCH = sa.text("UPDATE moves SET at = :at WHERE id = 1")


def unrecorded(tx: Transaction) -> None:
    tx.conn.execute(_TOUCH, {"at": tx.real_now.isoformat()})


def recorded(tx: Transaction) -> None:
    unrecorded(tx)
    body = {"telephoneNumber": "+33123456789", "numberType": "callingPlan", "locationId": _PERSON}
    tx.audit("graph.intent", "switchboard", "SB-4K7Q2", what="assignNumber", user=_PERSON, body=body)


@contextmanager
def databases(url: str | None) -> Iterator[tuple[Database, Database]]:
    """The same log twice: one with the plain chain, one as it is."""
    with tempfile.TemporaryDirectory() as folder:
        addresses = (
            [url, url] if url else [f"sqlite:///{Path(folder) / name}.db" for name in ("plain", "today")]
        )
        for address in addresses:
            upgrade(str(address))
        plain, today = (
            open_database(str(address), one)
            for address, one in zip(addresses, (plain_seal, seal), strict=True)
        )
        for db in (plain, today):
            db.run(
                lambda tx: tx.conn.execute(sa.text("CREATE TABLE IF NOT EXISTS moves (id INTEGER, at TEXT)"))
            )
        plain.run(lambda tx: tx.conn.execute(sa.text("INSERT INTO moves VALUES (1, '')")))
        today.run(lambda tx: tx.conn.execute(sa.text("INSERT INTO moves VALUES (1, '')")))
        yield plain, today
        plain.close_now()
        today.close_now()


def cost(work: Callable[[], None]) -> tuple[float, float]:
    """Microseconds of CPU and of time, of each of a round."""
    begun, used = time.perf_counter(), time.process_time()
    for _ in range(_ROUND):
        work()
    return (
        (time.process_time() - used) / _ROUND * 1e6,
        (time.perf_counter() - begun) / _ROUND * 1e6,
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--moves", type=int, default=3000)
    options.add_argument("--database-url")
    given = options.parse_args()
    with databases(given.database_url) as (plain, today):
        kinds: dict[str, Callable[[], None]] = {
            "no_entry": lambda: today.run(unrecorded),
            "chain": lambda: plain.run(recorded),
            "proof": lambda: today.run(recorded),
        }
        rounds: dict[str, list[tuple[float, float]]] = {name: [] for name in kinds}
        for _ in range(max(1, given.moves // _ROUND)):
            for name, work in kinds.items():
                rounds[name].append(cost(work))
        key = PrivateKey.generate("bench.example/audit")
        make_checkpoint(today, key, NoPlace())
        checkpoints = []
        for _ in range(20):
            for _ in range(_AN_HOUR):
                today.run(recorded)
            used = time.process_time()
            make_checkpoint(today, key, NoPlace())
            checkpoints.append((time.process_time() - used) * 1e6)
    cpu = {name: statistics.median(one for one, _ in found) for name, found in rounds.items()}
    wall = {name: statistics.median(one for _, one in found) for name, found in rounds.items()}
    checkpoint = statistics.median(checkpoints)
    figures = {
        "cpu_us": {name: round(one) for name, one in cpu.items()},
        "wall_us": {name: round(one) for name, one in wall.items()},
        "checkpoint_cpu_us": round(checkpoint),
        "checkpoint_cpu_us_a_move": round(checkpoint / _AN_HOUR),
        "proof_to_chain": round(cpu["proof"] / cpu["chain"], 3),
        "proof_and_checkpoint_to_chain": round((cpu["proof"] + checkpoint / _AN_HOUR) / cpu["chain"], 3),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
