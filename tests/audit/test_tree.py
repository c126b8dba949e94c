"""The tree against known values, and against the definitions of RFC 9162 taken word for word."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.audit import tree

LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The eight leaves that the implementations of Certificate Transparency are tested with."""

ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The roots over the first one, two ... eight of them."""

INCLUSION = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}
CONSISTENCY = {
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


def defined_root(data: list[bytes]) -> bytes:
    """MTH of section 2.1.1."""
    if not data:
        return hashlib.sha256().digest()
    if len(data) == 1:
        return hashlib.sha256(b"\x00" + data[0]).digest()
    k = largest_power_below(len(data))
    return hashlib.sha256(b"\x01" + defined_root(data[:k]) + defined_root(data[k:])).digest()


def defined_path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of section 2.1.3.1."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    if m < k:
        return [*defined_path(m, data[:k]), defined_root(data[k:])]
    return [*defined_path(m - k, data[k:]), defined_root(data[:k])]


def defined_proof(m: int, data: list[bytes], known: bool = True) -> list[bytes]:
    """PROOF and SUBPROOF of section 2.1.4.1."""
    if m == len(data):
        return [] if known else [defined_root(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*defined_proof(m, data[:k], known), defined_root(data[k:])]
    return [*defined_proof(m - k, data[k:], False), defined_root(data[:k])]


def largest_power_below(n: int) -> int:
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def subtree_of(data: list[bytes]) -> tree.Subtree:
    return lambda start, end: defined_root(data[start:end])


def hexes(proof: list[bytes]) -> list[str]:
    return [each.hex() for each in proof]


@pytest.mark.parametrize("size", range(1, 9))
def test_root_is_the_known_one(size: int) -> None:
    assert tree.root(map(tree.leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_root_of_no_leaves_is_the_hash_of_nothing() -> None:
    assert tree.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proof_is_the_known_one(index: int, size: int) -> None:
    proof = tree.inclusion_proof(index, size, subtree_of(LEAVES))

    assert hexes(proof) == INCLUSION[index, size]


@pytest.mark.parametrize(("old", "size"), CONSISTENCY)
def test_consistency_proof_is_the_known_one(old: int, size: int) -> None:
    proof = tree.consistency_proof(old, size, subtree_of(LEAVES))

    assert hexes(proof) == CONSISTENCY[old, size]


DATA = st.lists(st.binary(max_size=3), min_size=1, max_size=70)


@given(DATA, st.data())
def test_proofs_are_the_defined_ones_and_verify(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    old = draw.draw(st.integers(1, len(data)))
    root = tree.root(map(tree.leaf_hash, data))

    inclusion = tree.inclusion_proof(index, len(data), subtree_of(data))
    consistency = tree.consistency_proof(old, len(data), subtree_of(data))

    assert root == defined_root(data)
    assert inclusion == defined_path(index, data)
    assert consistency == defined_proof(old, data)
    leaf = tree.leaf_hash(data[index])
    assert tree.verify_inclusion(leaf, index, len(data), inclusion, root)
    assert tree.verify_consistency(old, len(data), defined_root(data[:old]), root, consistency)


@given(DATA, st.data())
def test_a_proof_that_was_changed_is_refused(data: list[bytes], draw: st.DataObject) -> None:
    index = draw.draw(st.integers(0, len(data) - 1))
    old = draw.draw(st.integers(1, len(data)))
    root, old_root = defined_root(data), defined_root(data[:old])
    change = draw.draw(st.sampled_from(["leaf", "root", "proof", "shorter", "longer"]))
    inclusion = tree.inclusion_proof(index, len(data), subtree_of(data))
    consistency = tree.consistency_proof(old, len(data), subtree_of(data))
    leaf = tree.leaf_hash(data[index])
    wrong = b"\xff" * 32
    if change == "leaf":
        leaf = old_root = wrong
    elif change == "root":
        root = wrong
    elif change == "proof" and inclusion and consistency:
        at = draw.draw(st.integers(0, min(len(inclusion), len(consistency)) - 1))
        inclusion[at] = consistency[at] = wrong
    elif change == "shorter" and inclusion and consistency:
        inclusion.pop()
        consistency.pop()
    else:
        inclusion.append(wrong)
        consistency.append(wrong)

    assert not tree.verify_inclusion(leaf, index, len(data), inclusion, root)
    assert not tree.verify_consistency(old, len(data), old_root, root, consistency)


@given(DATA, st.data())
def test_a_leaf_is_proven_at_no_other_place(data: list[bytes], draw: st.DataObject) -> None:
    data = [bytes((number,)) + each for number, each in enumerate(data)]
    index = draw.draw(st.integers(0, len(data) - 1))
    other = draw.draw(st.integers(-2, len(data) + 2).filter(lambda n: n != index))
    proof = tree.inclusion_proof(index, len(data), subtree_of(data))

    leaf = tree.leaf_hash(data[index])
    assert not tree.verify_inclusion(leaf, other, len(data), proof, defined_root(data))


@given(st.integers(0, 40), st.integers(0, 40), st.lists(st.binary(min_size=32, max_size=32)))
def test_made_up_proofs_verify_nothing_and_raise_nothing(
    old: int, size: int, proof: list[bytes]
) -> None:
    assert not tree.verify_inclusion(b"l" * 32, old, size, proof, b"r" * 32)
    assert not tree.verify_consistency(old, size, b"o" * 32, b"r" * 32, proof)


@given(DATA, st.data())
def test_a_frontier_of_whole_subtrees_has_the_same_root(
    data: list[bytes], draw: st.DataObject
) -> None:
    frontier = tree.Frontier()
    at = 0
    while at < len(data):
        width = 1 << draw.draw(st.integers(0, 6))
        if at % width or at + width > len(data):
            width = 1
        frontier.push(defined_root(data[at : at + width]), width)
        at += width

    assert frontier.size == len(data)
    assert frontier.root() == defined_root(data)


def test_the_empty_tree_is_continued_by_every_tree_without_a_proof() -> None:
    assert tree.verify_consistency(0, 5, tree.EMPTY, b"r" * 32, [])
    assert not tree.verify_consistency(0, 5, b"r" * 32, b"r" * 32, [])
    assert not tree.verify_consistency(0, 5, tree.EMPTY, b"r" * 32, [b"p" * 32])
    assert not tree.verify_consistency(0, 0, tree.EMPTY, b"r" * 32, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_no_proof_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_ranges(index, size)


@pytest.mark.parametrize(("old", "size"), [(4, 3), (-1, 3)])
def test_no_proof_that_a_larger_tree_begins_a_smaller_one(old: int, size: int) -> None:
    with pytest.raises(ValueError, match="no beginning"):
        tree.consistency_ranges(old, size)
