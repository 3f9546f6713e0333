"""The Bot Connector's HTTP face under `/connector/{region}/{tenant}/v3/conversations`."""

from __future__ import annotations

import asyncio
import json
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakSet

from aiohttp import web

from bot.sandbox.connector.operations import Json, Operations
from bot.sandbox.connector.pacing import APP_WINDOWS, READ_WINDOWS, WRITE_WINDOWS, Overlaps, Pacing
from bot.sandbox.connector.wire_errors import ConnectorRefusal, bad_syntax, scripted, too_big, unauthorized
from bot.sandbox.faults import Disconnected, Effect, EffectKind, Faults, Holds
from bot.sandbox.identity import Identity, TokenRejected, bearer

__all__ = ["CONNECTOR", "Connector", "register_connector"]

MAX_UTF16_BYTES = 100 * 1024
"""Size of an activity Teams still takes, as UTF-16 ("Bot messages size limit", Microsoft Learn)."""
BASE = "/connector/{region}/{tenant}/v3/conversations"
ONE = BASE + "/{conversation}"

Work = Callable[[], "Json | list[Json] | None"]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Connector:
    """The running simulator and what it counted."""

    identity: Identity
    operations: Operations
    faults: Faults = field(default_factory=Faults)
    holds: Holds = field(default_factory=Holds)
    pacing: Pacing = field(default_factory=Pacing)
    overlaps: Overlaps = field(default_factory=Overlaps)
    latency: float = 0.0
    """Seconds each call takes at least."""
    requests: deque[Json] = field(default_factory=lambda: deque(maxlen=20_000))
    statuses: Counter[int] = field(default_factory=Counter)
    tcp_connections: int = 0
    _seen: WeakSet[Any] = field(default_factory=WeakSet)

    def note_connection(self, transport: object) -> None:
        """Count each TCP connection once."""
        if transport not in self._seen:
            self._seen.add(transport)
            self.tcp_connections += 1

    def record(self, request: web.Request, status: int, note: str | None) -> None:
        self.statuses[status] += 1
        self.requests.append(
            {
                "method": request.method,
                "path": request.path,
                "conversation": request.match_info.get("conversation"),
                "status": status,
                "fault": note,
            }
        )


CONNECTOR = web.AppKey("connector", Connector)
HUNG_UP = 499
"""Recorded for a call whose connection was cut; nobody receives it."""
_delay: ContextVar[float] = ContextVar("delay")
"""Seconds the call being answered takes at least."""


def register_connector(app: web.Application, connector: Connector) -> None:
    """Add the routes. `app` must be served at the root of its host."""
    app[CONNECTOR] = connector
    add = app.router.add_route
    add("POST", BASE, _guarded(_create))
    add("POST", f"{ONE}/activities", _guarded(_send))
    add("POST", f"{ONE}/activities/{{activity}}", _guarded(_reply))
    add("PUT", f"{ONE}/activities/{{activity}}", _guarded(_update))
    add("DELETE", f"{ONE}/activities/{{activity}}", _guarded(_delete))
    add("GET", f"{ONE}/members", _guarded(_members))
    add("GET", f"{ONE}/pagedmembers", _guarded(_paged_members))
    add("GET", f"{ONE}/members/{{member}}", _guarded(_member))


