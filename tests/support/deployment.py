"""A tenant, one or more replicas of Switchboard as processes, and people who do not give up.

The tenant runs in the test's own process, so a test can look at it and spoil it without a detour; business
time runs fast for the tenant and for the bots alike, leases run in real time.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from bot.audit.chain import seal
from bot.clock import ScaledTime
from bot.domain.requests import Request
from bot.sandbox import shaping
from bot.sandbox.faults import Effect, EffectKind, Match
from bot.sandbox.journal import Entry
from bot.sandbox.people import People, PersonClient, Reply, card_of, text_of
from bot.sandbox.seed import location_id
from bot.sandbox.server import SandboxServer
from bot.store import requests, tables
from bot.store.database import Database, Transaction, open_database
from bot.words import LANGUAGES, words_for
from tests.support.openapi import check_journal
from tests.support.processes import BotProcess, environment
from tests.support.until import until

__all__ = ["BUSY", "PATIENCE", "Deployment", "running_deployment"]

Json = dict[str, Any]

RATE = 100.0
"""Business seconds in a real one: Teams' propagation takes a third of a second, a write whose answer was lost
is looked for for 0.6 (licences) or 3 seconds (numbers)."""
LEASE = 2.0
"""The shortest lease there is, since most of a crash test is waiting for one to run out."""
PLENTY = 250

BUSY = frozenset(
    words_for(language)("Microsoft's services are busy right now. Please try again in a minute.")
    for language in LANGUAGES
)
"""What people read who should try again."""
PATIENCE = 60.0
"""Seconds in which anything a person waits for must have come, on a machine that has other things to do."""


def _asks_to_try_again(reply: Reply) -> bool:
    error = reply.error or {}
    return error.get("message") in BUSY or error.get("code") == "StillRunning"


@dataclass
class Deployment:
    """What a test does with it."""

    sandbox: SandboxServer
    db: Database
    """For looking; the bots have their own."""
    bots: list[BotProcess]
    people: People
    refused: list[Reply] = field(default_factory=list)
    """Answers that no restart explains."""

    @property
    def bot(self) -> BotProcess:
        return self.bots[0]

    def turn_to(self, bot: BotProcess) -> None:
        """From now on, people's messages go to this replica."""
        self.people.bot_endpoint = bot.endpoint
        self.sandbox.bot_endpoint = bot.endpoint

    # The tenant, beyond what it was seeded with -----------------------------------------------------------

    def stocks_up(self, free: int) -> None:
        """Have exactly so many of everything a new phone user in Paris needs."""
        for part_number in ("MCOEV", "MCOPSTN1"):
            self.buys(part_number, free)
        self.has_numbers(free)

    def buys(self, part_number: str, free: int) -> None:
        """Own so many seats of a product that exactly `free` are left."""
        sku = shaping.sku_of(self.sandbox.tenant, part_number)
        shaping.change_sku(
            self.sandbox.tenant, sku, shaping.SkuChanges(enabled=self.consumed(part_number) + free)
        )

    def has_numbers(self, free: int) -> list[str]:
        """Have exactly `free` numbers for people in Paris."""
        tenant = self.sandbox.tenant
        for one in [one for one in tenant.numbers.values() if one.country == "FR" and not one.target_id]:
            shaping.drop_number(tenant, one)
        wishes = [
            shaping.NewNumber(
                telephoneNumber=f"+33199{100_000 + index}", city="Paris", locationId=location_id("paris")
            )
            for index in range(free)
        ]
        return [shaping.add_number(tenant, wish).telephone_number for wish in wishes]

    async def hires(self, name: str, *licences: str, manager: str | None = "marc") -> PersonClient:
        """Somebody in France with these licences, long effective, and the app."""
        wish = shaping.NewPerson(
            displayName=name, usageLocation="FR", city="Paris", manager=manager, licences=licences
        )
        person = shaping.add_person(self.sandbox.tenant, wish)
        self.sandbox.teams.installations.preinstall(person.id)
        return await self.people.find(person.id)

    # What people do --------------------------------------------------------------------------------------

    async def insist(self, attempt: Callable[[], Awaitable[Reply]]) -> Reply:
        """Do something again until the bot has answered it; it may be dead for a while, or Graph may be."""
        async with asyncio.timeout(PATIENCE):
            while not (reply := await attempt()).ok or _asks_to_try_again(reply):
                if not reply.ok and reply.status not in (502, 504):
                    self.refused.append(reply)
                await asyncio.sleep(0.05)
        return reply

    async def reviewed(
        self, person: PersonClient, text: str = "I need a phone number", **inputs: str
    ) -> Json:
        """Ask for a number as far as the review card, and return it."""
        async with asyncio.timeout(PATIENCE):
            await self.insist(lambda: person.says(text))
            while not person.cards():
                # Told in the chat that Graph is busy: people do as they are asked.
                assert text_of(person.chat[-1]) in BUSY, person.chat
                await self.insist(lambda: person.says(text))
        form = person.last_card()
        review = await self.insist(lambda: person.clicks(form, "wish.review", inputs))
        assert review.card is not None, review.body
        return review.activity or {}

    async def asks(self, person: PersonClient, **inputs: str) -> str:
        """Ask for a number to the end; the id of the request."""
        review = await self.reviewed(person, **inputs)
        sent = await self.insist(lambda: person.clicks(review, "wish.submit"))
        found = re.search(r"SB-\w{5}", text_of(sent.activity or {}))
        assert found, f"{sent.body}\n{self._logs()}"
        return found.group()

    async def asked_about(self, approver: PersonClient, request_id: str) -> Json:
        """The card on which somebody is to decide."""
        return await approver.hears(lambda one: _is_question(one, request_id), timeout=PATIENCE)

    async def approves(self, approver: PersonClient, request_id: str) -> Reply:
        card = await self.asked_about(approver, request_id)
        return await self.insist(lambda: approver.clicks(card, "request.approve", {"comment": ""}))

    # What became of it -----------------------------------------------------------------------------------

    async def request(self, request_id: str) -> Request:
        found = await self.db.read(requests.by_id, request_id)
        assert found is not None, f"{request_id} is lost"
        return found

    async def ends(self, request_id: str, *, seconds: float = PATIENCE) -> Request:
        """Wait until a request has ended."""

        async def ended() -> bool:
            return (await self.request(request_id)).ended

        try:
            await until(ended, seconds=seconds, every=0.05)
        except TimeoutError:
            raise AssertionError(f"{await self.request(request_id)} has not ended:\n{self._logs()}") from None
        return await self.request(request_id)

    async def rows(self, query: sa.Select[Any]) -> list[Any]:
        def read(tx: Transaction) -> list[Any]:
            return list(tx.conn.execute(query).all())

        return await self.db.read(read)

    async def settled(self) -> None:
        """Wait until every message has been delivered."""
        pending = sa.select(tables.outbox.c.id).where(tables.outbox.c.due_at.is_not(None))

        async def none() -> bool:
            return not await self.rows(pending)

        await until(none, seconds=PATIENCE, every=0.05)

    async def states(self) -> dict[str, str]:
        """Every request with its state."""
        found = await self.rows(sa.select(tables.requests.c.id, tables.requests.c.state))
        return {row.id: row.state for row in found}

    async def audit(self, action: str = "") -> list[Json]:
        """Bodies of the audit entries of this kind, oldest first."""
        entries = tables.audit_entries
        query = sa.select(entries.c.body).where(entries.c.action.startswith(action)).order_by(entries.c.seq)
        return [json.loads(row.body) for row in await self.rows(query)]

    async def active_holds(self) -> list[Any]:
        return await self.rows(sa.select(tables.holds).where(tables.holds.c.released_at.is_(None)))

    def sent_writes(self) -> list[Entry]:
        """Every request that could have changed the tenant, whatever became of it."""
        arrived = self.sandbox.graph.journal.entries()
        return [one for one in arrived if one.method != "GET" and re.search(WRITES, one.path)]

    def consumed(self, part_number: str) -> int:
        sku = self.sandbox.tenant.find_sku(part_number)
        assert sku is not None
        return self.sandbox.tenant.consumed(sku)

    def owned(self, part_number: str) -> int:
        return shaping.sku_of(self.sandbox.tenant, part_number).enabled

    def _logs(self) -> str:
        return "\n".join(bot.tail() for bot in self.bots)

    # Misfortune ------------------------------------------------------------------------------------------

    def spoil_graph(self, kind: EffectKind, path: str = "", *, nth: int = 1, **more: Any) -> None:
        """`more`: method and times of the match, and whatever the effect needs."""
        wanted = {name: more.pop(name) for name in ("method", "times") if name in more}
        self.sandbox.graph.faults.add(Match(path=path, nth=nth, **wanted), Effect(kind=kind, **more))

    def spoil_teams(self, kind: EffectKind, path: str = "", *, nth: int = 1, **more: Any) -> None:
        """The same for the Bot Connector."""
        wanted = {name: more.pop(name) for name in ("method", "times") if name in more}
        self.sandbox.connector.faults.add(Match(path=path, nth=nth, **wanted), Effect(kind=kind, **more))

    async def parked(self, *, seconds: float = PATIENCE) -> Json:
        """Wait until a request is held; which one."""
        await until(lambda: bool(self.sandbox.graph.holds.parked), seconds=seconds)
        return self.sandbox.graph.holds.listed()[0]


