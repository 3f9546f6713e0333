"""The way of one request: log, misfortune, token, quota, route, permission, handler, misfortune, log."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from bot.sandbox import telephony
from bot.sandbox.calls import CallLog
from bot.sandbox.faults import Effect, EffectKind, Faults, Holds
from bot.sandbox.graph import apps, groups, licences, mail, numbers, organisation, usage, users, voice
from bot.sandbox.graph.access import authorise
from bot.sandbox.graph.batch import answer_batch
from bot.sandbox.graph.odata import check_options
from bot.sandbox.graph.router import Route, Router
from bot.sandbox.graph.throttle import Throttle, cost
from bot.sandbox.graph.wire import Call, GraphError, Incoming, Reply, frame
from bot.sandbox.identity import Claims, TokenRejected, bearer
from bot.sandbox.installations import Installations
from bot.sandbox.journal import Entry, Journal
from bot.sandbox.model import Operation
from bot.sandbox.tenant import Tenant

__all__ = ["Dropped", "GraphService", "Verify"]

Verify = Callable[[str], Claims]
"""Checks a bearer token; raises TokenRejected."""

BATCH = "/$batch"
_SERVICE_DOWN = ("ServiceUnavailable", "The service is temporarily unavailable.")
_USUAL = {
    400: ("BadRequest", "The request is malformed or incorrect."),
    404: ("Request_ResourceNotFound", "Resource does not exist."),
    409: (
        "Directory_ConcurrencyViolation",
        "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
    ),
    429: ("TooManyRequests", "Please retry again later."),
    500: ("InternalServerError", "An internal server error occurred."),
    502: ("UnknownError", ""),
    503: _SERVICE_DOWN,
    504: ("UnknownError", ""),
}
"""Code and message a scripted status is answered with unless the script brings its own body."""


class Dropped(Exception):
    """The connection is to be closed without an answer."""


@dataclass
class GraphService:
    """Everything behind `/v1.0`, without the HTTP server."""

    tenant: Tenant
    verify: Verify
    installations: Installations
    bot_app_id: str
    faults: Faults = field(default_factory=Faults)
    holds: Holds = field(default_factory=Holds)
    journal: Journal = field(default_factory=Journal)
    throttle: Throttle = field(default_factory=Throttle)

    def __post_init__(self) -> None:
        self.calls = CallLog(self.tenant)
        self._router = Router()
        self._busy: set[str] = set()
        self.tenant.on_operation.append(self._operation_done)
        for route in self._routes():
            self._router.add(route)
        self._beta = Router()
        for route in usage.beta_routes(self.calls, self.tenant):
            self._beta.add(route)

    def _routes(self) -> list[Route]:
        return [
            *users.routes(self.tenant),
            *licences.routes(self.tenant),
            *groups.routes(self.tenant),
            *numbers.routes(self.tenant),
            *voice.routes(self.tenant),
            *mail.routes(self.tenant),
            *usage.routes(self.calls),
            *apps.routes(self.tenant, self.installations, self.bot_app_id),
            *organisation.routes(self.tenant),
        ]

    def _operation_done(self, operation: Operation) -> None:
        self.journal.mark_applied(operation.log_seq)

    async def answer(
        self,
        incoming: Incoming,
        is_gone: Callable[[], bool],
        *,
        batch: int | None = None,
        batch_item: str | None = None,
    ) -> Reply:
        """Handle one request as the network or a batch brings it.

        Raises Dropped when a scripted fault wants the connection closed, Disconnected when the client has
        gone while the request was parked.
        """
        entry = self._open_entry(incoming, batch, batch_item)
        effect = self.faults.strike(incoming.method, incoming.path)
        entry.effect = effect.kind.value if effect else None
        reply = await self._before(incoming, entry, effect, is_gone)
        if reply is None and incoming.path == BATCH and batch is None:
            reply = await self._handle_batch(incoming, entry, is_gone)
        elif reply is None:
            reply = await self._handle(incoming, entry, effect)
        reply = await self._after(incoming, entry, effect, reply, is_gone)
        entry.status = reply.status
        return reply

    def _open_entry(self, incoming: Incoming, batch: int | None, batch_item: str | None) -> Entry:
        return self.journal.open(
            Entry(
                seq=0,
                at=self.tenant.clock.now(),
                method=incoming.method,
                path=f"/{incoming.version}{incoming.path}",
                query=urlencode(incoming.query),
                body=_loggable(incoming.payload),
                client_request_id=incoming.client_request_id,
                batch=batch,
                batch_item=batch_item,
            )
        )

    async def _before(
        self, incoming: Incoming, entry: Entry, effect: Effect | None, is_gone: Callable[[], bool]
    ) -> Reply | None:
        """What a fault does before the request is looked at; a reply when that is all."""
        if effect is None:
            return None
        if effect.kind is EffectKind.DROP_BEFORE_APPLY:
            raise Dropped
        if effect.kind is EffectKind.STATUS:
            return _scripted(incoming, effect)
        if effect.kind is EffectKind.LATENCY:
            await asyncio.sleep(effect.seconds)
        if effect.kind is EffectKind.HOLD_BEFORE:
            await self.holds.park(_about(entry, "before"), is_gone)
        return None

    async def _after(
        self,
        incoming: Incoming,
        entry: Entry,
        effect: Effect | None,
        reply: Reply,
        is_gone: Callable[[], bool],
    ) -> Reply:
        """What a fault does once the request has been handled."""
        if effect is None:
            return reply
        if effect.kind is EffectKind.DROP_AFTER_APPLY:
            raise Dropped
        if effect.kind is EffectKind.EFFECT_THEN_STATUS:
            return _scripted(incoming, effect)
        if effect.kind is EffectKind.HOLD_AFTER:
            entry.status = reply.status
            await self.holds.park(_about(entry, "after"), is_gone)
        return reply

    async def _handle(self, incoming: Incoming, entry: Entry, effect: Effect | None) -> Reply:
        """The request as Graph would treat it."""
        telephony.settle(self.tenant)
        try:
            reply = await self._dispatch(incoming, entry, effect)
        except GraphError as error:
            reply = error.reply(incoming)
        frame(incoming, reply)
        return reply

    async def _handle_batch(self, incoming: Incoming, entry: Entry, is_gone: Callable[[], bool]) -> Reply:
        """Each item goes the way of a request of its own."""

        async def answer_item(item: Incoming, key: str) -> Reply:
            return await self.answer(item, is_gone, batch=entry.seq, batch_item=key)

        try:
            self._authenticate(incoming)
            _check_method(incoming)
            reply = await answer_batch(incoming, answer_item)
        except GraphError as error:
            reply = error.reply(incoming)
        frame(incoming, reply)
        return reply

    async def _dispatch(self, incoming: Incoming, entry: Entry, effect: Effect | None) -> Reply:
        claims = self._authenticate(incoming)
        router = self._beta if incoming.version == "beta" else self._router
        route, params = router.find(incoming.method, incoming.path)
        self.throttle.admit(incoming, route.access.family, claims)
        authorise(route.access, claims)
        check_options(incoming.query, route.options)
        _check_body(route, incoming)
        kind = effect.kind if effect else None
        call = Call(
            incoming=incoming,
            claims=claims,
            params=params,
            hollow=kind is EffectKind.LIE_AFTER_202,
            doomed=effect.detail if effect and kind is EffectKind.OPERATION_FAILS else None,
            log_seq=entry.seq,
        )
        reply = await self._run(route, call, entry)
        if route.access.family == "directory":
            reply.headers["x-ms-resource-unit"] = str(cost(incoming))
        return reply

    def _authenticate(self, incoming: Incoming) -> Claims:
        """Raises GraphError 401 for a token that is missing or no good."""
        try:
            return self.verify(bearer(incoming.headers.get("authorization")))
        except TokenRejected as rejected:
            raise GraphError.unauthenticated(str(rejected)) from None

    async def _run(self, route: Route, call: Call, entry: Entry) -> Reply:
        if not route.locks_user:
            return self._applied(route, call, entry)
        async with self._user_lock(call):
            return self._applied(route, call, entry)

    def _applied(self, route: Route, call: Call, entry: Entry) -> Reply:
        before = self.tenant.revision
        reply = route.handler(call)
        entry.applied = self.tenant.revision != before
        return reply

    @asynccontextmanager
    async def _user_lock(self, call: Call) -> AsyncIterator[None]:
        """Two writes at once on one user object collide, as in the directory."""
        person = self.tenant.find_person(call.params["user"])
        key = person.id if person else call.params["user"]
        if key in self._busy:
            raise GraphError.concurrent()
        self._busy.add(key)
        try:
            # Always give way once, so that parallel items of a batch do meet.
            await asyncio.sleep(self.tenant.clock.real_seconds(self.tenant.delays.directory_write))
            yield
        finally:
            self._busy.discard(key)


def _scripted(incoming: Incoming, effect: Effect) -> Reply:
    """The answer a script asks for, with the usual body of its status unless it brings one."""
    status = effect.status or 503
    code, message = _USUAL.get(status, _SERVICE_DOWN if status >= 500 else _USUAL[400])
    reply = GraphError(status, code, message).reply(incoming)
    if effect.body is not None:
        reply.body = effect.body
    if effect.retry_after is not None:
        reply.headers["Retry-After"] = f"{effect.retry_after:g}"
    reply.headers |= effect.headers
    frame(incoming, reply)
    return reply


def _check_method(batch: Incoming) -> None:
    if batch.method != "POST":
        raise GraphError.no_method()


def _check_body(route: Route, incoming: Incoming) -> None:
    if not route.takes_body:
        return
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        raise GraphError.bad_request(
            "Write requests (excluding DELETE) must contain the Content-Type header declaration."
        )
    if kind != "application/json":
        raise GraphError(415, "UnsupportedMediaType", f"The media type '{kind}' is not supported.")
    if not incoming.payload:
        raise GraphError.bad_request("Empty Payload. JSON content expected.")


def _loggable(payload: bytes) -> Any:
    if not payload:
        return None
    try:
        return json.loads(payload)
    except ValueError:
        return payload.decode("utf-8", "replace")


def _about(entry: Entry, phase: str) -> dict[str, Any]:
    return {"seq": entry.seq, "phase": phase, "method": entry.method, "path": entry.path, "body": entry.body}
