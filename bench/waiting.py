"""What it costs to wait: 20,000 requests wait for approval, their reminders due at scattered times.

The service runs in a process of its own, once on an empty database and once on a full one: how long until it
is ready, how much memory and CPU it takes while it does what is due in the meantime (reminders, and the daily
look at who may decide). Then many reminders fall due at once. The last line is JSON.

    python bench/waiting.py [--requests 20000] [--seconds 60] [--reminders 1000] [--quick]
                            [--postgres | --database-url postgresql://...]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import time
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import psutil
import rig
import sqlalchemy as sa
from rig import Bar, cpu_ms, environment, free_port, postgres_url, process, sqlite_url

from bot.audit.chain import seal
from bot.domain.approval import NamedApprovers, ResolvedStage, Seat, StageSpec
from bot.domain.approval.timeline import next_moment, opened
from bot.domain.calendar import WorkingHours
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import AssignNumber, Plan
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.sandbox import shaping
from bot.sandbox.server import SandboxServer
from bot.store import requests, tables
from bot.store.approval_tables import askings
from bot.store.database import Database, Transaction, open_database

SETTLE = 8.0
"""Seconds after the start that are not idle yet."""
PATIENCE = 600.0
PAGE = 500
APPROVERS = 200
EVERY_DAY = WorkingHours(days=tuple(range(7)))
"""So that the figures are the same at weekends."""
TARGETS = {"idle_cpu_percent": 1.0, "memory_growth_mb": 20.0, "ready_seconds": 3.0}


@dataclass
class Figures:
    """One start of the service, left alone for a while."""

    ready_seconds: float
    ready_cpu_seconds: float
    """What of it is the service's own work: all of it on a machine with nothing else to do."""
    idle_cpu_percent: float
    memory_mb: float


@dataclass
class Office:
    """A tenant with people who decide, and the service that is to run."""

    sandbox: SandboxServer
    http: aiohttp.ClientSession
    approvers: list[PersonRef]
    database_url: str

    @classmethod
    def opened(cls, sandbox: SandboxServer, http: aiohttp.ClientSession, database_url: str) -> Office:
        approvers = []
        for number in range(APPROVERS):
            wish = shaping.NewPerson(displayName=f"Manager {number}", usageLocation="FR", city="Paris")
            person = shaping.add_person(sandbox.tenant, wish)
            sandbox.teams.installations.preinstall(person.id)
            approvers.append(PersonRef(id=person.id, name=f"Manager {number}", upn=f"m{number}@contoso.com"))
        return cls(sandbox, http, approvers, database_url)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[tuple[psutil.Process, float]]:
        """The service, and how many seconds it took to be ready."""
        port = free_port()
        self.sandbox.bot_endpoint = f"http://127.0.0.1:{port}/api/messages"
        began = time.perf_counter()
        # As installed: what is compiled once need not be compiled at every start.
        told = environment(self.sandbox, port, self.database_url) | {"PYTHONDONTWRITEBYTECODE": ""}
        with process(*rig.SERVE, env=told) as running:
            await self._until_ready(running, f"http://127.0.0.1:{port}/readyz")
            yield running, time.perf_counter() - began

    async def _until_ready(self, running: psutil.Process, url: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while running.status() != psutil.STATUS_ZOMBIE:
                # Nobody listens yet while it is starting.
                with suppress(aiohttp.ClientError):
                    async with self.http.get(url) as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.01)
        raise RuntimeError("the service has ended; `switchboard serve` says why")


