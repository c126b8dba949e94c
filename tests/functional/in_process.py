"""A gateway on its real store, in time that passes when the test says so.

For what no test can wait for: a day's end, an outbox with a hundred thousand replies. Network and
clock are simulated, nothing of the disk is.
"""

import heapq
from collections.abc import Callable
from itertools import count
from pathlib import Path

from nsor import keyring
from nsor.disclosure import wording
from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from nsor.sms import config
from nsor.sms.gateway import Gateway
from nsor.sms.machine import SystemRandomness
from nsor.sms.message_centre import Message, MessageCentre, Submitted
from nsor.sms.outbox.interface import OutboxError, Write
from nsor.sms.outbox.sqlite import SqliteStore
from nsor.sms.replies import Decider
from nsor.sms.seams import Address, Connection, Timer


class ManualClock:
    """Time stands still but for ``advance``; ``call_later`` is called in its course."""

    def __init__(self, now: float) -> None:
        self.now = now
        self._numbers = count()
        self._calls: list[tuple[float, int, _Call]] = []

    def time(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        call = _Call(callback)
        heapq.heappush(self._calls, (self.now + delay, next(self._numbers), call))
        return call

    def advance(self, seconds: float) -> None:
        """Let time pass, and happen what is due in it."""
        until = self.now + seconds
        while self._calls and self._calls[0][0] <= until:
            self.now, _, call = heapq.heappop(self._calls)
            call.make()
        self.now = until

    def forget_everything(self) -> None:
        """Drop every call: whoever waited for it is dead."""
        self._calls.clear()


class _Call:
    def __init__(self, callback: Callable[[], None]) -> None:
        self._callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self._callback = None

    def make(self) -> None:
        if self._callback is not None:
            self._callback()


class _Wire:
    """The writing half of a connection; the other end reads it at the next step of the clock."""

    def __init__(self, clock: ManualClock) -> None:
        self._clock = clock
        self.reader: Connection | None = None

    def write(self, data: bytes) -> None:
        reader = self.reader
        if reader is not None:
            self._clock.call_later(0, lambda: reader.data_received(data))

    def close(self) -> None:
        self.abort()

    def abort(self) -> None:
        reader, self.reader = self.reader, None
        if reader is not None:
            self._clock.call_later(0, lambda: reader.connection_lost(None))

    def pause_reading(self) -> None:
        """Nobody writes more here than is read."""

    def resume_reading(self) -> None:
        """See ``pause_reading``."""


class InProcess:
    """One gateway on the outbox in ``home``, bound to one message centre.

    ``on_submit`` is asked for the status of each submit_sm; ``acknowledged`` has the statuses
    that messages were answered with.
    """

    def __init__(
        self, home: Path, *, at: float, on_submit: Submitted = lambda submit, message_id: 0
    ) -> None:
        self.outbox = home / "outbox.sqlite3"
        self.acknowledged: list[int] = []
        self.clock = ManualClock(at)
        self._ring = keyring.load_or_make(home)
        self._config = config.read(
            {"NSOR_SMSC_URLS": "smpp://nsor:secret@centre:2775?operator=jazz&response_timeout=60"}
        )
        self._centre = MessageCentre(
            self.clock,
            on_submit,
            password="secret",
            window=100,
            on_acknowledged=self._on_acknowledged,
        )
        self.start()

    def start(self) -> None:
        """Start a gateway on what the outbox holds."""
        self._store = SqliteStore(self.outbox, self._ring, SystemRandomness().token_bytes(16))
        freshness = Freshness(self.clock.monotonic, stale_after=10 * 86400)
        freshness.loaded = freshness.public_open = True
        answerer = Answerer(Directory(), freshness, "7000")
        self.gateway = Gateway(
            self._config,
            Decider(answerer.answer, answerer.unreadable, answerer.over_limit, wording.unavailable),
            self,
            self._store.recover(),
            self,
            self.clock,
            SystemRandomness(),
            lambda event, **facts: None,
        )
        self.gateway.start()
        self.clock.advance(0.2)

    def kill(self) -> None:
        """End the gateway without a word to anybody; its files stay as they are at that moment."""
        self.clock.forget_everything()
        files = {file: file.read_bytes() for file in self.outbox.parent.glob("outbox.sqlite3*")}
        self._store.close()  # which tidies up
        for file, content in files.items():
            file.write_bytes(content)
        self._centre.connections.clear()

    def ask(self, sender: str, body: bytes, *, esm_class: int = 0, data_coding: int = 0) -> None:
        """Deliver a message."""
        self._centre.deliver(
            Message(sender, sender, "7000", body, esm_class=esm_class, data_coding=data_coding)
        )

    def _on_acknowledged(self, message: Message, status: int) -> None:
        if message.token is not None:  # no receipt
            self.acknowledged.append(status)

    # What the gateway asks of its seams

    def commit(self, write: Write, done: Callable[[OutboxError | None, float], None]) -> None:
        """See ``Outbox``."""
        error: OutboxError | None = None
        try:
            self._store.write(write)
        except OutboxError as failure:
            error = failure
        self.clock.call_later(0, lambda: done(error, 0.0))

    def connect(self, address: Address, connection: Connection, timeout: float) -> None:
        """See ``Network``."""
        to_centre, to_gateway = _Wire(self.clock), _Wire(self.clock)
        far = self._centre.connection()
        to_centre.reader, to_gateway.reader = far, connection
        far.connection_opened(to_gateway)
        connection.connection_opened(to_centre)
