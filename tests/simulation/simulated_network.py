"""A network in simulated time: connections whose bytes come late, in odd pieces, or not at all.

Rules that hold here: bytes of one direction keep their order; whoever holds an end is told of its
loss once, or never (``Fault.SILENCE``, until it gives up itself); everything is decided by the
seed. ``near`` is the gateway's end of a wire, ``far`` the message centre's.
"""

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from random import Random
from typing import Protocol

from simulated_time import SimulatedTime

from nsor.sms.seams import Address, Connection


class Observer(Protocol):
    """Is told what the gateway's ends see."""

    def wire_opened(self, wire: "Wire") -> None: ...
    def gateway_wrote(self, wire: "Wire", data: bytes) -> None: ...
    def gateway_reads(self, wire: "Wire", data: bytes) -> None: ...
    def wire_lost(self, wire: "Wire", why: str) -> None: ...


class End:
    """One end of a wire (a ``Transport``)."""

    def __init__(self, wire: "Wire", reader: Connection) -> None:
        self.wire = wire
        self.reader = reader
        self.open = True
        self.peer: End
        self._closing = False
        self._paused = False
        self._held: list[bytes] = []
        self._last_arrival = 0.0

    def write(self, data: bytes) -> None:
        """See ``Transport``."""
        wire = self.wire
        if self is wire.near:
            wire.network.observer.gateway_wrote(wire, data)
        if not self.open or self._closing:
            return
        for piece in wire.network.pieces(data):
            self._at_last_arrival(partial(self.peer._arrive, piece))

    def close(self) -> None:
        """See ``Transport``."""
        if self._closing or not self.open:
            return
        self._closing = True
        self._at_last_arrival(self._close_whole)

    def abort(self) -> None:
        """See ``Transport``."""
        wire = self.wire
        wire.network.time.call_later(0, lambda: self._lose(None))
        self.peer.lose_later(wire.patience if wire.silent else wire.network.latency())
        wire.broken = True

    def pause_reading(self) -> None:
        """See ``Transport``."""
        self._paused = True

    def resume_reading(self) -> None:
        """See ``Transport``."""
        self._paused = False
        held, self._held = self._held, []
        for piece in held:
            self._read(piece)

    def lose_later(self, delay: float) -> None:
        """Tell the holder after a while that the connection was reset."""
        self.wire.network.time.call_later(delay, lambda: self._lose(ConnectionResetError()))

    def _at_last_arrival(self, callback: Callable[[], None]) -> None:
        network = self.wire.network
        at = network.time.monotonic() + network.latency()
        self._last_arrival = max(self._last_arrival, at, self.wire.stalled_until)
        network.time.call_at(self._last_arrival, callback)

    def _arrive(self, piece: bytes) -> None:
        if not self.open or self.wire.broken or self.wire.silent:
            return
        if self._paused:
            self._held.append(piece)
        else:
            self._read(piece)

    def _read(self, piece: bytes) -> None:
        if self is self.wire.near:
            self.wire.network.observer.gateway_reads(self.wire, piece)
        self.reader.data_received(piece)

    def _close_whole(self) -> None:
        if self.wire.broken or self.wire.silent:
            return
        self.peer._lose(None)
        self._lose(None)

    def _lose(self, error: Exception | None) -> None:
        if not self.open:
            return
        self.open = False
        if self is self.wire.near:
            why = type(error).__name__ if error else "closed"
            self.wire.network.observer.wire_lost(self.wire, why)
        self.reader.connection_lost(error)


