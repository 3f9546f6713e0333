"""A whole world for scenarios: the simulated tenant, the service, and people who talk to it over HTTP.

Nothing of ours is mocked. Time stands still for the tenant and for the service until the scenario moves it,
and the runner works when the scenario says so, until nothing is due.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.audit.verify import Broken, Verified, verify
from bot.bootstrap import Service, build
from bot.clock import ShiftedTime
from bot.domain.requests import Request
from bot.execution.pace import Pace
from bot.sandbox.people import People, PersonClient
from bot.sandbox.seed import group_id, manifest_id
from bot.sandbox.server import SandboxServer
from bot.settings import Profile, Settings
from bot.store import requests
from bot.store.database import Transaction
from bot.store.tables import audit_entries
from tests.support.openapi import GraphContract, shared_folder

__all__ = ["World", "running_world"]

Json = dict[str, Any]

EVERYBODY = (
    "ana", "ben", "dora", "marc", "olivia", "dieter",
)  # fmt: skip
"""Who has the app from the start, unless a scenario says otherwise."""


@dataclass
class World:
    """What a scenario can do."""

    sandbox: SandboxServer
    settings: Settings
    http: aiohttp.ClientSession
    people: People
    clock: ShiftedTime
    service: Service = field(init=False)
    _site: web.AppRunner = field(init=False)
    _known: dict[str, PersonClient] = field(default_factory=dict)

    async def start(self) -> None:
        """Start the service on its port; also after `crash`."""
        self.service = build(self.settings, self.clock, Pace(quick_looks=()))
        await self.service.boundary.start()
        self._site = web.AppRunner(self.service.app, access_log=None, shutdown_timeout=1)
        await self._site.setup()
        site = web.TCPSite(self._site, "127.0.0.1", 0)
        await site.start()
        port = site._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        endpoint = f"http://127.0.0.1:{port}/api/messages"
        self.people.bot_endpoint = endpoint
        self.sandbox.bot_endpoint = endpoint

    async def stop(self) -> None:
        await self._site.cleanup()
        await self.service.boundary.stop()
        await self.service.desk.graph.aclose()
        await self.service.desk.db.close()

    async def restart(self) -> None:
        """The service goes away and comes back, with nothing but its database."""
        await self.stop()
        await self.start()

    async def person(self, who: str) -> PersonClient:
        if who not in self._known:
            self._known[who] = await self.people.find(who)
        return self._known[who]

    async def settle(self) -> None:
        """Let the runner do everything that is due now."""
        await self.service.runner.run_until_idle()

    async def pass_time(self, **by: float) -> None:
        """Move both clocks by `timedelta(**by)`, then let the runner work."""
        step = timedelta(**by)
        self.sandbox.tenant.clock.advance(step.total_seconds())
        self.clock.advance(step)
        await self.settle()

    async def pass_time_until(self, state: str, request_id: str, *, step: timedelta, most: timedelta) -> Request:
        """Move time in steps until the request is in `state`. Fails when `most` has passed."""
        passed = timedelta()
        while (request := await self.request(request_id)).state != state:
            assert passed < most, f"{request_id} is {request.state} ({request.waiting}) after {passed}"
            await self.pass_time(seconds=step.total_seconds())
            passed += step
        return request

    async def request(self, request_id: str) -> Request:
        found = await self.service.desk.db.read(requests.by_id, request_id)
        assert found is not None, f"no request {request_id}"
        return found

    async def newest_request(self, who: str) -> Request:
        person = await self.person(who)
        mine = await self.service.desk.db.read(
            requests.of_person, person.who.user_id, open_only=False, limit=1, offset=0
        )
        assert mine, f"{who} has no request"
        return mine[0]

    async def all_requests(self) -> list[Request]:
        people = [*self._known.values()]
        found: dict[str, Request] = {}
        for person in people:
            for request in await self.service.desk.db.read(
                requests.of_person, person.who.user_id, open_only=False, limit=100, offset=0
            ):
                found[request.id] = request
        return list(found.values())

    async def tenant(self, what: str) -> Any:
        """Look into the tenant past our own code: `people/dora`, `numbers`, `requests?applied=true`."""
        path = what if what.startswith("requests") else f"state/{what}"
        async with self.http.get(f"{self.sandbox.url}/sandbox/{path}") as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """Shape the tenant or script a fault: `POST`, `faults`, {...}."""
        url = f"{self.sandbox.url}/sandbox/{path}"
        async with self.http.request(method, url, json=body) as answer:
            text = await answer.text()
            assert answer.status < 300, text
            return json.loads(text) if text else None

    async def writes(self) -> list[Json]:
        """Every Graph request that changed the tenant, in order."""
        logged = await self.tenant("requests?applied=true")
        rows: list[Json] = logged["value"]
        return rows

    async def audit(self) -> list[Json]:
        """Every audit entry, oldest first."""

        def read(tx: Transaction) -> list[Json]:
            rows = tx.conn.execute(audit_entries.select().order_by(audit_entries.c.seq))
            return [json.loads(row.body) for row in rows]

        return await self.service.desk.db.read(read)

    async def audit_holds(self) -> bool:
        result: Verified | Broken = verify(self.service.desk.db)
        return isinstance(result, Verified)

    async def check_contract(self) -> None:
        """Every request Graph has seen so far fits Microsoft's own description of it, where that is at hand."""
        folder = shared_folder()
        if folder is None:
            return
        contract = GraphContract(folder / "graph" / "openapi-v1.json")
        logged = await self.tenant("requests")
        for row in logged["value"]:
            query = f"?{row['query']}" if row.get("query") else ""
            contract.check(row["method"], row["path"] + query, row.get("body"))


@asynccontextmanager
async def running_world(
    database_url: str, *, installed: Iterable[str] = EVERYBODY, authentication: bool = True
) -> AsyncIterator[World]:
    """A fresh tenant and a service on `database_url`, with authentication on."""
    async with SandboxServer(pacing=False, installed=installed) as sandbox:
        settings = sandbox_settings(sandbox, database_url, authentication=authentication)
        async with aiohttp.ClientSession() as http, People(sandbox.url, "") as people:
            world = World(sandbox, settings, http, people, ShiftedTime())
            await world.start()
            try:
                yield world
                await world.check_contract()
                assert await world.audit_holds()
            finally:
                await world.stop()


def sandbox_settings(
    sandbox: SandboxServer, database_url: str, *, authentication: bool = True, **more: Any
) -> Settings:
    """Settings of a service that works with `sandbox`."""
    return Settings(
        profile=Profile.SANDBOX,
        app_id=sandbox.identity.app.app_id,
        app_password=sandbox.identity.app.password,
        app_tenant_id=sandbox.tenant.id,
        admin_group=group_id("Voice Admins"),
        database_url=database_url,
        host="127.0.0.1",
        port=0,
        authentication=authentication,
        graph_url=sandbox.graph_url,
        authority=sandbox.authority,
        openid_metadata_url=sandbox.openid_metadata_url,
        service_url=sandbox.service_url,
        teams_app_id=manifest_id(),
        **more,
    )
