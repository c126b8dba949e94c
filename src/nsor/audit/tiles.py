"""The tiles and roots that follow from leaves, made again to be compared with the stored ones.

Rules that hold here: memory holds one tile of each level.
"""

from nsor.audit import hashes, tree
from nsor.audit.findings import Findings, Kind
from nsor.audit.hashes import TOP, WIDTH
from nsor.audit.models import Tile


class Tiles:
    """Takes leaves in order; ``roots`` has the roots at the sizes that were asked for."""

    def __init__(self, found: Findings, sizes: set[int]) -> None:
        """Begin with no leaves; remember the roots at ``sizes``."""
        self._found, self._sizes = found, sizes
        self._below: list[list[bytes]] = [[] for _ in range(TOP + 1)]
        self._first = [0] * (TOP + 1)
        self._made = [0] * (TOP + 1)
        self._frontier = tree.Frontier()
        self._size = 0
        self.roots = {0: tree.EMPTY}

    def push(self, leaf: bytes, entry: int) -> None:
        """Add the hash of the leaf of an entry."""
        self._frontier.push(leaf)
        self._size += 1
        if self._size in self._sizes:
            self.roots[self._size] = self._frontier.root()
        self._add(0, leaf, entry)

    def finish(self) -> None:
        """Find the tiles that stand over leaves which aren't there."""
        size = hashes.size()
        for level in range(1, TOP + 1):
            if Tile.objects.filter(level=level, index__gte=size // WIDTH**level).exists():
                self._found.add(Kind.TILE_EDITED, None, f"Level {level} has tiles too many.")

    def _add(self, level: int, one: bytes, first: int) -> None:
        below = self._below[level]
        if not below:
            self._first[level] = first
        below.append(one)
        if len(below) < WIDTH or level == TOP:
            return
        root = tree.root(below)
        below.clear()
        self._compare(level + 1, root, self._first[level])
        self._add(level + 1, root, self._first[level])

    def _compare(self, level: int, root: bytes, first: int) -> None:
        index = self._made[level]
        self._made[level] += 1
        stored = Tile.objects.filter(level=level, index=index).values_list("root", flat=True)
        held = stored.first()
        if held is None or bytes(held) != root:
            self._found.add(Kind.TILE_EDITED, first, f"It is tile {index} of level {level}.")