def _guarded(handler: Handler) -> Handler:
    """Count, authenticate and, where scripted, spoil a call."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        connector = request.app[CONNECTOR]
        connector.note_connection(request.transport)
        effect = connector.faults.strike(request.method, request.path)
        with connector.overlaps.call():
            response = await _answer(connector, handler, request, effect)
        connector.record(request, response.status, effect.kind if effect else None)
        if response.status == HUNG_UP:
            _cut(request)
        return response

    return guarded


async def _answer(
    connector: Connector, handler: Handler, request: web.Request, effect: Effect | None
) -> web.StreamResponse:
    try:
        _authenticate(connector, request)
        connector.pacing.admit("app", APP_WINDOWS)
        _delay.set(connector.latency + (effect.seconds if effect else 0))
        return await (_spoiled(connector, handler, request, effect) if effect else handler(request))
    except ConnectorRefusal as refused:
        return web.json_response(refused.body(), status=refused.status, headers=refused.headers)
    except Disconnected:
        return web.Response(status=HUNG_UP)


async def _spoiled(
    connector: Connector, handler: Handler, request: web.Request, effect: Effect
) -> web.StreamResponse:
    match effect.kind:
        case EffectKind.DROP_BEFORE_APPLY:
            return web.Response(status=HUNG_UP)
        case EffectKind.STATUS:
            raise scripted(effect.status or 503, effect.retry_after, effect.headers)
        case EffectKind.HOLD_BEFORE:
            await _park(connector, request, "before")
    response = await handler(request)
    match effect.kind:
        case EffectKind.DROP_AFTER_APPLY:
            return web.Response(status=HUNG_UP)
        case EffectKind.EFFECT_THEN_STATUS:
            raise scripted(effect.status or 503, effect.retry_after, effect.headers)
        case EffectKind.HOLD_AFTER:
            await _park(connector, request, "after")
    return response


async def _park(connector: Connector, request: web.Request, phase: str) -> None:
    """Keep a call until it is let go; raises Disconnected when its client gives up."""
    about = {"service": "connector", "phase": phase, "method": request.method, "path": request.path}
    await connector.holds.park(about, lambda: request.transport is None or request.transport.is_closing())


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()


def _authenticate(connector: Connector, request: web.Request) -> None:
    try:
        claims = connector.identity.verify_connector_token(bearer(request.headers.get("Authorization")))
    except TokenRejected as error:
        raise unauthorized() from error
    if request.match_info["tenant"] != claims.tenant_id:
        raise unauthorized()


async def _body(request: web.Request) -> Json:
    """The JSON object sent; raises the 413 or 400 Teams answers otherwise."""
    text = await request.text()
    if len(text.encode("utf-16-le")) > MAX_UTF16_BYTES:
        raise too_big()
    try:
        body = json.loads(text)
    except ValueError as error:
        raise bad_syntax("The request body is not JSON.") from error
    if not isinstance(body, dict):
        raise bad_syntax("The request body is not an object.")
    return body


async def _write(request: web.Request, key: str, status: int, work: Callable[[Json], Any]) -> web.Response:
    """Do one write alone in its conversation, within the rate limits; a slow one keeps it busy."""
    connector = request.app[CONNECTOR]
    with connector.overlaps.write(key):
        connector.pacing.admit(f"write {key}", WRITE_WINDOWS)
        await asyncio.sleep(_delay.get())
        answer = work(await _body(request) if request.method != "DELETE" else {})
    return web.Response(status=status) if answer is None else web.json_response(answer, status=status)


async def _read(request: web.Request, work: Work) -> web.Response:
    connector, key = request.app[CONNECTOR], request.match_info["conversation"]
    connector.pacing.admit(f"read {key}", READ_WINDOWS)
    await asyncio.sleep(_delay.get())
    return web.json_response(work())


def _operations(request: web.Request) -> Operations:
    return request.app[CONNECTOR].operations


async def _create(request: web.Request) -> web.Response:
    body = await _body(request)
    members, channel = body.get("members"), body.get("channelData")
    key = f"create {json.dumps([members, channel], sort_keys=True)}"
    return await _write(request, key, 201, lambda _: _operations(request).create(body))


async def _send(request: web.Request) -> web.Response:
    where = request.match_info["conversation"]
    return await _write(request, where, 201, lambda body: _operations(request).send(where, body))


async def _reply(request: web.Request) -> web.Response:
    where, reply_to = request.match_info["conversation"], request.match_info["activity"]
    return await _write(request, where, 201, lambda body: _operations(request).reply(where, reply_to, body))


async def _update(request: web.Request) -> web.Response:
    where, which = request.match_info["conversation"], request.match_info["activity"]
    return await _write(request, where, 200, lambda body: _operations(request).update(where, which, body))


async def _delete(request: web.Request) -> web.Response:
    where, which = request.match_info["conversation"], request.match_info["activity"]
    return await _write(request, where, 200, lambda _: _operations(request).delete(where, which))


async def _members(request: web.Request) -> web.Response:
    return await _read(request, lambda: _operations(request).members(request.match_info["conversation"]))


async def _paged_members(request: web.Request) -> web.Response:
    size = request.query.get("pageSize", "200")
    token = request.query.get("continuationToken", "")
    where = request.match_info["conversation"]
    if not size.isdigit():
        raise bad_syntax("pageSize is not a number.")
    return await _read(request, lambda: _operations(request).paged_members(where, int(size), token))


async def _member(request: web.Request) -> web.Response:
    where, who = request.match_info["conversation"], request.match_info["member"]
    return await _read(request, lambda: _operations(request).member(where, who))
