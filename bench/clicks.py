"""How soon a click is answered: approvers decide at a steady rate, while Graph and Teams are far away.

The service runs in a process of its own with authentication on, the load in another; tenant and Teams are in
this one, Graph answering after 300 ms and the Bot Connector after 250. What is approved is carried out
meanwhile, and every copy of a card follows. Warm: everybody has decided on something within the last minute.
Cold: nobody has. The last line is JSON.

    python bench/clicks.py [--seconds 60] [--rate 20] [--quick] [--postgres | --database-url postgresql://...]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import rig
from rig import cpu_ms, environment, free_port, postgres_url, process, sqlite_url, until_answering

from bot.audit.chain import seal
from bot.domain.approval import GroupApprovers, ManagerApprover, ResolvedStage, Seat, StageSpec
from bot.domain.approval.timeline import next_moment, opened
from bot.domain.messages import Template
from bot.domain.numbers import NumberType
from bot.domain.people import PersonRef
from bot.domain.plans import AssignNumber, Plan
from bot.domain.requests import Request, RequestState
from bot.domain.wishes import NumberWish
from bot.sandbox import shaping
from bot.sandbox.activities import Place, card_invoke
from bot.sandbox.connector.journal import Author
from bot.sandbox.faults import Effect, EffectKind, Match
from bot.sandbox.seed import location_id
from bot.sandbox.server import SandboxServer
from bot.store import cards, conversations, requests
from bot.store.conversations import ConversationRecord
from bot.store.database import Database, Transaction, open_database

HERE = Path(__file__).parent
GRAPH_SECONDS = 0.3
CONNECTOR_SECONDS = 0.25
TARGETS = {"warm": 150.0, "cold": 1000.0}
"""Milliseconds in which 99 of 100 clicks are to be answered."""
DECIDERS = 60
"""People who decide by turns, when warm."""
ASKED = 3
"""Of them who are asked about one request."""
REMEMBERED = 45.0
"""Seconds of clicks in which nothing that is remembered for a minute is forgotten."""
REJECTED = 0.2
"""Of all clicks."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A card in somebody's chat."""

    person: PersonRef
    chat: str
    message: str
    template: Template


@dataclass
class Office:
    """A tenant full of people, and the database of the service."""

    sandbox: SandboxServer
    db: Database
    database_url: str
    group: str = ""

    def hire(self, name: str, *licences: str, manager: str | None = None) -> PersonRef:
        wish = shaping.NewPerson(
            displayName=name, usageLocation="FR", city="Paris", manager=manager, licences=licences
        )
        person = shaping.add_person(self.sandbox.tenant, wish)
        self.sandbox.teams.installations.preinstall(person.id)
        return PersonRef(id=person.id, name=name, upn=person.upn)

    def shown(self, person: PersonRef, template: Template) -> Copy:
        """A card that stands in somebody's chat already."""
        teams = self.sandbox.teams
        account = teams.find_person(person.id)
        if account is None:
            raise LookupError(person.id)
        chat = teams.people.personal_chat(account)
        message = teams.chats.post(chat, Author.BOT, {"type": "message", "text": "a card"})
        return Copy(person, chat.id, message.id, template)

    def click(self, copy: Copy, request_id: str, verb: str) -> str:
        account = self.sandbox.teams.find_person(copy.person.id)
        if account is None:
            raise LookupError(copy.person.id)
        who = self.sandbox.teams.persona(account)
        data = {"request": request_id, "stage": 0, "round": 0, "comment": "As agreed"}
        action = {"type": "Action.Execute", "verb": verb, "data": data}
        return json.dumps(card_invoke(who, Place(copy.chat), copy.message, action, "manual"))

    async def warm(self, deciders: Sequence[PersonRef], how_many: int) -> list[str]:
        """Clicks of people of one group who take turns, each on a request of its own."""
        source, chance, bodies = GroupApprovers(id=self.group), random.Random(1), []
        for index in range(how_many):
            asked = [deciders[(index + step) % len(deciders)] for step in range(ASKED)]
            stage = ResolvedStage(
                spec=StageSpec(approvers=source),
                seats=tuple(Seat(holder=one, source=source) for one in asked),
                digest_above=1_000_000,
            )
            bodies.append(await self._asked(stage, self._asker(None), chance))
        return bodies

    async def cold(self, how_many: int) -> list[str]:
        """Clicks of managers of whom nothing is known yet."""
        chance, bodies = random.Random(1), []
        for _ in range(how_many):
            manager = self.hire("Somebody's manager")
            seat = Seat(holder=manager, source=ManagerApprover())
            stage = ResolvedStage(spec=StageSpec(approvers=ManagerApprover()), seats=(seat,))
            bodies.append(await self._asked(stage, self._asker(manager), chance))
        return bodies

    def _asker(self, manager: PersonRef | None) -> PersonRef:
        boss = manager.id if manager else None
        return self.hire("Somebody", "ENTERPRISEPREMIUM", "MCOPSTN1", manager=boss)

    async def _asked(self, stage: ResolvedStage, asker: PersonRef, chance: random.Random) -> str:
        """A request that waits for its first click, and that click."""
        copies = [self.shown(seat.holder, Template.APPROVAL) for seat in stage.seats]
        everybody = [*copies, self.shown(asker, Template.PROGRESS)]
        request_id = await self.db.transact(_store, stage, asker, everybody, self.sandbox)
        verb = "request.reject" if chance.random() < REJECTED else "request.approve"
        return self.click(copies[0], request_id, verb)


