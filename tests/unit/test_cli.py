"""The command line as a user meets it: one line when something is wrong, the right exit code."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.audit.chain import seal
from bot.cli import app
from bot.sandbox.server import SandboxServer
from bot.settings import env_names
from bot.store.database import open_database
from bot.store.migrations import upgrade
from tests.support.openapi import check_journal
from tests.support.world import sandbox_settings

Run = Callable[..., subprocess.CompletedProcess[str]]
SWITCHBOARD = Path(sys.executable).with_name("switchboard")


def environment(**more: str) -> dict[str, str]:
    """This process's own, without anything that Switchboard would read."""
    ours = {name.upper() for name in env_names().values()}
    clean = {name: value for name, value in os.environ.items() if name.upper() not in ours}
    return clean | {"COLUMNS": "100", "TERM": "dumb"} | more


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """`run("serve", PORT="1")`: the command in an empty folder, with nothing set but this."""

    def switchboard(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SWITCHBOARD, *words],
            cwd=tmp_path,
            env=environment(**more),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return switchboard


def one_line(ran: subprocess.CompletedProcess[str]) -> str:
    """The only line on standard error of a command that was refused."""
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "Traceback" not in ran.stderr
    lines = ran.stderr.splitlines()
    assert len(lines) == 1, ran.stderr
    return lines[0]


@pytest.fixture
def database(tmp_path: Path) -> str:
    """A database with three audit entries."""
    url = f"sqlite:///{tmp_path / 'desk.db'}"
    upgrade(url)
    db = open_database(url, seal)
    for number in range(3):
        db.run(lambda tx, number=number: tx.audit("test.entry", "switchboard", number=number))
    db.close_now()
    return url


@pytest.fixture
def taken_port() -> Iterator[int]:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_the_version(run: Run) -> None:
    ran = run("--version")
    assert (ran.returncode, ran.stdout.split()[0]) == (0, "switchboard")


COMMANDS = (
    (), ("serve",), ("sandbox",), ("demo",), ("doctor",), ("audit",), ("audit", "verify"), ("credits",),
    ("credits", "import"), ("db",),
    ("db", "upgrade"), ("db", "backup"), ("manifest",), ("manifest", "build"),
    ("policy",), ("policy", "check"), ("policy", "explain"),
)  # fmt: skip


def test_every_command_explains_itself() -> None:
    for words in COMMANDS:
        ran = CliRunner().invoke(app, [*words, "--help"])
        assert ran.exit_code == 0, words
        assert "Usage:" in ran.stdout
        assert len(ran.stdout) > 300, words


def test_a_misspelt_command_is_answered_with_the_right_one(run: Run) -> None:
    ran = run("servee")
    assert ran.returncode == 2
    assert "serve" in ran.stderr


def test_serve_without_settings_says_what_to_set(run: Run) -> None:
    line = one_line(run("serve"))
    assert line.startswith("switchboard: MicrosoftAppId: set ")
    assert line.endswith("(4 more: run `switchboard doctor`)")


def test_doctor_tells_everything_that_is_not_set(run: Run) -> None:
    ran = run(
        "doctor",
        SWITCHBOARD_GRAPH_URL="https://127.0.0.1:9",
        SWITCHBOARD_OPENID_METADATA_URL="https://127.0.0.1:9",
    )
    assert ran.returncode == 1
    assert ran.stderr == ""
    for name in ("MicrosoftAppId", "MicrosoftAppTenantId", "MicrosoftAppPassword", "SWITCHBOARD_POLICY"):
        assert f"FAIL {name}: set the " in ran.stdout


def test_a_database_of_another_kind_is_refused(run: Run) -> None:
    line = one_line(run("db", "upgrade", SWITCHBOARD_DATABASE_URL="mysql://desk:hush@host/name"))
    assert "'mysql' is not supported" in line
    assert "hush" not in line


def test_a_database_out_of_reach_is_one_line(run: Run) -> None:
    line = one_line(run("db", "upgrade", SWITCHBOARD_DATABASE_URL="postgresql://desk:hush@127.0.0.1:1/x"))
    assert "cannot be reached" in line
    assert "hush" not in line


