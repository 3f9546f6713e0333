"""The Merkle tree of RFC 9162 (and RFC 6962): one root for the whole log, and short proofs about it.

    leaf = SHA-256(0x00 || the entry's canonical bytes)
    node = SHA-256(0x01 || left || right)

Nothing here knows entries or databases. A proof is made from a `Span`, which gives the root over any range
of leaves, and is checked by functions that trust nothing they are handed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256

__all__ = [
    "EMPTY_ROOT",
    "HASH_BYTES",
    "Frontier",
    "Span",
    "consistency_path",
    "inclusion_path",
    "leaf_hash",
    "node_hash",
    "proves_consistency",
    "proves_inclusion",
    "root_of",
    "span_of",
    "split",
]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
"""The root over no leaves at all."""

Span = Callable[[int, int], bytes]
"""The root over the leaves [start, end), counted from 0, with start < end."""


def leaf_hash(entry: bytes) -> bytes:
    """The leaf of an entry."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The node over two others."""
    return sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """The largest power of two below `size`: how many leaves are on the left of a tree of `size` > 1."""
    return 1 << (size - 1).bit_length() - 1


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over these leaf hashes."""
    return span_of(leaves)(0, len(leaves)) if leaves else EMPTY_ROOT


def span_of(leaves: Sequence[bytes]) -> Span:
    """Roots over ranges of leaf hashes that are at hand."""

    def span(start: int, end: int) -> bytes:
        if end - start == 1:
            return leaves[start]
        middle = start + split(end - start)
        return node_hash(span(start, middle), span(middle, end))

    return span


class Frontier:
    """A tree that grows leaf by leaf, and remembers only the roots of its complete parts."""

    __slots__ = ("_roots", "size")

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash at the right."""
        # Every complete part of the same size as the new one on its left is joined with it.
        joined = self.size
        while joined & 1:
            leaf = sha256(b"\x01" + self._roots.pop() + leaf).digest()
            joined >>= 1
        self._roots.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._roots:
            return EMPTY_ROOT
        root = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def inclusion_path(span: Span, index: int, size: int) -> list[bytes]:
    """Proof that leaf `index` is in the tree of the first `size` leaves (RFC 9162, 2.1.3.1).

    Raises `ValueError` when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            path.append(span(middle, end))
            end = middle
        else:
            path.append(span(start, middle))
            start = middle
    return path[::-1]


def consistency_path(span: Span, first: int, second: int) -> list[bytes]:
    """Proof that the tree of `second` leaves begins with that of `first` (RFC 9162, 2.1.4.1).

    Raises `ValueError` unless 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} is not a later state of one of {first}")
    path = []
    start, end, whole = 0, second, True
    while first < end:
        middle = start + split(end - start)
        if first <= middle:
            path.append(span(middle, end))
            end = middle
        else:
            path.append(span(start, middle))
            start, whole = middle, False
    return path[::-1] if whole else [span(start, end), *path[::-1]]


def proves_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether `path` shows that `leaf` is leaf `index` of the tree with this size and root (2.1.3.2)."""
    if not 0 <= index < size or not _well_formed([leaf, root, *path]):
        return False
    inner, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            found = node_hash(sibling, found)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        inner, last = inner >> 1, last >> 1
    return last == 0 and found == root


def proves_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether `path` shows that the second tree only added to the first (2.1.4.2).

    The empty tree is the beginning of every other, and needs no proof.
    """
    if not 0 <= first <= second or not _well_formed([first_root, second_root, *path]):
        return False
    if first in (0, second):
        same = first_root == (second_root if first == second else EMPTY_ROOT)
        return same and not path
    return _climbs(first, second, first_root, second_root, path)


def _climbs(first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]) -> bool:
    """Both roots come out of the same path."""
    nodes = list(path) if first & (first - 1) else [first_root, *path]
    if not nodes:
        return False
    inner, last = first - 1, second - 1
    while inner & 1:
        inner, last = inner >> 1, last >> 1
    old = new = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return False
        if inner & 1 or inner == last:
            old, new = node_hash(node, old), node_hash(node, new)
            while not inner & 1 and inner:
                inner, last = inner >> 1, last >> 1
        else:
            new = node_hash(new, node)
        inner, last = inner >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _well_formed(hashes: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_BYTES for one in hashes)
