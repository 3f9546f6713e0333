"""What a report costs with 100,000 requests: a month, the monthly one, and a year as a table.

Requests, decisions and calls of a year are put into a database, spread over it evenly; then each is read many
times. Graph has no part in it. The last line is JSON.

    python bench/report.py [--requests 100000] [--times 10] [--quick] [--postgres | --database-url postgresql://...]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import rig
import sqlalchemy as sa
from rig import Bar, postgres_url, sqlite_url
from waiting import a_request

from bot.audit.chain import seal
from bot.domain.people import PersonRef
from bot.domain.plans import WaitReason
from bot.domain.states import ENDED, RequestState
from bot.store import tables
from bot.store.approval_tables import askings
from bot.store.credit_tables import credit_days
from bot.store.database import Database, Transaction, open_database
from bot.usecases.reports import months_between, of_month
from bot.words import words_for
from cards.report_table import lines

PAGE = 1000
DAYS = 365
APPROVERS = [
    PersonRef(id=f"approver-{at:04}", upn=f"a{at}@contoso.example", name=f"Approver {at}")
    for at in range(500)
]
_AS_TOLD = (
    "version", "requester", "beneficiary", "wish", "plan", "policy_version", "stages", "stage_index",
)  # fmt: skip
STATES = (RequestState.DONE,) * 16 + (
    RequestState.REJECTED, RequestState.FAILED, RequestState.WAITING, RequestState.SUBMITTED,
)  # fmt: skip


def fill(db: Database, how_many: int) -> None:
    """A year of requests: most done, some refused, one of twenty waiting for something or for a decision."""
    chance, bar = random.Random(1), Bar("storing requests", how_many)
    for first in range(0, how_many, PAGE):
        numbers = range(first, min(first + PAGE, how_many))
        db.run(lambda tx, numbers=numbers: _store(tx, numbers, chance))
        bar.at(numbers.stop)
    db.run(_calls)


def _store(tx: Transaction, numbers: range, chance: random.Random) -> None:
    rows = [_row(number, tx.now, chance) for number in numbers]
    tx.conn.execute(sa.insert(tables.requests), [row for row, _, _ in rows])
    tx.conn.execute(sa.insert(tables.decisions), [vote for _, vote, _ in rows if vote])
    asked = [asking for _, _, asking in rows if asking]
    if asked:
        tx.conn.execute(sa.insert(askings), asked)


def _row(number: int, now: datetime, chance: random.Random) -> tuple[dict[str, Any], Any, Any]:
    """A request with its vote, or with whom it waits for."""
    approver, state = chance.choice(APPROVERS), chance.choice(STATES)
    created = now - timedelta(days=chance.uniform(0, DAYS))
    decided = min(created + timedelta(hours=chance.expovariate(1 / 9)), now)
    waiting = chance.choice(list(WaitReason)).value if state is RequestState.WAITING else None
    undecided = state in (RequestState.SUBMITTED, RequestState.REJECTED)
    ended = min(decided + timedelta(hours=chance.expovariate(1 / 30)), now)
    row = {
        **_template(approver),
        "id": f"SB-W{number:05}", "idempotency_key": f"{number}", "state": state.value, "waiting": waiting,
        "created_at": created, "updated_at": decided, "approved_at": None if undecided else decided,
        "ended_at": ended if state in ENDED else None,
    }  # fmt: skip
    if state is RequestState.SUBMITTED:
        asking = {"request_id": row["id"], "person_id": approver.id, "stage_index": 0, "round": 0}
        return row, None, {**asking, "asked_at": created}
    vote = {
        "request_id": row["id"], "stage_index": 0, "approver_id": approver.id, "decided_at": decided,
        "approver": approver.model_dump(mode="json"), "dropped": [],
        "verdict": "reject" if state is RequestState.REJECTED else "approve",
    }  # fmt: skip
    return row, vote, None


@cache
def _template(approver: PersonRef) -> dict[str, Any]:
    """What is the same of all requests that somebody decides on."""
    request = a_request(0, approver, datetime(2026, 1, 1, tzinfo=UTC))
    told = request.model_dump(mode="json")
    return {
        **{name: told[name] for name in _AS_TOLD},
        "kind": request.wish.kind,
        "requester_id": request.requester.id,
        "beneficiary_id": request.beneficiary.id,
    }


def _calls(tx: Transaction) -> None:
    days = [tx.now.date() - timedelta(days=ago) for ago in range(DAYS)]
    tx.conn.execute(
        sa.insert(credit_days), [{"day": day, "currency": "EUR", "millionths": 9_000_000} for day in days]
    )


def timed(what: Callable[[], object], times: int) -> dict[str, float]:
    """Milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        took.append((time.perf_counter() - began) * 1000)
    return {"p50_ms": round(statistics.median(took), 1), "most_ms": round(max(took), 1)}


def measure(fresh: AbstractContextManager[str], how_many: int, times: int) -> dict[str, dict[str, float]]:
    with fresh as url:
        db = open_database(url, seal)
        try:
            fill(db, how_many)
            if not db.is_sqlite:
                # As autovacuum does within minutes; indexes alone can be read only then.
                with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
                    conn.exec_driver_sql("VACUUM ANALYZE")
            today = db.run_read(lambda tx: tx.now.date())
            return {
                "month": timed(lambda: db.run_read(of_month, None), times),
                "month_of_last_year": timed(
                    lambda: db.run_read(of_month, today - timedelta(days=300)), times
                ),
                "year_as_table": timed(lambda: list(lines(_year(db, today), words_for("fr"))), 2),
            }
        finally:
            db.close_now()


def _year(db: Database, today: date) -> Iterator[Any]:
    for month in months_between(today - timedelta(days=334), today):
        yield db.run_read(of_month, month)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=100_000, help="of a year")
    parser.add_argument("--times", type=int, default=10, help="that each report is made")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL started for this")
    parser.add_argument("--database-url", help="of a PostgreSQL server on which to make a database")
    parser.add_argument("--quick", action="store_true", help="5,000 requests, 3 times")
    options = parser.parse_args()
    how_many, times = (5_000, 3) if options.quick else (options.requests, options.times)
    if options.database_url:
        os.environ[rig.SERVER] = options.database_url
    postgres = options.postgres or bool(options.database_url)
    found = measure(postgres_url() if postgres else sqlite_url(), how_many, times)
    for name, one in found.items():
        print(f"{name:24}{one['p50_ms']:>10}{one['most_ms']:>10}   ms")
    database = "postgres" if postgres else "sqlite"
    print(json.dumps({"bench": "report", "database": database, "requests": how_many, **found}))


if __name__ == "__main__":
    main()
