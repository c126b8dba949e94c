"""What crossed the gateway's ends of the wires, PDU by PDU, and when.

It shares no code with the gateway's session: PDUs are cut by their lengths here, and read by the
codec alone. The invariants look at nothing else of the traffic.
"""

from dataclasses import dataclass, field
from struct import Struct
from typing import Any

from simulated_network import Wire
from simulated_time import SimulatedTime
from smpp34 import decode

_HEADER = Struct(">IIII")
DELIVER_SM, DELIVER_SM_RESP = 0x05, 0x80000005
SUBMIT_SM, SUBMIT_SM_RESP = 0x04, 0x80000004
UNBIND_RESP, GENERIC_NACK = 0x80000006, 0x80000000


@dataclass(slots=True)
class Submit:
    """A submit_sm that the gateway wrote, and the answer that reached it."""

    at: float
    wire: Wire
    source: tuple[int, int, str]
    destination: tuple[int, int, str]
    body: bytes
    coding: int
    esm_class: int
    validity: str
    status: int | None = None
    answered_at: float | None = None

    @property
    def key(self) -> tuple[str, str, bytes, int]:
        """What makes two submits the same part of the same reply."""
        return (self.wire.operator, self.destination[2], self.body, self.coding)

    @property
    def place(self) -> tuple[int, int, int]:
        """Its reference, the number of parts, and its own."""
        if not self.esm_class & 0x40:
            return (0, 1, 1)
        assert self.body[:3] == b"\x05\x00\x03", "an 8-bit reference and nothing else"
        return (self.body[3], self.body[4], self.body[5])

    @property
    def text(self) -> bytes:
        """Its body without the header."""
        return self.body[6:] if self.esm_class & 0x40 else self.body


@dataclass(slots=True)
class Arrival:
    """A deliver_sm of a text that reached the gateway, and the gateway's answer."""

    at: float
    wall: float
    wire: Wire
    sender: str
    body: bytes
    status: int | None = None
    answered_at: float | None = None


@dataclass(slots=True)
class _Stream:
    buffer: bytes = b""
    waiting: dict[int, Any] = field(default_factory=dict)

    def pdus(self, data: bytes) -> list[tuple[int, int, int, bytes]]:
        self.buffer += data
        found = []
        while len(self.buffer) >= 16:
            length, command, status, sequence = _HEADER.unpack_from(self.buffer)
            assert 16 <= length < 70_000
            if len(self.buffer) < length:
                break
            found.append((command, status, sequence, self.buffer[:length]))
            self.buffer = self.buffer[length:]
        return found


class Wiretap:
    """An ``Observer`` of the network. ``log`` takes the lines of the trace."""

    def __init__(self, time: SimulatedTime, log: Any) -> None:
        self.submits: list[Submit] = []
        self.arrivals: list[Arrival] = []
        self.lost: dict[int, tuple[float, float, str]] = {}
        self.unbound: set[int] = set()
        self.on_answer: Any = lambda arrival: None
        self.on_submit: Any = lambda submit: None
        self._time = time
        self._log = log
        self._written: dict[int, _Stream] = {}
        self._read: dict[int, _Stream] = {}

    def wire_opened(self, wire: Wire) -> None:
        """See ``Observer``."""
        self._log(f"{wire.operator}#{wire.number} opened")
        self._written[wire.number], self._read[wire.number] = _Stream(), _Stream()

    def wire_lost(self, wire: Wire, why: str) -> None:
        """See ``Observer``."""
        self._log(f"{wire.operator}#{wire.number} lost: {why}")
        self.lost[wire.number] = (self._time.monotonic(), self._time.time(), why)

    def gateway_wrote(self, wire: Wire, data: bytes) -> None:
        """See ``Observer``."""
        self._log(f"{wire.operator}#{wire.number} < {data.hex()}")
        for command, status, sequence, pdu in self._written[wire.number].pdus(data):
            if command == SUBMIT_SM:
                self._on_submit(wire, sequence, pdu)
            elif command == DELIVER_SM_RESP:
                arrival = self._read[wire.number].waiting.pop(sequence, None)
                if arrival is not None:
                    arrival.status, arrival.answered_at = status, self._time.monotonic()
                    self.on_answer(arrival)
            elif command == UNBIND_RESP:
                self.unbound.add(wire.number)

    def gateway_reads(self, wire: Wire, data: bytes) -> None:
        """See ``Observer``."""
        self._log(f"{wire.operator}#{wire.number} > {data.hex()}")
        for command, status, sequence, pdu in self._read[wire.number].pdus(data):
            if command == DELIVER_SM:
                self._on_deliver(wire, sequence, pdu)
            elif command in (SUBMIT_SM_RESP, GENERIC_NACK):
                submit = self._written[wire.number].waiting.pop(sequence, None)
                if submit is not None:
                    submit.status, submit.answered_at = status, self._time.monotonic()
            elif command == UNBIND_RESP:
                self.unbound.add(wire.number)

    def _on_submit(self, wire: Wire, sequence: int, pdu: bytes) -> None:
        message: Any = decode(pdu)
        assert message.registered_delivery == 1
        submit = Submit(
            self._time.monotonic(),
            wire,
            (message.source_addr_ton, message.source_addr_npi, message.source_addr),
            (message.dest_addr_ton, message.dest_addr_npi, message.destination_addr),
            message.short_message,
            message.data_coding,
            message.esm_class,
            message.validity_period,
        )
        self.submits.append(submit)
        self._written[wire.number].waiting[sequence] = submit
        self.on_submit(submit)

    def _on_deliver(self, wire: Wire, sequence: int, pdu: bytes) -> None:
        message: Any = decode(pdu)
        if message.esm_class & 0x3C:
            return  # a receipt
        arrival = Arrival(
            self._time.monotonic(),
            self._time.time(),
            wire,
            message.source_addr,
            message.short_message,
        )
        self.arrivals.append(arrival)
        self._read[wire.number].waiting[sequence] = arrival
