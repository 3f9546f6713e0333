"""What calls cost as a table: opened by a spreadsheet as it was meant, and by nothing else."""

from __future__ import annotations

import csv
import json
import stat
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.audit.chain import seal
from bot.cli import app
from bot.domain.usage import Usage
from bot.store.database import open_database
from bot.store.migrations import upgrade
from bot.store.tables import audit_entries
from bot.usecases.credits_export import by_month, csv_lines, month_of
from bot.words import words_for
from tests.support.call_history import calls, read

DAY = date(2026, 10, 30)


def used(
    cents: float = 150,
    *,
    on: date = DAY,
    who: str = "Ana Alvarez",
    country: str = "FR",
    department: str = "Sales",
) -> Usage:
    return Usage(
        day=on,
        currency="EUR",
        person_id=who.casefold(),
        person=who,
        department=department,
        country=country,
        call_type="user_out",
        calls=2,
        seconds=121,
        millionths=round(cents * 10_000),
    )


def table(*usage: Usage, tag: str = "en", divider: str = ",") -> list[dict[str, str]]:
    return list(csv.DictReader(csv_lines(usage, words_for(tag)), delimiter=divider))


def test_a_line_says_who_called_where_and_what_it_cost() -> None:
    (line,) = table(used())
    assert list(line.values()) == [
        "2026-10-30", "Ana Alvarez", "Sales", "France", "user_out", "2", "3", "1.50", "EUR",
    ]  # fmt: skip


def test_where_decimals_have_a_comma_cells_are_divided_by_semicolons() -> None:
    (line,) = table(used(123456), tag="fr", divider=";")
    assert "1234,56" in line.values()
    assert "," not in next(csv_lines([], words_for("fr")))


@pytest.mark.parametrize(
    "evil", ["=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", " =1", "\uff1d1", "\uff20A"]
)
def test_what_begins_like_a_formula_is_text(evil: str) -> None:
    (line,) = table(used(who=evil, department=evil))
    for cell in list(line.values())[1:3]:
        assert cell.startswith("'")
        assert cell.strip("' \t") == evil.strip().strip("'")


def test_names_make_neither_cells_nor_lines_of_their_own() -> None:
    (line,) = table(used(who='Ana "A", B;\nC'))
    assert list(line.values())[1] == 'Ana "A", B; C'


def test_what_is_not_known_is_left_empty() -> None:
    (line,) = table(used(country="", department=""))
    assert list(line.values())[2:4] == ["", ""]


def test_a_month_is_summed_by_person_and_destination_the_dearest_first() -> None:
    days = [DAY - timedelta(days=ago) for ago in range(3)]
    rows = [*(used(0.4, on=day) for day in days), used(100, who="Ben", on=days[0]), used(5, country="DE")]
    found = by_month(rows)
    assert [(one.person, one.country, one.calls, one.seconds, one.millionths) for one in found] == [
        ("Ben", "FR", 2, 121, 1_000_000),
        ("Ana Alvarez", "DE", 2, 121, 50_000),
        ("Ana Alvarez", "FR", 6, 363, 12_000),
    ]
    assert {one.day for one in found} == {date(2026, 10, 1)}


def test_months_end_on_their_last_day() -> None:
    assert month_of(date(2028, 2, 10)) == (date(2028, 2, 1), date(2028, 2, 29))
    assert month_of(date(2026, 12, 31)) == (date(2026, 12, 1), date(2026, 12, 31))


@pytest.fixture
def exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """The command, with 100 days of calls at 2 euros in the database."""
    url = f"sqlite:///{tmp_path}/ledger.db"
    upgrade(url)
    db = open_database(url, seal)
    db.run(lambda tx: calls(tx, read(tx, 100), 2))
    db.close_now()
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", url)
    return lambda *words: CliRunner().invoke(app, ["credits", "export", *words])


def told(folder: Path) -> list[tuple[str, str]]:
    """Action and actor of every audit entry."""
    db = open_database(f"sqlite:///{folder}/ledger.db", seal)
    try:
        bodies = db.run_read(
            lambda tx: [json.loads(row.body) for row in tx.conn.execute(audit_entries.select())]
        )
    finally:
        db.close_now()
    return [(one["action"], one["actor"]) for one in bodies]


def test_the_file_opens_in_excel_and_is_for_nobody_else(
    exported: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "calls.csv"
    done = exported(str(file), "--language", "fr")
    assert done.exit_code == 0, done.output
    assert "100 lines in" in done.stdout
    raw = file.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == 101
    assert b";2,00;EUR" in raw
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [action for action, actor in told(tmp_path) if actor == "console"] == ["spending.read"]


def test_only_the_days_asked_for_and_never_over_another_file(
    exported: Callable[..., Result], tmp_path: Path
) -> None:
    file = tmp_path / "calls.csv"
    until = datetime.now(UTC).date() - timedelta(days=10)
    span = ("--from", f"{until - timedelta(days=4)}", "--to", f"{until}")
    assert "5 lines in" in exported(str(file), *span).stdout
    again = exported(str(file), *span)
    assert again.exit_code == 1
    assert "not there yet" in str(again.exception)
    assert exported(str(tmp_path / "other.csv"), "--from", "2026-02-01", "--to", "2026-01-01").exit_code == 2
