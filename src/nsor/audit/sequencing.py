"""Putting entries in order: each that is committed becomes the next leaf of the tree.

Rules that hold here: one sequencer at a time, which no writer waits for; an entry is taken once
and none is left out. An entry of a transaction that commits late has a low number and is simply
taken later: the order of leaves is the order in which entries could be seen. Looking for such
ones among all numbers is left to a thorough pass, once an hour; other passes look at the newest.
"""

import threading
import time

from django.db import connection, transaction

from nsor.audit import hashes, tree
from nsor.audit.hashes import WIDTH
from nsor.audit.leaf import leaf_data
from nsor.audit.models import Leaf, Tile

AT_ONCE = 4096
LATE = 20_000
"""How many numbers back a pass looks that is not thorough."""
THOROUGH_EVERY = 3600.0
BREATH = 0.010
"""Seconds for others to write between two batches, where there is one writer (SQLite)."""

_UNSEQUENCED = """
SELECT id, at, act, actor, subject, commitment FROM audit_entry
WHERE id > %s AND NOT EXISTS (SELECT 1 FROM audit_leaf WHERE audit_leaf.entry = audit_entry.id)
ORDER BY id LIMIT %s
"""

_lock = threading.Lock()
_looked_at_all: dict[str, float] = {}


def sequence(*, thorough: bool | None = None) -> int:
    """Append what is committed and not in the tree yet; return how many leaves that made.

    ``thorough`` looks at all numbers; by default once an hour. Raises ``TrailError``.
    """
    if thorough is None:
        thorough = _thorough_is_due()
    added = 0
    while True:
        with transaction.atomic():
            hashes.take_turn()
            count = _append(thorough=thorough)
        added += count
        if count < AT_ONCE:
            return added
        if connection.vendor == "sqlite":
            time.sleep(BREATH)


def _append(*, thorough: bool) -> int:
    size = hashes.size()
    newest = Leaf.objects.order_by("-entry").values_list("entry", flat=True).first() or 0
    with connection.cursor() as cursor:
        cursor.execute(_UNSEQUENCED, (0 if thorough else max(0, newest - LATE), AT_ONCE))
        rows = cursor.fetchall()
    leaves = [
        Leaf(
            index=index,
            entry=number,
            hash=tree.leaf_hash(leaf_data(number, at, act, actor, subject, bytes(commitment))),
        )
        for index, (number, at, act, actor, subject, commitment) in enumerate(rows, size)
    ]
    Leaf.objects.bulk_create(leaves)
    _add_tiles(size, size + len(leaves))
    return len(leaves)


def _add_tiles(old: int, new: int) -> None:
    level, width = 1, WIDTH
    while new // width:
        first, last = old // width, new // width
        below = hashes.row_of(level - 1, first * WIDTH, (last - first) * WIDTH)
        Tile.objects.bulk_create(
            Tile(
                level=level,
                index=first + at,
                root=tree.root(below[at * WIDTH : (at + 1) * WIDTH]),
            )
            for at in range(last - first)
        )
        level, width = level + 1, width * WIDTH


def _thorough_is_due() -> bool:
    now = time.monotonic()
    name = str(connection.settings_dict["NAME"])
    with _lock:
        if now - _looked_at_all.get(name, -THOROUGH_EVERY) < THOROUGH_EVERY:
            return False
        _looked_at_all[name] = now
        return True
