"""The tree in the database, leaf by leaf, against what it must be.

Rules that hold here: where the copy of the leaves is covered by signed roots, it says what must
be; after it, the leaves say what their entries must be. Two rows of leaves that differ are aligned
by their entries' numbers, so that one that is gone is one finding and not a thousand.
"""

from collections.abc import Callable

from nsor.audit import anchors, rows
from nsor.audit.anchors import Anchors
from nsor.audit.files import Copied
from nsor.audit.findings import Findings, Kind
from nsor.audit.rows import Numbers, Row
from nsor.audit.sealed import LATE, SealedDetails
from nsor.audit.tiles import Tiles

GUESS = 60_000_000
"""Microseconds by which the time of an edited entry must leave its neighbours' to be the edit."""


class Tree:
    """Follows the leaves, finds what differs, and keeps the roots."""

    def __init__(
        self, held: Anchors, times: list[tuple[int, int]], details: SealedDetails, found: Findings
    ) -> None:
        """Prepare to compare with ``held``; ``times`` says when which size was signed."""
        self._held, self._times, self._details, self._found = held, times, details, found
        self._copy = anchors.copied_leaves(held)
        self._expected = next(self._copy, None)
        self._copied: Numbers | None = None
        self._tiles = Tiles(found, {held.cosigned.size, held.signed.size})
        self._place = 0
        self._displaced: int | None = None
        self._shifted = False
        self._before = 0
        self._pending: tuple[Row, int] | None = None

    def compare(self, end: int, progress: Callable[[int], None]) -> int:
        """Compare the leaves before ``end``; return how many there were."""
        count = 0
        for page in rows.leaves(end):
            whole = [row for row in page if self._take(row)]
            self._details.check(whole)
            count += len(page)
            progress(count)
        while self._expected is not None:
            self._removed(self._expected)
        self._tell_date(None)
        self._tiles.finish()
        for number in rows.doubled():
            self._found.add(Kind.INSERTED, number, "It has more than one leaf.")
        self._check_root()
        if self._displaced is not None and not self._shifted:
            self._found.add(Kind.LEAF_EDITED, self._displaced, "The leaves from here have moved.")
        return count

    def _take(self, row: Row) -> bool:
        """Compare one leaf of the database; tell whether its entry is whole."""
        while (wanted := self._expected) is not None:
            if wanted.entry == row.entry or wanted.hash == row.computed():
                self._next()
                return self._pair(row, wanted.hash)
            if not rows.is_there("audit_leaf", "entry", wanted.entry):
                self._removed(wanted)
            elif not self._is_copied(row.entry):
                self._shifted = True
                self._found.add(Kind.INSERTED, row.entry)
                return False
            else:
                self._found.add(Kind.REORDERED, row.entry)
                self._tiles.push(wanted.hash, wanted.entry)
                self._place += 1
                self._next()
                return False
        return self._after_copy(row)

    def _pair(self, row: Row, wanted: bytes) -> bool:
        self._tiles.push(wanted, row.entry)
        if row.place != self._place and self._displaced is None:
            self._displaced = row.entry
        self._place += 1
        if row.hash != wanted:
            self._found.add(Kind.LEAF_EDITED, row.entry)
        return self._entry_is(row, wanted)

    def _after_copy(self, row: Row) -> bool:
        if row.place != self._place:
            self._found.add(
                Kind.LEAF_REMOVED if row.place > self._place else Kind.INSERTED,
                row.entry if row.place < self._place else None,
                f"It is about leaf {self._place}.",
            )
            self._place = row.place
        self._place += 1
        hashed = row.hash if isinstance(row.hash, bytes) else b""
        self._tiles.push(hashed, row.entry)
        return self._entry_is(row, hashed)

    def _entry_is(self, row: Row, wanted: bytes) -> bool:
        if row.number is None:
            self._found.add(Kind.REMOVED, row.entry)
            return False
        at = row.at if isinstance(row.at, int) else 0
        self._tell_date(at)
        if row.computed() != wanted:
            self._pending = (row, self._before)
            return False
        self._before = at
        if at < self._signed_before(row.place) - LATE:
            self._found.add(Kind.BACK_DATED, row.entry)
        return True

    def _tell_date(self, after: int | None) -> None:
        """Name the last edited entry, now that its neighbours' times are known."""
        if self._pending is None:
            return
        row, before = self._pending
        self._pending = None
        late = after is not None and isinstance(row.at, int) and row.at > after + GUESS
        early = not isinstance(row.at, int) or row.at < before - GUESS
        self._found.add(Kind.BACK_DATED if early or late else Kind.EDITED, row.entry)

    def _signed_before(self, index: int) -> int:
        """Return when the last checkpoint without this leaf was signed, 0 for none."""
        while len(self._times) > 1 and self._times[1][0] <= index:
            self._times.pop(0)
        return self._times[0][1] if self._times and self._times[0][0] <= index else 0

    def _removed(self, wanted: Copied) -> None:
        self._shifted = True
        there = rows.is_there("audit_entry", "id", wanted.entry)
        self._found.add(Kind.LEAF_REMOVED if there else Kind.REMOVED, wanted.entry)
        self._tiles.push(wanted.hash, wanted.entry)
        self._place += 1
        self._next()

    def _next(self) -> None:
        self._expected = next(self._copy, None)

    def _is_copied(self, number: int) -> bool:
        if self._copied is None:
            self._copied = Numbers(each.entry for each in anchors.copied_leaves(self._held))
        return number in self._copied

    def _check_root(self) -> None:
        """Hold the leaves against the roots that no copy covers."""
        for head in (self._held.cosigned, self._held.signed):
            root = self._tiles.roots.get(head.size, head.root)
            if head.size > self._held.copied and root != head.root:
                self._found.add(Kind.ROOT_MISMATCH, None, f"It is that of {head.size} entries.")
                return