class Wire:
    """One connection. ``operator``: whose message centre it leads to."""

    def __init__(self, network: "SimulatedNetwork", number: int, operator: str) -> None:
        self.network = network
        self.number = number
        self.operator = operator
        self.broken = False
        self.silent = False
        self.patience = 0.0
        self.stalled_until = 0.0
        self.near: End
        self.far: End

    @property
    def open(self) -> bool:
        """Whether either end holds it."""
        return self.near.open or self.far.open

    def drop(self, near_after: float, far_after: float) -> None:
        """Break it now, whatever is under way; the ends are told after so many seconds."""
        self.broken = True
        self.near.lose_later(near_after)
        self.far.lose_later(far_after)

    def fall_silent(self, patience: float) -> None:
        """Carry nothing more, and tell nobody; the far end gives up after ``patience``."""
        self.silent = True
        self.patience = patience
        self.far.lose_later(patience)

    def stall(self, seconds: float) -> None:
        """Carry nothing for a while; the gateway's end is told not to write."""
        self.stalled_until = self.network.time.monotonic() + seconds
        self.near.reader.pause_writing()
        self.network.time.call_later(seconds, self._flow)

    def lose_process(self, keep: bool) -> None:
        """End the process at the near end; what it wrote still arrives where ``keep``."""
        self.near.open = False
        self.network.observer.wire_lost(self, "crash")
        if keep and not self.silent:
            self.far.peer._at_last_arrival(lambda: self.far._lose(ConnectionResetError()))
        else:
            self.broken = True
            self.far.lose_later(self.network.latency())

    def _flow(self) -> None:
        if self.near.open:
            self.near.reader.resume_writing()


class SimulatedNetwork:
    """All wires, and who listens where."""

    def __init__(self, time: SimulatedTime, random: Random, observer: Observer) -> None:
        self.time = time
        self.observer = observer
        self.wires: list[Wire] = []
        self.slow = False
        self._random = random
        self._listening: dict[Address, tuple[str, Callable[[], Connection]]] = {}
        self._refusing: dict[str, float] = {}

    def listen(self, address: Address, operator: str, accept: Callable[[], Connection]) -> None:
        """Have a message centre listen."""
        self._listening[address] = (operator, accept)

    def refuse(self, operator: str, seconds: float) -> None:
        """Refuse connections to a message centre for a while."""
        self._refusing[operator] = self.time.monotonic() + seconds

    def latency(self) -> float:
        """Return how long the next piece takes."""
        if self.slow and self._random.random() < 0.2:
            return self._random.uniform(0.2, 3.0)
        return self._random.uniform(0.0001, 0.02)

    def pieces(self, data: bytes) -> list[bytes]:
        """Cut at odd places, sometimes."""
        if len(data) < 2 or self._random.random() < 0.7:
            return [data]
        places = {self._random.randrange(1, len(data)) for _ in range(self._random.randint(1, 4))}
        cuts = [0, *sorted(places), len(data)]
        return [data[start:end] for start, end in pairwise(cuts)]

    def open_wires(self) -> list[Wire]:
        """Return the wires that lead somewhere."""
        return [wire for wire in self.wires if wire.near.open]

    def for_process(self) -> "ProcessNetwork":
        """Return the network as one process sees it."""
        return ProcessNetwork(self)

    def connect(self, address: Address, connection: Connection, process: "ProcessNetwork") -> None:
        """Open a connection for a process."""
        operator, accept = self._listening[address]

        def answer() -> None:
            if not process.alive:
                return
            if self._refusing.get(operator, 0.0) > self.time.monotonic():
                connection.connection_failed("ConnectionRefusedError")
                return
            wire = Wire(self, len(self.wires) + 1, operator)
            wire.near, wire.far = End(wire, connection), End(wire, accept())
            wire.near.peer, wire.far.peer = wire.far, wire.near
            self.wires.append(wire)
            self.observer.wire_opened(wire)
            wire.far.reader.connection_opened(wire.far)
            connection.connection_opened(wire.near)

        self.time.call_later(self.latency(), answer)


class ProcessNetwork:
    """The ``Network`` seam of one process."""

    def __init__(self, network: SimulatedNetwork) -> None:
        self._network = network
        self.alive = True

    def connect(self, address: Address, connection: Connection, timeout: float) -> None:
        """See ``Network``."""
        self._network.connect(address, connection, self)

    def die(self, keep: Callable[[], bool]) -> None:
        """End the process and all its connections."""
        self.alive = False
        for wire in self._network.open_wires():
            wire.lose_process(keep())