def a_request(number: int, approver: PersonRef, asked: datetime) -> Request:
    """Asked some time in the last day, so that what happens next is spread over days."""
    asker = PersonRef(id=f"asker-{number}", name=f"Asker {number}", upn=f"a{number}@contoso.com")
    source = NamedApprovers(ids=(approver.id,))
    # Everybody has very many requests to decide on: one message each is the most that can be.
    stage = ResolvedStage(
        spec=StageSpec(approvers=source),
        seats=(Seat(holder=approver, source=source),),
        hours=EVERY_DAY,
        digest_above=1_000_000,
    )
    open_stage = opened(stage, asked)
    return Request(
        id=f"SB-W{number:05}",
        version=1,
        state=RequestState.SUBMITTED,
        requester=asker,
        beneficiary=asker,
        wish=NumberWish(beneficiary_id=asker.id, country="FR", city="Paris", reason="New in sales"),
        plan=Plan(steps=(AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris"),)),
        policy_version="bench",
        stages=(open_stage,),
        created_at=asked,
        updated_at=asked,
        due_at=next_moment(open_stage, asked),
    )


async def fill(db: Database, approvers: list[PersonRef], how_many: int) -> None:
    """Requests that were asked at any time of the last day."""
    chance, bar = random.Random(1), Bar("storing requests", how_many)
    for first in range(0, how_many, PAGE):
        numbers = range(first, min(first + PAGE, how_many))

        def store(tx: Transaction, numbers: range = numbers) -> None:
            asked = []
            for number in numbers:
                ago = timedelta(seconds=chance.uniform(0, 86_400))
                request = a_request(number, approvers[number % len(approvers)], tx.now - ago)
                requests.insert(tx, request, idempotency_key=request.id, open_key=None)
                asked.append(_asking(request))
            tx.conn.execute(sa.insert(askings), asked)

        await db.transact(store)
        bar.at(numbers.stop)


def _asking(request: Request) -> dict[str, Any]:
    """That it waits for its approver, who has been told."""
    return {
        "request_id": request.id,
        "person_id": request.stages[0].approvers[0].id,
        "stage_index": 0,
        "round": 0,
        "asked_at": request.created_at,
        "told": True,
    }


async def left_alone(office: Office, seconds: float, what: str) -> Figures:
    async with office.served() as (running, ready):
        work = cpu_ms(running) / 1000
        await asyncio.sleep(SETTLE)
        before, began = cpu_ms(running), time.perf_counter()
        bar = Bar(what, seconds)
        while (passed := time.perf_counter() - began) < seconds:
            bar.at(passed)
            await asyncio.sleep(min(1.0, seconds - passed))
        bar.at(seconds)
        used = (cpu_ms(running) - before) / (time.perf_counter() - began) / 10
        memory = round(running.memory_info().rss / 2**20, 1)
        return Figures(round(ready, 2), round(work, 2), round(used, 2), memory)


async def all_at_once(office: Office, db: Database, how_many: int) -> dict[str, float]:
    """CPU and time for reminders that fall due together, until the last message is delivered."""
    async with office.served() as (running, _):
        await asyncio.sleep(SETTLE)
        delivered = await db.read(_reminders_delivered)
        before, began = cpu_ms(running), time.perf_counter()
        await _make_due(db, how_many)
        bar = Bar("delivering reminders", how_many)
        async with asyncio.timeout(PATIENCE):
            while (done := await db.read(_reminders_delivered) - delivered) < how_many:
                bar.at(done)
                await asyncio.sleep(0.2)
        bar.at(how_many)
        passed = time.perf_counter() - began
        return {
            "cpu_ms_a_reminder": round((cpu_ms(running) - before) / how_many, 1),
            "reminders_a_second": round(how_many / passed, 1),
        }


async def _make_due(db: Database, how_many: int) -> None:
    for first in range(0, how_many, PAGE):
        numbers = range(first, min(first + PAGE, how_many))

        def hasten(tx: Transaction, numbers: range = numbers) -> None:
            for number in numbers:
                request = requests.locked(tx, f"SB-W{number:05}")
                if request is not None and request.stage is not None:
                    requests.save(tx, request.model_copy(update=_hastened(request.stage, tx.now)))

        await db.transact(hasten)


def _hastened(stage: ResolvedStage, now: datetime) -> dict[str, Any]:
    first, *others = stage.events
    events = (first.model_copy(update={"at": now, "handled": False}), *others)
    later = now + timedelta(days=1)
    return {"stages": (stage.model_copy(update={"events": events, "look_at": later}),), "due_at": now}


def _reminders_delivered(tx: Transaction) -> int:
    outbox = tables.outbox.c
    counted = sa.select(sa.func.count()).where(outbox.template == "reminder", outbox.state == "delivered")
    return int(tx.conn.scalar(counted) or 0)


async def measure(
    fresh: AbstractContextManager[str], how_many: int, seconds: float, reminders: int
) -> dict[str, Any]:
    async with SandboxServer(pacing=False) as sandbox, aiohttp.ClientSession() as http:
        with fresh as url:
            office = Office.opened(sandbox, http, url)
            empty = await left_alone(office, seconds, "idle, empty database")
            db = open_database(url, seal)
            try:
                await fill(db, office.approvers, how_many)
                full = await left_alone(office, seconds, f"idle, {how_many:,} requests")
                burst = await all_at_once(office, db, reminders)
            finally:
                await db.close()
    return {
        "requests": how_many,
        "ready_seconds": full.ready_seconds,
        "ready_cpu_seconds": full.ready_cpu_seconds,
        "idle_cpu_percent": full.idle_cpu_percent,
        "memory_growth_mb": round(full.memory_mb - empty.memory_mb, 1),
        "memory_mb": full.memory_mb,
        "reminders_at_once": reminders,
        **burst,
        "empty": asdict(empty),
    }


def show(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if name == "empty":
            continue
        target = f"  (target: below {TARGETS[name]:g})" if name in TARGETS else ""
        print(f"{name.replace('_', ' '):24}{value:>10}{target}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=20_000, help="that wait for approval")
    parser.add_argument("--seconds", type=float, default=60.0, help="to be left alone for")
    parser.add_argument("--reminders", type=int, default=1_000, help="that fall due at once")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL started for this")
    parser.add_argument("--database-url", help="of a PostgreSQL server on which to make a database")
    parser.add_argument("--quick", action="store_true", help="500 requests, 5 seconds, 50 reminders")
    options = parser.parse_args()
    sizes = (500, 5.0, 50) if options.quick else (options.requests, options.seconds, options.reminders)
    if options.database_url:
        os.environ[rig.SERVER] = options.database_url
    postgres = options.postgres or bool(options.database_url)
    # The service is stopped in the middle of what it sends.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    found = asyncio.run(measure(postgres_url() if postgres else sqlite_url(), *sizes))
    show(found)
    print(json.dumps({"bench": "waiting", "database": "postgres" if postgres else "sqlite", **found}))


if __name__ == "__main__":
    main()