def test_upgrade_says_what_it_did_and_may_be_repeated(run: Run) -> None:
    assert run("db", "upgrade").stdout.endswith("db: the schema is current\n")
    assert run("db", "upgrade").stdout == "db: the schema is current\n"


def test_verify_holds_and_then_breaks(run: Run, database: str) -> None:
    ran = run("audit", "verify", SWITCHBOARD_DATABASE_URL=database)
    assert ran.returncode == 0
    assert ran.stdout.startswith("audit: 3 entries, chain intact, head ")
    with closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as raw:
        raw.execute("UPDATE audit_entries SET body = replace(body, '1', '2') WHERE seq = 2")
        raw.commit()
    line = one_line(run("audit", "verify", SWITCHBOARD_DATABASE_URL=database))
    assert line.startswith("audit: BROKEN at entry 2: ")


def test_verify_makes_no_database_of_a_misspelt_name(run: Run, tmp_path: Path) -> None:
    assert "there is no database at" in one_line(run("audit", "verify"))
    assert list(tmp_path.iterdir()) == []


def test_backup_copies_once(run: Run, database: str, tmp_path: Path) -> None:
    ran = run("db", "backup", "copy.db", SWITCHBOARD_DATABASE_URL=database)
    assert ran.returncode == 0, ran.stderr
    copy = f"sqlite:///{tmp_path / 'copy.db'}"
    assert run("audit", "verify", SWITCHBOARD_DATABASE_URL=copy).stdout.startswith("audit: 3 entries")
    assert "exists already" in one_line(run("db", "backup", "copy.db", SWITCHBOARD_DATABASE_URL=database))


def test_backup_leaves_postgresql_to_its_own_tools(run: Run) -> None:
    line = one_line(run("db", "backup", "copy.db", SWITCHBOARD_DATABASE_URL="postgresql://desk@host/name"))
    assert "pg_dump" in line


@pytest.mark.parametrize("command", ["demo", "sandbox"])
def test_a_port_that_is_taken_is_one_line_with_the_way_out(run: Run, command: str, taken_port: int) -> None:
    line = one_line(run(command, "--port", str(taken_port)))
    assert f"port {taken_port}" in line
    assert "choose another with --port" in line


def test_the_story_and_the_emulator_are_two_things(run: Run) -> None:
    assert run("demo", "--once", "--emulator").returncode == 2


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """The environment of a `serve` that works, on a simulated tenant."""
    async with SandboxServer() as sandbox:
        settings = sandbox_settings(sandbox, f"sqlite:///{tmp_path / 'served.db'}")
        values = settings.model_dump(
            mode="json", exclude_none=True, exclude={"app_password", "extra_service_hosts"}
        )
        names = env_names()
        plain = {names[name]: str(value) for name, value in values.items() if value != ""}
        yield environment(**plain, MicrosoftAppPassword=sandbox.identity.app.password)
        check_journal(sandbox.graph.journal.entries())


async def started(env: dict[str, str], folder: Path) -> tuple[Process, str]:
    process = await asyncio.create_subprocess_exec(
        SWITCHBOARD, "serve", cwd=folder, env=env,
        stdout=PIPE, stderr=PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    return process, line.decode()


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_serve_says_once_that_it_is_ready_and_drains_when_told(
    served: dict[str, str], tmp_path: Path, signum: signal.Signals
) -> None:
    process, line = await started(served | {"SWITCHBOARD_DATABSE_URL": "x"}, tmp_path)
    assert line.startswith("switchboard: ready at http://127.0.0.1:")
    process.send_signal(signum)
    rest, log = await process.communicate()
    assert (process.returncode, rest) == (0, b"")
    assert b"Traceback" not in log
    assert b"did you mean SWITCHBOARD_DATABASE_URL?" in log
    assert b'"event": "draining"' in log


async def test_serve_on_a_taken_port_begins_nothing(
    served: dict[str, str], tmp_path: Path, taken_port: int
) -> None:
    process, line = await started(served | {"PORT": str(taken_port)}, tmp_path)
    _, log = await process.communicate()
    assert (process.returncode, line) == (1, "")
    assert log.decode().splitlines() == [
        f"switchboard: port {taken_port} on 127.0.0.1 is taken by another program; set PORT to another one"
    ]
    assert not (tmp_path / "served.db").exists()
