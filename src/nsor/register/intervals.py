"""When something was true, and when we recorded it: both times of a fact, without a database.

A log is all that was ever told of one fact, in the order of its telling. Rules that hold here:

- A span is half-open: its first day belongs to it, its last does not, and without a last day it
  is open. What is told counts from that very moment on.
- Nothing that was told is changed or taken back: of all that was told of a day by a moment, the
  last counts. So a question about an earlier moment has the same answer for ever.
- ``None`` is no value: it is the answer where nothing was told.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Span:
    """The days from ``valid_from`` on and before ``valid_to``, open where that is ``None``.

    Raises ``ValueError`` where no day lies between them.
    """

    valid_from: date
    valid_to: date | None = None

    def __post_init__(self) -> None:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError("A span ends after the day on which it begins.")

    def __contains__(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)

    def overlaps(self, other: "Span") -> bool:
        """Tell whether any day is in both."""
        return _start(self) < _end(other) and _start(other) < _end(self)

    def common(self, other: "Span") -> "Span":
        """Return the days that are in both; ``ValueError`` where there are none."""
        return Span(max(self.valid_from, other.valid_from), min(self, other, key=_end).valid_to)

    def outside(self, other: "Span") -> list["Span"]:
        """Return the pieces of this that lie before and after the other."""
        if not self.overlaps(other):
            return [self]
        pieces = []
        if self.valid_from < other.valid_from:
            pieces.append(Span(self.valid_from, other.valid_from))
        if other.valid_to is not None and _end(other) < _end(self):
            pieces.append(Span(other.valid_to, self.valid_to))
        return pieces


Piece: TypeAlias = tuple[Span, T]


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """That ``value`` holds in ``span``, as it was told at a moment."""

    at: datetime
    span: Span
    value: T


def said(log: Iterable[Told[T]], on: date, known: datetime) -> T | None:
    """Return what was said of the day ``on`` as known at ``known``, None for nothing."""
    answer = None
    for told in log:
        if told.at <= known and on in told.span:
            answer = told.value
    return answer


def settled(log: Iterable[Told[T]]) -> list[Piece[T]]:
    """Return what is said after a whole log, by the first day; no two pieces overlap."""
    pieces: list[Piece[T]] = []
    for told in log:
        kept = [(rest, value) for span, value in pieces for rest in span.outside(told.span)]
        pieces = [*kept, (told.span, told.value)]
    return _joined(pieces)


def amendment(log: Iterable[Told[T]], span: Span, change: Callable[[T], T]) -> list[Piece[T]]:
    """Return what to tell so that each value that is said in ``span`` is changed.

    For a value of several parts of which one was different: what is said of the others stays as
    it is on each of those days. Where nothing is said, nothing is said after it either.
    """
    inside = [
        (said_in.common(span), value) for said_in, value in settled(log) if said_in.overlaps(span)
    ]
    changed = [(days, value, change(value)) for days, value in inside]
    return _joined([(days, after) for days, before, after in changed if after != before])


def unsaid(log: Iterable[Told[T]], span: Span) -> list[Span]:
    """Return the days of ``span`` of which nothing was told."""
    left = [span]
    for told in log:
        left = [rest for piece in left for rest in piece.outside(told.span)]
    return sorted(left, key=_start)


def _joined(pieces: list[Piece[T]]) -> list[Piece[T]]:
    """Return pieces that don't overlap by their first day, those that meet and agree as one."""
    joined: list[Piece[T]] = []
    for span, value in sorted(pieces, key=lambda piece: piece[0].valid_from):
        first = span.valid_from
        if joined and joined[-1][1] == value and joined[-1][0].valid_to == first:
            first = joined.pop()[0].valid_from
        joined.append((Span(first, span.valid_to), value))
    return joined


def _start(span: Span) -> tuple[bool, date]:
    return (False, span.valid_from)


def _end(span: Span) -> tuple[bool, date]:
    """Return a key that puts an open end after every day."""
    return (span.valid_to is None, span.valid_to or date.max)
