"""The records of a CSV file (RFC 4180), in memory that doesn't grow with the file.

Rules that hold here: no content makes this raise; what can't be read as a record is a ``Broken``
with the line on which it begins, and reading goes on with the next line. A line is a physical one
and counts from 1. Octets that are no UTF-8 come through as lone surrogates (PEP 383), so that the
cell that holds them can be named.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

LONGEST = 100_000
"""Characters in a record; those of a good one are under 5,000."""
MOST_LINES = 50
"""Lines in a record; one that has more has lost its closing quotation mark."""


class CellFault(NamedTuple):
    """What is wrong with a cell whatever its column: its place from 0, a code, a sentence."""

    place: int
    code: str
    message: str


class Record(NamedTuple):
    """The cells of a record that begins on ``line``; a CSV file has no faults of cells."""

    line: int
    cells: list[str]
    faults: tuple[CellFault, ...] = ()


class Broken(NamedTuple):
    """A line from which no record can be read, and why."""

    line: int
    code: str
    message: str


class _Endless(Exception):  # noqa: N818
    pass


_TOO_LONG = f"The line is longer than {LONGEST} characters: no record of the register is."
_BAD_QUOTES = (
    "The quotation marks don't match: a cell with a comma in it stands in quotation marks, and a"
    " quotation mark inside such a cell is written twice."
)


def records(file: BinaryIO) -> Iterator[Record | Broken]:
    """Yield what ``file`` holds, in order; lines without any cell are passed over."""
    lines = _Lines(io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline=""))
    try:
        yield from _records(lines)
    finally:
        lines.text.detach()


def _records(lines: "_Lines") -> Iterator[Record | Broken]:
    reader = csv.reader(lines, strict=True)
    while True:
        lines.begin()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (_Endless, csv.Error):
            too_long = lines.taken[0] is None
            yield Broken(
                lines.first,
                "too_long" if too_long else "bad_value",
                _TOO_LONG if too_long else _BAD_QUOTES,
            )
            lines.give_back()
            reader = csv.reader(lines, strict=True)
            continue
        if len(cells) > 1 or "".join(cells).strip():
            yield Record(lines.first, cells)


class _Lines:
    """Hands lines to the CSV reader, and can take those of a broken record back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self.text = text
        self.first = 1
        self.taken: list[str | None] = []
        self._characters = 0
        self._again: deque[str | None] = deque()

    def begin(self) -> None:
        """A record begins on the next line."""
        self.first += len(self.taken)
        self.taken = []
        self._characters = 0

    def give_back(self) -> None:
        """The record that was begun is its first line alone; the others are to be read again."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MOST_LINES or self._characters > LONGEST:
            raise _Endless
        line = self._again.popleft() if self._again else self._read()
        if line == "":
            raise StopIteration
        self.taken.append(line)
        if line is None:
            raise _Endless
        self._characters += len(line)
        return line

    def _read(self) -> str | None:
        line = self.text.readline(LONGEST)
        if len(line) < LONGEST or line.endswith(("\r", "\n")):
            return line
        while len(line) == LONGEST and not line.endswith(("\r", "\n")):
            line = self.text.readline(LONGEST)
        return None
