#!/usr/bin/env python3
"""Check a receipt or a consistency proof of a Switchboard audit log, offline and without Switchboard.

    python verify_receipt.py receipt.json --key phonedesk.pub

Needs Python 3.9 or later and the package `cryptography`; read it before you trust it. The public key must
come from somewhere else than the receipt: `switchboard audit keygen` printed it, one line `name+id+base64`.
A receipt shows that entries stood in the log when its checkpoint was signed, word by word; not that there
are no others. A consistency proof shows that the log of one checkpoint only ever grew into that of another.
With --checkpoint, the one checkpoint in that file, which you kept, must be the one the receipt rests on;
where yours is older, ask for a consistency proof from it to that of the receipt. Exit code 0: it holds;
1: it does not.

Formats: signed notes and checkpoints of C2SP (c2sp.org/signed-note, c2sp.org/tlog-checkpoint), and the
Merkle tree of RFC 9162.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Wrong(Exception):
    """Why the file proves nothing."""


class Checkpoint(NamedTuple):
    """What the log was when somebody signed it."""

    size: int
    root: bytes
    says: str
    """Its text, that was signed."""
    signer: str


def read_keys(text: str) -> dict[tuple[str, bytes], bytes]:
    """Public keys by name and id."""
    keys = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        name, key_id, encoded = line.strip().split("+", 2)
        raw = b64decode(encoded, validate=True)
        if len(raw) != 33 or raw[0] != 1 or sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != key_id:
            raise Wrong(f"{name} is not an Ed25519 public key of that id")
        keys[name, bytes.fromhex(key_id)] = raw[1:]
    return keys


def read_checkpoint(note: str, keys: dict[tuple[str, bytes], bytes]) -> Checkpoint:
    """The checkpoint, if one of the keys signed it."""
    text, _, below = note.rpartition("\n\n")
    if "\n\n" in text:
        raise Wrong("there is more than one checkpoint where one is wanted")
    text += "\n"
    for line in below.splitlines():
        dash, name, encoded = line.split(" ")
        raw = b64decode(encoded, validate=True)
        key = keys.get((name, raw[:4]))
        if dash == "—" and key is not None:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(raw[4:], text.encode())
            except InvalidSignature:
                raise Wrong(f"the signature of {name} is forged") from None
            _, size, root = text.split("\n")[:3]
            return Checkpoint(int(size), b64decode(root, validate=True), text, name)
    raise Wrong("the checkpoint is signed by none of the keys you trust")


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def root_from(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that leaf and path lead to (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong(f"there is no entry {index + 1} among {size}")
    inner, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0 or len(sibling) != 32:
            raise Wrong("the path has the wrong length")
        if inner & 1 or inner == last:
            found = node(sibling, found)
            while inner and not inner & 1:
                inner, last = inner >> 1, last >> 1
        else:
            found = node(found, sibling)
        inner, last = inner >> 1, last >> 1
    if last:
        raise Wrong("the path has the wrong length")
    return found


def check_consistency(old: Checkpoint, new: Checkpoint, path: list[bytes]) -> None:
    """That the new log begins with the old one (RFC 9162, 2.1.4.2)."""
    if old.size > new.size or (old.size == new.size and old.root != new.root):
        raise Wrong("the second checkpoint is not a later state of the first")
    if old.size in (0, new.size):
        return
    nodes = path if old.size & (old.size - 1) else [old.root, *path]
    inner, last = old.size - 1, new.size - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    if not nodes or any(len(one) != 32 for one in nodes):
        raise Wrong("the path has the wrong length")
    before = after = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            raise Wrong("the path has the wrong length")
        if inner & 1 or inner == last:
            before, after = node(sibling, before), node(sibling, after)
            while inner and not inner & 1:
                inner, last = inner >> 1, last >> 1
        else:
            after = node(after, sibling)
        inner, last = inner >> 1, last >> 1
    if last or before != old.root or after != new.root:
        raise Wrong("something before the first checkpoint was changed, taken out or put in")


def check_receipt(receipt: dict[str, Any], checkpoint: Checkpoint) -> list[str]:
    """What the entries say, one line each, once every one of them leads to the signed root."""
    reworded, lines = {}, []
    if not receipt["entries"]:
        raise Wrong("there is no entry in it")
    for entry in receipt["entries"]:
        body = json.loads(entry["body"])
        leaf = sha256(b"\x00" + entry["body"].encode()).digest()
        if "erased_leaf" in entry:
            leaf = b64decode(entry["erased_leaf"], validate=True)
            reworded[entry["seq"]] = [leaf.hex(), sha256(entry["body"].encode()).hexdigest()]
        path = [b64decode(one, validate=True) for one in entry["path"]]
        if root_from(leaf, entry["seq"] - 1, checkpoint.size, path) != checkpoint.root:
            raise Wrong(f"entry {entry['seq']} is not in the log that was signed")
        if body["seq"] != entry["seq"]:
            raise Wrong(f"entry {entry['seq']} calls itself {body['seq']}")
        about = "" if body["request_id"] == receipt["about"] else "  (says that words were erased)"
        note = "  (personal words erased)" if "erased_leaf" in entry else about
        lines.append(f"{body['seq']:>8}  {body['at']}  {body['action']:<24} {body['actor']}{note}")
    check_erasures(receipt, reworded)
    return lines


def check_erasures(receipt: dict[str, Any], reworded: dict[int, list[str]]) -> None:
    """That entries of the log, later than these, say that their words were replaced, and by which."""
    said: dict[int, list[str]] = {}
    for entry in sorted(receipt["entries"], key=lambda one: one["seq"]):
        body = json.loads(entry["body"])
        if body["action"] == "audit.erased" and entry["seq"] not in reworded:
            said.update((seq, now) for seq, *now in body["details"]["entries"] if seq < entry["seq"])
        elif body["request_id"] != receipt["about"]:
            raise Wrong(f"entry {entry['seq']} is not about {receipt['about']}")
    for seq, now in reworded.items():
        if said.get(seq) != now:
            raise Wrong(f"the words of entry {seq} were replaced, and no entry says so")


def check(proof: dict[str, Any], keys: dict[tuple[str, bytes], bytes], kept: Checkpoint | None) -> list[str]:
    """What the file proves, in lines. Raises `Wrong`."""
    if proof["format"] == "switchboard-consistency/1":
        old, new = (read_checkpoint(proof[one], keys) for one in ("first", "second"))
        if kept and kept.says not in (old.says, new.says):
            raise Wrong("neither checkpoint is the one you kept")
        check_consistency(old, new, [b64decode(one, validate=True) for one in proof["path"]])
        return [f"the log of {new.size} entries begins with the log of {old.size}, unchanged"]
    if proof["format"] != "switchboard-receipt/1":
        raise Wrong(f"{proof['format']} is not a format this verifier knows")
    checkpoint = read_checkpoint(proof["checkpoint"], keys)
    if kept and kept.says != checkpoint.says:
        raise Wrong(
            "the receipt rests on another checkpoint than the one you kept; if yours is older, ask for a "
            "consistency proof from yours to this one:\n\n" + checkpoint.says
        )
    lines = check_receipt(proof, checkpoint)
    return [
        f"about {proof['about']}:",
        *lines,
        f"all of it stood in the log of {checkpoint.size} entries that {checkpoint.signer} signed",
    ]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("proof", type=Path, help="the receipt, or the consistency proof")
    options.add_argument("--key", type=Path, required=True, help="file with the public keys that you trust")
    options.add_argument("--checkpoint", type=Path, help="a checkpoint that you kept")
    given = options.parse_args()
    try:
        keys = read_keys(given.key.read_text(encoding="utf-8"))
        kept = None
        if given.checkpoint:
            # Copied by hand, it may end in more than one line feed.
            kept = read_checkpoint(given.checkpoint.read_text(encoding="utf-8").rstrip() + "\n", keys)
        print("\n".join(check(json.loads(given.proof.read_text(encoding="utf-8")), keys, kept)))
    except (Wrong, OSError) as problem:
        print(f"REFUSED: {problem}", file=sys.stderr)
        return 1
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        print(f"REFUSED: not a proof of Switchboard ({type(problem).__name__}: {problem})", file=sys.stderr)
        return 1
    print("HOLDS")
    return 0


if __name__ == "__main__":
    sys.exit(main())
