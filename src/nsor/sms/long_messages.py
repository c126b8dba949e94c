"""Long messages on their way in: which parts are held, and which rows of the store hold them.

The joining is ``reassembly``'s; what stands here ties it to the store. Each part that is held is
a row; when its message is whole, given up or too late, all of its rows go in one commit with what
is owed for it. Where that commit fails, ``undo`` puts everything back as it was.
"""

from collections.abc import Callable
from typing import Final, Literal, NamedTuple

from nsor.sms.outbox.interface import HeldPart
from nsor.sms.reading import read
from nsor.sms.reassembly import Fragment, Held, Key, Outcome, Part, Reassembler, text_of

MOST_MESSAGES: Final = 20_000
MOST_OCTETS: Final = 16 * 1024 * 1024


class Arrival(NamedTuple):
    """What a part led to.

    ``store``: the row to make durable, or None. ``whole``: the joined message's text is in
    ``text`` (None where it is no text). ``given_up``: the message that this one pushed out.
    ``rows_done``: rows to delete. ``undo``: to call where the commit fails.
    """

    outcome: Outcome
    store: HeldPart | None = None
    whole: bool = False
    text: str | None = None
    given_up: HeldPart | None = None
    rows_done: tuple[int, ...] = ()
    undo: Callable[[], None] | None = None


class LongMessages:
    """See the module. ``now``: monotonic seconds."""

    def __init__(self, timeout: float) -> None:
        self._reassembler = Reassembler(MOST_MESSAGES, MOST_OCTETS, timeout)
        self._rows: dict[Key, list[HeldPart]] = {}
        self._last_row = 0

    def restore(self, rows: list[HeldPart], last_row: int, now: float) -> None:
        """Take up the parts that were held before a restart, in the order of their rows."""
        self._last_row = last_row
        for row in rows:
            self._rows.setdefault(_key(row), []).append(row)
        # A message whose last part was stored and acknowledged is never among them: its rows
        # went in that same commit. So nothing here is whole.
        self._reassembler.restore((_held(row) for row in rows), now)

    def add(self, template: HeldPart, part: Part, now: float) -> Arrival:
        """Take a part; ``template`` says who sent it to whom."""
        row = _row(template, part)
        key = _key(row)
        outcome, fragments = self._reassembler.add(key, part.seqnum, part.fragment, now)
        if outcome in (Outcome.FULL, Outcome.INVALID, Outcome.LATE):
            return Arrival(outcome)
        if outcome is Outcome.COMPLETE:
            rows = self._rows.pop(key, [])
            return Arrival(
                outcome,
                whole=True,
                text=text_of(fragments),
                rows_done=tuple(one.number for one in rows),
                undo=lambda: self._put_back(rows, now),
            )
        replaced = self._rows.pop(key, []) if outcome is Outcome.REPLACED else []
        self._last_row += 1
        stored = row._replace(number=self._last_row)
        self._rows.setdefault(key, []).append(stored)
        return Arrival(
            outcome,
            store=stored,
            given_up=replaced[0] if replaced and fragments else None,
            rows_done=tuple(one.number for one in replaced),
            undo=lambda: self._drop_row(key, stored),
        )

    def expire(self, now: float) -> list[tuple[HeldPart | None, tuple[int, ...]]]:
        """Return what never became whole: its first row, and the numbers of all its rows.

        The first is None where its sender has been answered: it was whole before.
        """
        over: list[tuple[HeldPart | None, tuple[int, ...]]] = []
        for expired in self._reassembler.expire(now):
            rows = self._rows.pop(expired.key, [])
            if rows:
                first = min(rows, key=lambda row: row.seqnum)
                numbers = tuple(one.number for one in rows)
                over.append((None if expired.repeated else first, numbers))
        return over

    def _drop_row(self, key: Key, row: HeldPart) -> None:
        rows = self._rows.get(key, [])
        if row in rows:
            rows.remove(row)
        if not rows:
            self._rows.pop(key, None)
        if all(other.seqnum != row.seqnum for other in rows):
            self._reassembler.drop(key, row.seqnum)

    def _put_back(self, rows: list[HeldPart], now: float) -> None:
        for row in rows:
            self._rows.setdefault(_key(row), []).append(row)
        self._reassembler.restore((_held(row) for row in rows), now)


def language_of(row: HeldPart) -> Literal["ur", "en"]:
    """Return the language that a message asks for, as far as its first part tells."""
    if row.seqnum != 1:
        return "ur"
    return read(text_of((_held(row).fragment,)) or "").language


def _key(row: HeldPart) -> Key:
    return Key(row.operator, row.sender, row.destination, row.reference, row.total)


def _held(row: HeldPart) -> Held:
    fragment = Fragment(row.payload, row.data_coding, row.locking, row.single)
    return Held(_key(row), row.seqnum, fragment)


def _row(template: HeldPart, part: Part) -> HeldPart:
    return template._replace(
        reference=part.reference, total=part.total, seqnum=part.seqnum, **part.fragment._asdict()
    )
