"""`switchboard credits`: the history of what calls cost, into the ledger and out of it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from bot.credits_export_command import export

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.credit_readings import Reading
    from bot.store.database import Database
    from bot.usecases.credits_reading import Phase

__all__ = ["credits_app"]

credits_app = typer.Typer(
    help="Look after the ledger of Communications Credits from the command line.", no_args_is_help=True
)
credits_app.command("export")(export)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_DAY = ["%Y-%m-%d"]
_A_DAY = timedelta(days=1)
_PHASES: dict[Phase, str] = {"calls": "Reading calls", "dial-out": "Comparing dial-out"}
_GO_ON = "what was read is kept; run the same again to go on"


@credits_app.command("import")
def import_(
    since: Annotated[
        datetime | None,
        typer.Option("--from", formats=_DAY, help="First day (UTC); without it a year back, or as begun."),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option("--to", formats=_DAY, help="Last day (UTC); without it up to now.")
    ] = None,
) -> None:
    """Read the history of what calls cost from Microsoft Graph into the ledger, up to 1,000 calls a page.

    Safe beside a running service, and safe to repeat: every call counts once. When it is stopped, the same
    command goes on where it was. The service itself reads the last 90 days when it first starts, and what
    is new each night. Needs the settings of the service; without the permission on call records it says so.
    """
    from bot.domain.errors import TransientUpstream
    from bot.graph.errors import Forbidden
    from bot.settings import load_settings

    begin, end = _span(since, until)
    try:
        done, lines = asyncio.run(_imported(load_settings(), begin, end))
    except KeyboardInterrupt:
        _complain(f"stopped; {_GO_ON}")
        raise typer.Exit(130) from None
    except TransientUpstream as problem:
        _complain(f"{problem}; {_GO_ON}")
        raise typer.Exit(1) from None
    except Forbidden:
        _complain("Graph does not show call records; grant CallRecord-PstnCalls.Read.All and give consent")
        raise typer.Exit(1) from None
    _say(_summary(done))
    for line in lines:
        _say(f"credits: {line}")


def _summary(done: Reading) -> str:
    span = f"{done.since:%Y-%m-%d} to {done.until:%Y-%m-%d %H:%M} UTC"
    found = f"{done.charged:,} new charges, {done.corrected:,} corrected, {done.unreadable:,} not understood"
    return f"credits: read {done.records:,} records from {span}: {found}"


def _span(since: datetime | None, until: datetime | None) -> tuple[datetime | None, datetime]:
    """Whole days in UTC, to the last moment of the last one, and nothing after this moment."""
    now = datetime.now(UTC).replace(microsecond=0)
    begin = since.replace(tzinfo=UTC) if since else None
    # Up to the beginning of the next day: calls are timed in fractions of a second.
    end = datetime.combine(until, time(), UTC) + _A_DAY if until else now
    if begin and begin >= min(end, now):
        raise typer.BadParameter("the first day comes after the last one, or has not come yet")
    return begin, min(end, now)


async def _imported(settings: Settings, since: datetime | None, until: datetime) -> tuple[Reading, list[str]]:
    """The reading, and what all of it costs by currency."""
    from bot.audit.chain import seal
    from bot.bootstrap import acquire_for
    from bot.credentials import Credentials
    from bot.graph import Graph
    from bot.store.database import open_database
    from bot.store.migrations import prepare
    from bot.usecases.credits_reading import Reader, look_up_departments, read_history

    prepare(settings.database_url)
    db = open_database(settings.database_url, seal)
    try:
        async with Graph(settings.graph_url, Credentials(acquire_for(settings))) as graph:
            with _bar() as advance:
                done = await read_history(Reader(db, graph, advance), since, until)
            await look_up_departments(db, graph)
        return done, await _totals(db, done)
    finally:
        await db.close()


async def _totals(db: Database, done: Reading) -> list[str]:
    from bot.domain.amounts import with_currency
    from bot.domain.spenders import Dimension
    from bot.domain.usage import rounded
    from bot.store.credit_sums import spent_by
    from bot.usecases.credits_reading import last_day

    spent = Counter[str]()
    for one in await db.read(spent_by, done.since.date(), last_day(done.until), Dimension.COUNTRY):
        spent[one.currency] += one.millionths
    sums = (rounded(millionths, currency) for currency, millionths in sorted(spent.items()))
    return [f"{with_currency(amount)} for calls in these days" for amount in sums]


@contextmanager
def _bar() -> Iterator[Callable[[Phase, Reading, datetime], None]]:
    """Records come in the order of their calls, so the last one says how much of the time is read."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[records]:,} records, up to {task.fields[day]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        tasks: dict[Phase, TaskID] = {}

        def advance(phase: Phase, reading: Reading, reached: datetime) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(_PHASES[phase], total=1.0, records=0, day="")
            whole = max(reading.until - reading.since, timedelta(seconds=1))
            share = min((reached - reading.since) / whole, 1.0)
            bar.update(tasks[phase], completed=share, records=reading.records, day=f"{reached:%Y-%m-%d}")

        yield advance


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)


def _complain(line: str) -> None:
    err.print(f"switchboard: {line}", style="red", markup=False, soft_wrap=True)
