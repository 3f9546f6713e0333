"""`switchboard report`: what the months came to, as a file that Excel opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.domain.reports import FIRST_MONTH

if TYPE_CHECKING:
    from bot.domain.reports import Report
    from bot.store.database import Database

__all__ = ["report_app"]

report_app = typer.Typer(help="Take reports along from the command line.", no_args_is_help=True)
out = Console(highlight=False)

_MONTH = ["%Y-%m"]
_YEAR_AGO = 11


@report_app.callback()
def _root() -> None:
    """Take reports along from the command line."""


@report_app.command("export")
def export(
    to: Annotated[
        Path, typer.Argument(help="The file to write, such as report.csv; it must not be there yet.")
    ],
    since: Annotated[
        datetime | None,
        typer.Option(
            "--from", formats=_MONTH, help="First month, as 2026-01; without it twelve up to the last."
        ),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", formats=_MONTH, help="Last month; without it the one that is running."),
    ] = None,
    language: Annotated[str, typer.Option(help="Of the headings and the decimals: en, fr or zh-CN.")] = "en",
) -> None:
    """Write what the months came to to a file: a line for each figure, then what waits now.

    A double click opens it in an Excel of that language. It names those who decide: only you can read the
    file. Needs the database alone, so stock is not in it.
    """
    last = until.date() if until else datetime.now(UTC).date()
    first = since.date() if since else _a_year_up_to(last)
    if not FIRST_MONTH <= first <= last:
        raise typer.BadParameter("the first month comes after the last one, or is too long ago")
    count = _write(to, first, last, language)
    out.print(f"{count} lines in {to}", markup=False, soft_wrap=True)


def _a_year_up_to(last: date) -> date:
    months = last.year * 12 + last.month - 1 - _YEAR_AGO
    return max(date(months // 12, months % 12 + 1, 1), FIRST_MONTH)


def _write(to: Path, first: date, last: date, language: str) -> int:
    """How many lines there are besides the headings."""
    from bot.bootstrap import opened_database
    from bot.settings import load_database_url
    from bot.store.migrations import demand_current
    from bot.table_file import write_table
    from bot.words import words_for
    from cards.report_table import lines

    url = load_database_url()
    demand_current(url)
    with opened_database(url) as db:
        return write_table(to, lines(_reports(db, first, last), words_for(language)))


def _reports(db: Database, first: date, last: date) -> Iterator[Report]:
    """It is recorded first that somebody looks: people are named."""
    from bot.audit.chain import CONSOLE
    from bot.usecases.reports import months_between, of_month

    what = f"{first:%Y-%m} to {last:%Y-%m}: approvers, to a file"
    db.run(lambda tx: tx.audit("report.read", CONSOLE, what=what))
    for month in months_between(first, last):
        yield db.run_read(of_month, month)
