"""Text encodings of short messages: octets to text, and text to octets.

Rules that hold here:

- GSM 7-bit text travels one septet in an octet (unpacked), as SMPP does it.
- A broken character inside a known coding is replaced by U+FFFD and the rest is read. Only a
  whole coding can be unreadable: 8-bit data, compressed text, or a coding that we don't know.
- Below 0x10 the values of data_coding are SMPP's; from 0x10 they are the coding groups of
  3GPP TS 23.038.
- Nothing is raised, whatever the octets or the text.

Sources: SMPP 3.4 section 5.2.19; 3GPP TS 23.038 sections 4 and 6.2.1, annexes A.2.13 and A.3.13.
"""

import codecs
import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

DEFAULT_ALPHABET: Final = 0
UCS2: Final = 8
URDU: Final = 13
"""The national language identifier of Urdu (3GPP TS 23.038 section 6.2.1.2.4)."""

_ESCAPE: Final = "\x1b"
_BASIC: Final = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
_EXTENSION: Final = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
_URDU_LOCKING: Final = (
    "\u0627\u0622\u0628\u067b\u0680\u067e\u06a6\u062a\u06c2\u067f\n\u0679\u067d\r\u067a\u067c"
    "\u062b\u062c\u0681\u0684\u0683\u0685\u0686\u0687\u062d\u062e\u062f\x1b\u068c\u0688\u0689\u068a"
    " !\u068f\u068d\u0630\u0631\u0691\u0693)(\u0699\u0632,\u0696.\u0698"
    "0123456789:;\u069a\u0633\u0634?"
    "\u0635\u0636\u0637\u0638\u0639\u0641\u0642\u06a9\u06aa\u06ab\u06af\u06b3\u06b1\u0644\u0645\u0646"
    "\u06ba\u06bb\u06bc\u0648\u06c4\u06d5\u06c1\u06be\u0621\u06cc\u06d0\u06d2\u064d\u0650\u064f\u0657"
    "\u0654abcdefghijklmno"
    "pqrstuvwxyz\u0655\u0651\u0653\u0656\u0670"
)
_URDU_SINGLE: Final = {
    **dict(enumerate("@£$¥¿\"¤%&'\f*+")),
    **dict(enumerate("-/<=>¡^¡_#*\u0600\u0601", 0x0E)),
    **dict(enumerate("۰۱۲۳۴۵۶۷۸۹،\u060d{}\u060e\u060f\u0610\u0611\u0612\\", 0x1C)),
    **dict(
        enumerate("\u0613\u0614؛؟\u0640\u0652\u0658\u066b\u066c\u0672\u0673\u06cd[~]\u06d4|", 0x30)
    ),
    **dict(enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 0x41)),
    0x65: "€",
}


class _SevenBit(NamedTuple):
    """A 7-bit alphabet: a character for each of 256 octets, and what an escape makes of it."""

    characters: str
    escaped: Mapping[str, str]


def _seven_bit(basic: str, extension: Mapping[int, str]) -> _SevenBit:
    # A basic alphabet has no character twice, so the character stands for its septet. An escape
    # after an escape is a space until a further table is defined (TS 23.038 section 6.2.1.1).
    escaped = {basic[septet]: character for septet, character in extension.items()}
    return _SevenBit(basic + "\ufffd" * 128, {**escaped, _ESCAPE: " ", "": " "})


_GSM7: Final = _seven_bit(_BASIC, _EXTENSION)
_NATIONAL: Final = {
    (URDU, URDU): _seven_bit(_URDU_LOCKING, _URDU_SINGLE),
    (URDU, 0): _seven_bit(_URDU_LOCKING, _EXTENSION),
    (0, URDU): _seven_bit(_BASIC, _URDU_SINGLE),
}
_ESCAPED: Final = re.compile(r"\x1b(.?)", re.DOTALL)

_Alphabet = Literal["gsm7", "ascii", "latin-1", "utf-16-be"]
_SMPP: Final[Mapping[int, _Alphabet]] = {0: "gsm7", 1: "ascii", 3: "latin-1", 8: "utf-16-be"}


def _alphabet(data_coding: int) -> _Alphabet | None:
    if data_coding < 0x10:
        return _SMPP.get(data_coding)
    group = data_coding >> 4
    if group < 0x8:  # General, and marked for automatic deletion.
        compressed = data_coding & 0x20
        by_bits: Mapping[int, _Alphabet] = {0x0: "gsm7", 0x8: "utf-16-be"}
        return None if compressed else by_bits.get(data_coding & 0x0C)
    if group in (0xC, 0xD):  # Message waiting indication.
        return "gsm7"
    if group == 0xE:
        return "utf-16-be"
    if group == 0xF and not data_coding & 0x04:  # Message class; bit 2 is 8-bit data.
        return "gsm7"
    return None


_ALPHABETS: Final = tuple(_alphabet(data_coding) for data_coding in range(256))


def decode(data: bytes, data_coding: int, locking: int = 0, single: int = 0) -> str | None:
    """Return the text of ``data``, or None for 8-bit data and for a coding that we don't know.

    ``locking`` and ``single`` are the national language identifiers of a user data header
    (3GPP TS 23.040 sections 9.2.3.24.15 and 16), 0 where there is none. Urdu is known; of any
    other language the default alphabet is read, in which the digits are the same.
    """
    alphabet = _ALPHABETS[data_coding] if 0 <= data_coding <= 0xFF else None
    if alphabet is None:
        return None
    if alphabet != "gsm7":
        return data.decode(alphabet, "replace")
    table = _GSM7
    if locking == URDU or single == URDU:
        table = _NATIONAL[locking if locking == URDU else 0, single if single == URDU else 0]
    # The stubs don't know that a string is a mapping too, the quickest.
    text = codecs.charmap_decode(data, "replace", table.characters)[0]  # type: ignore[arg-type]
    if _ESCAPE not in text:
        return text
    # What the extension lacks is shown as the basic alphabet has it (TS 23.038 section 6.2.1.1).
    return _ESCAPED.sub(lambda found: table.escaped.get(found[1], found[1]), text)


_TO_GSM7: Final[dict[int, int | bytes]] = {
    **{ord(character): b"\x1b" + bytes((septet,)) for septet, character in _EXTENSION.items()},
    **{ord(character): septet for septet, character in enumerate(_BASIC) if character != _ESCAPE},
}
_IN_GSM7: Final = frozenset(map(chr, _TO_GSM7))


def encode_gsm7(text: str) -> bytes | None:
    """Return ``text`` in the GSM 7-bit alphabet, one septet an octet, or None if it can't be."""
    if not _IN_GSM7.issuperset(text):
        return None
    # The stubs don't know that a character may map to several octets.
    return codecs.charmap_encode(text, "strict", _TO_GSM7)[0]  # type: ignore[arg-type]


def encode_ucs2(text: str) -> bytes:
    """Return ``text`` as UTF-16 in network byte order; a lone surrogate becomes ``?``."""
    return text.encode("utf-16-be", "replace")


def encode(text: str) -> tuple[int, bytes]:
    """Return data_coding and octets: GSM 7-bit (0) where its characters allow, else UCS-2 (8)."""
    septets = encode_gsm7(text)
    if septets is not None:
        return DEFAULT_ALPHABET, septets
    return UCS2, encode_ucs2(text)
