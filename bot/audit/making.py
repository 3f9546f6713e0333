"""Make the next checkpoint, and write it down in the second place.

It goes to the database first and to the second place after that, so the second place never has one that the
database does not know: where it does, the database is not what it was, and nothing more is signed.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from bot.audit.checkpoints import Checkpoint, Signed, draw_up, following, kept_in, published, read
from bot.audit.notes import PrivateKey, Unreadable
from bot.audit.signed_erasures import is_signed
from bot.audit.tree import LogBroken, Tree, lay_tiles, walked
from bot.domain.errors import Misconfigured
from bot.store import proofs
from bot.store.audit_log import head
from bot.store.database import Database, Transaction

__all__ = ["KeptFile", "NoPlace", "SecondPlace", "StandardOutput", "last_of", "make_checkpoint", "place_at"]


class SecondPlace(Protocol):
    """Where checkpoints are written down besides the database."""

    def kept(self) -> Sequence[Signed]:
        """What can be read back of it. Raises `Misconfigured` and `LogBroken`."""

    def lacks_after(self, newest: int) -> int:
        """The number after which it has none; `newest` is the last there is."""

    def add(self, checkpoint: Signed) -> None:
        """Write one more, for good. Raises `Misconfigured` where that is not possible."""


def make_checkpoint(
    db: Database, key: PrivateKey, place: SecondPlace, successor: PrivateKey | None = None
) -> Signed | None:
    """Sign what the log is now, in one checkpoint more; None when another replica was faster.

    Where another key takes over, both sign. Raises `LogBroken`, and signs nothing, when the log is not what
    the checkpoint before or one in the second place says; `Misconfigured` when `place` cannot be used.
    """
    kept = place.kept()
    lay_tiles(db, db.run_read(lambda tx: head(tx.conn).seq))
    made = db.run_read(_next, key, successor, kept[-1:])
    ours = db.run(proofs.add_checkpoint, made.checkpoint.number, made.written)
    for one in db.run_read(_lacking, place):
        place.add(one)
    return made if ours else None


def _lacking(tx: Transaction, place: SecondPlace) -> list[Signed]:
    newest = proofs.last_checkpoint(tx.conn)
    if newest is None:
        return []
    after = place.lacks_after(read(newest).checkpoint.number)
    return [read(note) for _, note in proofs.checkpoints(tx.conn, after)]


def _next(tx: Transaction, key: PrivateKey, successor: PrivateKey | None, kept: Sequence[Signed]) -> Signed:
    tree, now, before = Tree(tx.conn), head(tx.conn), last_of(tx, key)
    for one in filter(None, [before, *kept]):
        _demand_agreement(tx, tree, one, now.seq)
    if before:
        _demand_signed_erasures(tx, before.checkpoint, now.seq, key)
    number, after = following(before)
    checkpoint = Checkpoint(
        origin=before.checkpoint.origin if before else key.name,
        size=now.seq,
        root=tree.root(now.seq),
        at=max(tx.now, before.checkpoint.at) if before else tx.now,
        head=now.hash,
        number=number,
        after=after,
        key=successor.public if successor else None,
    )
    return draw_up(checkpoint, key, *([successor] if successor else []))


def last_of(tx: Transaction, key: PrivateKey) -> Signed | None:
    """The checkpoint before, which this key signed or was handed the log in; None before the first.

    Raises `LogBroken` where it is another's, and `Misconfigured` where this key has handed over.
    """
    written = proofs.last_checkpoint(tx.conn)
    if written is None:
        return None
    try:
        last = read(written)
    except Unreadable as problem:
        raise LogBroken(f"the last checkpoint in the database cannot be read: {problem}") from None
    if last.note.signed_by([key.public]) is None:
        raise LogBroken(
            f"checkpoint {last.checkpoint.number} was not signed by {key.name}+{key.public.id.hex()}; "
            "a new key takes over with `switchboard audit rotate`"
        )
    if last.checkpoint.key not in (None, key.public):
        raise Misconfigured(
            f"SWITCHBOARD_AUDIT_KEY: this key has handed over to {last.checkpoint.key}; set that one"
        )
    return last


def _demand_signed_erasures(tx: Transaction, before: Checkpoint, size: int, key: PrivateKey) -> None:
    """What goes under the next checkpoint is chained, and nothing was erased but with this key."""
    for seq, details in walked(tx.conn, before.size, size).erasings:
        if not is_signed(details, [key.public]):
            raise LogBroken(f"entry {seq} says that words were erased, and is not signed")


def _demand_agreement(tx: Transaction, tree: Tree, one: Signed, size: int) -> None:
    said = one.checkpoint
    if said.size > size:
        raise LogBroken(f"checkpoint {said.number} covers {said.size} entries, and there are fewer")
    stored = proofs.last_checkpoint(tx.conn, said.number)
    if stored is None or read(stored).note.text != one.note.text:
        raise LogBroken(f"checkpoint {said.number} in the second place is not in the database")
    if tree.root(said.size) != said.root:
        raise LogBroken(f"the first {said.size} entries are not those of checkpoint {said.number}")


class KeptFile:
    """A file that is only ever added to: best on another machine, under other permissions."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def kept(self) -> Sequence[Signed]:
        try:
            return kept_in(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ()
        except (Unreadable, UnicodeDecodeError) as problem:
            raise LogBroken(f"{self._path}: {problem}") from None
        except OSError as problem:
            raise Misconfigured(f"{self._path}: checkpoints cannot be read: {problem.strerror}") from None

    def lacks_after(self, newest: int) -> int:
        kept = self.kept()
        return kept[-1].checkpoint.number if kept else 0

    def add(self, checkpoint: Signed) -> None:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            with os.fdopen(os.open(self._path, flags, 0o640), "ab", buffering=0) as file:
                _write_whole(file.fileno(), f"{checkpoint.written}\n".encode())
        except OSError as problem:
            raise Misconfigured(f"{self._path}: checkpoints cannot be written: {problem.strerror}") from None


def _write_whole(file: int, note: bytes) -> None:
    """All of it or nothing: half a checkpoint, of a full disk, would look like meddling ever after."""
    before = os.fstat(file).st_size
    try:
        if os.write(file, note) < len(note):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    except OSError:
        # A file that may only be added to cannot be shortened.
        with suppress(OSError):
            os.ftruncate(file, before)
        raise


class StandardOutput:
    """Lines of JSON, for whatever collects what containers say. They cannot be read back."""

    def __init__(self) -> None:
        self._said = 0

    def kept(self) -> Sequence[Signed]:
        return ()

    def lacks_after(self, newest: int) -> int:
        # A process that died may have kept the one before to itself.
        return self._said or max(newest - 2, 0)

    def add(self, checkpoint: Signed) -> None:
        sys.stdout.write(published(checkpoint))
        sys.stdout.flush()
        self._said = checkpoint.checkpoint.number


class NoPlace:
    """Checkpoints stay in the database alone, where they show less."""

    def kept(self) -> Sequence[Signed]:
        return ()

    def lacks_after(self, newest: int) -> int:
        return newest

    def add(self, checkpoint: Signed) -> None:
        """Nothing."""


def place_at(setting: str) -> SecondPlace:
    """The second place of a setting: a path, `-` for standard output, or nothing."""
    if not setting:
        return NoPlace()
    return StandardOutput() if setting == "-" else KeptFile(Path(setting))
