"""`switchboard report export`: months as a file that Excel opens."""

from __future__ import annotations

import csv
import stat
from datetime import UTC, datetime
from pathlib import Path

from typer.testing import CliRunner, Result

from bot.audit.chain import CONSOLE, seal
from bot.cli import app
from bot.domain.states import RequestState
from bot.store.database import open_database
from bot.store.migrations import upgrade
from bot.store.tables import audit_entries
from tests.support.requests_sample import stored_request


def ran(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, ["report", "export", *words], env={"SWITCHBOARD_DATABASE_URL": url})


def test_months_are_written_to_a_file_for_nobody_else_and_that_is_recorded(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path}/desk.db", tmp_path / "report.csv"
    upgrade(url)
    db = open_database(url, seal)
    db.run(lambda tx: stored_request(tx, state=RequestState.REJECTED))
    done = ran(url, str(file), "--from", "2025-12", "--to", "2026-02", "--language", "fr")
    assert done.exit_code == 0, done.output
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert f"{len(rows) - 1} lines in" in done.stdout
    asked = [row[3] for row in rows if row[0] in ("2025-12", "2026-01", "2026-02") and not row[2]]
    assert asked == ["0", "1", "0"]
    assert rows[-1][0] == f"{datetime.now(UTC):%Y-%m-%d}"
    recorded = db.run_read(
        lambda tx: [(row.actor, row.action) for row in tx.conn.execute(audit_entries.select())]
    )
    assert (CONSOLE, "report.read") in recorded
    db.close_now()

    again = ran(url, str(file))
    assert again.exit_code == 1
    assert "name a file that is not there yet" in str(again.exception)


def test_twelve_months_unless_told_otherwise_and_none_that_run_backwards(tmp_path: Path) -> None:
    url, file = f"sqlite:///{tmp_path}/desk.db", tmp_path / "report.csv"
    upgrade(url)
    assert ran(url, str(file), "--to", "2026-02").exit_code == 0
    rows = list(csv.reader(file.read_text("utf-8-sig").splitlines()))
    months = list(dict.fromkeys(row[0] for row in rows if len(row[0]) == len("2026-02")))
    assert (len(months), months[0], months[-1]) == (12, "2025-03", "2026-02")
    for words in (("--from", "2026-03", "--to", "2026-02"), ("--from", "1999-01")):
        assert ran(url, str(tmp_path / "other.csv"), *words).exit_code == 2
    assert not (tmp_path / "other.csv").exists()
