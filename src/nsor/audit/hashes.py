"""The tree's hashes, as the database holds them: leaves, and tiles over 256 of the level below.

Rules that hold here: a range of any length costs a few hundred hashes at most; what is missing
is said and never made up.
"""

from django.db import connection

from nsor.audit import tree
from nsor.audit.errors import TrailError
from nsor.audit.models import Leaf, Tile

WIDTH = 256
TOP = 7
"""The highest level of tiles: 256**7 leaves are more than there will be."""


def size() -> int:
    """Return how many leaves there are."""
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def root(leaves: int) -> bytes:
    """Return the root over the first ``leaves`` leaves. Raises as ``subtree`` does."""
    return subtree(0, leaves)


def subtree(start: int, end: int) -> bytes:
    """Return the root over leaves, for a range as proofs ask for it.

    Raises ``TrailError``, ``trail_damaged``, where a leaf or a tile is missing.
    """
    frontier = tree.Frontier()
    at = start
    for level in range(TOP, -1, -1):
        width = WIDTH**level
        count = 0 if at % width else (end - at) // width
        for one in row_of(level, at // width, count):
            frontier.push(one, width)
        at += count * width
    return frontier.root()


def row_of(level: int, first: int, count: int) -> list[bytes]:
    """Return hashes that stand side by side: of leaves at level 0, else of tiles.

    Raises as ``subtree`` does.
    """
    if not count:
        return []
    model = Tile.objects.filter(level=level) if level else Leaf.objects
    found = list(
        model.filter(index__gte=first, index__lt=first + count)
        .order_by("index")
        .values_list("root" if level else "hash", flat=True)
    )
    if len(found) != count:
        raise TrailError(
            "trail_damaged", "Leaves or tiles of the trail are missing: run `nsor audit verify`."
        )
    return [bytes(one) for one in found]


def take_turn() -> None:
    """Let one process at a time append to the tree, until its transaction ends.

    On SQLite the transaction itself is that: it was begun to write.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", (0x61756474,))
