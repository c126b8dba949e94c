"""The seams between the gateway's rules and the machine: network, clock, randomness.

The fourth seam, the store, is ``outbox.interface``. Everything above calls these and nothing
else of the machine, so that a test can run a gateway in simulated time, with faults on every
seam, and get the same run from the same seed. All calls and callbacks are on one thread.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Timer(Protocol):
    """A call that waits for its time."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """Time: that of the wall for what is stored or told, a monotonic one for waiting."""

    def time(self) -> float:
        """Return seconds since 1970 (UTC)."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """Call back once after ``delay`` seconds."""
        ...


class Randomness(Protocol):
    """The source of jitter and of secrets."""

    def uniform(self, low: float, high: float) -> float: ...

    def token_bytes(self, count: int) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message centre listens."""

    host: str
    port: int
    tls: bool = False


class Transport(Protocol):
    """The writing half of a connection."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None:
        """Close once what was written is sent; ``connection_lost`` follows."""
        ...

    def abort(self) -> None:
        """Close at once."""
        ...

    def pause_reading(self) -> None: ...

    def resume_reading(self) -> None: ...


class Connection(Protocol):
    """What is told of a connection: the reading half, in the manner of asyncio's protocols."""

    def connection_opened(self, transport: Transport) -> None: ...

    def connection_failed(self, reason: str) -> None:
        """The connection could not be opened; nothing else is told."""
        ...

    def data_received(self, data: bytes) -> None: ...

    def connection_lost(self, error: Exception | None) -> None: ...

    def pause_writing(self) -> None: ...

    def resume_writing(self) -> None: ...


class Network(Protocol):
    """How connections are opened."""

    def connect(self, address: Address, connection: Connection, timeout: float) -> None:
        """Open a connection; one of ``connection_opened`` and ``connection_failed`` follows."""
        ...
