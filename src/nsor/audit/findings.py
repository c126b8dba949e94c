"""What verification can find, each kind with what it means, and the list that it finds.

Rules that hold here: a finding names the entry where one can be named; a flood of findings is
counted and not all kept.
"""

from enum import StrEnum
from typing import NamedTuple

KEPT = 1000
"""Findings that are kept; the rest is counted."""


class Kind(StrEnum):
    """What is wrong; ``meaning`` says it in a sentence."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Kind":
        """Make a member of its value and what it means."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    EDITED = "edited", "A column of the entry was changed."
    BACK_DATED = "back_dated", "The entry claims a time at which it was not there."
    REMOVED = "removed", "The entry is gone."
    INSERTED = "inserted", "The entry stands in the tree where it never stood."
    REORDERED = "reordered", "The entry stands at another place in the tree."
    SEQUENCE_JUMP = "sequence_jump", "The entry has a number that the trail never gave."
    LEAF_REMOVED = "leaf_removed", "The entry is there, and its leaf is gone."
    LEAF_EDITED = "leaf_edited", "The leaf of the entry was changed."
    TILE_EDITED = "tile_edited", "A tile over the entry and those after it was changed."
    DETAILS_EDITED = "details_edited", "The details are not those that the entry commits to."
    DETAILS_MISSING = "details_missing", "The details are gone."
    DETAILS_UNREADABLE = (
        "details_unreadable",
        "The key of the details is gone, and no entry says that it was destroyed.",
    )
    TRUNCATED = "truncated", "The trail is shorter than a checkpoint says."
    ROOT_MISMATCH = "root_mismatch", "The tree is not the one that the checkpoint was signed over."
    BAD_SIGNATURE = "bad_signature", "A checkpoint is not signed by who should have signed it."
    CHECKPOINT_MISSING = (
        "checkpoint_missing",
        "The trail was signed, and no checkpoint of it lies in the folder outside the database.",
    )
    LOG_CHANGED = "log_changed", "The database holds another log than the checkpoints."
    EPOCH_EDITED = "epoch_edited", "An epoch is not what its signed statement says."
    KEY_EDITED = "key_edited", "A key of the trail was changed."
    COPY_EDITED = "copy_edited", "The copy of the leaves outside the database was changed."


class Finding(NamedTuple):
    """One thing that is wrong; ``entry`` is its number, None where none can be named."""

    entry: int | None
    kind: Kind
    message: str


class Findings:
    """The findings of one verification, in the order in which they came."""

    def __init__(self) -> None:
        """Begin with none."""
        self.kept: list[Finding] = []
        self.count = 0
        self._seen: set[tuple[int, Kind]] = set()

    def add(self, kind: Kind, entry: int | None, more: str = "") -> None:
        """Add a finding, once for an entry and a kind; ``more`` is a further sentence."""
        if entry is not None:
            if (entry, kind) in self._seen:
                return
            if len(self._seen) < KEPT:
                self._seen.add((entry, kind))
        self.count += 1
        if self.count > KEPT:
            return
        named = "" if entry is None else f"Entry {entry}: "
        message = f"{named}{kind.meaning}" + (f" {more}" if more else "")
        self.kept.append(Finding(entry, kind, message))

    def named(self, kind: Kind) -> set[int]:
        """Return the numbers of the entries of which ``kind`` was kept."""
        return {one.entry for one in self.kept if one.kind is kind and one.entry is not None}
