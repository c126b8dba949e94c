"""A store in simulated time: slow, failing, or cut off by a crash.

``MemoryStore`` holds what ``SqliteStore`` holds, in plain dictionaries (the same tests hold both to
the same answers). ``SimulatedOutbox`` puts either behind the ``Outbox`` seam. Rules that hold here:
a write is applied whole or not at all; one that was not answered at a crash is either, as the seed
decides; a write is never touched once it was handed over.
"""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Protocol

from simulated_time import ProcessClock, SimulatedTime

from nsor.sms.outbox.interface import (
    Ended,
    HeldPart,
    Notice,
    OutboxError,
    OwedReply,
    Receipted,
    Recovered,
    Seen,
    Sent,
    Write,
)


class Store(Protocol):
    """What both stores do."""

    def write(self, write: Write) -> None: ...
    def recover(self) -> Recovered: ...


class MemoryStore:
    """A store in memory, which outlives the gateway all the same."""

    def __init__(self) -> None:
        self.at = 0.0
        self.batch = 0
        self.owed: dict[int, list[OwedReply]] = {}
        self.progress: dict[int, bytes] = {}
        self.connections: dict[int, str] = {}
        self.ended: dict[int, Ended] = {}
        self.seen: list[tuple[float, list[Seen]]] = []
        self.counted: list[tuple[str, list[int]]] = []
        self.notices: list[Notice] = []
        self.parts: dict[int, HeldPart] = {}
        self.sent: list[tuple[float, list[Sent]]] = []
        self.receipted: list[tuple[float, list[Receipted]]] = []
        self.keys: dict[str, bytes] = {}

    def write(self, write: Write) -> None:
        """See ``SqliteStore``."""
        self._insert(write)
        self._delete(write)
        self.at = write.at
        self.batch = max(self.batch, write.batch)

    def recover(self) -> Recovered:
        """See ``SqliteStore``."""
        counted: dict[str, dict[int, int]] = {}
        for period, senders in self.counted:
            counted.setdefault(period, Counter()).update(Counter(senders))
        done = {one[:3] for _, entries in self.receipted for one in entries}
        numbers = [*self.connections, *self.ended]
        return Recovered(
            last_write=self.at,
            last_batch=self.batch,
            last_connection=max(numbers, default=0),
            last_part=max(self.parts, default=0),
            owed=[
                (number, list(self.owed[number]), self.progress.get(number, b""))
                for number in sorted(self.owed)
            ],
            connections=dict(self.connections),
            ended=list(self.ended.values()),
            seen=[(at, list(entries)) for at, entries in self.seen],
            counted=counted,
            notices=list(self.notices),
            parts=[self.parts[number] for number in sorted(self.parts)],
            sent=[one for _, entries in self.sent for one in entries if one[:3] not in done],
            keys=dict(self.keys),
        )

    def _insert(self, write: Write) -> None:
        if write.owed:
            assert write.batch not in self.owed, "a batch is written once"
            self.owed[write.batch] = list(write.owed)
        self.progress.update(write.progress)
        for number, operator in write.opened:
            assert number not in self.connections, "a connection is opened once"
            self.connections[number] = operator
        self.ended.update((one.connection, one) for one in write.ended)
        if write.seen:
            self.seen.append((write.at, list(write.seen)))
        if write.counted:
            self.counted.append((write.counted_period, list(write.counted)))
        self.notices.extend(write.notices)
        for part in write.parts:
            assert part.number not in self.parts, "a part is written once"
            self.parts[part.number] = part
        if write.sent:
            self.sent.append((write.at, list(write.sent)))
        if write.receipted:
            self.receipted.append((write.at, list(write.receipted)))
        for period, key in write.new_keys.items():
            assert period not in self.keys, "a key is written once"
            self.keys[period] = key

    def _delete(self, write: Write) -> None:
        for batch in write.finished:
            self.owed.pop(batch, None)
            self.progress.pop(batch, None)
        for number in write.parts_done:
            self.parts.pop(number, None)
        if write.forget_seen_before:
            before = write.forget_seen_before
            self.seen = [row for row in self.seen if row[0] >= before]
            for number, one in list(self.ended.items()):
                if one.at < before:
                    del self.ended[number]
                    self.connections.pop(number, None)
        if write.forget_sent_before:
            before = write.forget_sent_before
            self.sent = [row for row in self.sent if row[0] >= before]
            self.receipted = [row for row in self.receipted if row[0] >= before]
        for period in write.retired_periods:
            self.keys.pop(period, None)
            self.counted = [row for row in self.counted if row[0] != period]
            self.notices = [one for one in self.notices if one.period != period]


class SimulatedOutbox:
    """The ``Outbox`` seam of one process. ``durable`` is told of every write that was kept."""

    def __init__(
        self,
        store: Store,
        time: SimulatedTime,
        random: Random,
        durable: Callable[[Write], None],
        log: Callable[[str], None],
    ) -> None:
        self.store = store
        self.failing_until = 0.0
        self.failure_rate = 0.9
        self.slow_until = 0.0
        self.slowness = 1.0
        self._time = time
        self._random = random
        self._durable = durable
        self._log = log
        self._clock = ProcessClock(time)
        self._in_flight: tuple[Write, str] | None = None

    def commit(self, write: Write, done: Callable[[OutboxError | None, float], None]) -> None:
        """See ``Outbox``."""
        assert self._in_flight is None, "one commit at a time"
        began = self._time.monotonic()
        slow = began < self.slow_until
        wait = self._random.uniform(0.2, 1.0) * self.slowness if slow else 0.0
        self._in_flight = (write, repr(write))
        self._log(f"commit {write!r}")

        def answer() -> None:
            error = None
            if (
                self._time.monotonic() < self.failing_until
                and self._random.random() < self.failure_rate
            ):
                error = OutboxError("The disk is full.")
                self._in_flight = None
            else:
                self._keep()
            self._log(f"commit {'failed' if error else 'done'}")
            done(error, self._time.monotonic() - began)

        self._clock.call_later(wait + self._random.uniform(0.0002, 0.01), answer)

    def crash(self) -> None:
        """End the process; what it was committing is kept whole or not at all."""
        self._clock.die()
        if self._in_flight is not None and self._random.random() < 0.5:
            self._log("commit kept by the crash")
            self._keep()

    def _keep(self) -> None:
        assert self._in_flight is not None
        write, was = self._in_flight
        assert repr(write) == was, "a write was touched after it was handed over"
        self._in_flight = None
        self.store.write(write)
        self._durable(write)
