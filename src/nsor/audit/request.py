"""What the log hands to the witness: a request to cosign, and the statement of a new epoch.

After C2SP tlog-witness, ``add-checkpoint``. Rules that hold here: pure text in and out; whatever
can't be read is ``NoteError``.
"""

from collections.abc import Sequence
from typing import NamedTuple

from nsor.audit import note
from nsor.audit.note import Checkpoint, Note, NoteError

VERSION = "nsor-epoch/v1"
MOST_PROOF_LINES = 63
LONGEST_REASON = 1000


class Request(NamedTuple):
    """A signed text with a proof of consistency from ``old`` leaves on."""

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        """Return the request as it is written to a file."""
        lines = "".join(f"{note.encoded(each)}\n" for each in self.proof)
        return f"old {self.old}\n{lines}\n{self.note}"


class Statement(NamedTuple):
    """A new epoch: ``last`` is the last checkpoint witnessed, ``restored`` what is left of it."""

    origin: str
    last: Checkpoint
    restored: Checkpoint
    first_lost: int
    """The number of the first entry that was lost; 0 where none was."""
    last_lost: int
    reason: str
    officers: tuple[str, str]
    time: int

    def text(self) -> str:
        """Return the text that the log signs."""
        return "".join(
            f"{line}\n"
            for line in (
                VERSION,
                f"origin {self.origin}",
                f"after {self.last.origin}",
                f"last {self.last.size} {note.encoded(self.last.root)}",
                f"restored {self.restored.size} {note.encoded(self.restored.root)}",
                f"lost {self.first_lost} {self.last_lost}",
                f"reason {self.reason}",
                *(f"officer {officer}" for officer in self.officers),
                f"time {self.time}",
            )
        )


FIELDS = (
    "origin",
    "after",
    "last",
    "restored",
    "lost",
    "reason",
    "officer",
    "officer",
    "time",
)


def parse(written: bytes) -> Request:
    """Read a request. Raises ``NoteError``."""
    try:
        text = written.decode()
    except UnicodeDecodeError:
        raise NoteError("The request is not UTF-8.") from None
    head, found, rest = text.partition("\n\n")
    lines = head.split("\n")
    if not found or not lines[0].startswith("old "):
        raise NoteError("The request doesn't begin with `old`, a size, and lines of a proof.")
    if len(lines) - 1 > MOST_PROOF_LINES:
        raise NoteError(f"The request has more than {MOST_PROOF_LINES} lines of proof.")
    proof = tuple(note.decoded(line, note.HASH_BYTES) for line in lines[1:])
    return Request(note.parse_size(lines[0].removeprefix("old ")), proof, note.parse(rest))


def parse_statement(text: str) -> Statement:
    """Read the statement of a new epoch. Raises ``NoteError``."""
    lines = text.removesuffix("\n").split("\n")
    if lines[0] != VERSION or len(lines) != len(FIELDS) + 1:
        raise NoteError("The text is no statement of a new epoch.")
    values: list[str] = []
    for name, line in zip(FIELDS, lines[1:], strict=True):
        if not line.startswith(f"{name} "):
            raise NoteError(f"The statement lacks its line `{name}`.")
        values.append(line.removeprefix(f"{name} "))
    origin, after, last, restored, lost, reason, one, other, time = values
    first_lost, last_lost = _two(lost)
    return Statement(
        origin,
        _head(after, last),
        _head(origin, restored),
        note.parse_size(first_lost),
        note.parse_size(last_lost),
        reason,
        (one, other),
        note.parse_size(time),
    )


def _head(origin: str, written: str) -> Checkpoint:
    size, root = _two(written)
    return Checkpoint(origin, note.parse_size(size), note.decoded(root, note.HASH_BYTES))


def _two(written: str) -> Sequence[str]:
    parts = written.split(" ")
    if len(parts) != 2:
        raise NoteError("A line of the statement doesn't have two values.")
    return parts
