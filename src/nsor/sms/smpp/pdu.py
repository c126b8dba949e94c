"""SMPP 3.4 on the wire: identifiers, headers and the small bodies.

``deliver_sm`` and ``submit_sm`` are decoded and encoded by smpp34; what stands here are the
header (section 3.2) and the bodies that it leaves raw: binds (4.1), responses and C-strings.
Nothing here raises on what a peer sent but ``MalformedError``.
"""

from collections.abc import Sequence
from struct import Struct
from typing import Final, NamedTuple, Protocol

from smpp34 import DeliverSm, SubmitSm

HEADER: Final = Struct(">IIII")
_RESPONSE_WITH_EMPTY_ID: Final = Struct(">IIIIB")

HEADER_LENGTH: Final = 16
# A message_payload holds 65,535 octets at most; the rest of a PDU is a few hundred.
LONGEST_PDU: Final = 68 * 1024
# Header, mandatory parameters with every C-string empty, and the octet that says how long the
# short_message is.
_PLAIN_LENGTH: Final = HEADER_LENGTH + 17
LAST_SEQUENCE: Final = 0x7FFFFFFF

GENERIC_NACK: Final = 0x80000000
BIND_RECEIVER: Final = 0x00000001
BIND_TRANSMITTER: Final = 0x00000002
SUBMIT_SM: Final = 0x00000004
DELIVER_SM: Final = 0x00000005
UNBIND: Final = 0x00000006
BIND_TRANSCEIVER: Final = 0x00000009
OUTBIND: Final = 0x0000000B
ENQUIRE_LINK: Final = 0x00000015
ALERT_NOTIFICATION: Final = 0x00000102
RESPONSE: Final = 0x80000000

ESME_ROK: Final = 0x00
ESME_RINVCMDLEN: Final = 0x02
ESME_RINVCMDID: Final = 0x03
ESME_RINVBNDSTS: Final = 0x04
ESME_RALYBND: Final = 0x05
ESME_RSYSERR: Final = 0x08
ESME_RBINDFAIL: Final = 0x0D
ESME_RINVPASWD: Final = 0x0E
ESME_RMSGQFUL: Final = 0x14
ESME_RTHROTTLED: Final = 0x58
ESME_RX_T_APPN: Final = 0x64
ESME_RINVOPTPARSTREAM: Final = 0xC0
ESME_RINVPARLEN: Final = 0xC2
FIRST_VENDOR_STATUS: Final = 0x400

_TEMPORARY: Final = frozenset({ESME_RSYSERR, ESME_RMSGQFUL, ESME_RTHROTTLED, ESME_RX_T_APPN})


class MalformedError(Exception):
    """A body that can't be read; ``status`` is what the specification answers."""

    def __init__(self, status: int) -> None:
        super().__init__(f"malformed body, answered with status {status:#x}")
        self.status = status


class Tlv(Protocol):
    """An optional parameter (section 5.3): a tag and its raw value."""

    @property
    def tag(self) -> int: ...
    @property
    def value(self) -> bytes: ...


class BindBody(NamedTuple):
    """What a bind asks for (sections 4.1.1, 4.1.3, 4.1.5)."""

    system_id: str
    password: str
    system_type: str


def is_temporary(status: int) -> bool:
    """Tell whether an answer to a submit means "later" rather than "never"."""
    return status in _TEMPORARY or status >= FIRST_VENDOR_STATUS


def header_only(command_id: int, status: int, sequence: int) -> bytes:
    """Encode a PDU that has no body."""
    return HEADER.pack(HEADER_LENGTH, command_id, status, sequence)


def deliver_sm_resp(status: int, sequence: int) -> bytes:
    """Encode a deliver_sm_resp; its message_id is unused and null (section 4.6.2)."""
    return _RESPONSE_WITH_EMPTY_ID.pack(17, DELIVER_SM | RESPONSE, status, sequence, 0)


def deliver_sm_resps(status: int, sequences: Sequence[int]) -> bytes:
    """Encode many of them, alike but for their sequence numbers."""
    pack, command = _RESPONSE_WITH_EMPTY_ID.pack, DELIVER_SM | RESPONSE
    return b"".join([pack(17, command, status, sequence, 0) for sequence in sequences])


def submit_sm_resp(status: int, sequence: int, message_id: str) -> bytes:
    """Encode a submit_sm_resp (section 4.4.2); an error has no body."""
    if status:
        return header_only(SUBMIT_SM | RESPONSE, status, sequence)
    body = message_id.encode("latin-1", "replace") + b"\0"
    return HEADER.pack(HEADER_LENGTH + len(body), SUBMIT_SM | RESPONSE, status, sequence) + body


def bind(command_id: int, sequence: int, system_id: str, password: str) -> bytes:
    """Encode a bind_transmitter, bind_receiver or bind_transceiver at version 3.4."""
    body = b"%b\0%b\0\0\x34\0\0\0" % (system_id.encode("latin-1"), password.encode("latin-1"))
    return HEADER.pack(HEADER_LENGTH + len(body), command_id, 0, sequence) + body


def bind_resp(command_id: int, status: int, sequence: int, system_id: str) -> bytes:
    """Encode the answer to a bind; an error has no body."""
    if status:
        return header_only(command_id | RESPONSE, status, sequence)
    body = system_id.encode("latin-1") + b"\0\x02\x10\0\x01\x34"  # sc_interface_version
    return HEADER.pack(HEADER_LENGTH + len(body), command_id | RESPONSE, status, sequence) + body


def read_bind(body: bytes) -> BindBody:
    """Decode the body of a bind. Raises ``MalformedError``."""
    fields = body.split(b"\0", 3)
    if len(fields) < 4 or len(fields[0]) > 15 or len(fields[1]) > 8 or len(fields[2]) > 12:
        raise MalformedError(ESME_RINVPARLEN)
    return BindBody(*(field.decode("latin-1") for field in fields[:3]))


def is_whole(message: DeliverSm | SubmitSm, length: int) -> bool:
    """Tell whether the parameters read from a PDU make up all of its ``length``.

    Only for the usual one, whose service_type and times are empty and whose addresses are ASCII;
    for any other it says False, and ``check_optional_parameters`` has to look.
    """
    rest = length - (
        _PLAIN_LENGTH
        + len(message.source_addr)
        + len(message.destination_addr)
        + len(message.short_message)
    )
    return not rest or rest == sum([4 + len(tlv.value) for tlv in message.tlvs])


def check_optional_parameters(pdu: bytes) -> None:
    """Raise ``MalformedError`` where optional parameters of a message are cut off.

    The codec drops a cut parameter silently; a part of a long message that lost its
    ``sar_*`` parameters that way would be read as a whole one.
    """
    position = _end_of_short_message(pdu)
    end = len(pdu)
    while position < end:
        if end - position < 4:
            raise MalformedError(ESME_RINVOPTPARSTREAM)
        position += 4 + int.from_bytes(pdu[position + 2 : position + 4], "big")
    if position > end:
        raise MalformedError(ESME_RINVOPTPARSTREAM)


def _end_of_short_message(pdu: bytes) -> int:
    position = pdu.index(0, HEADER_LENGTH) + 3  # service_type, then TON and NPI
    position = pdu.index(0, position) + 3  # source_addr, then TON and NPI
    position = pdu.index(0, position) + 4  # destination_addr, esm_class, protocol_id, priority
    position = pdu.index(0, position) + 1  # schedule_delivery_time
    position = pdu.index(0, position) + 5  # validity_period, then four octets
    return position + 1 + pdu[position]
