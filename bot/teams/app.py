"""The HTTP face of the bot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.teams.adapter import Bot, TeamsAdapter

__all__ = ["Readiness", "create_app"]

Readiness = Callable[[], Awaitable[list[str]]]
"""What keeps the service from doing its work right now, one short line each; empty when nothing does."""


def create_app(adapter: TeamsAdapter, bot: Bot, ready: Readiness) -> web.Application:
    """`/api/messages` for the channel, `/healthz` (the process answers) and `/readyz` (it can work)."""

    async def messages(request: web.Request) -> web.Response:
        return await adapter.process(request, bot)

    async def messages_probe(request: web.Request) -> web.Response:
        return web.Response()

    async def healthz(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(request: web.Request) -> web.Response:
        problems = await ready()
        body = {"status": "not ready" if problems else "ready", "problems": problems}
        return web.json_response(body, status=503 if problems else 200)

    app = web.Application()
    app.router.add_post("/api/messages", messages)
    app.router.add_head("/api/messages", messages_probe)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app
