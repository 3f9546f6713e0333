"""The simulated tenant over HTTP, spoken to by something that is none of our own code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from bot.sandbox.identity import GRAPH_AUDIENCE
from bot.sandbox.seed import person_id
from bot.sandbox.server import SandboxServer

__all__ = ["CREDITS", "DOMESTIC", "E3", "E5", "PHONE", "Answer", "GraphSandbox", "graph_sandbox"]

E3 = "6fd2c87f-b296-42f0-b197-1e91e994b900"
E5 = "c7df2760-2c81-4ef7-b578-5b5392b571df"
PHONE = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
DOMESTIC = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
CREDITS = "47794cd0-f0e5-45c5-9033-2eb6b5fc84e0"
NUMBERS = "/admin/teams/telephoneNumberManagement/numberAssignments"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Any
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])

    @property
    def message(self) -> str:
        return str(self.body["error"]["message"])

    @property
    def value(self) -> list[Any]:
        return list(self.body["value"])


@dataclass
class GraphSandbox:
    server: SandboxServer
    http: aiohttp.ClientSession
    headers: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Graph; `path` without the version. Headers given as `ConsistencyLevel="eventual"`."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._send(method, f"{self.server.url}/v1.0{quoted(path)}", body, sent)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, **headers)

    async def post(self, path: str, body: Any) -> Answer:
        return await self.ask("POST", path, body)

    async def control(self, method: str, path: str, body: Any = None) -> Any:
        """`/sandbox/...`; must succeed."""
        answer = await self._send(method, f"{self.server.url}/sandbox/{quoted(path)}", body, {})
        assert answer.status == 200, answer
        return answer.body

    async def _send(self, method: str, url: str, body: Any, headers: dict[str, str]) -> Answer:
        # Links are followed as they were given, not spelt anew.
        address = URL(url, encoded=True)
        async with self.http.request(method, address, json=body, headers=headers) as response:
            text = await response.text()
            return Answer(response.status, response.headers, await response.json() if text else None)

    async def fault(self, effect: dict[str, Any], **match: Any) -> Any:
        return await self.control("POST", "faults", {"match": match, "effect": effect})

    async def advance(self, seconds: float) -> None:
        await self.control("POST", "clock", {"advance_seconds": seconds})

    async def assign(self, key: str, *skus: str, remove: tuple[str, ...] = ()) -> Answer:
        body = {"addLicenses": [{"skuId": sku} for sku in skus], "removeLicenses": list(remove)}
        return await self.post(f"/users/{person_id(key)}/assignLicense", body)

    async def order(self, number: str, key: str, **more: str) -> Answer:
        wish = {"telephoneNumber": number, "assignmentTargetId": person_id(key), "numberType": "callingPlan"}
        return await self.post(f"{NUMBERS}/assignNumber", wish | more)

    async def finished(self, accepted: Answer) -> Any:
        """The order's operation once its time has passed."""
        await self.advance(self.server.tenant.delays.number_operation)
        path = accepted.headers["Location"].removeprefix(f"{self.server.url}/v1.0")
        return (await self.get(path)).body

    async def person(self, key: str) -> Any:
        return await self.control("GET", f"state/people/{key}")

    async def sku(self, part_number: str) -> Any:
        found = (await self.control("GET", "state/skus"))["value"]
        return next(one for one in found if one["skuPartNumber"] == part_number)

    async def number(self, e164: str) -> Any:
        found = (await self.control("GET", "state/numbers"))["value"]
        return next(one for one in found if one["telephoneNumber"] == e164)

    async def log(self, **filters: str) -> list[Any]:
        query = "&".join(f"{name}={quote(value)}" for name, value in filters.items())
        return list((await self.control("GET", f"requests?{query}"))["value"])

    async def roles(self, *roles: str) -> None:
        """Speak with a token that carries these permissions only."""
        await self.control("PUT", "identity/roles", {"roles": list(roles)})
        self.headers = {"Authorization": f"Bearer {self.server.identity.app_token(GRAPH_AUDIENCE)}"}


def quoted(path: str) -> str:
    return quote(path, safe="/?&=$()',:@%+")


@asynccontextmanager
async def graph_sandbox() -> AsyncIterator[GraphSandbox]:
    async with SandboxServer() as server, aiohttp.ClientSession() as http:
        token = server.identity.app_token(GRAPH_AUDIENCE)
        yield GraphSandbox(server, http, {"Authorization": f"Bearer {token}"})
