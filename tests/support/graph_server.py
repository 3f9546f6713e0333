"""A bare HTTP server in Graph's place: it records every request and answers what it was told to."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

__all__ = ["GraphServer", "Recorded", "Reply", "StaticTokens", "graph_server"]

Json = dict[str, Any]


@dataclass
class Recorded:
    method: str
    url: str
    """Path and query as they came over the wire."""
    headers: dict[str, str]
    body: Any


@dataclass
class Reply:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    """Close the connection instead of answering."""
    text: str | None = None
    """Sent instead of JSON."""


Script = Callable[[Recorded], Reply | None]


@dataclass
class GraphServer:
    base_url: str = ""
    requests: list[Recorded] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    """Answers to the next requests, in order; then `script`, then an empty collection."""
    script: Script = lambda recorded: None

    def will(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    @property
    def last(self) -> Recorded:
        return self.requests[-1]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.text()
        recorded = Recorded(
            request.method,
            request.raw_path,
            {name.lower(): value for name, value in request.headers.items()},
            json.loads(raw) if raw else None,
        )
        self.requests.append(recorded)
        reply = self.replies.pop(0) if self.replies else self.script(recorded) or Reply(body={"value": []})
        if reply.drop:
            assert request.transport
            request.transport.close()
        if reply.text is not None:
            return web.Response(status=reply.status, text=reply.text, headers=reply.headers)
        headers = {"request-id": "11111111-2222-3333-4444-555555555555", **reply.headers}
        if reply.body is None:
            return web.Response(status=reply.status, headers=headers)
        return web.json_response(reply.body, status=reply.status, headers=headers)


@contextlib.asynccontextmanager
async def graph_server() -> AsyncIterator[GraphServer]:
    server = GraphServer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", server.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    server.base_url = f"http://{host}:{port}/v1.0"
    try:
        yield server
    finally:
        await asyncio.wait_for(runner.cleanup(), 5)


class StaticTokens:
    """Hands out `token-1`, `token-2`, ...: a new one each time the last was refused."""

    def __init__(self) -> None:
        self.serial = 1

    async def token(self, scope: str, *, refused: str | None = None) -> str:
        if refused == f"token-{self.serial}":
            self.serial += 1
        return f"token-{self.serial}"
