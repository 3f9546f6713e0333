"""`switchboard`: the command line. Each command only translates; the work is done elsewhere."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from bot.domain.errors import SwitchboardError

__all__ = ["app", "main"]

app = typer.Typer(
    name="switchboard",
    help="The phone desk in Microsoft Teams: ask in chat, decide on a card, carried out in Graph, proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit_app = typer.Typer(help="Look at the audit log and prove it has not been changed.", no_args_is_help=True)
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
manifest_app = typer.Typer(help="Build the Teams app package.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(db_app, name="db")
app.add_typer(manifest_app, name="manifest")

out = Console()
err = Console(stderr=True)


def main() -> None:
    """Entry point: an expected problem is one line on standard error and exit code 1."""
    try:
        app()
    except SwitchboardError as problem:
        err.print(f"switchboard: {problem}", style="red", highlight=False, markup=False)
        sys.exit(1)


@app.command()
def serve() -> None:
    """Run the bot: /api/messages for Teams, and the runner that carries approved requests out.

    Settings come from the environment and .env; `switchboard doctor` says what is missing.
    """
    from bot.bootstrap import serve as run
    from bot.settings import load_settings

    asyncio.run(run(load_settings()))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 3979,
    rate: Annotated[float, typer.Option(help="How fast the tenant's clock runs.", min=0.1)] = 1.0,
) -> None:
    """Run only the simulated tenant: Graph, Bot Connector and token issuer, on loopback."""
    from bot.sandbox.main import run

    asyncio.run(run(port=port, rate=rate))


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the story; exit code 0 only if every check held.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the bot on 127.0.0.1; 0 takes a free one.")] = 3978,
) -> None:
    """Watch an employee get a phone number in a simulated tenant, from chat to audit log."""
    from bot.demo.story import run

    raise typer.Exit(asyncio.run(run(port=port, once=once)))


@app.command()
def doctor() -> None:
    """Check settings, database, Graph permissions, clock and policy; say what is wrong and what to do."""
    from bot.doctor import examine

    raise typer.Exit(asyncio.run(examine(out)))


@audit_app.command("verify")
def audit_verify() -> None:
    """Recompute the whole chain; exit code 1 at the first entry that does not fit."""
    from bot.audit.verify import Broken, verify
    from bot.progress import progress_bar

    with _database() as db, progress_bar(out, "Verifying") as advance:
        result = verify(db, progress=advance)
    if isinstance(result, Broken):
        err.print(f"audit: BROKEN at entry {result.seq}: {result.what}", style="red", highlight=False)
        raise typer.Exit(1)
    out.print(f"audit: {result.count} entries, chain intact, head {result.head_hash}", highlight=False)


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the current schema; safe to run from several replicas at once."""
    from bot.settings import load_database_url
    from bot.store.migrations import upgrade

    upgrade(load_database_url())
    out.print("db: the schema is current")


@manifest_app.command("build")
def manifest_build(
    teams_app_id: Annotated[
        str, typer.Option(help="GUID of the Teams app; make one once, keep it for ever.")
    ],
    website: Annotated[str, typer.Option(help="https address of your organisation.")],
    privacy: Annotated[str, typer.Option(help="https address of your privacy statement.")],
    terms: Annotated[str, typer.Option(help="https address of your terms of use.")],
    developer: Annotated[str, typer.Option(help="Name of your organisation, up to 32 characters.")],
    bot_id: Annotated[str, typer.Option(help="GUID of the bot's registration.", envvar="MicrosoftAppId")],
    version: Annotated[str, typer.Option(help="Version of the package, 1.2.3.")] = "1.0.0",
    to: Annotated[Path, typer.Option(help="Where to write the zip.")] = Path("switchboard-teams-app.zip"),
) -> None:
    """Fill in your tenant's ids and write the zip to upload in the Teams admin centre."""
    from manifest.package import AppIds, InvalidPackage, build

    ids = AppIds(teams_app_id, bot_id, version, developer, website, privacy, terms)
    try:
        path = build(to, ids)
    except InvalidPackage as problem:
        err.print(f"manifest: {problem}", style="red", highlight=False)
        raise typer.Exit(1) from None
    out.print(f"manifest: wrote {path}; upload it under Teams apps > Manage apps")


def _database() -> Any:
    from bot.bootstrap import opened_database
    from bot.settings import load_database_url

    return opened_database(load_database_url())
