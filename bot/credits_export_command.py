"""`switchboard credits export`: what calls cost, day by day, as a file that Excel opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.domain.usage import Usage
    from bot.store.database import Database

__all__ = ["export"]

out = Console(highlight=False)

_DAY = ["%Y-%m-%d"]
_YEAR = timedelta(days=365)


def export(
    to: Annotated[
        Path, typer.Argument(help="The file to write, such as calls.csv; it must not be there yet.")
    ],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day (UTC); without it a year back.")
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day (UTC); without it today.")
    ] = None,
    language: Annotated[
        str, typer.Option(help="Of the headings, the countries and the decimals: en, fr or zh-CN.")
    ] = "en",
) -> None:
    """Write what calls cost to a file: a line for each day, person, destination and kind of call.

    A double click opens it in an Excel of that language. It names people and what they spent: only you can
    read the file, and that it was written is on the audit log. Needs the database alone.
    """
    last = until.date() if until else datetime.now(UTC).date()
    first = since.date() if since else last - _YEAR
    if first > last:
        raise typer.BadParameter("the first day comes after the last one")
    count = _write(to, first, last, language)
    out.print(f"{count} lines in {to}", markup=False, soft_wrap=True)


def _write(to: Path, first: date, last: date, language: str) -> int:
    """How many lines there are besides the headings."""
    from bot.bootstrap import opened_database
    from bot.settings import load_database_url
    from bot.store.migrations import demand_current
    from bot.table_file import write_table
    from bot.usecases.credits_export import csv_lines
    from bot.words import words_for

    url = load_database_url()
    demand_current(url)
    with opened_database(url) as db:
        return write_table(to, csv_lines(_usage(db, first, last), words_for(language)))


def _usage(db: Database, first: date, last: date) -> Iterator[Usage]:
    """By month, so that years of calls need no more memory than the busiest month. It is recorded first."""
    from bot.audit.chain import CONSOLE
    from bot.store import credits as ledger
    from bot.usecases.credits_export import month_of

    what = f"{first} to {last}, to a file"
    db.run(lambda tx: tx.audit("spending.read", CONSOLE, what=what))
    while first <= last:
        end = min(month_of(first)[1], last)
        yield from db.run_read(ledger.usage, first, end)
        first = end + timedelta(days=1)
