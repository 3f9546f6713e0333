"""Graph's face to the network."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.faults import Disconnected
from bot.sandbox.graph.service import Dropped, GraphService
from bot.sandbox.graph.wire import GraphError, Incoming, frame

__all__ = ["GRAPH", "register_graph_paths"]

GRAPH = web.AppKey("graph", GraphService)


def register_graph_paths(app: web.Application, service: GraphService) -> None:
    """Answer everything under `/v1.0`, and what is known of `/beta`; other versions are refused."""
    app[GRAPH] = service
    app.router.add_route("*", "/{version:v1\\.0|beta}/{tail:.*}", _graph)
    app.router.add_route("*", "/{version:v2\\.0}/{tail:.*}", _other_version)


async def _graph(request: web.Request) -> web.StreamResponse:
    service, incoming = request.app[GRAPH], await _incoming(request)

    def is_gone() -> bool:
        return request.transport is None or request.transport.is_closing()

    try:
        reply = await service.answer(incoming, is_gone)
    except (Dropped, Disconnected):
        return _hang_up(request)
    return web.Response(status=reply.status, body=reply.data(), headers=reply.headers)


async def _incoming(request: web.Request) -> Incoming:
    return Incoming(
        method=request.method,
        path="/" + request.match_info["tail"],
        query=tuple(request.query.items()),
        headers={name.lower(): value for name, value in request.headers.items()},
        payload=await request.read(),
        root=f"{request.url.origin()}/{request.match_info['version']}",
        version=request.match_info["version"],
    )


async def _other_version(request: web.Request) -> web.StreamResponse:
    incoming = Incoming(request.method, request.path, (), {}, b"", "")
    reply = GraphError.bad_request(f"Invalid version: {request.match_info['version']}").reply(incoming)
    frame(incoming, reply)
    return web.Response(status=reply.status, body=reply.data(), headers=reply.headers)


def _hang_up(request: web.Request) -> web.StreamResponse:
    """Close the connection without a word; what is returned finds nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
