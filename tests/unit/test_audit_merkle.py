"""The tree is the one of RFC 6962 and RFC 9162, and no proof but the right one is believed."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audit.merkle import (
    EMPTY_ROOT,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    proves_consistency,
    proves_inclusion,
    root_of,
    span_of,
)

# The vectors of the Certificate Transparency project, which every implementation of RFC 6962 is held to.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                  "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
    (5, 8): ["bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
}  # fmt: skip
CONSISTENCY = {
    (1, 1): [],
    (1, 8): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
}  # fmt: skip

LEAVES = [leaf_hash(entry) for entry in ENTRIES]
MANY = [leaf_hash(b"%d" % number) for number in range(70)]
MANY_ROOTS = [root_of(MANY[:size]) for size in range(len(MANY) + 1)]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_rfc_6962(size: int) -> None:
    assert root_of(LEAVES[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("where", "path"), INCLUSION.items())
def test_inclusion_proofs_are_those_of_rfc_6962(where: tuple[int, int], path: list[str]) -> None:
    index, size = where
    found = inclusion_path(span_of(LEAVES), index, size)
    assert [one.hex() for one in found] == path
    assert proves_inclusion(LEAVES[index], index, size, found, bytes.fromhex(ROOTS[size]))


@pytest.mark.parametrize(("sizes", "path"), CONSISTENCY.items())
def test_consistency_proofs_are_those_of_rfc_6962(sizes: tuple[int, int], path: list[str]) -> None:
    first, second = sizes
    found = consistency_path(span_of(LEAVES), first, second)
    assert [one.hex() for one in found] == path
    assert proves_consistency(first, second, bytes.fromhex(ROOTS[first]), bytes.fromhex(ROOTS[second]), found)


def test_a_tree_that_grows_has_the_root_of_the_tree_at_every_size() -> None:
    tree = Frontier()
    assert tree.root() == EMPTY_ROOT == sha256(b"").digest()
    for size, leaf in enumerate(MANY, start=1):
        tree.append(leaf)
        assert (tree.size, tree.root()) == (size, MANY_ROOTS[size])


def test_every_proof_of_every_small_tree_holds() -> None:
    span = span_of(MANY)
    for second in range(1, 40):
        for first in range(1, second + 1):
            path = consistency_path(span, first, second)
            assert proves_consistency(first, second, MANY_ROOTS[first], MANY_ROOTS[second], path)
            path = inclusion_path(span, first - 1, second)
            assert proves_inclusion(MANY[first - 1], first - 1, second, path, MANY_ROOTS[second])
            assert len(path) <= (second - 1).bit_length()


sizes = st.integers(1, len(MANY))
forged_hashes = st.one_of(st.sampled_from(MANY), st.sampled_from(MANY_ROOTS), st.binary(max_size=33))


@st.composite
def forged(draw: st.DrawFn, path: list[bytes]) -> list[bytes]:
    """`path` with something else, something more, something less, or in another order."""
    changed = list(path)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(changed)))
        match draw(st.sampled_from(("put in", "take out", "replace", "flip a bit", "swap"))):
            case "put in":
                changed.insert(at, draw(forged_hashes))
            case "take out" if changed:
                changed.pop(min(at, len(changed) - 1))
            case "replace" if changed:
                changed[min(at, len(changed) - 1)] = draw(forged_hashes)
            case "flip a bit" if changed and changed[at - 1]:
                one = bytearray(changed[at - 1])
                one[draw(st.integers(0, len(one) - 1))] ^= 1 << draw(st.integers(0, 7))
                changed[at - 1] = bytes(one)
            case "swap" if len(changed) > 1:
                changed[at - 1], changed[at - 2] = changed[at - 2], changed[at - 1]
    return changed


@settings(max_examples=200)
@given(st.data(), sizes, st.integers(0, 200))
def test_a_forged_inclusion_proof_is_refused(data: st.DataObject, size: int, where: int) -> None:
    index = where % size
    path = inclusion_path(span_of(MANY), index, size)
    attempt = data.draw(forged(path))
    assert proves_inclusion(MANY[index], index, size, attempt, MANY_ROOTS[size]) == (attempt == path)


@settings(max_examples=200)
@given(sizes, sizes, sizes, sizes, st.integers(0, 200))
def test_a_proof_proves_only_its_own_leaf_place_and_root(
    size: int, other: int, root: int, index: int, leaf: int
) -> None:
    """Whatever is claimed with the right path of something else."""
    where, index = index % size, index % (size + 1)
    path = inclusion_path(span_of(MANY), where, size)
    claimed = proves_inclusion(MANY[leaf % len(MANY)], index, other, path, MANY_ROOTS[root])
    assert not claimed or (leaf % len(MANY) == index == where and root in (other, size))


@settings(max_examples=200)
@given(st.data(), sizes, sizes)
def test_a_forged_consistency_proof_is_refused(data: st.DataObject, one: int, other: int) -> None:
    first, second = sorted((one, other))
    path = consistency_path(span_of(MANY), first, second)
    attempt = data.draw(forged(path))
    assert proves_consistency(first, second, MANY_ROOTS[first], MANY_ROOTS[second], attempt) == (
        attempt == path
    )


@settings(max_examples=200)
@given(sizes, sizes, st.data())
def test_no_proof_connects_a_log_with_one_whose_past_is_another(
    one: int, other: int, data: st.DataObject
) -> None:
    first, second = sorted((one, other))
    changed = list(MANY)
    changed[data.draw(st.integers(0, first - 1))] = leaf_hash(b"another")
    other_root = root_of(changed[:second])
    for leaves in (MANY, changed):
        path = consistency_path(span_of(leaves), first, second)
        assert not proves_consistency(first, second, MANY_ROOTS[first], other_root, path)


def test_what_makes_no_sense_is_refused() -> None:
    root, leaf = MANY_ROOTS[5], MANY[0]
    span = span_of(MANY)
    for index, size in ((0, 0), (-1, 5), (5, 5), (0, -1)):
        assert not proves_inclusion(leaf, index, size, [], root)
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_path(span, index, size)
    for first, second in ((6, 5), (-1, 5)):
        assert not proves_consistency(first, second, root, root, [])
    for first, second in ((0, 5), (6, 5)):
        with pytest.raises(ValueError, match="not a later state"):
            consistency_path(span, first, second)
    assert proves_consistency(0, 5, EMPTY_ROOT, root, [])
    assert not proves_consistency(0, 5, root, root, [])
    assert not proves_consistency(0, 5, EMPTY_ROOT, root, [leaf])
    assert not proves_consistency(3, 5, MANY_ROOTS[3], root, [])