def _store(
    tx: Transaction,
    stage: ResolvedStage,
    asker: PersonRef,
    copies: Sequence[Copy],
    sandbox: SandboxServer,
) -> str:
    request = _request(requests.new_id(tx), opened(stage, tx.now), asker, tx.now)
    requests.insert(tx, request, idempotency_key=request.id, open_key=None)
    # As the one who opens a stage leaves it.
    saved = requests.save(tx, request)
    for copy in copies:
        cards.remember_copy(
            tx,
            request_id=request.id,
            template=copy.template,
            recipient_id=copy.person.id,
            conversation_id=copy.chat,
            service_url=sandbox.service_url,
            activity_id=copy.message,
            shown_version=saved.version,
        )
        conversations.upsert(tx, _record(copy, sandbox))
    return request.id


def _record(copy: Copy, sandbox: SandboxServer) -> ConversationRecord:
    return ConversationRecord(
        user_id=copy.person.id,
        tenant_id=sandbox.tenant.id,
        service_url=sandbox.service_url,
        conversation_id=copy.chat,
        channel_user_id=sandbox.teams.people.mri(copy.person.id),
        locale="en-US",
    )


def _request(request_id: str, stage: ResolvedStage, asker: PersonRef, now: datetime) -> Request:
    return Request(
        id=request_id,
        version=1,
        state=RequestState.SUBMITTED,
        requester=asker,
        beneficiary=asker,
        wish=NumberWish(beneficiary_id=asker.id, country="FR", city="Paris", reason="New in sales"),
        plan=Plan(
            steps=(
                AssignNumber(
                    number_type=NumberType.CALLING_PLAN,
                    country="FR",
                    city="Paris",
                    location_id=location_id("paris"),
                ),
            )
        ),
        policy_version="bench",
        stages=(stage,),
        created_at=now,
        updated_at=now,
        due_at=next_moment(stage, now),
    )


@asynccontextmanager
async def office(database_url: str, numbers: int) -> AsyncIterator[Office]:
    db = open_database(database_url, seal)
    async with SandboxServer(pacing=False) as sandbox:
        for part_number in ("ENTERPRISEPREMIUM", "MCOPSTN1"):
            sku = shaping.sku_of(sandbox.tenant, part_number)
            shaping.change_sku(sandbox.tenant, sku, shaping.SkuChanges(enabled=1_000_000))
        _stock_up(sandbox, numbers)
        try:
            yield Office(sandbox, db, database_url)
        finally:
            await db.close()


def _stock_up(sandbox: SandboxServer, free: int) -> None:
    for index in range(free):
        wish = shaping.NewNumber(
            telephoneNumber=f"+33199{100_000 + index}", city="Paris", locationId=location_id("paris")
        )
        shaping.add_number(sandbox.tenant, wish)


