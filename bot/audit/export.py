"""The log as a file for others: JSON Lines or CSV, on demand without anybody's name in it.

Pseudonyms are HMAC-SHA256 under a key that stays at home: the same person is the same in every file made
with it, and whoever has the key can say whether a pseudonym is a given person's. Nobody else can try names.
An entry's leaf of the Merkle tree goes with it, so that whoever gets the file can compute the signed root;
entries from before there were salts lose theirs in a file with pseudonyms, since it would let names be tried.
"""

from __future__ import annotations

import csv
import hmac
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.audit.merkle import leaf_hash
from bot.audit.personal import PHONE, has_prose, reworded
from bot.domain.catalogue.products import plan_name, product
from bot.store import proofs
from bot.store.audit_log import RawRow, raw_chunks

__all__ = ["Exported", "Pseudonyms", "csv_lines", "exported", "json_lines"]

_CHUNK = 2000
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OURSELVES = frozenset({"switchboard", "console"})
_COLUMNS = ("seq", "at", "actor", "action", "request_id", "details", "hash", "leaf", "erased")


@dataclass(frozen=True, slots=True)
class Exported:
    """One entry of the file."""

    said: dict[str, Any]
    """What the entry says."""
    body: str
    """The same as canonical JSON; what was hashed, unless words were erased or replaced."""
    hash: str
    leaf: str
    """Leaf of the Merkle tree, in hexadecimal; empty where it would give names away."""
    erased: bool


Rewording = Callable[[dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Puts a pseudonym for everything that tells of people."""

    key: bytes

    def of(self, kind: str, text: str) -> str:
        """`person-1f0c...`; the same for the same text in any case."""
        digest = hmac.digest(self.key, f"{kind}\0{text.casefold()}".encode(), "sha256")
        return f"{kind}-{digest[:10].hex()}"

    def __call__(self, entry: dict[str, Any]) -> dict[str, Any]:
        """The entry with pseudonyms."""
        return reworded(entry, self._replace)

    def _replace(self, field: str, text: str) -> str:
        if field == "actor" and text not in _OURSELVES:
            return self.of("person", text)
        if text and has_prose(field, text):
            return self.of("text", text)
        text = _ADDRESS.sub(lambda found: self.of("person", found.group()), text)
        text = PHONE.sub(lambda found: self.of("number", found.group()), text)
        return _GUID.sub(lambda found: self._identified(found.group()), text)

    def _identified(self, guid: str) -> str:
        """Products are the same for everybody in the world, and stay."""
        known = product(guid) is not None or plan_name(guid) != guid
        return guid if known else self.of("person", guid)


def exported(
    conn: sa.Connection,
    since: datetime | None = None,
    until: datetime | None = None,
    rewording: Rewording | None = None,
) -> Iterator[Exported]:
    """The entries from one moment to before another, in order, as they are or reworded."""
    erased = proofs.erased(conn)
    for rows in raw_chunks(conn, _CHUNK):
        for row in rows:
            said = json.loads(row.body or b"{}")
            at = datetime.fromisoformat(said["at"])
            if (since and at < since) or (until and at >= until):
                continue
            yield _entry(row, said, erased.get(row.seq), rewording)


def _entry(
    row: RawRow, said: dict[str, Any], erased_leaf: str | None, rewording: Rewording | None
) -> Exported:
    leaf = erased_leaf or leaf_hash(row.body or b"").hex()
    digest = (row.hash or b"").decode()
    body = (row.body or b"").decode()
    if rewording is not None:
        guessable = "salt" not in said
        said = rewording(said)
        body = json.dumps(said, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        leaf, digest = ("", "") if guessable else (leaf, digest)
    return Exported(said, body, digest, leaf, erased_leaf is not None)


def json_lines(entries: Iterator[Exported]) -> Iterator[str]:
    """One object a line: the entry word by word as it was hashed, its hash and its leaf."""
    for one in entries:
        erased = ',"erased":true' if one.erased else ""
        yield f'{{"entry":{one.body},"hash":"{one.hash}","leaf":"{one.leaf}"{erased}}}\n'


def csv_lines(entries: Iterator[Exported]) -> Iterator[str]:
    """A table for a spreadsheet; what begins like a formula is text."""
    yield _csv(_COLUMNS)
    for one in entries:
        said = one.said
        details = json.dumps(said["details"], ensure_ascii=False, sort_keys=True)
        cells = (said["seq"], said["at"], said["actor"], said["action"], said["request_id"] or "", details)
        yield _csv((*cells, one.hash, one.leaf, "yes" if one.erased else ""))


def _csv(cells: tuple[object, ...]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(
        f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell for cell in cells
    )
    return line.getvalue()
