"""The Merkle tree over the stored log, and its tiles: what spares reading the log for every proof.

A tile holds 256 neighbouring hashes, as in c2sp.org/tlog-tiles: of leaves on level 0, of whole tiles of the
level below on the others. Only full tiles are kept. They follow from the entries, so `verify` does without.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from bot.audit.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, node_hash, root_of, split
from bot.audit.walk import Walk
from bot.domain.errors import SwitchboardError
from bot.store import proofs
from bot.store.audit_log import Head, raw_chunks
from bot.store.database import Database, Transaction

__all__ = ["LogBroken", "Tree", "lay_tiles", "walked"]

_WIDTH = 256
_HEIGHT = 8
_TILES_AT_ONCE = 8
_TOP = 7
"""Levels of tiles that 2^56 entries need."""


class LogBroken(SwitchboardError):
    """The log is not as it was written: no proof is made from it, and no checkpoint."""


class Tree:
    """Roots over ranges of the log's entries, as of one moment of the database."""

    def __init__(self, conn: sa.Connection) -> None:
        self._conn = conn
        self._known: dict[tuple[int, int], bytes] = {}
        self._blocks: dict[int, list[bytes]] = {}

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries. Raises `LogBroken` where there are not so many."""
        return self.span(0, size) if size else EMPTY_ROOT

    def span(self, start: int, end: int) -> bytes:
        """The root over the entries [start, end), counted from 0. Raises `LogBroken`."""
        found = self._known.get((start, end))
        if found is None:
            found = self._known[start, end] = self._root_over(start, end)
        return found

    def _root_over(self, start: int, end: int) -> bytes:
        size = end - start
        if size & (size - 1) == 0 and start % size == 0:
            level, within = divmod(size.bit_length() - 1, _HEIGHT)
            hashes = self._hashes(level, start >> (_HEIGHT * level), 1 << within)
            if hashes:
                return root_of(hashes)
        if size == 1:
            raise LogBroken(f"entry {start + 1} of the audit log is missing")
        middle = start + split(size)
        return node_hash(self.span(start, middle), self.span(middle, end))

    def _hashes(self, level: int, first: int, count: int) -> list[bytes]:
        """`count` hashes of a level from `first` on, all within one tile; none where no tile has them."""
        place, offset = divmod(first, _WIDTH)
        if level == 0:
            hashes = self._leaves(place)[offset : offset + count]
            return hashes if len(hashes) == count else []
        kept = proofs.tile(self._conn, level, place)
        return _parted(kept)[offset : offset + count] if kept else []

    def _leaves(self, place: int) -> list[bytes]:
        if place not in self._blocks:
            kept = proofs.tile(self._conn, 0, place)
            self._blocks[place] = _parted(kept) if kept else self._read_leaves(place)
        return self._blocks[place]

    def _read_leaves(self, place: int) -> list[bytes]:
        """Of the tile that is not full yet: from the entries, which must be chained."""
        first = place * _WIDTH
        return _leaves_after(self._conn, first, first + _WIDTH)


def lay_tiles(db: Database, size: int) -> None:
    """Have every tile that the first `size` entries fill; may stop anywhere, and goes on from there.

    Raises `LogBroken` when the entries they are made of are not chained.
    """
    while new := db.run_read(_next_tiles, size // _WIDTH):
        db.run(_keep, 0, new)
    for level in range(1, _TOP):
        db.run(_keep, level, db.run_read(_next_upper, level))


def _keep(tx: Transaction, level: int, new: Mapping[int, bytes]) -> None:
    for place, hashes in new.items():
        proofs.put_tile(tx, level, place, hashes)


def _next_tiles(tx: Transaction, full: int) -> dict[int, bytes]:
    """The next tiles of leaves, by their place; none when there are none to lay."""
    first = proofs.tiles(tx.conn, 0)
    until = min(first + _TILES_AT_ONCE, full)
    if first >= until:
        return {}
    leaves = _leaves_after(tx.conn, first * _WIDTH, until * _WIDTH)
    if len(leaves) < (until - first) * _WIDTH:
        raise LogBroken(f"entry {first * _WIDTH + len(leaves) + 1} of the audit log is missing")
    parts = (leaves[at : at + _WIDTH] for at in range(0, len(leaves), _WIDTH))
    return {place: b"".join(own) for place, own in enumerate(parts, start=first)}


def _next_upper(tx: Transaction, level: int) -> dict[int, bytes]:
    """The tiles of a level that those below it fill, and that are not there yet."""
    first, below = proofs.tiles(tx.conn, level), proofs.tiles(tx.conn, level - 1)
    return {place: _over(tx, level - 1, place) for place in range(first, below // _WIDTH)}


def _over(tx: Transaction, level: int, place: int) -> bytes:
    tiles = (proofs.tile(tx.conn, level, one) for one in range(place * _WIDTH, (place + 1) * _WIDTH))
    return b"".join(root_of(_parted(tile or b"")) for tile in tiles)


def _leaves_after(conn: sa.Connection, first: int, until: int) -> list[bytes]:
    """The leaves of the entries numbered from `first` + 1 to `until`, as far as there are any.

    Raises `LogBroken` where one of them does not follow from the one before it.
    """
    leaves: list[bytes] = []
    walked(conn, first, until, leaves.append)
    return leaves


def walked(
    conn: sa.Connection, first: int, until: int, take: Callable[[bytes], None] = lambda _: None
) -> Walk:
    """Goes through the entries numbered from `first` + 1 to `until`, and gives each one's leaf to `take`.

    Raises `LogBroken` where one of them does not follow from the one before it.
    """
    erased = proofs.erased(conn, range(first + 1, until + 1) if until - first <= _WIDTH else None)
    walk = Walk(erased, _head_at(conn, first))
    for rows in raw_chunks(conn, 2000, first, until):
        for row in rows:
            flaw = walk.take(row)
            if flaw:
                raise LogBroken(f"entry {walk.seq + 1} of the audit log: {flaw}")
            take(bytes.fromhex(erased[row.seq]) if row.seq in erased else leaf_hash(row.body or b""))
    return walk


def _head_at(conn: sa.Connection, seq: int) -> Head:
    """The entry with this number, as the head it once was."""
    if seq == 0:
        return Head(0, "0" * 64)
    for rows in raw_chunks(conn, 1, seq - 1, seq):
        return Head(seq, (rows[0].hash or b"").decode(errors="replace"))
    raise LogBroken(f"entry {seq} of the audit log is missing")


def _parted(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