WRITES = "/(assignLicense|assignNumber|unassignNumber|updateNumber)$"


def _is_question(activity: Json, request_id: str) -> bool:
    return "request.approve" in json.dumps(card_of(activity)) and request_id in text_of(activity)


@asynccontextmanager
async def running_deployment(
    database_url: str,
    *,
    replicas: int = 1,
    started: int | None = None,
    installed: Iterable[str] = ("dora", "marc"),
    **settings: str,
) -> AsyncIterator[Deployment]:
    """A fresh tenant, and `replicas` of Switchboard of which the first `started` are running."""
    origin = time.time()
    async with SandboxServer(pacing=False, installed=installed, rate=RATE) as sandbox:
        sandbox.tenant.set_delays({"teams_voice": 30.0})
        shared = {"clock_rate": str(RATE), "clock_origin": str(origin), "lease_seconds": str(LEASE)}
        told = environment(sandbox, database_url, **(shared | settings))
        bots = [BotProcess(told) for _ in range(replicas)]
        clock = ScaledTime(RATE, sandbox.tenant.clock.now())
        db = open_database(database_url, seal, clock)
        try:
            async with People(sandbox.url, bots[0].endpoint) as people:
                deployment = Deployment(sandbox, db, bots, people)
                deployment.stocks_up(PLENTY)
                deployment.turn_to(bots[0])
                for bot in bots[:started]:
                    await bot.start()
                yield deployment
                assert not deployment.refused, deployment.refused
                check_journal(sandbox.graph.journal.entries())
        finally:
            for bot in bots:
                bot.close()
            await db.close()
