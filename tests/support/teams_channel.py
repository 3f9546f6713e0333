"""A channel for tests of the Teams boundary: signs tokens, publishes keys, and records what the bot sends."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.teams.config import TeamsConfig

APP_ID = "2f1d4c1e-7b1a-4b53-9f0e-0a8f6c1d2e3f"
TENANT = "72f988bf-1111-2222-3333-2d7cd011db47"
ANA = "0aa11111-0000-4000-8000-000000000001"
BEN = "0aa11111-0000-4000-8000-000000000002"
ISSUER = "https://api.botframework.com"


@dataclass
class Key:
    """A signing key as it is published."""

    kid: str
    endorsements: tuple[str, ...] = ("msteams",)
    private: rsa.RSAPrivateKey = field(
        default_factory=lambda: rsa.generate_private_key(public_exponent=65537, key_size=2048)
    )

    def published(self) -> dict[str, Any]:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.kid, "use": "sig", "endorsements": list(self.endorsements)}


FIRST_KEY = Key("first")
FOREIGN_KEY = Key("first")
WEBCHAT_KEY = Key("webchat-only", ("webchat",))


@dataclass
class Call:
    """One call of the bot to the connector."""

    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str]
    at: float


@dataclass
class Canned:
    """An answer to give instead of the usual one."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


class Channel:
    """Key server and Bot Connector in one, on loopback."""

    def __init__(self) -> None:
        self.keys = [FIRST_KEY, WEBCHAT_KEY]
        self.key_fetches = 0
        self.keys_down = False
        self.calls: list[Call] = []
        self.canned: deque[Canned] = deque()
        self.delay = 0.0
        self.in_flight = self.most_in_flight = 0
        self.arrived = asyncio.Condition()
        self._ids = itertools.count(1)
        app = web.Application()
        app.router.add_get("/openid", self._metadata)
        app.router.add_get("/keys", self._keys)
        app.router.add_route("*", "/amer/{tail:.*}", self._connector)
        self.server = TestServer(app)

    async def __aenter__(self) -> Channel:
        await self.server.start_server()
        return self

    async def __aexit__(self, *unused: object) -> None:
        await self.server.close()

    @property
    def service_url(self) -> str:
        return str(self.server.make_url("/amer/"))

    def config(self, **changes: Any) -> TeamsConfig:
        values: dict[str, Any] = {
            "app_id": APP_ID,
            "tenants": frozenset({TENANT}),
            "openid_metadata_url": str(self.server.make_url("/openid")),
            "default_service_url": self.service_url,
            "sandbox": True,
            "bind_host": "127.0.0.1",
        }
        return TeamsConfig(**values | changes)

    def token(self, key: Key = FIRST_KEY, *, alg: str = "RS256", kid: str | None = "", **claims: Any) -> str:
        now = int(time.time())
        good = {
            "iss": ISSUER, "aud": APP_ID, "exp": now + 3600, "nbf": now - 60, "serviceurl": self.service_url,
        }  # fmt: skip
        payload = {name: value for name, value in (good | claims).items() if value is not None}
        headers = {} if kid is None else {"kid": kid or key.kid}
        return jwt.encode(payload, key.private, algorithm=alg, headers=headers)

    def activity(self, text: str = "hello", *, person: str = ANA, **changes: Any) -> dict[str, Any]:
        """A message as Teams sends it in a personal chat; None removes a field."""
        usual = {
            "type": "message",
            "id": str(uuid.uuid4()),
            "timestamp": "2026-11-21T10:00:00.1234567Z",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": f"29:{person}", "name": "Ana Ortega", "aadObjectId": person},
            "recipient": {"id": f"28:{APP_ID}", "name": "Switchboard"},
            "conversation": {
                "conversationType": "personal", "tenantId": TENANT, "id": f"a:chat-of-{person}",
            },
            "channelData": {"tenant": {"id": TENANT}},
            "locale": "en-US",
            "text": text,
        }  # fmt: skip
        return {name: value for name, value in (usual | changes).items() if value is not None}

    def click(self, verb: str, carrier: str = "card-1", **changes: Any) -> dict[str, Any]:
        """An Action.Execute on the card of message `carrier`."""
        action = {"type": "Action.Execute", "verb": verb, "data": {"draft": "d1"}}
        fields = {
            "type": "invoke", "name": "adaptiveCard/action", "text": None, "replyToId": carrier,
            "value": {"action": action, "trigger": "manual"},
        }  # fmt: skip
        return self.activity(**fields | changes)

    async def until(self, enough: Callable[[list[Call]], bool]) -> list[Call]:
        """Wait until what the bot has sent satisfies `enough`."""
        async with asyncio.timeout(10), self.arrived:
            await self.arrived.wait_for(lambda: enough(self.calls))
        return self.calls

    def sent_texts(self) -> list[str]:
        return [call.body.get("text", "") for call in self.calls if call.method == "POST"]

    async def _metadata(self, request: web.Request) -> web.Response:
        if self.keys_down:
            return web.Response(status=503)
        return web.json_response({"issuer": ISSUER, "jwks_uri": str(self.server.make_url("/keys"))})

    async def _keys(self, request: web.Request) -> web.Response:
        self.key_fetches += 1
        return web.json_response({"keys": [key.published() for key in self.keys]})

    async def _connector(self, request: web.Request) -> web.Response:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            return await self._answered(request)
        finally:
            self.in_flight -= 1

    async def _answered(self, request: web.Request) -> web.Response:
        text = await request.text()
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(
            request.method, request.raw_path, json.loads(text) if text else {}, headers, time.monotonic()
        )
        if self.delay:
            await asyncio.sleep(self.delay)
        async with self.arrived:
            self.calls.append(call)
            self.arrived.notify_all()
        if self.canned:
            canned = self.canned.popleft()
            return web.json_response(canned.body or {}, status=canned.status, headers=canned.headers)
        return web.json_response({"id": f"activity-{next(self._ids)}"}, status=201)