def _go_far_away(sandbox: SandboxServer) -> None:
    """Items of a batch are answered at the same time, and the batch with them."""
    late = Effect(kind=EffectKind.LATENCY, seconds=GRAPH_SECONDS)
    sandbox.graph.faults.add(Match(path=r"^(?!.*\$batch)", times=None), late)
    sandbox.connector.latency = CONNECTOR_SECONDS


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[tuple[psutil.Process, str]]:
    """The service, and where it answers."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}/api/messages"
    told = environment(office.sandbox, port, office.database_url)
    with process(*rig.SERVE, env=told) as running:
        async with aiohttp.ClientSession() as http:
            await until_answering(http, endpoint)
        office.sandbox.bot_endpoint = endpoint
        yield running, endpoint


async def clicked(
    office: Office, endpoint: str, name: str, bodies: Sequence[str], rate: float
) -> list[dict[str, Any]]:
    """All clicks, at this rate; each with how long it took and what it was answered."""
    sandbox = office.sandbox
    token = sandbox.identity.channel_token(sandbox.service_url, audience=sandbox.identity.app.app_id)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    load = {"name": name, "url": endpoint, "headers": headers, "bodies": bodies, "rate": rate}
    with tempfile.TemporaryDirectory() as folder:
        return await asyncio.to_thread(_sent, Path(folder), load)


def _sent(folder: Path, load: dict[str, Any]) -> list[dict[str, Any]]:
    source, target = folder / "load.json", folder / "result.json"
    source.write_text(json.dumps(load))
    subprocess.run([sys.executable, str(HERE / "open_loop.py"), str(source), str(target)], check=True)
    found: list[dict[str, Any]] = json.loads(target.read_text())
    return found


def _counted(one: dict[str, Any]) -> bool:
    """Whether a click was taken for what it was: the card has lost its buttons and says who decided."""
    return one["status"] == 200 and "As agreed" in one["answer"] and "request.approve" not in one["answer"]


def _check(answers: Sequence[dict[str, Any]]) -> None:
    refused = [one for one in answers if not _counted(one)]
    if refused:
        raise RuntimeError(f"{len(refused)} clicks were not counted, such as {refused[0]}")


def figures(answers: Sequence[dict[str, Any]], cpu_percent: float) -> dict[str, float]:
    _check(answers)
    took = sorted(one["ms"] for one in answers)
    cuts = statistics.quantiles(took, n=100)
    return {
        "clicks": len(answers),
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(cuts[94], 1),
        "p99_ms": round(cuts[98], 1),
        "max_ms": round(took[-1], 1),
        "cpu_percent": round(cpu_percent, 1),
    }


async def warm(office: Office, rate: float, seconds: float) -> dict[str, float]:
    """In rounds, each begun by a click of everybody that is not measured."""
    deciders = [office.hire(f"Decider {number}") for number in range(DECIDERS)]
    members = tuple(one.id for one in deciders)
    office.group = shaping.add_group(
        office.sandbox.tenant, shaping.NewGroup(displayName="Deciders", members=members)
    ).id
    rounds = max(1, round(seconds / REMEMBERED + 0.49))
    each = round(rate * seconds / rounds)
    loads = [
        (await office.warm(deciders, DECIDERS), await office.warm(deciders, each)) for _ in range(rounds)
    ]
    answers, used = [], 0.0
    async with served(office) as (running, endpoint):
        for number, (first, measured) in enumerate(loads, start=1):
            await clicked(office, endpoint, "warming up", first, rate)
            before = cpu_ms(running)
            answers += await clicked(office, endpoint, f"warm, round {number}", measured, rate)
            used += cpu_ms(running) - before
    return figures(answers, used / (10 * seconds))


async def cold(office: Office, rate: float, seconds: float) -> dict[str, float]:
    bodies = await office.cold(round(rate * seconds))
    async with served(office) as (running, endpoint):
        before = cpu_ms(running)
        answers = await clicked(office, endpoint, "cold", bodies, rate)
        used = cpu_ms(running) - before
    return figures(answers, used / (10 * seconds))


async def measure(fresh: AbstractContextManager[str], rate: float, seconds: float) -> dict[str, Any]:
    with fresh as url:
        async with office(url, numbers=round(2 * rate * seconds) + 4 * DECIDERS) as bench:
            _go_far_away(bench.sandbox)
            return {"warm": await warm(bench, rate, seconds), "cold": await cold(bench, rate, seconds)}


def show(found: dict[str, Any]) -> None:
    for name, target in TARGETS.items():
        print(f"{name} (p99 below {target:g} ms): " + ", ".join(f"{k} {v:g}" for k, v in found[name].items()))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=60.0, help="of clicks, warm and cold each")
    parser.add_argument("--rate", type=float, default=20.0, help="clicks a second")
    parser.add_argument("--postgres", action="store_true", help="on a PostgreSQL started for this")
    parser.add_argument("--database-url", help="of a PostgreSQL server on which to make a database")
    parser.add_argument("--quick", action="store_true", help="10 seconds each")
    options = parser.parse_args()
    if options.database_url:
        os.environ[rig.SERVER] = options.database_url
    postgres = options.postgres or bool(options.database_url)
    # The service is stopped in the middle of what it does.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    seconds = 10.0 if options.quick else options.seconds
    found = asyncio.run(measure(postgres_url() if postgres else sqlite_url(), options.rate, seconds))
    show(found)
    print(json.dumps({"bench": "clicks", "database": "postgres" if postgres else "sqlite", **found}))


if __name__ == "__main__":
    main()
