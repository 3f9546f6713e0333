"""Proofs for others: a receipt for the entries of a request, and that one checkpoint only adds to another.

Both are files of JSON that `verifier/verify_receipt.py` checks, without anything of ours, against a public
key that whoever checks has got from elsewhere. Hashes are base64, bodies exactly what was hashed.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any

from bot.audit.chain import CONSOLE, ERASED
from bot.audit.checkpoints import Signed, read
from bot.audit.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
)
from bot.audit.tree import LogBroken, Tree
from bot.domain.errors import AdminError
from bot.store import audit_log, proofs
from bot.store.audit_log import RawRow
from bot.store.database import Transaction

__all__ = [
    "CONSISTENCY",
    "RECEIPT",
    "NothingToProve",
    "consistency_between",
    "receipt_for",
    "stored_checkpoint",
]

RECEIPT = "switchboard-receipt/1"
CONSISTENCY = "switchboard-consistency/1"

Json = dict[str, Any]


class NothingToProve(AdminError):
    """No checkpoint covers what is asked for."""


def receipt_for(tx: Transaction, request_id: str) -> Json:
    """Every entry of a request that the newest checkpoint covers, each with its path to the signed root.

    Where personal words were erased, the entries that say so come with it. Raises `NothingToProve`, and
    `LogBroken` when the log does not lead to the root that was signed.
    """
    signed = stored_checkpoint(tx)
    size = signed.checkpoint.size
    rows = audit_log.of_request(tx.conn, request_id, size)
    if not rows:
        raise NothingToProve(f"checkpoint {signed.checkpoint.number} covers no entry of {request_id}")
    erased = proofs.erased(tx.conn, [row.seq for row in rows])
    saying_so = _erasures_of(tx, set(erased), size) if erased else []
    tree = Tree(tx.conn)
    every = sorted([*rows, *saying_so], key=lambda row: row.seq)
    return {
        "format": RECEIPT,
        "about": request_id,
        "checkpoint": signed.written,
        "entries": [_proved(tree, signed, row, erased.get(row.seq)) for row in every],
    }


def _proved(tree: Tree, signed: Signed, row: RawRow, first_leaf: str | None) -> Json:
    said, body = signed.checkpoint, row.body or b""
    leaf = bytes.fromhex(first_leaf) if first_leaf else leaf_hash(body)
    path = inclusion_path(tree.span, row.seq - 1, said.size)
    if not proves_inclusion(leaf, row.seq - 1, said.size, path, said.root):
        raise LogBroken(
            f"entry {row.seq} does not lead to the root of checkpoint {said.number}: "
            "run `switchboard audit verify`"
        )
    own = {"seq": row.seq, "body": body.decode(), "path": _encoded(path)}
    return {**own, "erased_leaf": b64encode(leaf).decode()} if first_leaf else own


def _erasures_of(tx: Transaction, seqs: set[int], size: int) -> list[RawRow]:
    """The entries that say how those with these numbers were reworded."""
    saying = []
    for row in audit_log.of_actor(tx.conn, CONSOLE, ERASED, size):
        said = json.loads(row.body or b"{}")
        if seqs & {seq for seq, *_ in said["details"]["entries"]}:
            saying.append(row)
    return saying


def consistency_between(tx: Transaction, first: Signed, second: Signed) -> Json:
    """Proof that the log at `second` begins with the log at `first`.

    Raises `NothingToProve` where `first` is the later one, and `LogBroken` when the log is not theirs.
    """
    old, new = sorted((first, second), key=lambda one: one.checkpoint.size)
    one, other = old.checkpoint, new.checkpoint
    try:
        path = consistency_path(Tree(tx.conn).span, one.size, other.size) if one.size else []
    except LogBroken:
        raise LogBroken(
            f"the log does not have the {other.size} entries of checkpoint {other.number}"
        ) from None
    if not proves_consistency(one.size, other.size, one.root, other.root, path):
        raise LogBroken(f"checkpoints {one.number} and {other.number} are not of one and the same log")
    return {
        "format": CONSISTENCY,
        "first": old.written,
        "second": new.written,
        "path": _encoded(path),
    }


def stored_checkpoint(tx: Transaction, number: int | None = None) -> Signed:
    """The newest checkpoint, or the one of a number. Raises `NothingToProve` without one."""
    written = proofs.last_checkpoint(tx.conn, number)
    if written is None:
        raise NothingToProve("there is no such checkpoint; see SWITCHBOARD_AUDIT_KEY")
    return read(written)


def _encoded(hashes: Iterable[bytes]) -> Sequence[str]:
    return [b64encode(one).decode() for one in hashes]
