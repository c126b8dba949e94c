"""Messages that come again because their acknowledgement was lost.

The same message (operator, sender, destination, header, coding, body), on any bind of that
operator, within 120 s after the connection that brought the first was lost, is the same one:
once for each original, and only for an original that was stored in the 10 s before that loss. A
copy that was recognised stands for its original on its own connection, since its
acknowledgement may be lost as well. Messages are known by keyed hashes. No clock here: times
are seconds since 1970, as the store has them.
"""

from collections import Counter, deque
from collections.abc import Iterable
from typing import Final

from nsor.sms.outbox.interface import Ended, Recovered, Seen

STORED_BEFORE_LOSS: Final = 10.0
REMEMBERED_AFTER_LOSS: Final = 120.0


class _Lost:
    """A connection that was lost, and the originals that may come again."""

    __slots__ = ("at", "connection", "expected", "operator")

    def __init__(self, connection: int, operator: str, at: float) -> None:
        self.connection = connection
        self.operator = operator
        self.at = at
        self.expected: Counter[int] = Counter()


class Redeliveries:
    """See the module."""

    def __init__(self) -> None:
        self._stored: dict[int, deque[tuple[float, list[int]]]] = {}
        self._lost: list[_Lost] = []

    def stored(self, connection: int, at: float, fingerprints: list[int]) -> None:
        """Note messages that became durable, with the connection that brought them."""
        if any(lost.connection == connection for lost in self._lost):
            return  # it ended while they were being stored: they are expected already
        recent = self._stored.setdefault(connection, deque())
        recent.append((at, fingerprints))
        while recent[0][0] < at - STORED_BEFORE_LOSS:
            recent.popleft()

    def refused(self, connection: int, fingerprints: list[int]) -> None:
        """Note messages that could not be stored: what comes again is new."""
        for lost in self._lost:
            if lost.connection == connection:
                lost.expected.subtract(fingerprints)

    def ended(self, ended: Ended, being_stored: Iterable[int] = ()) -> None:
        """Note that a connection ended; one that was unbound leaves nothing to expect.

        ``being_stored``: fingerprints of its messages of which ``stored`` or ``refused`` follows.
        """
        recent = self._stored.pop(ended.connection, ())
        if ended.unbound:
            return
        lost = _Lost(ended.connection, ended.operator, ended.at)
        lost.expected.update(being_stored)
        for at, fingerprints in recent:
            if at >= ended.at - STORED_BEFORE_LOSS:
                lost.expected.update(fingerprints)
        self._forget(ended.at)
        self._lost.append(lost)

    def _forget(self, now: float) -> None:
        """Drop what is too old to come again, or later than now by a clock that was set back."""
        self._lost = [lost for lost in self._lost if abs(now - lost.at) <= REMEMBERED_AFTER_LOSS]

    @property
    def expects_any(self) -> bool:
        """Whether any connection was lost of late."""
        return bool(self._lost)

    def expects(self, operator: str, now: float) -> bool:
        """Tell whether anything of this operator may come again."""
        if not self._lost:
            return False
        self._forget(now)
        return any(lost.operator == operator for lost in self._lost)

    def take(self, operator: str, fingerprint: int) -> "_Lost | None":
        """Recognise a message that comes again, once for each original.

        Returns what ``put_back`` needs where the commit fails, or None for a new message.
        """
        for lost in self._lost:
            if lost.operator == operator and lost.expected[fingerprint] > 0:
                lost.expected[fingerprint] -= 1
                return lost
        return None

    @staticmethod
    def put_back(lost: "_Lost", fingerprint: int) -> None:
        """Expect a message again whose recognition could not be kept."""
        lost.expected[fingerprint] += 1

    def restore(self, recovered: Recovered) -> list[Ended]:
        """Take up what was durable before a restart.

        Returns the connections that were open then: lost at the time of the last write.
        """
        known = {one.connection for one in recovered.ended}
        fresh = [
            Ended(number, operator, recovered.last_write, unbound=False)
            for number, operator in recovered.connections.items()
            if number not in known
        ]
        operators = {one.connection: one.operator for one in [*recovered.ended, *fresh]}
        ends = sorted([*recovered.ended, *fresh], key=lambda one: one.at)
        for at, entries in recovered.seen:
            while ends and ends[0].at <= at:
                self.ended(ends.pop(0))
            for entry in entries:
                self._live_again(entry, at, operators.get(entry.connection, ""))
        for one in ends:
            self.ended(one)
        return fresh

    def _live_again(self, entry: Seen, at: float, operator: str) -> None:
        """Take up one message as when it was stored."""
        if entry.again and self.expects(operator, at):
            self.take(operator, entry.fingerprint)
        for lost in self._lost:
            if lost.connection == entry.connection:
                lost.expected[entry.fingerprint] += 1
                return
        self.stored(entry.connection, at, [entry.fingerprint])
