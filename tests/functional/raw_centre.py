"""A message centre that shares no code with the gateway: PDUs packed and read by hand.

Each method blocks with a deadline, so a test reads from top to bottom. One ``RawCentre`` listens;
each ``RawBind`` is one connection of the gateway that has bound.
"""

import select
import socket
import struct
from typing import NamedTuple

BIND_RX, BIND_TX, SUBMIT_SM, DELIVER_SM, UNBIND, BIND_TRX = 1, 2, 4, 5, 6, 9
ENQUIRE_LINK, GENERIC_NACK, RESPONSE = 0x15, 0x80000000, 0x80000000
PATIENCE = 20.0


class Pdu(NamedTuple):
    """One PDU as it came: header fields and raw body."""

    command: int
    status: int
    sequence: int
    body: bytes


class Submit(NamedTuple):
    """The fields of a submit_sm."""

    sequence: int
    source: tuple[int, int, bytes]
    destination: tuple[int, int, bytes]
    esm_class: int
    validity_period: bytes
    registered_delivery: int
    data_coding: int
    short_message: bytes


def pack(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """Pack a PDU."""
    return struct.pack(">IIII", 16 + len(body), command, status, sequence) + body


def deliver_sm(
    sequence: int,
    short_message: bytes,
    *,
    source: bytes = b"923001234567",
    source_ton: int = 1,
    source_npi: int = 1,
    destination: bytes = b"7000",
    destination_ton: int = 0,
    destination_npi: int = 1,
    esm_class: int = 0,
    data_coding: int = 0,
    tlvs: bytes = b"",
) -> bytes:
    """Pack a deliver_sm."""
    body = b"\0" + bytes([source_ton, source_npi]) + source + b"\0"
    body += bytes([destination_ton, destination_npi]) + destination + b"\0"
    body += bytes([esm_class, 0, 0]) + b"\0\0" + bytes([0, 0, data_coding, 0])
    body += bytes([len(short_message)]) + short_message + tlvs
    return pack(DELIVER_SM, 0, sequence, body)


def tlv(tag: int, value: bytes) -> bytes:
    """Pack an optional parameter."""
    return struct.pack(">HH", tag, len(value)) + value


def read_submit(pdu: Pdu) -> Submit:
    """Unpack a submit_sm."""
    assert pdu.command == SUBMIT_SM, pdu
    body = pdu.body

    def c_string(at: int) -> tuple[bytes, int]:
        end = body.index(0, at)
        return body[at:end], end + 1

    _, at = c_string(0)
    source_ton, source_npi = body[at], body[at + 1]
    source, at = c_string(at + 2)
    destination_ton, destination_npi = body[at], body[at + 1]
    destination, at = c_string(at + 2)
    esm_class = body[at]
    _, at = c_string(at + 3)
    validity, at = c_string(at)
    registered, _, coding, _, length = body[at : at + 5]
    message = body[at + 5 : at + 5 + length]
    assert at + 5 + length == len(body), "nothing but short_message was expected"
    return Submit(
        pdu.sequence,
        (source_ton, source_npi, source),
        (destination_ton, destination_npi, destination),
        esm_class,
        validity,
        registered,
        coding,
        message,
    )


class RawBind:
    """One connection of the gateway."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        sock.settimeout(PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = b""

    def send(self, data: bytes) -> None:
        """Write bytes as they are."""
        self.socket.sendall(data)

    def read(self) -> Pdu:
        """Read the next PDU; an enquire_link is answered and passed over."""
        while True:
            pdu = self._read_one()
            if pdu.command != ENQUIRE_LINK:
                return pdu
            self.send(pack(ENQUIRE_LINK | RESPONSE, 0, pdu.sequence))

    def _read_one(self) -> Pdu:
        header = self._take(16)
        length, command, status, sequence = struct.unpack(">IIII", header)
        return Pdu(command, status, sequence, self._take(length - 16))

    def _take(self, count: int) -> bytes:
        while len(self._buffer) < count:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the gateway closed the connection")
            self._buffer += data
        taken, self._buffer = self._buffer[:count], self._buffer[count:]
        return taken

    def closed(self) -> bool:
        """Read to the end of the connection; True where it comes."""
        try:
            while True:
                self._read_one()
        except (ConnectionError, OSError) as error:
            return not isinstance(error, TimeoutError)

    def accept_submit(self, message_id: bytes = b"1") -> Submit:
        """Read a submit_sm (nothing else may come) and accept it."""
        submit = read_submit(self.read())
        self.send(pack(SUBMIT_SM | RESPONSE, 0, submit.sequence, message_id + b"\0"))
        return submit

    def ask(self, sequence: int, short_message: bytes, **fields: object) -> list[Submit]:
        """Deliver a text; returns the parts of its reply, each accepted.

        The deliver_sm_resp must come, with status 0, before the first part.
        """
        self.send(deliver_sm(sequence, short_message, **fields))  # type: ignore[arg-type]
        self.expect_acknowledged(sequence)
        return self.reply()

    def expect_acknowledged(self, sequence: int, status: int = 0) -> None:
        """Read the deliver_sm_resp of a message."""
        assert self.read() == Pdu(DELIVER_SM | RESPONSE, status, sequence, b"\0")

    def reply(self) -> list[Submit]:
        """Read the parts of one reply, each accepted."""
        first = self.accept_submit()
        if not first.esm_class & 0x40:
            return [first]
        total = first.short_message[4]
        return [first, *(self.accept_submit() for _ in range(total - 1))]

    def fence(self) -> list[Pdu]:
        """Wait until the gateway has dealt with all that was sent; returns what it wrote.

        Twice there and back, for it answers an enquire_link before whatever else came with it.
        """
        before = []
        for sequence in (0x7F000001, 0x7F000002):
            self.send(pack(ENQUIRE_LINK, 0, sequence))
            while (pdu := self.read()) != Pdu(ENQUIRE_LINK | RESPONSE, 0, sequence, b""):
                before.append(pdu)
        return before

    def accept_all(self) -> list[Submit]:
        """Accept every submit_sm until no more comes; nothing else may come."""
        submits: list[Submit] = []
        while came := [read_submit(pdu) for pdu in self.fence()]:
            for submit in came:
                self.send(pack(SUBMIT_SM | RESPONSE, 0, submit.sequence, b"1\0"))
            submits += came
        return submits

    def agree_to_unbind(self) -> None:
        """Read the gateway's unbind, answer it and close."""
        request = self.read()
        assert request.command == UNBIND, request
        self.send(pack(UNBIND | RESPONSE, 0, request.sequence))
        self.close()

    def close(self) -> None:
        """Drop the connection without a word."""
        self.socket.close()

    def reset(self) -> None:
        """Drop the connection at once, with whatever is under way in it."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


class RawCentre:
    """Listens for the gateway."""

    def __init__(self, port: int = 0) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(PATIENCE)
        self.port = int(self._listener.getsockname()[1])
        self._binds: list[RawBind] = []

    def url(self, **parameters: object) -> str:
        """Return the entry of NSOR_SMSC_URLS that leads here."""
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        return f"smpp://nsor:secret@127.0.0.1:{self.port}" + (f"?{query}" if query else "")

    def somebody_waits(self) -> bool:
        """Tell whether a connection waits to be taken."""
        return bool(select.select([self._listener], [], [], 0)[0])

    def accept(self) -> RawBind:
        """Take the next connection, unbound."""
        sock, _ = self._listener.accept()
        bind = RawBind(sock)
        self._binds.append(bind)
        return bind

    def accept_bind(self) -> RawBind:
        """Take the next connection and accept its bind."""
        bind = self.accept()
        request = bind.read()
        assert request.command in (BIND_RX, BIND_TX, BIND_TRX), request
        assert request.body.split(b"\0")[:2] == [b"nsor", b"secret"]
        bind.send(pack(request.command | RESPONSE, 0, request.sequence, b"centre\0"))
        return bind

    def close(self) -> None:
        """Listen no more, and drop every connection."""
        self._listener.close()
        for bind in self._binds:
            bind.close()
