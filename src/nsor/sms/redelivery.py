"""Messages that come again because their acknowledgement was lost.

The same message (operator, sender, destination, header, coding, body), on any bind of that
operator, within 120 s after the connection that brought the first was lost, is the same one:
once for each original, and only for an original that was stored in the 10 s before that loss. A
copy that was recognised stands for its original on its own connection, since its
acknowledgement may be lost as well. Messages are known by keyed hashes. No clock here: times
are seconds since 1970, as the store has them.
"""

from collections import Counter, deque
from typing import Final

from nsor.sms.outbox.interface import Ended, Recovered

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
        for lost in self._lost:
            if lost.connection == connection:  # it ended while they were being stored
                lost.expected.update(fingerprints)
                return
        recent = self._stored.setdefault(connection, deque())
        recent.append((at, fingerprints))
        while recent[0][0] < at - STORED_BEFORE_LOSS:
            recent.popleft()

    def ended(self, ended: Ended) -> None:
        """Note that a connection ended; one that was unbound leaves nothing to expect."""
        recent = self._stored.pop(ended.connection, ())
        if ended.unbound:
            return
        lost = _Lost(ended.connection, ended.operator, ended.at)
        for at, fingerprints in recent:
            if at >= ended.at - STORED_BEFORE_LOSS:
                lost.expected.update(fingerprints)
        self._lost.append(lost)

    @property
    def expects_any(self) -> bool:
        """Whether any connection was lost of late."""
        return bool(self._lost)

    def expects(self, operator: str, now: float) -> bool:
        """Tell whether anything of this operator may come again."""
        if not self._lost:
            return False
        self._lost = [lost for lost in self._lost if now <= lost.at + REMEMBERED_AFTER_LOSS]
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
        ended = {one.connection: one for one in recovered.ended}
        fresh = [
            Ended(number, operator, recovered.last_write, unbound=False)
            for number, operator in recovered.connections.items()
            if number not in ended
        ]
        by_fingerprint: dict[int, list[tuple[int, float]]] = {}
        for at, entries in recovered.seen:
            for entry in entries:
                places = by_fingerprint.setdefault(entry.fingerprint, [])
                if entry.again and places:
                    places.pop(0)
                places.append((entry.connection, at))
        held: dict[int, list[tuple[float, int]]] = {}
        for fingerprint, places in by_fingerprint.items():
            for connection, at in places:
                held.setdefault(connection, []).append((at, fingerprint))
        for connection, stored in held.items():
            self._stored[connection] = deque((at, [one]) for at, one in sorted(stored))
        for one in [*ended.values(), *fresh]:
            self.ended(one)
        return fresh
