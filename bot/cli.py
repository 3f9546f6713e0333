"""`switchboard`: the command line. Each command only translates; the work is done elsewhere."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Coroutine
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from rich.console import Console

from bot.audit_command import audit_app
from bot.catalogue_command import catalogue_app
from bot.credits_command import credits_app
from bot.domain.errors import SwitchboardError
from bot.policy_command import policy_app
from bot.report_command import report_app

__all__ = ["app", "main"]

T = TypeVar("T")

app = typer.Typer(
    name="switchboard",
    help="The phone desk in Microsoft Teams: ask in chat, decide on a card, carried out in Graph, proved.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
db_app = typer.Typer(help="Look after the database.", no_args_is_help=True)
manifest_app = typer.Typer(help="Build the Teams app package.", no_args_is_help=True)
app.add_typer(audit_app, name="audit")
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(credits_app, name="credits")
app.add_typer(db_app, name="db")
app.add_typer(manifest_app, name="manifest")
app.add_typer(policy_app, name="policy")
app.add_typer(report_app, name="report")

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def main() -> None:
    """Entry point: an expected problem is one line on standard error and exit code 1."""
    try:
        app()
    except SwitchboardError as problem:
        _complain(f"switchboard: {problem}")
        sys.exit(1)


def _complain(line: str) -> None:
    err.print(line, style="red", markup=False, soft_wrap=True)


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Ctrl-C before anybody listens for it is no reason for a traceback either."""
    try:
        return asyncio.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _show_version(wanted: bool) -> None:
    if wanted:
        _say(f"switchboard {installed_version('teams-switchboard')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """The phone desk in Microsoft Teams: ask in chat, decide on a card, carried out in Graph, proved."""


@app.command()
def serve() -> None:
    """Run the bot: /api/messages for Teams, and the runner that carries approved requests out.

    Settings come from the environment and from .env in the current folder; `switchboard doctor` says what
    is missing. Says on standard output when it is ready; its log is JSON lines on standard error. SIGTERM
    or Ctrl-C lets it finish what is under way.
    """
    from bot.bootstrap import serve as run
    from bot.process.logs import configure_logging
    from bot.setting_names import misspelt_here
    from bot.settings import load_settings

    for line in misspelt_here():
        err.print(f"switchboard: {line}", style="yellow", markup=False, soft_wrap=True)
    settings = load_settings()
    configure_logging(settings.log_level, readable=err.is_terminal)
    _run(run(settings, lambda where: _say(f"switchboard: ready at {where}")))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 3979,
    rate: Annotated[
        float, typer.Option(help="How fast the tenant's clock runs; 600 makes ten minutes a second.", min=0.1)
    ] = 1.0,
) -> None:
    """Run only the simulated tenant: Graph, Bot Connector and token issuer, on loopback.

    Prints the environment for a `switchboard serve` in another terminal that works with it.
    """
    from bot.sandbox.main import run

    try:
        _run(run(port=port, rate=rate))
    except (OSError, OverflowError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem)
        _complain(f"switchboard: port {port} cannot be used ({reason}); choose another with --port")
        raise typer.Exit(1) from None


@app.command()
def demo(
    once: Annotated[
        bool, typer.Option("--once", help="Stop after the story; exit code 0 only if every check held.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port of the bot on 127.0.0.1; 0 takes a free one.")] = 3978,
    emulator: Annotated[
        bool,
        typer.Option(
            "--emulator",
            help="No story: run for a Teams client emulator, without authentication, on loopback.",
        ),
    ] = False,
) -> None:
    """Watch an employee get a phone number in a simulated tenant, from chat to audit log.

    Needs nothing and leaves nothing behind: the tenant is in memory, the database in a temporary folder
    (or at SWITCHBOARD_DATABASE_URL). No other setting is read.
    """
    from bot.demo.story import emulate, run

    if emulator and once:
        raise typer.BadParameter("--once tells the story, --emulator does not: choose one")
    raise typer.Exit(_run(emulate(port) if emulator else run(port, once)))


@app.command()
def doctor() -> None:
    """Check settings, database, clocks, permissions, policy and groups; say what to do about each problem.

    Changes nothing. Exit code 1 when something is broken.
    """
    from bot.doctor import examine
    from bot.process.logs import configure_logging

    # What a check tries is said in its own words; the log would say it twice.
    configure_logging("CRITICAL", readable=True)
    raise typer.Exit(_run(examine(out)))


@db_app.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to the current schema; safe to run from several replicas at once.

    Needs only SWITCHBOARD_DATABASE_URL.
    """
    from bot.settings import load_database_url
    from bot.store.migrations import upgrade

    upgrade(load_database_url(), lambda step: _say(f"db: {step}"))
    _say("db: the schema is current")


@db_app.command("backup")
def db_backup(
    to: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")],
) -> None:
    """Copy an SQLite database, whole, while the service goes on; for PostgreSQL use pg_dump.

    Needs only SWITCHBOARD_DATABASE_URL.
    """
    from bot.settings import load_database_url
    from bot.store.backup import copy_to

    copy_to(load_database_url(), to)
    _say(f"db: copied to {to}")


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
        _complain(f"manifest: {problem}")
        raise typer.Exit(1) from None
    _say(f"manifest: wrote {path}; upload it under Teams apps > Manage apps")
