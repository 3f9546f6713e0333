"""`switchboard credits import`: history into the ledger, once, and on from where it was stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.audit.chain import seal
from bot.cli import app
from bot.sandbox.call_history import HistoryWish
from bot.sandbox.faults import Effect, EffectKind, Match
from bot.sandbox.server import SandboxServer
from bot.settings import env_names
from bot.store import credit_readings
from bot.store.database import open_database
from tests.support.openapi import check_journal
from tests.support.world import sandbox_settings


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as running:
        running.graph.calls.replace(HistoryWish(records=2500, days=20, free=0))
        yield running
        check_journal(running.graph.journal.entries())


async def ran(sandbox: SandboxServer, folder: Path, *words: str) -> Result:
    """In a thread of its own, with the settings of a service."""
    settings = sandbox_settings(sandbox, f"sqlite:///{folder}/ledger.db")
    told = settings.model_dump(mode="json", exclude_none=True)
    names = env_names()
    kept_apart = ("app_password", "extra_service_hosts")
    env = {names[key]: str(value) for key, value in told.items() if value != "" and key not in kept_apart}
    env["MicrosoftAppPassword"] = sandbox.identity.app.password
    return await asyncio.to_thread(CliRunner().invoke, app, ["credits", *words], env=env)


async def test_history_is_imported_and_once_more_changes_nothing(
    sandbox: SandboxServer, tmp_path: Path
) -> None:
    first_day = f"{datetime.now(UTC) - timedelta(days=30):%Y-%m-%d}"
    first = await ran(sandbox, tmp_path, "import", "--from", first_day)
    assert first.exit_code == 0, first.output
    assert "read 2,500 records" in first.stdout
    assert "2,500 new charges, 0 corrected, 0 not understood" in first.stdout
    assert " EUR for calls in these days" in first.stdout
    again = await ran(sandbox, tmp_path, "import", "--from", first_day)
    assert "0 new charges, 0 corrected" in again.stdout
    assert again.stdout.splitlines()[1] == first.stdout.splitlines()[1], "the same amount"


async def test_stopped_on_the_way_it_says_so_and_goes_on_without_being_told_from_when(
    sandbox: SandboxServer, tmp_path: Path
) -> None:
    busy = Effect(kind=EffectKind.STATUS, status=429, retry_after=1000)
    sandbox.graph.faults.add(Match(path=r"/getPstnCalls\(", nth=3), busy)
    first_day = f"{datetime.now(UTC) - timedelta(days=40):%Y-%m-%d}"
    stopped = await ran(sandbox, tmp_path, "import", "--from", first_day)
    assert stopped.exit_code == 1
    assert "what was read is kept; run the same again to go on" in stopped.stderr
    done = await ran(sandbox, tmp_path, "import")
    assert f"from {first_day}" in done.stdout
    assert "2,500 new charges" in done.stdout


async def test_spans_of_days_leave_nothing_out_between_them(sandbox: SandboxServer, tmp_path: Path) -> None:
    """Calls are timed in fractions of a second, so a day does not end with its last whole one."""
    sandbox.graph.calls.replace(HistoryWish(records=0))
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=20)
    began = midnight - timedelta(milliseconds=300)
    row = {"id": "late", "startDateTime": began.isoformat(), "charge": 0.5, "currency": "EUR"}
    sandbox.graph.calls.add(began, {**row, "callType": "user_out"}, None)
    day, month = timedelta(days=1), timedelta(days=30)
    spans = [(midnight - month, midnight - day), (midnight, midnight + day)]
    said = [
        await ran(sandbox, tmp_path, "import", "--from", f"{since:%Y-%m-%d}", "--to", f"{until:%Y-%m-%d}")
        for since, until in spans
    ]
    assert "0.50 EUR" in said[0].stdout
    assert "0 new charges" in said[1].stdout, "and nothing twice"
    db = open_database(f"sqlite:///{tmp_path}/ledger.db", seal)
    assert await db.read(credit_readings.known) == (midnight - month, midnight + 2 * day)
    await db.close()


async def test_without_the_permission_it_says_what_to_grant(sandbox: SandboxServer, tmp_path: Path) -> None:
    sandbox.graph.faults.add(Match(path=r"/getPstnCalls\("), Effect(kind=EffectKind.STATUS, status=403))
    refused = await ran(sandbox, tmp_path, "import", "--from", f"{datetime.now(UTC):%Y-%m-%d}")
    assert refused.exit_code == 1
    assert "grant CallRecord-PstnCalls.Read.All" in refused.stderr


@pytest.mark.parametrize("words", [("--from", "2999-01-01"), ("--from", "2026-02-01", "--to", "2026-01-01")])
def test_a_span_that_ends_before_it_begins_is_refused(words: tuple[str, ...]) -> None:
    refused = CliRunner().invoke(app, ["credits", "import", *words])
    assert refused.exit_code == 2
    assert "comes after the last one" in refused.output
