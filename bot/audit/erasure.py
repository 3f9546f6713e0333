"""Take what tells of a person out of the log, without breaking it (GDPR, article 17).

The words go for good; the chain and the tree stay as they are, since both are made of hashes, and the hash
of the first wording is kept. A new entry, `audit.erased`, says for every entry that was touched: the leaf of
its first wording, and the SHA-256 of the wording there is now. So `verify` still proves everything: that the
touched entries stood where they stand, that nothing but these was touched, and that whoever holds the key of
the checkpoints said so (`signed_erasures`).

What an entry said of other people, of machines, of when and in which order, stays.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from bot.audit.chain import CONSOLE, ERASED, worded
from bot.audit.making import last_of
from bot.audit.merkle import leaf_hash
from bot.audit.notes import PrivateKey
from bot.audit.personal import PHONE, has_prose, reworded
from bot.audit.signed_erasures import signed
from bot.domain.errors import AdminError, Misconfigured
from bot.store import audit_log, proofs, requests
from bot.store.audit_log import RawRow
from bot.store.database import Database, Transaction
from bot.store.forgetting import names_of, overwrite_what_goes, wipe

__all__ = ["Erased", "Person", "erase", "person_of"]

_BATCH = 200
"""Entries a transaction: writers wait for it."""
_SALT_BYTES = 16
_SHORTEST_WORD = 3
_GONE = "[erased]"
_OBJECT_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SAID_BY_US = frozenset({"code", "kind", "result", "state", "verdict"})
"""Fields that tell what happened. Nobody is named in them, and no word takes anything out of them."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the log is to forget."""

    id: str
    """Object id."""
    words: tuple[str, ...]
    """Name, sign-in name, and whatever else he is called by in the log."""
    pseudonym: str
    """What stands for the id from now on: entries of one person stay together, and nobody knows whose."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done."""

    entries: int
    pseudonym: str


def person_of(tx: Transaction, object_id: str, words: Iterable[str] = ()) -> Person:
    """The person with the names that requests and decisions know, and `words` besides.

    Raises `Misconfigured` for an id that is nobody's, such as that of the service itself, and for a word so
    short that it would be found everywhere; `AdminError` while the person still has an open request.
    """
    if not _OBJECT_ID.fullmatch(object_id):
        raise Misconfigured(f"{object_id!r} is no object id of a person")
    given = tuple(words)
    short = [word for word in given if len(word.strip()) < _SHORTEST_WORD]
    if short:
        raise Misconfigured(f"{short[0]!r} is too short to be searched for")
    open_ones = requests.of_person(tx, object_id, open_only=True, limit=1)
    if open_ones:
        raise AdminError(f"{open_ones[0].id} is still open; withdraw it, or let it end, first")
    known = {name for name in names_of(tx, object_id) if len(name) >= _SHORTEST_WORD}
    return Person(object_id, tuple(sorted({*known, *given})), f"erased-{secrets.token_hex(6)}")


def erase(db: Database, person: Person, because: str, key: PrivateKey | None) -> Erased:
    """Take the person out of every entry, a batch a transaction; may stop anywhere, and be run again.

    `because` goes on the log: a ticket, not a name. `key` is the one that signs checkpoints; None where there
    are none. Raises `Misconfigured` and `LogBroken` where it is another.
    """
    db.run_read(_demand_key, key)
    own, concerned = db.run_read(_concerned, person)
    touched = 0
    for start in range(0, len(concerned), _BATCH):
        some = concerned[start : start + _BATCH]
        touched += db.run(_erase_some, person, own, some, partial(_said, person, because, key))
    wipe(db)
    return Erased(touched, person.pseudonym)


def _demand_key(tx: Transaction, key: PrivateKey | None) -> None:
    if key is not None:
        last_of(tx, key)
    elif proofs.last_checkpoint(tx.conn) is not None:
        raise Misconfigured(
            "SWITCHBOARD_AUDIT_KEY: set the key that signs checkpoints; what is erased is signed with it"
        )


def _said(person: Person, because: str, key: PrivateKey | None, entries: list[list[int | str]]) -> Json:
    return signed({"person": person.pseudonym, "because": because, "entries": entries}, key)


def _concerned(tx: Transaction, person: Person) -> tuple[frozenset[str], list[int]]:
    """His requests, as the log knows them, and the entries that mention him or are of one of these."""
    own, found = set(), set()
    for row in audit_log.mentioning(tx.conn, (person.id, *person.words)):
        if row.action == b"request.submitted" and row.request_id and _is_his(row, person):
            own.add(row.request_id.decode())
        if row.action != ERASED.encode():
            found.add(row.seq)
    for request_id in own:
        found |= {row.seq for row in audit_log.of_request(tx.conn, request_id)}
    return frozenset(own), sorted(found)


def _is_his(row: RawRow, person: Person) -> bool:
    said = json.loads(row.body or b"{}")
    return person.id in (said["actor"], said["details"].get("beneficiary"))


def _erase_some(
    tx: Transaction,
    person: Person,
    own: frozenset[str],
    seqs: Sequence[int],
    said: Callable[[list[list[int | str]]], Json],
) -> int:
    overwrite_what_goes(tx)
    leaves = proofs.erased(tx.conn, seqs)
    changed: list[list[int | str]] = []
    for row in audit_log.numbered(tx.conn, seqs):
        before = row.body or b""
        after = _without(person, json.loads(before), own)
        if after == before:
            continue
        leaf = leaves.get(row.seq) or leaf_hash(before).hex()
        proofs.replace_body(tx, row.seq, leaf, {"body": after.decode(), "actor": json.loads(after)["actor"]})
        changed.append([row.seq, leaf, sha256(after).hexdigest()])
    if changed:
        tx.audit(ERASED, CONSOLE, **said(changed))
    return len(changed)


def _without(person: Person, entry: dict[str, Any], own: frozenset[str]) -> bytes:
    """The entry without him; as it was when nothing in it is his."""
    his_request = entry["request_id"] in own
    his = his_request or entry["actor"] == person.id
    names = re.compile(
        "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in (person.id, *person.words)), re.IGNORECASE
    )

    def replace(field: str, text: str) -> str:
        if field in _SAID_BY_US:
            return text
        if his and has_prose(field, text):
            return _GONE
        if his_request:
            text = PHONE.sub(_GONE, text)
        return names.sub(lambda found: _stand_in(person, found.group()), text)

    # An entry that loses nothing but its salt is left alone.
    kept = {**entry, **reworded(entry, lambda field, text: text)}
    after = reworded(entry, replace)
    if after == kept:
        return worded(entry)
    # Others are still named, and the digest of the new wording stands in exports and receipts.
    return worded({**after, "salt": secrets.token_hex(_SALT_BYTES)})


def _stand_in(person: Person, word: str) -> str:
    return person.pseudonym if word.casefold() == person.id.casefold() else _GONE
