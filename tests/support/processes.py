"""Switchboard in processes of its own, that can be killed, frozen, drained and started again.

A process is forked from a server that has imported everything already, which makes a start eight times
faster; what runs in it is `switchboard serve`, with nothing but its environment to go by.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Mapping
from multiprocessing.process import BaseProcess
from pathlib import Path

import aiohttp

from bot.sandbox.seed import group_id, manifest_id
from bot.sandbox.server import SandboxServer
from tests.support.until import until

__all__ = ["BotProcess", "environment", "free_port"]

START_WITHIN = 30.0
"""Seconds; a start takes a fraction of one, but the machine may be busy."""
DRAIN_WITHIN = 30.0
"""Seconds from SIGTERM to the end: what the service allows itself for answers and for work under way."""

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    ["bot.cli", "bot.bootstrap", "alembic.command", "anyio._backends._asyncio", "httpcore", "psycopg"]
)


def environment(sandbox: SandboxServer, database_url: str, **more: str) -> dict[str, str]:
    """What a bot must be told to work with `sandbox`; `more` without the prefix and in lower case."""
    return {
        "MicrosoftAppId": sandbox.identity.app.app_id,
        "MicrosoftAppPassword": sandbox.identity.app.password,
        "MicrosoftAppType": "SingleTenant",
        "MicrosoftAppTenantId": sandbox.tenant.id,
        "SWITCHBOARD_PROFILE": "sandbox",
        "SWITCHBOARD_HOST": "127.0.0.1",
        "SWITCHBOARD_ADMIN_GROUP": group_id("Voice Admins"),
        "SWITCHBOARD_TEAMS_APP_ID": manifest_id(),
        "SWITCHBOARD_DATABASE_URL": database_url,
        "SWITCHBOARD_SERVICE_URL": sandbox.service_url,
        "SWITCHBOARD_GRAPH_URL": sandbox.graph_url,
        "SWITCHBOARD_AUTHORITY": sandbox.authority,
        "SWITCHBOARD_OPENID_METADATA_URL": sandbox.openid_metadata_url,
    } | {f"SWITCHBOARD_{name.upper()}": value for name, value in more.items()}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class BotProcess:
    """One replica. It keeps its port over every restart, as behind a load balancer."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.port = free_port()
        self.starts: list[float] = []
        """Seconds each start took until the service answered."""
        self._settings = {**settings, "PORT": str(self.port)}
        self._folder = Path(tempfile.mkdtemp(prefix="switchboard-bot-"))
        self._process: BaseProcess | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/messages"

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.is_alive()

    async def start(self) -> None:
        """Return once the service answers."""
        began = time.monotonic()
        await asyncio.to_thread(self._launch)
        await until(self._answers, seconds=START_WITHIN, every=0.03)
        self.starts.append(time.monotonic() - began)

    def _launch(self) -> None:
        arguments = (self._settings, str(self._folder), str(self.log))
        self._process = _forks.Process(target=_serve, args=arguments, daemon=True)
        self._process.start()

    async def _answers(self) -> bool:
        assert self.running, f"the bot ended with {self._exit_code}:\n{self.tail()}"
        try:
            async with (
                aiohttp.ClientSession() as http,
                http.get(f"http://127.0.0.1:{self.port}/healthz") as answer,
            ):
                return answer.status == 200
        except aiohttp.ClientConnectionError:
            return False

    async def kill(self) -> None:
        """`kill -9`: nothing of it runs any more when this returns."""
        self.signal(signal.SIGKILL)
        await self.ended()

    async def restart(self) -> None:
        """Die without a word and come back."""
        await self.kill()
        await self.start()

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.signal(signal.SIGCONT)

    async def drain(self) -> int:
        """SIGTERM; the exit code once it has ended. Raises TimeoutError beyond the promised bound."""
        self.signal(signal.SIGTERM)
        return await self.ended()

    async def ended(self) -> int:
        await until(lambda: not self.running, seconds=DRAIN_WITHIN)
        return self._exit_code if self._exit_code is not None else 0

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def close(self) -> None:
        """Whatever state it is in, let nothing be left of it."""
        if self._process is not None and self._process.is_alive():
            self._process.kill()
            self._process.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def _exit_code(self) -> int | None:
        return self._process.exitcode if self._process is not None else None

    @property
    def log(self) -> Path:
        return self._folder / "bot.log"

    def tail(self, characters: int = 4000) -> str:
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""


def _serve(settings: dict[str, str], folder: str, log: str) -> None:
    """What runs in the forked process: the command line itself."""
    # Not in the project's folder, whose .env is none of the test's business.
    os.chdir(folder)
    os.environ.update(settings)
    sink = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(sink, 1)
    os.dup2(sink, 2)
    sys.argv = ["switchboard", "serve"]
    from bot.cli import main

    main()
