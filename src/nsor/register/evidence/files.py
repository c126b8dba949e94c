"""What a file is, told by its content: a PDF, a PNG or a JPEG, whole, and nothing else as well.

Rules that hold here: names are never asked; pure and cheap, no decoder runs; whatever is odd about
a file is a reason to refuse it, as whoever sent it can save it again. Sources: PNG, ISO/IEC 15948,
5; JPEG, ITU-T T.81, annex B; PDF, ISO 32000-1, 7.5.
"""

import re
import zlib
from collections.abc import Iterator
from enum import StrEnum
from typing import BinaryIO, Final, NamedTuple

from nsor.register.errors import Refusal

MAX_OCTETS: Final = 20 * 1024 * 1024
MAX_PIXELS: Final = 40_000_000
"""A sheet of A4 at 600 dots per inch has 35 million."""


class MediaType(StrEnum):
    """What is taken, by its registered name."""

    PDF = "application/pdf"
    PNG = "image/png"
    JPEG = "image/jpeg"


def receive(stream: BinaryIO) -> bytes:
    """Read a file that is being sent. Raises ``Refusal``: ``evidence_too_large``."""
    octets = stream.read(MAX_OCTETS + 1)
    _require_size(octets)
    return octets


def inspect(octets: bytes) -> MediaType:
    """Tell what a file is.

    Raises ``Refusal``: ``evidence_type``, ``evidence_too_large``, ``evidence_broken``,
    ``evidence_unsafe``.
    """
    _require_size(octets)
    for signature, (media_type, examine) in _TYPES.items():
        if octets.startswith(signature):
            _require_one_nature(octets)
            examine(octets)
            return media_type
    raise Refusal(
        "evidence_type",
        "The file is no PDF, no PNG and no JPEG by its content, whatever its name is: save or scan"
        " the document as one of these.",
    )


def broken(kind: str) -> Refusal:
    """Return the refusal of a file that can't be read to its end."""
    return Refusal(
        "evidence_broken",
        f"The {kind} is cut off or broken: open it, save or scan it again, and send that.",
    )


def _require_size(octets: bytes) -> None:
    if len(octets) > MAX_OCTETS:
        raise Refusal(
            "evidence_too_large",
            f"A file has at most {MAX_OCTETS >> 20} MiB: scan it with fewer dots per inch or in"
            " parts.",
        )


_OTHER_NATURES: Final = re.compile(
    rb"%PDF-|<!doctype|<html|<head|<body|<script|<iframe|<svg|<\?php|#!/", re.IGNORECASE
)
_ASKED_BY_BROWSERS: Final = 1024
"""Readers of PDF and of HTML look for their beginning in the first kilooctet."""
_END_OF_ZIP: Final = b"PK\x05\x06"
_ZIP_COMMENT: Final = 65_557


def _require_one_nature(octets: bytes) -> None:
    if _OTHER_NATURES.search(octets, 4, _ASKED_BY_BROWSERS) or _is_archive(octets):
        raise Refusal(
            "evidence_unsafe",
            "The file is of two kinds at once, as files that attack a reader are: open it, save it"
            " again, and send that.",
        )


def _is_archive(octets: bytes) -> bool:
    """Tell whether an archiver would open the file: the last record of a ZIP is found from behind
    and says how many octets of comment follow it.
    """
    place = octets.rfind(_END_OF_ZIP, max(0, len(octets) - _ZIP_COMMENT))
    if place < 0:
        return False
    comment = int.from_bytes(octets[place + 20 : place + 22], "little")
    return place + 22 + comment <= len(octets) and octets.find(b"PK\x01\x02") >= 0


def _something_after() -> Refusal:
    return Refusal(
        "evidence_unsafe",
        "Something stands in the file after its end: open it, save it again, and send that.",
    )


# --- PNG


_PNG: Final = b"\x89PNG\r\n\x1a\n"


class _Chunk(NamedTuple):
    kind: bytes
    data: memoryview


