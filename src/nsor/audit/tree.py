"""The Merkle tree of RFC 9162, section 2: hashes, proofs, and what checks them.

Rules that hold here: nothing but hashes goes in and comes out; no database, no file. Proofs are
first lists of ranges of leaves (which a store answers from its tiles), so that whoever has the
hashes makes a proof and nobody needs the leaves.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence

HASH_BYTES = 32
EMPTY = hashlib.sha256().digest()
"""The root of no leaves (2.1.1)."""

Range = tuple[int, int]
"""Leaves from the first to before the second."""
Subtree = Callable[[int, int], bytes]
"""Returns the root over such a range."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf (2.1.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node over its two children (2.1.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the whole subtrees that make up a growing tree; memory is logarithmic.

    Hashes are pushed from left to right; each may stand for any power of two of leaves that the
    leaves before it are a multiple of.
    """

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        """Begin with these leaf hashes."""
        self._roots: list[tuple[int, bytes]] = []
        for one in hashes:
            self.push(one)

    def push(self, pushed: bytes, leaves: int = 1) -> None:
        """Add a leaf hash, or the root of a whole subtree of ``leaves`` leaves."""
        roots = self._roots
        while roots and roots[-1][0] == leaves:
            pushed = node_hash(roots.pop()[1], pushed)
            leaves *= 2
        roots.append((leaves, pushed))

    @property
    def size(self) -> int:
        """Return how many leaves were pushed."""
        return sum(leaves for leaves, _ in self._roots)

    def root(self) -> bytes:
        """Return the root over all leaves pushed."""
        if not self._roots:
            return EMPTY
        root = self._roots[-1][1]
        for _, left in reversed(self._roots[:-1]):
            root = node_hash(left, root)
        return root


def root(hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    return Frontier(hashes).root()


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """Return the ranges whose roots prove leaf ``index`` in a tree of ``size`` (2.1.3.1).

    Raises ``ValueError`` where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """Return the ranges whose roots prove that ``old`` leaves begin ``size`` ones (2.1.4.1).

    Empty where either is the other, or ``old`` is 0. Raises ``ValueError`` where ``old`` is more.
    """
    if not 0 <= old <= size:
        raise ValueError(f"a tree of {old} leaves is no beginning of one of {size}")
    if old in (0, size):
        return []
    ranges: list[Range] = []
    start, end, known = 0, size, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, known = middle, False
    if not known:
        ranges.append((start, end))
    return ranges[::-1]


def inclusion_proof(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the inclusion proof (2.1.3.1). Raises as ``inclusion_ranges`` does."""
    return [subtree(*each) for each in inclusion_ranges(index, size)]


def consistency_proof(old: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the consistency proof (2.1.4.1). Raises as ``consistency_ranges`` does."""
    return [subtree(*each) for each in consistency_ranges(old, size)]


def verify_inclusion(
    leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Tell whether a leaf hash stands at ``index`` under ``root`` (2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(
    old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Tell whether the tree of ``old`` leaves begins the one of ``size`` (2.1.4.2).

    Every tree continues the empty one; that needs no proof and takes none.
    """
    if not 0 <= old <= size:
        return False
    if old == 0:
        return not proof and old_root == EMPTY and (size > 0 or root == EMPTY)
    if old == size:
        return not proof and old_root == root
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    place, last = old - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    found_old = found = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            found_old, found = node_hash(each, found_old), node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found_old == old_root and found == root


def _split(leaves: int) -> int:
    """Return the largest power of two that is less than ``leaves`` (at least 2)."""
    return 1 << (leaves - 1).bit_length() - 1
