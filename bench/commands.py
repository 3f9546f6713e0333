"""How soon what admins type is answered, with 20,000 requests and 10,000 numbers to look through.

The service runs in a process of its own with authentication on; tenant and Teams are in this one and answer
at once, so that the figures are the service's own. Each command is typed by a voice admin many times in a
row: what Graph says of stock is asked for in the first of them and remembered for a minute (`first_ms`), what
our own database says is read every time. The last line is JSON.

    python bench/commands.py [--requests 20000] [--numbers 10000] [--times 40] [--quick]
                             [--postgres | --database-url postgresql://...]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import statistics
import time
from contextlib import AbstractContextManager
from typing import Any

import aiohttp
import rig
from rig import Bar, postgres_url, sqlite_url
from waiting import SETTLE, Office, fill

from bot.audit.chain import seal
from bot.sandbox import shaping
from bot.sandbox.people import People, PersonClient, text_of
from bot.sandbox.server import SandboxServer
from bot.store.database import open_database

ADMINS = ("priya", "tom", "walter", "yann")
PAUSE = 0.3
"""Seconds between two that are typed: Teams takes 60 messages in 30 seconds for a chat, and the service keeps
to that."""
TYPED = (
    "whoami", "status", "requests", "requests to approve", "stock", "licences", "numbers",
    "numbers France free", "who has +33 1 99 00 10 11", "what does Dora have", "undelivered", "tasks",
    "policy", "help",
)  # fmt: skip


def stocked_up(sandbox: SandboxServer, how_many: int) -> None:
    """Free numbers of a large organisation."""
    for number in range(how_many):
        new = shaping.NewNumber(telephoneNumber=f"+3317{number:07}", city="Paris")
        shaping.add_number(sandbox.tenant, new)


async def timed(admins: list[PersonClient], text: str, times: int) -> dict[str, float]:
    """Milliseconds until the answer to `text` is in the chat; typed by turns."""
    took = []
    for at in range(times + 1):
        await asyncio.sleep(PAUSE)
        began = time.perf_counter()
        reply = await admins[at % len(admins)].says(text)
        took.append((time.perf_counter() - began) * 1000)
        assert reply.ok, (text, reply)
    first, *again = took
    again.sort()
    return {
        "first_ms": round(first, 1),
        "p50_ms": round(statistics.median(again), 1),
        "p95_ms": round(again[int(0.95 * (len(again) - 1))], 1),
    }


async def measure(
    fresh: AbstractContextManager[str], how_many: int, numbers: int, times: int
) -> dict[str, dict[str, float]]:
    async with SandboxServer(pacing=False, installed=ADMINS) as sandbox, aiohttp.ClientSession() as http:
        stocked_up(sandbox, numbers)
        with fresh as url:
            office = Office.opened(sandbox, http, url)
            db = open_database(url, seal)
            try:
                await fill(db, office.approvers, how_many)
                async with office.served():
                    await asyncio.sleep(SETTLE)
                    async with People(sandbox.url, sandbox.bot_endpoint) as people:
                        return await _typed([await people.find(who) for who in ADMINS], times)
            finally:
                await db.close()


async def _typed(admins: list[PersonClient], times: int) -> dict[str, dict[str, float]]:
    for admin in admins:
        await admin.says("hi")
    found = {}
    for done, text in enumerate(TYPED):
        Bar("typing", len(TYPED)).at(done)
        found[text] = await timed(admins, text, times)
        await admins[0].looks()
        assert "SB-ADM-01" not in text_of(admins[0].chat[-1]), text
    Bar("typing", len(TYPED)).at(len(TYPED))
    return found


def show(found: dict[str, dict[str, float]]) -> None:
    print(f"{'typed':32}{'first':>10}{'p50':>10}{'p95':>10}   ms")
    for text, one in found.items():
        print(f"{text:32}{one['first_ms']:>10}{one['p50_ms']:>10}{one['p95_ms']:>10}")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=20_000, help="that are open")
    parser.add_argument("--numbers", type=int, default=10_000, help="in the tenant's inventory")
    parser.add_argument("--times", type=int, default=40, help="that each command is typed")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL started for this")
    parser.add_argument("--database-url", help="of a PostgreSQL server on which to make a database")
    parser.add_argument("--quick", action="store_true", help="500 requests, 200 numbers, 5 times")
    options = parser.parse_args()
    sizes = (500, 200, 5) if options.quick else (options.requests, options.numbers, options.times)
    if options.database_url:
        os.environ[rig.SERVER] = options.database_url
    postgres = options.postgres or bool(options.database_url)
    # The service is stopped in the middle of what it sends.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    found = asyncio.run(measure(postgres_url() if postgres else sqlite_url(), *sizes))
    show(found)
    figures: dict[str, Any] = {"requests": sizes[0], "numbers": sizes[1], "commands": found}
    print(json.dumps({"bench": "commands", "database": "postgres" if postgres else "sqlite", **figures}))


if __name__ == "__main__":
    main()
