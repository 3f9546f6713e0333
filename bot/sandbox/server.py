"""The whole sandbox on one port: Graph, Bot Connector, token issuer, and what shapes and shows them."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp import web

from bot.loopback import is_loopback
from bot.sandbox.channel import Channel
from bot.sandbox.clock import SandboxClock
from bot.sandbox.connector.control import register_connector_control
from bot.sandbox.connector.operations import Operations
from bot.sandbox.connector.routes import Connector, register_connector
from bot.sandbox.graph.service import GraphService
from bot.sandbox.graph_side import register_graph
from bot.sandbox.identity import AppRegistration, Identity
from bot.sandbox.identity_http import register_identity
from bot.sandbox.seed import contoso
from bot.sandbox.teams import Teams
from bot.sandbox.teams_http import register_teams
from bot.sandbox.tenant_roster import TenantRoster

__all__ = ["APP_ID", "APP_PASSWORD", "NotLoopback", "SandboxServer"]

APP_ID = "3f6a1c52-0b7e-4d0a-9a5e-5c1d2b7e9a10"
APP_PASSWORD = "opens-the-sandbox-only"  # noqa: S105 - good for nothing but the simulated tenant
MAX_BODY = 32 * 1024 * 1024
GRACE = 0.2
"""Seconds that long polls still get when the server stops."""


class NotLoopback(ValueError):
    """The sandbox hands out tokens to whoever asks; it must not be reachable from elsewhere."""


class SandboxServer:
    """Start it, use its addresses, stop it; or use it as an async context manager.

    `rate` is how many sandbox seconds pass in a real one, `pacing` whether the connector's rate limits apply,
    `installed` who has the app from the start. Raises NotLoopback for any other host.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        app_id: str = APP_ID,
        app_password: str = APP_PASSWORD,
        tenant_id: str | None = None,
        rate: float = 1.0,
        pacing: bool = True,
        installed: Iterable[str] = (),
    ) -> None:
        _check_loopback(host)
        self.host, self._wanted_port = host, port
        self.tenant = contoso(SandboxClock(rate))
        self.tenant.id = tenant_id or self.tenant.id
        self.identity = Identity(AppRegistration(app_id, app_password, self.tenant.id))
        self.channel = Channel(self.identity)
        self._pacing, self._installed = pacing, tuple(installed)
        self._runner: web.AppRunner | None = None
        self.port = port
        self.teams: Teams
        self.graph: GraphService
        self.connector: Connector

    @property
    def url(self) -> str:
        """Without a slash at the end, once started."""
        return f"http://{_bracketed(self.host)}:{self.port}"

    @property
    def service_url(self) -> str:
        """The channel's `serviceUrl`, as activities carry it."""
        return f"{self.url}/connector/amer/{self.tenant.id}/"

    @property
    def authority(self) -> str:
        """What stands for https://login.microsoftonline.com: `{authority}/{tenant}/oauth2/v2.0/token`."""
        return self.url

    @property
    def graph_url(self) -> str:
        """What stands for https://graph.microsoft.com/v1.0."""
        return f"{self.url}/v1.0"

    @property
    def openid_metadata_url(self) -> str:
        """What stands for https://login.botframework.com/v1/.well-known/openidconfiguration."""
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def bot_endpoint(self) -> str | None:
        """Where the channel sends what it sends by itself, such as an installation through Graph."""
        return self.channel.endpoint

    @bot_endpoint.setter
    def bot_endpoint(self, url: str | None) -> None:
        self.channel.endpoint = url

    async def start(self) -> None:
        """Listen. The port is known first, since every activity and link carries the address."""
        listening = _bound_socket(self.host, self._wanted_port)
        self.port = listening.getsockname()[1]
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        await web.SockSite(self._runner, listening).start()

    async def stop(self) -> None:
        await self.channel.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        await self.stop()

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=MAX_BODY)
        self.teams = Teams(TenantRoster(self.tenant), self.channel, self.service_url)
        self._preinstall()
        register_identity(app, self.identity)
        register_teams(app, self.teams)
        self.graph = self._with_graph(app)
        self.connector = self._with_connector(app)
        return app

    def _with_graph(self, app: web.Application) -> GraphService:
        app_id = self.identity.app.app_id
        verify = self.identity.verify_graph_token
        return register_graph(app, self.tenant, verify, self.teams.installations, app_id)

    def _with_connector(self, app: web.Application) -> Connector:
        """Calls of either side that are held are held in one place."""
        operations = Operations(self.teams.people, self.teams.installations)
        connector = Connector(self.identity, operations, holds=self.graph.holds)
        connector.pacing.on = self._pacing
        register_connector(app, connector)
        register_connector_control(app)
        return connector

    def _preinstall(self) -> None:
        for who in self._installed:
            account = self.teams.find_person(who)
            if account is None:
                raise LookupError(f"nobody is called {who!r} in this tenant")
            self.teams.installations.preinstall(account.user_id)


def _check_loopback(host: str) -> None:
    if not is_loopback(host):
        raise NotLoopback(f"the sandbox listens on loopback only, not on {host!r}")


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _bound_socket(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((host, port))
    return listening
