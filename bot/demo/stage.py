"""The sandbox tenant and the service, each on its port of this machine, for as long as the demo lasts."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from aiohttp import web
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.bootstrap import Service, build
from bot.clock import ScaledTime, utc_now
from bot.process.listening import bound_socket
from bot.sandbox.people import People, PersonClient
from bot.sandbox.seed import group_id, manifest_id
from bot.sandbox.server import SandboxServer
from bot.settings import Profile, Settings
from bot.store.migrations import upgrade

__all__ = ["RATE", "Stage", "set_stage"]

RATE = 600.0
"""Ten minutes of the tenant's time pass in a second of ours; leases and pacing stay real."""
_LOCALE = "en-GB"


class _GivenSettings(Settings):
    """Settings from the demo alone: a stray `.env` or variable must not reach into the story."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


@dataclass
class Stage:
    """What the story is played on."""

    sandbox: SandboxServer
    service: Service
    people: People
    endpoint: str
    folder: Path
    """Gone when the demo ends."""
    database_url: str

    async def person(self, who: str) -> PersonClient:
        """Somebody of Contoso who uses Teams in English and has just added the app."""
        person = await self.people.find(who)
        person.who = replace(person.who, locale=_LOCALE)
        await person.installs()
        # A database that remembers an earlier demo may take this installation for a repeat of that one.
        await person.says("hello")
        person.forgets()
        return person


@asynccontextmanager
async def set_stage(port: int, *, authentication: bool = True) -> AsyncIterator[Stage]:
    """Start everything; stop it, and remove what it wrote, at the end.

    Raises `Misconfigured` when `port` is taken or the database at SWITCHBOARD_DATABASE_URL cannot be used.
    """
    listening = bound_socket("127.0.0.1", port, "choose another with --port, or --port 0 for any")
    with listening, tempfile.TemporaryDirectory(prefix="switchboard-demo-") as folder:
        async with (
            SandboxServer(pacing=False) as sandbox,
            _playing(sandbox, listening, Path(folder), authentication) as stage,
        ):
            yield stage


@asynccontextmanager
async def _playing(
    sandbox: SandboxServer, listening: socket.socket, folder: Path, authentication: bool
) -> AsyncIterator[Stage]:
    database_url = os.environ.get("SWITCHBOARD_DATABASE_URL") or f"sqlite:///{folder / 'demo.db'}"
    upgrade(database_url)
    settings = _settings(sandbox, database_url, listening.getsockname()[1], authentication)
    # Both clocks leave real time at the same moment, so they go on agreeing.
    origin = utc_now()
    sandbox.tenant.clock.run_at(RATE)
    service = build(settings, ScaledTime(RATE, origin))
    site = web.AppRunner(service.app, access_log=None, shutdown_timeout=1)
    try:
        await service.start()
        await site.setup()
        await web.SockSite(site, listening).start()
        endpoint = f"http://127.0.0.1:{settings.port}/api/messages"
        sandbox.bot_endpoint = endpoint
        async with People(sandbox.url, endpoint) as people:
            yield Stage(sandbox, service, people, endpoint, folder, database_url)
    finally:
        await site.cleanup()
        await service.stop()


def _settings(sandbox: SandboxServer, database_url: str, port: int, authentication: bool) -> Settings:
    return _GivenSettings(
        profile=Profile.SANDBOX,
        app_id=sandbox.identity.app.app_id,
        app_password=sandbox.identity.app.password,
        app_tenant_id=sandbox.tenant.id,
        admin_group=group_id("Voice Admins"),
        auditor_group=group_id("Auditors"),
        owner_group=group_id("Owners"),
        database_url=database_url,
        host="127.0.0.1",
        port=port,
        authentication=authentication,
        graph_url=sandbox.graph_url,
        authority=sandbox.authority,
        openid_metadata_url=sandbox.openid_metadata_url,
        service_url=sandbox.service_url,
        teams_app_id=manifest_id(),
    )
