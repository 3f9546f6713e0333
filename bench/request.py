"""What a request costs, end to end: ask, review, submit, approve, licences, number, told.

The service runs in a process of its own, with authentication on; tenant, Teams and the people are in this
one and do everything without a delay, so what is measured is the service. First one request after another,
by phases; then many at once, each with its own approver. The last line is JSON.

    python bench/request.py [--requests 12] [--crowd 96] [--in-flight 16] [--postgres] [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import signal
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import sqlalchemy as sa
from rig import cpu_ms, environment, free_port, postgres_url, process, sqlite_url, until_answering

from bot.sandbox import shaping
from bot.sandbox.connector.journal import Author, EventKind
from bot.sandbox.people import People, PersonClient, text_of
from bot.sandbox.seed import location_id
from bot.sandbox.server import SandboxServer
from bot.store import tables
from bot.store.engines import reading_engine, writing_engine

HERE = Path(__file__).parent
RATE = 1000.0
"""Business seconds in a real one."""
PATIENCE = 60.0
DELAYS = (
    "directory_read",
    "teams_voice",
    "teams_user",
    "number_start",
    "number_operation",
    "number_activation",
)
PHASES = ("ask", "review", "submit", "approve and carry out")


@dataclass
class Office:
    """The service with its tenant, and what can be counted about them."""

    sandbox: SandboxServer
    people: People
    bot: psutil.Process
    counts: Path
    engine: sa.Engine
    hired: int = 0

    async def pair(self) -> tuple[PersonClient, PersonClient]:
        """Somebody in France who lacks everything but Office, and the manager who will approve."""
        self.hired += 1
        manager = await self._hire(f"Manager {self.hired}", manager=None)
        person = await self._hire(f"Person {self.hired}", "ENTERPRISEPACK", manager=manager.who.user_id)
        return person, manager

    async def _hire(self, name: str, *licences: str, manager: str | None) -> PersonClient:
        wish = shaping.NewPerson(
            displayName=name,
            usageLocation="FR",
            city="Paris",
            preferredLanguage="en-US",
            manager=manager,
            licences=licences,
        )
        person = shaping.add_person(self.sandbox.tenant, wish)
        self.sandbox.teams.installations.preinstall(person.id)
        return await self.people.find(person.id)

    async def metered(self) -> Counter[str]:
        """Everything counted so far: CPU milliseconds, questions to Graph, messages, transactions."""
        used = Counter({"cpu_ms": cpu_ms(self.bot)})
        for one in self.sandbox.graph.journal.entries():
            used["graph_questions"] += one.method != "POST" or not one.path.endswith("$batch")
            used["graph_calls"] += one.batch is None
            used[_named(one.method, one.path)] += one.batch is None or not one.path.endswith("$batch")
        for event in self.sandbox.teams.chats.journal._events:
            if event.author is Author.BOT:
                used["updates" if event.kind is EventKind.UPDATED else "messages"] += 1
        return used + await self._transactions()

    async def _transactions(self) -> Counter[str]:
        self.counts.unlink(missing_ok=True)
        self.bot.send_signal(signal.SIGUSR1)
        while not self.counts.exists():  # noqa: ASYNC110  another process writes it
            await asyncio.sleep(0.005)
        return Counter(json.loads(self.counts.read_text()))

    async def settled(self) -> None:
        """Wait until no message is on its way."""
        pending = sa.select(sa.func.count()).where(tables.outbox.c.due_at.is_not(None))
        async with asyncio.timeout(PATIENCE):
            while self._scalar(pending):  # noqa: ASYNC110  another process sends them
                await asyncio.sleep(0.01)

    def carried_out_ms(self, request_id: str) -> float:
        """Real time from the stored decision to the stored end."""
        columns = tables.requests.c
        query = sa.select(columns.approved_at, columns.updated_at, columns.state).where(
            columns.id == request_id
        )
        with self.engine.connect() as conn:
            row = conn.execute(query).one()
        if row.state != "done":
            raise RuntimeError(f"{request_id} ended as {row.state}")
        return float((row.updated_at - row.approved_at).total_seconds() / RATE * 1000)

    def audited(self) -> int:
        return int(self._scalar(sa.select(sa.func.count()).select_from(tables.audit_entries)))

    def _scalar(self, query: sa.Select[Any]) -> Any:
        with self.engine.connect() as conn:
            return conn.scalar(query)


def _named(method: str, path: str) -> str:
    """A question to Graph without the ids in it."""
    plain = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/operations/).*", "*", path)
    return f"{method} {plain}"


@asynccontextmanager
async def office(database_url: str, concurrency: int, crowd: int) -> AsyncIterator[Office]:
    began = time.time()
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}/api/messages"
    # Who is not told when business time began would keep another time than the tenant.
    clock = {"clock_rate": str(RATE), "clock_origin": str(began), "concurrency": str(concurrency)}
    engine = reading_engine(writing_engine(database_url))
    async with SandboxServer(pacing=False, rate=RATE) as sandbox, aiohttp.ClientSession() as http:
        sandbox.tenant.set_delays(dict.fromkeys(DELAYS, 0.0))
        _stock_up(sandbox, crowd + 50)
        with tempfile.TemporaryDirectory() as folder:
            counts = Path(folder) / "counts.json"
            told = environment(sandbox, port, database_url, **clock)
            with process(str(HERE / "counted_bot.py"), str(counts), env=told) as bot:
                await until_answering(http, endpoint)
                sandbox.bot_endpoint = endpoint
                async with People(sandbox.url, endpoint) as people:
                    yield Office(sandbox, people, bot, counts, engine)
    engine.dispose()


def _stock_up(sandbox: SandboxServer, free: int) -> None:
    tenant = sandbox.tenant
    for part_number in ("MCOEV", "MCOPSTN1", "ENTERPRISEPACK"):
        sku = shaping.sku_of(tenant, part_number)
        shaping.change_sku(tenant, sku, shaping.SkuChanges(enabled=tenant.consumed(sku) + free))
    for index in range(free):
        shaping.add_number(
            tenant,
            shaping.NewNumber(
                telephoneNumber=f"+33199{100_000 + index}", city="Paris", locationId=location_id("paris")
            ),
        )


@dataclass
class Measured:
    """One request after another."""

    phases: dict[str, Counter[str]] = field(default_factory=lambda: {name: Counter() for name in PHASES})
    told_ms: list[float] = field(default_factory=list)
    carried_ms: list[float] = field(default_factory=list)


async def one_by_one(office: Office, how_many: int, measured: Measured) -> None:
    for _ in range(how_many):
        person, manager = await office.pair()
        before = await office.metered()
        for phase, act in zip(PHASES, _acts(office, person, manager, measured), strict=True):
            await act()
            await office.settled()
            after = await office.metered()
            measured.phases[phase].update(after)
            measured.phases[phase].subtract(before)
            before = after


def _acts(office: Office, person: PersonClient, manager: PersonClient, measured: Measured) -> list[Any]:
    async def ask() -> None:
        await person.says("I need a phone number")

    async def review() -> None:
        await person.clicks(person.last_card(), "wish.review", {"city": "Paris"})

    async def submit() -> None:
        await person.clicks(person.last_card(), "wish.submit")
        await manager.hears(_question, timeout=PATIENCE)

    async def approve() -> None:
        began = time.perf_counter()
        await manager.clicks(manager.last_card(), "request.approve", {"comment": ""})
        await person.hears(_outcome, timeout=PATIENCE)
        measured.told_ms.append((time.perf_counter() - began) * 1000)
        measured.carried_ms.append(office.carried_out_ms(_request_id(manager)))

    return [ask, review, submit, approve]


def _question(activity: dict[str, Any]) -> bool:
    return "request.approve" in json.dumps(activity)


def _outcome(activity: dict[str, Any]) -> bool:
    return "above the dial pad" in text_of(activity)


def _request_id(approver: PersonClient) -> str:
    found = re.search(r"SB-\w{5}", text_of(approver.last_card()))
    if found is None:
        raise RuntimeError("the approver's card names no request")
    return found.group()


async def crowded(office: Office, how_many: int, in_flight: int) -> dict[str, float]:
    """Requests a second and CPU a request when many are under way at once."""
    pairs = [await office.pair() for _ in range(how_many)]
    gate = asyncio.Semaphore(in_flight)
    measured = Measured()

    async def whole(person: PersonClient, manager: PersonClient) -> None:
        async with gate:
            for act in _acts(office, person, manager, measured):
                await act()

    before, began = await office.metered(), time.perf_counter()
    await asyncio.gather(*(whole(*pair) for pair in pairs))
    passed = time.perf_counter() - began
    await office.settled()
    used = await office.metered()
    used.subtract(before)
    return {
        "requests_per_second": round(how_many / passed, 1),
        "cpu_ms": round(used["cpu_ms"] / how_many, 1),
        "moves": round(used["moves"] / how_many, 1),
        "carried_out_ms_p50": round(statistics.median(measured.carried_ms), 1),
        "told_ms_p50": round(statistics.median(measured.told_ms), 1),
    }


async def measure(database_url: str, how_many: int, crowd: int, in_flight: int) -> dict[str, Any]:
    measured = Measured()
    async with office(database_url, in_flight, how_many + crowd) as bench:
        await one_by_one(bench, 2, Measured())
        entries = bench.audited()
        await one_by_one(bench, how_many, measured)
        entries = bench.audited() - entries
        many = await crowded(bench, crowd, in_flight)
    total = sum(measured.phases.values(), Counter())
    figures = {name: round(total[name] / how_many, 1) for name in COUNTED}
    return {
        **figures,
        "audit_entries": round(entries / how_many, 1),
        "carried_out_ms_p50": round(statistics.median(measured.carried_ms), 1),
        "told_ms_p50": round(statistics.median(measured.told_ms), 1),
        "phases": {
            phase: {name: round(used[name] / how_many, 1) for name in COUNTED}
            for phase, used in measured.phases.items()
        },
        "questions": {
            name: round(used / how_many, 1)
            for name, used in total.most_common()
            if name.startswith(METHODS) and used
        },
        f"{in_flight}_in_flight": many,
    }


COUNTED = ("cpu_ms", "graph_calls", "graph_questions", "messages", "updates", "moves", "notes", "reads")
METHODS = ("GET ", "POST ", "PATCH ")


def show(database: str, found: dict[str, Any]) -> None:
    print(f"\n{database}: one request after another, means a request")
    print(f"{'':24}" + "".join(f"{name:>17}" for name in COUNTED))
    rows = {**found["phases"], "all": found}
    for phase, used in rows.items():
        print(f"{phase:24}" + "".join(f"{used[name]:>17}" for name in COUNTED))
    print(f"decision to executed {found['carried_out_ms_p50']} ms, click to told {found['told_ms_p50']} ms")
    for name, times in found["questions"].items():
        print(f"  {times:>5} x {name}")
    for name, many in found.items():
        if name.endswith("_in_flight"):
            print(f"{name.replace('_', ' ')}: {many}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=12, help="requests one after another")
    parser.add_argument("--crowd", type=int, default=96, help="requests in the crowd")
    parser.add_argument("--in-flight", type=int, default=16, help="of the crowd, at once")
    parser.add_argument("--postgres", action="store_true", help="the same on PostgreSQL too")
    parser.add_argument("--quick", action="store_true", help="3 requests, a crowd of 16")
    options = parser.parse_args()
    how_many, crowd = (3, 16) if options.quick else (options.requests, options.crowd)
    found: dict[str, Any] = {"bench": "request"}
    for database, fresh in (("sqlite", sqlite_url), ("postgres", postgres_url)):
        if database == "sqlite" or options.postgres:
            with fresh() as url:
                found[database] = asyncio.run(measure(url, how_many, crowd, options.in_flight))
            show(database, found[database])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
