"""What history costs: a million call records from the simulated tenant, through `switchboard credits import`.

Once without a break: how long, with how much memory and CPU of the importing process (the tenant makes the
records up in a process of its own, which is this one). Then once more into another database, killed with
SIGKILL again and again on the way and started anew: in the end both have to hold the same, to the last row.
The last line is JSON.

    python bench/credits_import.py [--records 1000000] [--kills 3] [--quick]
                                   [--postgres]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
import sqlalchemy as sa
from rig import Bar, environment, postgres_url, sqlite_url

from bot.sandbox import shaping
from bot.sandbox.call_history import HistoryWish
from bot.sandbox.server import SandboxServer
from bot.store.credit_tables import call_charges, credit_days, credit_people, credit_readings, credit_usage
from bot.store.engines import writing_engine

IMPORT = ("-c", "from bot.cli import main; main()", "credits", "import")
DAYS = 365
CALLERS = 300
LOOK = 0.1
"""Seconds between two looks at the importing process."""
TARGETS = {"seconds": 120.0, "peak_mb": 300.0}


@dataclass
class Run:
    """An import, from its start to its end or to its death."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


@dataclass
class Figures:
    records: int
    charges: int
    seconds: float
    cpu_seconds: float
    peak_mb: float
    killed_at: list[int]
    """Records that were read when the process was killed, each time."""
    seconds_with_kills: float
    identical: bool
    within_targets: bool


class Watched:
    """The importing process."""

    def __init__(self, env: dict[str, str]) -> None:
        self._began = time.perf_counter()
        self._running = subprocess.Popen(
            [sys.executable, *IMPORT], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self._process = psutil.Process(self._running.pid)
        self._cpu = self._peak = 0.0

    def look(self) -> bool:
        """Take note of what it has used; whether it still runs."""
        if self._running.poll() is not None:
            return False
        try:
            times = self._process.cpu_times()
            self._cpu = times.user + times.system
            self._peak = max(self._peak, _peak_mb(self._running.pid))
        except (psutil.NoSuchProcess, OSError):
            return False
        return True

    def kill(self) -> None:
        self._running.kill()
        self._running.wait()

    def ended(self) -> Run:
        """Raises `RuntimeError` with what it complained about, unless all is well."""
        _, complaint = self._running.communicate()
        if self._running.returncode:
            raise RuntimeError(f"the import ended with {self._running.returncode}: {complaint[-2000:]}")
        return Run(time.perf_counter() - self._began, self._cpu, self._peak)


def _peak_mb(pid: int) -> float:
    """The most memory it ever had at once, as the kernel remembers."""
    status = Path(f"/proc/{pid}/status").read_text()
    # A process that has just ended has no memory any more.
    return max(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), default=0
    )


async def whole(env: dict[str, str], engine: sa.Engine, bar: Bar) -> Run:
    """Import without a break."""
    watched = Watched(env)
    while watched.look():
        await asyncio.sleep(LOOK)
        bar.at(read_so_far(engine))
    return watched.ended()


async def killed(
    env: dict[str, str], engine: sa.Engine, records: int, kills: int, bar: Bar
) -> tuple[list[int], float]:
    """Import, with a SIGKILL at each of so many random places; where they struck, and seconds in all."""
    began = time.perf_counter()
    struck: list[int] = []
    for place in sorted(random.sample(range(records // 10, records * 9 // 10), kills)):
        watched = Watched(env)
        while watched.look() and read_so_far(engine) < place:
            bar.at(read_so_far(engine))
            await asyncio.sleep(LOOK)
        watched.kill()
        struck.append(read_so_far(engine))
    await whole(env, engine, bar)
    return struck, time.perf_counter() - began


def read_so_far(engine: sa.Engine) -> int:
    with engine.connect() as conn:
        return conn.scalar(sa.select(sa.func.sum(credit_readings.c.records))) or 0


def contents(engine: sa.Engine) -> str:
    """A digest of every row that matters, whatever order they came in."""
    people = credit_people.c
    queries = (
        sa.select(call_charges, people.person_id, people.name)
        .join(credit_people, people.number == call_charges.c.person)
        .order_by(call_charges.c.id),
        sa.select(credit_usage, people.person_id)
        .join(credit_people, people.number == credit_usage.c.person)
        .order_by(
            *(column for column in credit_usage.primary_key if column.name != "person"), people.person_id
        ),
        sa.select(credit_days).order_by(credit_days.c.day, credit_days.c.currency),
    )
    digest = hashlib.sha256()
    with engine.connect() as conn:
        for query in queries:
            for row in conn.execution_options(yield_per=5000).execute(query):
                told = {name: value for name, value in row._mapping.items() if name != "person"}
                digest.update(repr(told).encode())
    return digest.hexdigest()


def charges(engine: sa.Engine) -> int:
    with engine.connect() as conn:
        return conn.scalar(sa.select(sa.func.count()).select_from(call_charges)) or 0


@contextmanager
def opened(url: str) -> Iterator[sa.Engine]:
    engine = writing_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


async def measured(
    records: int, kills: int, new_database: Callable[[], AbstractContextManager[str]]
) -> Figures:
    async with SandboxServer() as sandbox:
        for number in range(CALLERS):
            shaping.add_person(
                sandbox.tenant,
                shaping.NewPerson(displayName=f"Caller {number}", department=f"Department {number % 12}"),
            )
        sandbox.graph.calls.replace(HistoryWish(records=records, days=DAYS, free=0.2))
        with new_database() as one, opened(one) as engine:
            run = await whole(environment(sandbox, 0, one), engine, Bar("in one go", records))
            known, count = contents(engine), charges(engine)
            print(f"in one go: {run}", file=sys.stderr)
        with new_database() as two, opened(two) as engine:
            env = environment(sandbox, 0, two)
            struck, seconds = await killed(env, engine, records, kills, Bar("with kills", records))
            identical = contents(engine) == known and read_so_far(engine) >= records
    return Figures(
        records=records,
        charges=count,
        **{name: round(value, 1) for name, value in asdict(run).items()},
        killed_at=struck,
        seconds_with_kills=round(seconds, 1),
        identical=identical,
        within_targets=run.seconds < TARGETS["seconds"] and run.peak_mb < TARGETS["peak_mb"] and identical,
    )


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Import a million call records, and be killed on the way.")
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="50,000 records and one kill")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    chosen = parser.parse_args(given)
    if chosen.quick:
        chosen.records, chosen.kills = 50_000, 1
    return chosen


def main() -> None:
    chosen = arguments()
    new_database = postgres_url if chosen.postgres else sqlite_url
    figures = asyncio.run(measured(chosen.records, chosen.kills, new_database))
    print(json.dumps(asdict(figures)))


if __name__ == "__main__":
    main()
