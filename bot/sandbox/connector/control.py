"""Faults, settings and counters of the Bot Connector, under `/sandbox/connector`."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from bot.sandbox.connector.routes import CONNECTOR, Connector
from bot.sandbox.faults import Effect, EffectKind, Match

__all__ = ["register_connector_control"]

NOT_HERE = (EffectKind.LIE_AFTER_202, EffectKind.OPERATION_FAILS)


def register_connector_control(app: web.Application) -> None:
    """Add the routes; the connector must be registered already."""
    add = app.router.add_route
    add("GET", "/sandbox/connector", _state)
    add("PUT", "/sandbox/connector", _set)
    add("GET", "/sandbox/connector/requests", _requests)
    add("GET", "/sandbox/connector/faults", _faults)
    add("POST", "/sandbox/connector/faults", _add_fault)
    add("DELETE", "/sandbox/connector/faults", _clear_faults)
    add("DELETE", "/sandbox/connector/faults/{fault}", _remove_fault)


async def _state(request: web.Request) -> web.Response:
    return web.json_response(_described(request.app[CONNECTOR]))


def _described(connector: Connector) -> dict[str, Any]:
    return {
        "pacing": connector.pacing.on,
        "refuse_overlaps": connector.overlaps.refuse,
        "latency": connector.latency,
        "requests": connector.statuses.total(),
        "statuses": {str(status): count for status, count in sorted(connector.statuses.items())},
        "max_in_flight": connector.overlaps.max_in_flight,
        "max_in_flight_per_conversation": connector.overlaps.max_per_conversation,
        "tcp_connections": connector.tcp_connections,
    }


async def _set(request: web.Request) -> web.Response:
    """`{pacing, refuse_overlaps, latency}`: any of them; latency in seconds."""
    connector, wish = request.app[CONNECTOR], await request.json()
    connector.pacing.on = bool(wish.get("pacing", connector.pacing.on))
    connector.overlaps.refuse = bool(wish.get("refuse_overlaps", connector.overlaps.refuse))
    connector.latency = float(wish.get("latency", connector.latency))
    return web.json_response(_described(connector))


async def _requests(request: web.Request) -> web.Response:
    return web.json_response({"requests": list(request.app[CONNECTOR].requests)})


async def _faults(request: web.Request) -> web.Response:
    faults = request.app[CONNECTOR].faults.scripted.values()
    return web.json_response({"faults": [fault.described() for fault in faults]})


async def _add_fault(request: web.Request) -> web.Response:
    """`{match: {method, path, conversation, nth, times}, effect: {kind, ...}}`; `times` null: for ever."""
    try:
        match, effect = _parse(await request.json())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        return web.json_response({"error": f"not a fault: {error}"}, status=400)
    fault = request.app[CONNECTOR].faults.add(match, effect)
    return web.json_response(fault.described(), status=201)


def _parse(wish: dict[str, Any]) -> tuple[Match, Effect]:
    """Raises ValueError, TypeError or KeyError for what cannot happen to a call of the connector."""
    match = dict(wish.get("match") or {})
    if conversation := match.pop("conversation", None):
        match["path"] = f"/{re.escape(conversation)}(/|$)"
    effect = Effect(**wish["effect"])
    if effect.kind in NOT_HERE:
        raise ValueError(f"{effect.kind} is a matter of number orders")
    return Match(**match), effect


async def _clear_faults(request: web.Request) -> web.Response:
    request.app[CONNECTOR].faults.scripted.clear()
    return web.Response(status=204)


async def _remove_fault(request: web.Request) -> web.Response:
    request.app[CONNECTOR].faults.scripted.pop(int(request.match_info["fault"]), None)
    return web.Response(status=204)
