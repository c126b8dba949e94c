"""A blocking store behind a thread of its own, so that the disk never holds up the sockets."""

from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from time import perf_counter
from typing import Protocol

from nsor.sms.outbox.interface import OutboxError, Write

Done = Callable[[OutboxError | None, float], None]


class BlockingStore(Protocol):
    """A store whose ``write`` returns when all is durable."""

    def write(self, write: Write) -> None: ...


class ThreadedOutbox:
    """An ``Outbox``. ``post`` runs a call on the gateway's thread."""

    def __init__(self, store: BlockingStore, post: Callable[[Callable[[], None]], object]) -> None:
        self._store = store
        self._post = post
        self._queue: SimpleQueue[tuple[Write, Done] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="outbox", daemon=True)
        self._thread.start()

    def commit(self, write: Write, done: Done) -> None:
        """See ``Outbox``."""
        self._queue.put((write, done))

    def stop(self, timeout: float) -> bool:
        """Finish what was asked for and end the thread; tells whether it did in that time."""
        self._queue.put(None)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while (asked := self._queue.get()) is not None:
            write, done = asked
            began = perf_counter()
            error: OutboxError | None = None
            try:
                self._store.write(write)
            except OutboxError as failure:
                error = failure
            except Exception as failure:  # fail closed: an error of ours keeps nothing either
                error = OutboxError(f"The outbox failed: {type(failure).__name__}.")
            self._post(partial(done, error, perf_counter() - began))