def _examine_png(octets: bytes) -> None:
    chunks = _chunks(octets)
    first = next(chunks, None)
    if first is None or first.kind != b"IHDR" or len(first.data) != 13:
        raise broken("picture")
    _require_pixels(int.from_bytes(first.data[:4], "big"), int.from_bytes(first.data[4:8], "big"))
    kinds = {chunk.kind for chunk in chunks}
    if b"IDAT" not in kinds:
        raise broken("picture")
    if b"acTL" in kinds:
        raise Refusal("evidence_type", "The picture moves: send a single picture.")


def _chunks(octets: bytes) -> Iterator[_Chunk]:
    """Yield the chunks to the last one, which is the end of the file."""
    view = memoryview(octets)
    place = len(_PNG)
    while True:
        size = int.from_bytes(view[place : place + 4], "big")
        end = place + 12 + size
        if end > len(octets):
            raise broken("picture")
        kind, data = bytes(view[place + 4 : place + 8]), view[place + 8 : end - 4]
        if zlib.crc32(view[place + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise broken("picture")
        yield _Chunk(kind, data)
        place = end
        if kind == b"IEND":
            break
    if place != len(octets):
        raise _something_after()


# --- JPEG


_JPEG: Final = b"\xff\xd8\xff"
_NEXT_MARKER: Final = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_SCAN: Final = 0xDA
_END: Final = 0xD9
_MULTI_PICTURE: Final = b"MPF\0"


class Segment(NamedTuple):
    """A piece of a JPEG from one marker to before the next, entropy-coded data included."""

    marker: int
    start: int
    end: int
    payload: memoryview
    """What follows the length; empty for a marker that stands alone."""


def segments(octets: bytes) -> Iterator[Segment]:
    """Yield the segments after the start of a JPEG, to its end marker.

    Raises ``Refusal``: ``evidence_broken``.
    """
    view = memoryview(octets)
    place = 2
    while True:
        start = place
        while octets[place : place + 1] == b"\xff":
            place += 1
        if place == start or place >= len(octets):
            raise broken("picture")
        marker = octets[place]
        place += 1
        if marker == _END or marker in _ALONE:
            yield Segment(marker, start, place, view[:0])
            if marker == _END:
                return
            continue
        size = int.from_bytes(view[place : place + 2], "big")
        payload = view[place + 2 : place + size]
        place += size
        if size < 2 or place > len(octets):
            raise broken("picture")
        if marker == _SCAN:
            following = _NEXT_MARKER.search(octets, place)
            if following is None:
                raise broken("picture")
            place = following.start()
        yield Segment(marker, start, place, payload)


def _examine_jpeg(octets: bytes) -> None:
    framed = scanned = several = False
    end = 0
    for segment in segments(octets):
        end = segment.end
        if segment.marker in _FRAMES:
            if len(segment.payload) < 6:
                raise broken("picture")
            framed = True
            _require_pixels(
                int.from_bytes(segment.payload[3:5], "big"),
                int.from_bytes(segment.payload[1:3], "big"),
            )
        scanned = scanned or segment.marker == _SCAN
        several = several or bytes(segment.payload[:4]) == _MULTI_PICTURE
    if not (framed and scanned):
        raise broken("picture")
    rest = octets[end:].lstrip(b"\0")
    if rest and not (several and rest.startswith(_JPEG)):
        raise _something_after()


def _require_pixels(width: int, height: int) -> None:
    if not width or not height:
        raise broken("picture")
    if width * height > MAX_PIXELS:
        raise Refusal(
            "evidence_too_large",
            f"The picture has more than {MAX_PIXELS // 1_000_000} million pixels: save it smaller.",
        )


# --- PDF


_PDF: Final = b"%PDF-"
_PDF_VERSION: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_PDF_END: Final = re.compile(rb"%%EOF[\r\n \t\0]{0,64}\Z")
_LONGEST_END: Final = 80


def _examine_pdf(octets: bytes) -> None:
    if not _PDF_VERSION.match(octets):
        raise broken("PDF")
    if _PDF_END.search(octets, max(0, len(octets) - _LONGEST_END)):
        return
    if octets.rfind(b"%%EOF") >= 0:
        raise _something_after()
    raise broken("PDF")


_TYPES: Final = {
    _PNG: (MediaType.PNG, _examine_png),
    _JPEG: (MediaType.JPEG, _examine_jpeg),
    _PDF: (MediaType.PDF, _examine_pdf),
}
