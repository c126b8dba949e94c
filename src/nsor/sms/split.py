"""Splitting an outgoing text into the parts of a concatenated message.

Rules that hold here:

- One part where it fits: 160 septets or 140 octets. Otherwise each part is filled as far as it
  goes beside the header: 153 septets, or 134 octets (67 UCS-2 units).
- No cut inside a surrogate pair or a GSM escape pair, nor before a combining mark, a joiner or a
  variation selector, which belong to the character before them.
- The header is the 8-bit reference of 3GPP TS 23.040 section 9.2.3.24.1. It is added in a step of
  its own, so that the bodies of a wording can be computed once and sent under many references.
"""

import unicodedata
from typing import Final, NamedTuple

from nsor.sms.encoding import UCS2, encode

MAX_PARTS: Final = 255
_ONE_PART: Final = {True: 140, False: 160}
_OF_SEVERAL: Final = {True: 134, False: 153}
_ESCAPE: Final = 0x1B
_JOINERS: Final = "\u200c\u200d"


class Bodies(NamedTuple):
    """The parts of a message without their headers, 1 to 255 of them, and their data_coding."""

    data_coding: int
    parts: tuple[bytes, ...]


def bodies(text: str) -> Bodies:
    """Encode ``text`` and split it. Raises ``ValueError`` where 255 parts don't hold it."""
    data_coding, octets = encode(text)
    wide = data_coding == UCS2
    if len(octets) <= _ONE_PART[wide]:
        return Bodies(data_coding, (octets,))
    size = _OF_SEVERAL[wide]
    cut = _cut_ucs2 if wide else _cut_gsm7
    parts = []
    start = 0
    while len(octets) - start > size:
        end = cut(octets, start, start + size)
        parts.append(octets[start:end])
        start = end
    parts.append(octets[start:])
    if len(parts) > MAX_PARTS:
        raise ValueError(f"The text takes {len(parts)} parts; a message has at most {MAX_PARTS}.")
    return Bodies(data_coding, tuple(parts))


def with_header(message: Bodies, reference: int) -> tuple[bytes, ...]:
    """Return the short_message of each part; several carry a user data header (esm_class 0x40).

    ``reference`` is 0 to 255, the same for all parts. Raises ``ValueError`` for any other.
    """
    parts = message.parts
    if len(parts) == 1:
        return parts
    head = b"\x05\x00\x03" + bytes((reference, len(parts)))
    return tuple([head + bytes((seqnum,)) + part for seqnum, part in enumerate(parts, 1)])


def _cut_gsm7(octets: bytes, _start: int, end: int) -> int:
    return end - 1 if octets[end - 1] == _ESCAPE else end


def _cut_ucs2(octets: bytes, start: int, end: int) -> int:
    at = end
    while at > start:
        if not _continues(octets, at):
            return at
        at -= 2
    # Nothing but marks in the whole part: the pair at least stays whole.
    return end - 2 if _is_low_surrogate(octets, end) else end


def _continues(octets: bytes, at: int) -> bool:
    """Tell whether the unit at an offset belongs to the character before it."""
    if _is_low_surrogate(octets, at):
        return True
    high = 0xD8 <= octets[at] <= 0xDB
    character = octets[at : at + (4 if high else 2)].decode("utf-16-be")
    return unicodedata.category(character)[0] == "M" or character in _JOINERS


def _is_low_surrogate(octets: bytes, at: int) -> bool:
    return 0xDC <= octets[at] <= 0xDF
