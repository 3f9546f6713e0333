"""What the nightly look costs, by number of people who were given something: Graph, CPU, memory, database.

python bench/drift.py [--people 1000 10000] [--quick]

The tenant is simulated in a process of its own, so that its CPU time is not counted. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import tempfile
import time
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from rig import Bar

from bot.audit.chain import seal
from bot.clock import RealTime
from bot.credentials import Credentials, loopback_client_credentials
from bot.domain.catalogue.products import E5, MCOPSTN1
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import AssignNumber, AwaitVoice, ChangeLicences, LicenceAdd, Plan
from bot.domain.policy import Policy
from bot.domain.requests import Request, RequestState, StepRecord, StepState
from bot.domain.tenant import TenantFacts
from bot.domain.wishes import NumberWish
from bot.graph import Graph
from bot.sandbox import shaping
from bot.sandbox.seed import group_id
from bot.sandbox.server import SandboxServer
from bot.store import drifts, requests
from bot.store.database import Database, Transaction, open_database
from bot.store.migrations import upgrade
from bot.usecases.desk import Desk
from bot.usecases.drift_watch import look
from bot.usecases.policy_book import PolicyBook

Json = dict[str, Any]

CHANGED = 0.01
"""The part of all people whose licence is taken away behind our back in the end."""
IN_ONE_TRANSACTION = 500


@dataclass(frozen=True)
class Place:
    """Where the simulated tenant is, and how to sign in to it."""

    url: str
    graph: str
    authority: str
    app_id: str
    password: str


def person_of(index: int) -> str:
    return f"{index:08x}-0000-4000-8000-000000000000"


def number_of(index: int) -> str:
    return f"+3315{index:07}"


def tenant(people: int, pipe: Connection) -> None:
    """The child: a tenant where everybody has what he was given."""
    asyncio.run(_serve(people, pipe))


async def _serve(people: int, pipe: Connection) -> None:
    async with SandboxServer(pacing=False) as sandbox:
        for index in range(people):
            made = shaping.NewPerson(
                displayName=f"Person {index}",
                id=person_of(index),
                usageLocation="FR",
                licences=("ENTERPRISEPREMIUM", "MCOPSTN1"),
            )
            person = shaping.add_person(sandbox.tenant, made)
            number = shaping.add_number(
                sandbox.tenant, shaping.NewNumber(telephoneNumber=number_of(index), locationId="paris")
            )
            sandbox.tenant.point_number(number, person.id)
        app = sandbox.identity.app
        authority = f"{sandbox.authority}/{app.tenant_id}"
        pipe.send(Place(sandbox.url, sandbox.graph_url, authority, app.app_id, app.password))
        await asyncio.to_thread(pipe.recv)


def store_done(tx: Transaction, first: int, last: int) -> None:
    """One request for each, carried out long ago."""
    for index in range(first, last):
        who = PersonRef(id=person_of(index), name=f"Person {index}", upn=f"p{index}@contoso.com")
        step = AssignNumber(number_type=NumberType.CALLING_PLAN, country="FR", city="Paris")
        added = tuple(LicenceAdd(sku_id=one, part_number=one) for one in (E5, MCOPSTN1))
        plan = Plan(steps=(ChangeLicences(add=added), AwaitVoice(plans=()), step))
        at = tx.now - timedelta(days=30)
        request = Request(
            id=f"SB-{index:06}",
            version=1,
            state=RequestState.DONE,
            requester=who,
            beneficiary=who,
            wish=NumberWish(beneficiary_id=who.id, country="FR"),
            plan=plan,
            policy_version="p1",
            stages=(),
            created_at=at,
            updated_at=at,
        )
        requests.insert(tx, request, idempotency_key=request.id, open_key=None)
        ended = {"state": StepState.DONE, "attempts": 1, "finished_at": at}
        for place, one in enumerate(plan.steps):
            detail = {"number": number_of(index)} if one is step else {}
            about = {"index": place, "kind": one.kind, "detail": detail}
            requests.save_step(tx, request.id, StepRecord.model_validate({**about, **ended}))


async def night(desk: Desk, place: Place) -> Json:
    """One look: how long, how much CPU of this process, and what Graph was asked."""
    async with aiohttp.ClientSession() as http:
        await http.delete(f"{place.url}/sandbox/requests")
        process = psutil.Process()
        before, began = process.cpu_times(), time.monotonic()
        await look(desk)
        took, after = time.monotonic() - began, process.cpu_times()
        async with http.get(f"{place.url}/sandbox/requests") as answer:
            rows = (await answer.json())["value"]
    inside = [row for row in rows if "$batch" not in row["path"]]
    trips = sum("$batch" in row["path"] for row in rows) + sum(row.get("batch") is None for row in inside)
    return {
        "seconds": round(took, 2),
        "cpu_seconds": round(after.user + after.system - before.user - before.system, 2),
        "graph_requests": len(inside),
        "graph_round_trips": trips,
        "rss_mb": round(process.memory_info().rss / 1e6),
        "findings": await desk.db.read(drifts.count),
    }


async def change(place: Place, people: int) -> None:
    """An administrator takes licences away."""
    async with aiohttp.ClientSession() as http:
        for index in range(max(1, int(people * CHANGED))):
            url = f"{place.url}/sandbox/people/{person_of(index)}"
            async with http.patch(url, json={"licences": ["ENTERPRISEPREMIUM"]}) as answer:
                answer.raise_for_status()


async def measured(people: int, db: Database, place: Place) -> Json:
    bar = Bar(f"{people:,} requests", people)
    for first in range(0, people, IN_ONE_TRANSACTION):
        await db.transact(store_done, first, min(people, first + IN_ONE_TRANSACTION))
        bar.at(min(people, first + IN_ONE_TRANSACTION))
    tokens = Credentials(loopback_client_credentials(place.authority, place.app_id, place.password))
    async with Graph(place.graph, tokens) as graph:
        book = PolicyBook(Policy(version="p1", rules=()))
        desk = Desk(db, graph, book, TenantFacts(), group_id("Voice Admins"), lambda: None)
        first_night = await night(desk, place)
        second_night = await night(desk, place)
        await change(place, people)
        return {
            "people": people,
            "first_night": first_night,
            "second_night": second_night,
            "night_of_changes": await night(desk, place),
        }


def run(people: int) -> Json:
    """Everything for one number of people, with a tenant and a database of its own."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(target=tenant, args=(people, theirs))
    child.start()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        upgrade(url)
        db = open_database(url, seal, RealTime())
        try:
            return asyncio.run(measured(people, db, ours.recv()))
        finally:
            db.close_now()
            ours.send("done")
            child.join()


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, nargs="+", default=[1000, 10_000])
    arguments.add_argument("--quick", action="store_true", help="a hundred people, for a look")
    wanted = arguments.parse_args()
    found = [run(people) for people in ([100] if wanted.quick else wanted.people)]
    for one in found:
        print(f"{one['people']:,} people: {one['second_night']}")
    print(json.dumps({"drift": found}))


if __name__ == "__main__":
    main()
