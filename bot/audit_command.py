"""`switchboard audit`: prove what the log says, hand proofs and copies to others, let it forget people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.domain.errors import Misconfigured

if TYPE_CHECKING:
    from bot.audit.checkpoints import Signed
    from bot.audit.notes import PrivateKey, PublicKey
    from bot.audit.verify import Elsewhere, Verified
    from bot.settings import AuditSettings
    from bot.store.database import Database

__all__ = ["audit_app"]

audit_app = typer.Typer(
    help="Prove that the audit log has not been changed, and hand the proof to others.", no_args_is_help=True
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

_Output = Annotated[Path, typer.Option("--to", help="The file to write; it must not exist yet.")]


def _say(line: str) -> None:
    out.print(f"audit: {line}", markup=False, soft_wrap=True)


@contextmanager
def _log() -> Iterator[tuple[Database, AuditSettings]]:
    from bot.bootstrap import opened_database
    from bot.settings import load_audit_settings
    from bot.store.migrations import demand_current

    settings = load_audit_settings()
    demand_current(settings.database_url)
    with opened_database(settings.database_url) as db:
        yield db, settings


def _private(settings: AuditSettings) -> PrivateKey:
    from bot.audit.keys import load_private

    if settings.key is None:
        raise Misconfigured(
            "SWITCHBOARD_AUDIT_KEY: set the key file; make one with `switchboard audit keygen`"
        )
    return load_private(settings.key)


@audit_app.command("verify")
def verify(
    kept: Annotated[
        Path | None,
        typer.Option(
            "--from",
            help="Checkpoints kept elsewhere, which the log must agree with. Without it: "
            "SWITCHBOARD_AUDIT_CHECKPOINTS, where that is a file.",
        ),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="Public keys that may have signed. Without it: the one of SWITCHBOARD_AUDIT_KEY."),
    ] = None,
) -> None:
    """Recompute chain and tree; exit code 1 at the first entry or checkpoint that does not fit.

    Safe beside a running service. Needs only SWITCHBOARD_DATABASE_URL, and whoever checks in earnest brings
    --from and --key from another place than this machine.
    """
    from bot.audit.verify import Broken, verify
    from bot.process.progress import progress_bar

    with _log() as (db, settings):
        elsewhere = _elsewhere(settings, kept, key)
        with progress_bar(out, "Verifying") as advance:
            result = verify(db, advance, elsewhere)
    if isinstance(result, Broken):
        err.print(
            f"audit: BROKEN at entry {result.seq}: {result.what}", style="red", markup=False, soft_wrap=True
        )
        raise typer.Exit(1)
    _say(f"{result.count} entries, chain intact, head {result.head_hash}")
    for line in _more_about(result, elsewhere):
        _say(line)


def _more_about(result: Verified, elsewhere: Elsewhere) -> Iterator[str]:
    if result.checkpoints:
        kept = f"; {result.kept} kept elsewhere agree" if result.kept else "; none kept elsewhere was given"
        yield f"{result.checkpoints} checkpoints agree, the last with {result.covered} entries{kept}"
        names = ", ".join(f"{key.name}+{key.id.hex()}" for key in elsewhere.trusted)
        yield f"signatures checked with {names}" if names else "signatures NOT checked: bring --key"
    else:
        yield "there is no checkpoint: whoever rewrote everything would not be found (SWITCHBOARD_AUDIT_KEY)"
    if result.erased:
        yield f"{result.erased} entries have had personal words erased, each as another entry says"
    for since, until in result.gaps:
        yield f"no checkpoint was made between {since:%Y-%m-%d %H:%M} and {until:%Y-%m-%d %H:%M} UTC"


def _elsewhere(settings: AuditSettings, kept: Path | None, key: Path | None) -> Elsewhere:
    from bot.audit.keys import load_private, load_public
    from bot.audit.verify import Elsewhere

    trusted: list[PublicKey] = []
    if key is not None:
        trusted = load_public(key)
    elif settings.key is not None:
        trusted = [load_private(settings.key).public]
    return Elsewhere(_kept(settings, kept), trusted)


def _kept(settings: AuditSettings, given: Path | None) -> list[Signed]:
    """The checkpoints of the file that was given, or else of the second place."""
    from bot.audit.checkpoints import kept_in
    from bot.audit.notes import Unreadable
    from bot.settings import text_of

    path = given
    if path is None and settings.checkpoints not in ("", "-"):
        path = Path(settings.checkpoints)
        if not path.exists():
            return []
    if path is None:
        return []
    try:
        return kept_in(text_of(path, "--from" if given else "SWITCHBOARD_AUDIT_CHECKPOINTS"))
    except Unreadable as problem:
        raise Misconfigured(f"{path}: {problem}") from None


@audit_app.command("keygen")
def keygen(
    file: Annotated[Path, typer.Argument(help="The file to write; only its owner will be able to read it.")],
    name: Annotated[
        str,
        typer.Option(help="What checkpoints call the log, for good; such as phonedesk.example.com/audit."),
    ],
) -> None:
    """Make the key that signs checkpoints, and print the public key that checks them.

    Keep the public key, and copies of checkpoints, where whoever runs the service cannot change them.
    """
    from bot.audit.keys import make_private

    public = make_private(file, name)
    out.print(str(public), markup=False, soft_wrap=True)
    err.print(
        f"audit: the key is in {file}: set SWITCHBOARD_AUDIT_KEY; hand on the line above", soft_wrap=True
    )


@audit_app.command("pseudonym-key")
def pseudonym_key(
    file: Annotated[Path, typer.Argument(help="The file to write; only its owner will be able to read it.")],
) -> None:
    """Make the key for exports with pseudonyms; whoever has it can tell who is who."""
    from bot.audit.keys import make_secret

    make_secret(file)
    _say(f"wrote {file}")


@audit_app.command("checkpoint")
def checkpoint() -> None:
    """Sign what the log is now, without waiting for the full hour; prints the checkpoint.

    Needs SWITCHBOARD_DATABASE_URL and SWITCHBOARD_AUDIT_KEY. Safe beside a running service.
    """
    from bot.audit.making import make_checkpoint, place_at

    with _log() as (db, settings):
        made = make_checkpoint(db, _private(settings), place_at(settings.checkpoints))
    if made is not None and settings.checkpoints != "-":
        out.print(made.written, markup=False, soft_wrap=True, end="")


@audit_app.command("rotate")
def rotate(
    new_key: Annotated[Path, typer.Argument(help="The new key, made by `switchboard audit keygen`.")],
) -> None:
    """Hand over to a new key, by a checkpoint that both sign; then set SWITCHBOARD_AUDIT_KEY to it."""
    from bot.audit.chain import CONSOLE
    from bot.audit.keys import load_private
    from bot.audit.making import last_of, make_checkpoint, place_at

    with _log() as (db, settings):
        old, new = _private(settings), load_private(new_key)
        db.run_read(last_of, old)
        said = {"before": f"{old.name}+{old.public.id.hex()}", "after": str(new.public)}
        db.run(lambda tx: tx.audit("audit.key_changed", CONSOLE, **said))
        made = make_checkpoint(db, old, place_at(settings.checkpoints), new)
    if made is None:
        raise Misconfigured("another checkpoint was made at the same moment; run this again")
    _say(f"checkpoint {made.checkpoint.number} hands over to {new.public}")


@audit_app.command("prove")
def prove(
    request_id: Annotated[str, typer.Argument(help="The request, SB-...")],
    to: Annotated[Path | None, typer.Option(help="The file to write. [default: SB-....receipt.json]")] = None,
) -> None:
    """Write a receipt: every entry of a request, with proof that it stands in the signed log.

    verifier/verify_receipt.py checks it anywhere, without Switchboard. With SWITCHBOARD_AUDIT_KEY a
    checkpoint is made first, so that the newest entries are covered as well.
    """
    from bot.audit.making import make_checkpoint, place_at
    from bot.audit.proving import receipt_for

    wanted = request_id.upper()
    with _log() as (db, settings):
        if settings.key is not None:
            make_checkpoint(db, _private(settings), place_at(settings.checkpoints))
        receipt = db.run_read(receipt_for, wanted)
    file = to or Path(f"{wanted}.receipt.json")
    _write(file, [json.dumps(receipt, ensure_ascii=False, indent=1) + "\n"])
    _say(f"{len(receipt['entries'])} entries of {wanted} in {file}")


@audit_app.command("consistency")
def consistency(
    first: Annotated[Path, typer.Argument(help="A checkpoint that was kept.")],
    to: _Output,
    second: Annotated[
        Path | None, typer.Option(help="A later one. Without it: the newest in the database.")
    ] = None,
) -> None:
    """Write proof that the log only grew between two checkpoints, for verifier/verify_receipt.py."""
    from bot.audit.proving import consistency_between, stored_checkpoint

    with _log() as (db, settings):
        old = _kept(settings, first)[-1:]
        new = _kept(settings, second)[-1:] if second else [db.run_read(stored_checkpoint)]
        if not old or not new:
            raise Misconfigured(f"{first if not old else second}: there is no checkpoint in it")
        proof = db.run_read(consistency_between, old[0], new[0])
    _write(to, [json.dumps(proof, ensure_ascii=False, indent=1) + "\n"])
    _say(f"wrote {to}")


@audit_app.command("export")
def export(
    to: Annotated[Path, typer.Argument(help="The file to write: .jsonl for JSON Lines, .csv for a table.")],
    since: Annotated[datetime | None, typer.Option(help="First day (UTC).", formats=["%Y-%m-%d"])] = None,
    until: Annotated[
        datetime | None, typer.Option(help="Day to stop before (UTC).", formats=["%Y-%m-%d"])
    ] = None,
    pseudonymise: Annotated[
        Path | None,
        typer.Option(help="Name nobody: put pseudonyms made with the key in this file (`pseudonym-key`)."),
    ] = None,
) -> None:
    """Copy the log to a file for others, in order."""
    from bot.audit.export import Pseudonyms, csv_lines, exported, json_lines
    from bot.audit.keys import load_secret
    from bot.process.progress import progress_bar

    forms = {".jsonl": json_lines, ".csv": csv_lines}
    if to.suffix not in forms:
        raise Misconfigured(f"{to}: end the name in .jsonl or .csv")
    rewording = Pseudonyms(load_secret(pseudonymise)) if pseudonymise else None
    with _log() as (db, _), progress_bar(out, "Exporting") as advance:
        count = db.run_read(
            lambda tx: _write(
                to,
                forms[to.suffix](exported(tx.conn, _day(since), _day(until), rewording)),
                advance,
            )
        )
    _say(f"{count} lines in {to}")


def _day(given: date | None) -> datetime | None:
    return datetime(given.year, given.month, given.day, tzinfo=UTC) if given else None


@audit_app.command("erase")
def erase(
    object_id: Annotated[str, typer.Argument(help="Object id of the person in Entra.")],
    because: Annotated[str, typer.Option(help="Why, for the log: a ticket, not a name.")],
    word: Annotated[
        list[str] | None,
        typer.Option(help="What else the person is called in the log: an old name, an address. Repeatable."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Take what tells of a person out of the log, for good; `verify` goes on proving the rest.

    Names that requests know are found by themselves. Refused while the person has an open request. What is
    not reached is listed in docs/audit.md: backups, exports and receipts that were handed out. Where there
    are checkpoints it takes SWITCHBOARD_AUDIT_KEY: what is erased is signed, and one checkpoint more made.
    """
    from bot.audit.erasure import erase, person_of
    from bot.audit.making import make_checkpoint, place_at

    with _log() as (db, settings):
        signing = _private(settings) if settings.key is not None else None
        person = db.run_read(person_of, object_id, tuple(word or ()))
        called = ", ".join((person.id, *person.words))
        if not yes and not typer.confirm(f"Erase {called} from the audit log, for good?"):
            raise typer.Exit(1)
        done = erase(db, person, because, signing)
        if signing is not None:
            make_checkpoint(db, signing, place_at(settings.checkpoints))
    _say(f"{done.entries} entries changed; the person is {done.pseudonym} in them from now on")


def _write(path: Path, lines: Iterable[str], advance: Callable[[int], None] = lambda _: None) -> int:
    """Write a new file. Raises `Misconfigured` where that is not possible."""
    count = 0
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            for line in lines:
                file.write(line)
                count += 1
                if count % 1000 == 0:
                    advance(count)
    except FileExistsError:
        raise Misconfigured(f"{path} exists already; name a new file") from None
    except OSError as problem:
        raise Misconfigured(f"{path} cannot be written: {problem.strerror}") from None
    return count
