"""Check the log from its first entry to its head, and against every checkpoint there is of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import sqlalchemy as sa

from bot.audit.chain import GENESIS
from bot.audit.checkpoints import Signed, broken_link, read, trusted_keys
from bot.audit.merkle import EMPTY_ROOT
from bot.audit.notes import PublicKey, Unreadable
from bot.audit.signed_erasures import is_signed
from bot.audit.walk import Walk
from bot.store import proofs
from bot.store.audit_log import Head, heads, raw_chunks
from bot.store.database import Database

__all__ = ["Broken", "Elsewhere", "Progress", "Verified", "verify"]

_CHUNK = 2000
_LONGEST_SILENCE = timedelta(hours=2)
"""Checkpoints are made every hour; two hours apart, one of them was not made."""


@dataclass(frozen=True, slots=True)
class Verified:
    """Every entry is as it was written."""

    count: int
    head_hash: str
    root: bytes = EMPTY_ROOT
    """Of the Merkle tree over all entries."""
    checkpoints: int = 0
    """How many checkpoints the database has; all of them agree with the entries and with each other."""
    covered: int = 0
    """How many entries the last of them covers."""
    kept: int = 0
    """How many checkpoints kept elsewhere agree as well."""
    erased: int = 0
    """How many entries have had personal words taken out, each as another entry says."""
    gaps: tuple[tuple[datetime, datetime], ...] = ()
    """When no checkpoint was made although there should have been one every hour."""


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written, and in what way."""

    seq: int
    what: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What somebody who checks has not taken from the database."""

    kept: Sequence[Signed] = ()
    """Checkpoints kept in another place."""
    trusted: Sequence[PublicKey] = ()
    """Keys that may sign; signatures are looked at only when there are any."""


_NOTHING = Elsewhere()

Progress = Callable[[int], None]
"""Called now and then with the number of entries checked so far."""


def verify(
    source: Database | sa.Connection, progress: Progress | None = None, elsewhere: Elsewhere = _NOTHING
) -> Verified | Broken:
    """Check every entry, the head and all checkpoints, in one consistent view, while others go on writing.

    Finds every change of any column, and entries that were removed, put in or exchanged, at the end too; what
    was forged throughout, head and all, is found from a checkpoint that covers it and is kept elsewhere.
    A given connection must be in a transaction that sees one moment only.
    """
    if isinstance(source, Database):
        return source.run_read(lambda tx: verify(tx.conn, progress, elsewhere))
    stored = _stored(source, elsewhere)
    if isinstance(stored, Broken):
        return stored
    walk = Walk(proofs.erased(source))
    flaw = _gone_through(source, walk, _Expected([*stored, *elsewhere.kept]), progress)
    flaw = flaw or _against_head(source, walk.head) or _erased_unsigned(walk, stored, elsewhere)
    return flaw or _verified(walk, stored, elsewhere)


def _verified(walk: Walk, stored: Sequence[Signed], elsewhere: Elsewhere) -> Verified:
    moments = [one.checkpoint.at for one in stored]
    return Verified(
        count=walk.seq,
        head_hash=walk.head.hash,
        root=walk.tree.root(),
        checkpoints=len(stored),
        covered=stored[-1].checkpoint.size if stored else 0,
        kept=len(elsewhere.kept),
        erased=walk.erasures,
        gaps=tuple((one, other) for one, other in pairwise(moments) if other - one > _LONGEST_SILENCE),
    )


def _erased_unsigned(walk: Walk, stored: Sequence[Signed], elsewhere: Elsewhere) -> Broken | None:
    """Whoever signed a checkpoint has looked at what was erased until then."""
    if not elsewhere.trusted or not stored:
        return None
    keys, _ = trusted_keys(stored, elsewhere.trusted)
    for seq, details in walk.erasings:
        if seq > stored[-1].checkpoint.size and not is_signed(details, keys):
            return Broken(seq, "it says that words were erased, and is signed by no key that is trusted")
    return None


class _Expected:
    """What the checkpoints say of the log, by the number of entries at which they say it."""

    def __init__(self, all_of_them: Iterable[Signed]) -> None:
        self._waiting = sorted((one.checkpoint for one in all_of_them), key=lambda one: -one.size)

    @property
    def next_size(self) -> int:
        """Where the next one is to be compared; -1 when none is left."""
        return self._waiting[-1].size if self._waiting else -1

    def flaw(self, walk: Walk) -> str | None:
        """Compare those of this size."""
        root, head = walk.tree.root(), walk.head.hash
        while self._waiting and self._waiting[-1].size == walk.seq:
            one = self._waiting.pop()
            if (one.root, one.head) != (root, head):
                return f"the entries up to here are not those of checkpoint {one.number}"
        return None

    def beyond(self) -> str | None:
        """What covers more than there is."""
        if not self._waiting:
            return None
        one = self._waiting[-1]
        return f"the log ends here, and checkpoint {one.number} covers {one.size} entries"


def _gone_through(
    conn: sa.Connection, walk: Walk, expected: _Expected, progress: Progress | None
) -> Broken | None:
    flaw = expected.flaw(walk)
    if flaw:
        return Broken(0, flaw)
    for rows in raw_chunks(conn, _CHUNK):
        for row in rows:
            flaw = walk.take(row)
            if flaw:
                return Broken(walk.seq + 1, flaw)
            if walk.seq == expected.next_size:
                flaw = expected.flaw(walk)
                if flaw:
                    return Broken(walk.seq, flaw)
        if progress:
            progress(walk.seq)
    beyond, replaced = expected.beyond(), walk.unaccounted()
    if beyond:
        return Broken(walk.seq + 1, beyond)
    return Broken(*replaced) if replaced else None


def _against_head(conn: sa.Connection, last: Head) -> Broken | None:
    found = heads(conn)
    if found == [(b"1", str(last.seq).encode(), last.hash.encode())] or (not found and last == GENESIS):
        return None
    if len(found) != 1 or found[0][0] != b"1":
        return Broken(last.seq, f"the head table holds {len(found)} rows instead of the one it should")
    said = (found[0][1] or b"").decode(errors="replace")
    if said != str(last.seq):
        return Broken(last.seq + 1, f"the head says the log ends at {said}, but it ends at {last.seq}")
    return Broken(last.seq, "the head's hash is not the hash of the last entry")


def _stored(conn: sa.Connection, elsewhere: Elsewhere) -> list[Signed] | Broken:
    """The database's checkpoints, each the one after the one before, and those kept elsewhere among them."""
    chain: list[Signed] = []
    for number, note in proofs.checkpoints(conn):
        before = chain[-1] if chain else None
        covered = before.checkpoint.size if before else 0
        try:
            # Whatever SQLite let somebody put there.
            one = read(str(note))
        except Unreadable as problem:
            return Broken(covered, f"checkpoint {number} cannot be read: {problem}")
        flaw = broken_link(before, one)
        if flaw or one.checkpoint.number != number:
            return Broken(covered, f"checkpoint {number}: {flaw or 'it says that it is another'}")
        chain.append(one)
    return _unsigned(chain, elsewhere) or _unlike_kept(chain, elsewhere) or chain


