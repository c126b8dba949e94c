"""Looks for numbers of people in bytes, in every way in which a program might have put them there.

A search that finds nothing proves nothing unless it would have found something: the tests that
use this plant each spelling first.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_PREFIX = 5
"""The shortest pattern: of anything shorter chance alone would find some in what is encrypted."""


def of_sender(number: str) -> set[str]:
    """Return how a subscriber's number may be written; ``number`` as ``923001234567``."""
    national = number.removeprefix("92")
    return {number, f"+{number}", f"00{number}", f"0{national}", national}


def of_cnic(cnic: str) -> set[str]:
    """Return how an identity number may be written."""
    return {cnic, f"{cnic[:5]}-{cnic[5:12]}-{cnic[12:]}", f"{cnic[:5]} {cnic[5:12]} {cnic[12:]}"}


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _bcd(text: str) -> bytes:
    digits = _digits(text)
    return bytes.fromhex(digits + "f" * (len(digits) % 2))


def _swapped(octets: bytes) -> bytes:
    return bytes((octet & 15) << 4 | octet >> 4 for octet in octets)


def _bcd_odd(text: str) -> bytes:
    """From the other nibble on: 8 and 9 stand for what may come before and after."""
    digits = "8" + _digits(text)
    return bytes.fromhex(digits + "9" * (len(digits) % 2))


def _integer(text: str) -> bytes:
    # 48 bits: the form in SQLite's rows, and a piece of the 64 bits of anything else.
    return int(_digits(text)).to_bytes(6, "big")


def _septets(text: str) -> bytes:
    """Packed as GSM 7-bit (3GPP TS 23.038 section 6.1.2.1)."""
    packed = sum(ord(character) << 7 * place for place, character in enumerate(text))
    whole = len(text) * 7 // 8  # the last octet holds bits of what follows
    return packed.to_bytes(len(text), "little")[:whole]


SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "ascii": lambda text: text.encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "UTF-8, Urdu digits": lambda text: text.translate(_URDU).encode(),
    "UTF-8, Arabic-Indic digits": lambda text: text.translate(_ARABIC).encode(),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE, Urdu digits": lambda text: text.translate(_URDU).encode("utf-16-be"),
    "UTF-16 LE, Urdu digits": lambda text: text.translate(_URDU).encode("utf-16-le"),
    "UTF-16 BE, Arabic-Indic digits": lambda text: text.translate(_ARABIC).encode("utf-16-be"),
    "UTF-16 LE, Arabic-Indic digits": lambda text: text.translate(_ARABIC).encode("utf-16-le"),
    "BCD": _bcd,
    "BCD, semi-octets swapped": lambda text: _swapped(_bcd(text)),
    "BCD from the other nibble": _bcd_odd,
    "BCD from the other nibble, swapped": lambda text: _swapped(_bcd_odd(text)),
    "integer, big-endian": _integer,
    "integer, little-endian": lambda text: _integer(text)[::-1],
    "packed septets": _septets,
    "SHA-256 without a key": lambda text: hashlib.sha256(text.encode()).digest()[:8],
    "SHA-1 without a key": lambda text: hashlib.sha1(text.encode()).digest()[:8],
    "MD5 without a key": lambda text: hashlib.md5(text.encode()).digest()[:8],
    "BLAKE2b, 8 octets, without a key": lambda text: hashlib.blake2b(
        text.encode(), digest_size=8
    ).digest(),
}


_ALIGNED_ODDLY = {"BCD from the other nibble": 0x0F, "BCD from the other nibble, swapped": 0xF0}
"""The nibble that counts of the octet in which the number begins."""


class _Pattern(NamedTuple):
    """``octets``, and the nibbles that count of the octets right before and after them."""

    octets: bytes
    what: str
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)


class Searcher:
    """Finds any of many texts, in all spellings, in one pass over the bytes."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_prefix: dict[bytes, list[_Pattern]] = {}
        for text in texts:
            for name, spell in SPELLINGS.items():
                octets, what = spell(text), f"{text} ({name})"
                nibble = _ALIGNED_ODDLY.get(name)
                if nibble is None:
                    self.add(octets, what)
                elif len(_digits(text)) % 2:
                    self._add(_Pattern(octets[1:], what, before=(nibble, octets[0] & nibble)))
                else:
                    other = nibble ^ 0xFF
                    before, after = (nibble, octets[0] & nibble), (other, octets[-1] & other)
                    self._add(_Pattern(octets[1:-1], what, before, after))

    def add(self, octets: bytes, what: str) -> None:
        """Look for octets as they are, too."""
        self._add(_Pattern(octets, what))

    def search(self, data: bytes) -> list[str]:
        """Return what is found."""
        found = []
        by_prefix = self._by_prefix
        for at in range(len(data) - _PREFIX + 1):
            patterns = by_prefix.get(data[at : at + _PREFIX])
            if patterns:
                found += [pattern.what for pattern in patterns if _is_at(data, at, pattern)]
        return found

    def _add(self, pattern: _Pattern) -> None:
        if len(pattern.octets) >= _PREFIX:
            self._by_prefix.setdefault(pattern.octets[:_PREFIX], []).append(pattern)


def _is_at(data: bytes, at: int, pattern: _Pattern) -> bool:
    end = at + len(pattern.octets)
    return (
        data.startswith(pattern.octets, at)
        and data[at - 1] & pattern.before[0] == pattern.before[1]
        and data[end % len(data)] & pattern.after[0] == pattern.after[1]
    )


def files_in(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Return name and content of every file in a folder and all below it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
