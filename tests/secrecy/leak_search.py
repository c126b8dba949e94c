"""Looks for what is secret of people in raw bytes, in every form in which a program might put it.

The numbers' forms are those of ``searching``; here are those of words, and what databases make of
numbers. Runs of zero octets, of which a database's files are full, are searched once.
"""

import base64
import hashlib
import json
import re
import struct
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from searching import Searcher, of_cnic, of_sender

from nsor.names import spelling
from nsor.register import text as texts

SHORTEST_WORD = 6
"""Octets: of anything shorter chance alone would find some in what is encrypted."""

Spell = Callable[[str], bytes]


def _base64(shift: int) -> Spell:
    """Return how a text reads in the middle of something longer that is in base64."""

    def spell(text: str) -> bytes:
        coded = base64.b64encode(b"\0" * shift + text.encode())
        return coded[4 if shift else 0 : len(coded) - len(coded) % 4 - 4]

    return spell


def _hashed(name: str, turned: bool) -> Spell:
    def spell(text: str) -> bytes:
        digest = hashlib.new(name, text.encode()).digest()[:8]
        return digest[::-1] if turned else digest

    return spell


WORDS: dict[str, Spell] = {
    "UTF-8": lambda text: text.encode(),
    "UTF-8, lower case": lambda text: text.casefold().encode(),
    "UTF-8, upper case": lambda text: text.upper().encode(),
    "UTF-8, decomposed": lambda text: unicodedata.normalize("NFKD", text).encode(),
    "UTF-8, composed": lambda text: unicodedata.normalize("NFKC", text).encode(),
    "UTF-16 LE": lambda text: text.encode("utf-16-le"),
    "UTF-16 BE": lambda text: text.encode("utf-16-be"),
    "UTF-32 LE": lambda text: text.encode("utf-32-le"),
    "escaped as in JSON": lambda text: json.dumps(text)[1:-1].encode(),
    "escaped as in an address": lambda text: quote(text).encode(),
    "hexadecimal": lambda text: text.encode().hex().encode(),
    "base64": _base64(0),
    "base64, one later": _base64(1),
    "base64, two later": _base64(2),
    "as the register compares it": lambda text: texts.fold(text).encode(),
    "as names are compared": lambda text: spelling.fold(text).encode(),
    "as names sound": lambda text: " ".join(spelling.keys(text)).encode(),
    "as names sound, without spaces": lambda text: "".join(spelling.keys(text)).encode(),
    **{
        f"{name} without a key{', as an integer' if turned else ''}": _hashed(name, turned)
        for name in ("sha256", "sha1", "md5", "blake2b")
        for turned in (False, True)
    },
}

NUMBERS: dict[str, Spell] = {
    "decimal of PostgreSQL": lambda digits: b"".join(
        struct.pack("<h", int(group)) for group in re.findall(r".{1,4}(?=(?:.{4})*$)", digits)
    ),
    "floating point, little-endian": lambda digits: struct.pack("<d", float(digits)),
    "floating point, big-endian": lambda digits: struct.pack(">d", float(digits)),
    "packed by msgpack": lambda digits: b"\xcf" + int(digits).to_bytes(8, "big"),
    "variable length, seven bits each": lambda digits: _sevens(int(digits)),
}


def _sevens(number: int) -> bytes:
    octets = [number >> shift & 0x7F | 0x80 for shift in range(0, number.bit_length(), 7)]
    octets[-1] &= 0x7F
    return bytes(octets)


def searcher_for(
    *, cnics: Iterable[str] = (), senders: Iterable[str] = (), words: Iterable[str] = ()
) -> Searcher:
    """Return who finds these numbers and texts, and each longer word of the texts."""
    cnics = list(cnics)
    numbers = {text for number in cnics for text in of_cnic(number)}
    numbers |= {text for number in senders for text in of_sender(number)}
    searcher = Searcher(numbers)
    for number in cnics:
        for name, spell in NUMBERS.items():
            searcher.add(spell(number), f"{number} ({name})")
    for text in words:
        pieces = {text, *re.findall(r"\w+", text)}
        for piece in pieces:
            for name, spell in WORDS.items():
                if len(piece.encode()) >= SHORTEST_WORD and len(spell(piece)) >= SHORTEST_WORD:
                    searcher.add(spell(piece), f"{piece} ({name})")
    return searcher


def find(searcher: Searcher, folders: Iterable[Path]) -> dict[str, list[str]]:
    """Return what is found, by file; a content that many files share is searched once."""
    seen: set[bytes] = set()
    found: dict[str, list[str]] = {}
    for name, content in _files(folders):
        digest = hashlib.sha256(content).digest()
        if digest not in seen:
            seen.add(digest)
            hits = searcher.search(content)
            if hits:
                found[name] = sorted(set(hits))
    return found


def _files(folders: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                yield (
                    str(path.relative_to(folder)),
                    re.sub(rb"\0{64,}", b"\0" * 64, path.read_bytes()),
                )