def _unsigned(chain: Sequence[Signed], elsewhere: Elsewhere) -> Broken | None:
    """What comes before a checkpoint that a trusted key signed is named by it; what comes after is not."""
    if not elsewhere.trusted or not chain:
        return None
    _, signed = trusted_keys(chain, elsewhere.trusted)
    if signed == len(chain):
        return None
    one = chain[signed].checkpoint
    return Broken(
        one.size, f"checkpoint {one.number} and those after it are signed by no key that is trusted"
    )


def _unlike_kept(chain: Sequence[Signed], elsewhere: Elsewhere) -> Broken | None:
    keys, _ = trusted_keys(chain, elsewhere.trusted)
    for one in elsewhere.kept:
        said = one.checkpoint
        stored = chain[said.number - 1] if 0 < said.number <= len(chain) else None
        if stored is not None and stored.note.text == one.note.text:
            continue
        if elsewhere.trusted and one.note.signed_by(keys) is None:
            return Broken(said.size, f"the kept checkpoint {said.number} is signed by no key that is trusted")
        if stored is not None:
            return Broken(said.size, f"checkpoint {said.number} is not the one that was kept elsewhere")
        what = f"checkpoint {said.number} of {said.size} entries was kept, and the database does not have it"
        return Broken(said.size, what)
    return None
