"""A backup as a stream of octets: frames, and the digest over them.

Rules that hold here (pure: no file, no database):

- A stream is a ``Head``, tables each followed by their rows, evidence files, and a ``Foot`` that
  counts them and holds the SHA-256 of all octets before it. What ends before its foot is no backup.
- A frame is four octets of length and a document in MessagePack. What can't be read is
  ``BackupError``, ``bad_backup``.
"""

import hashlib
import struct
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias

import msgspec

from nsor.backup.errors import BackupError

FORMAT: Final = 2
_LENGTH: Final = struct.Struct(">I")
_LONGEST: Final = 256 << 20
"""A frame is never longer: the largest is one evidence file."""


class Trail(msgspec.Struct, frozen=True):
    """The trail at the backup's moment: its leaves, their root, and files of the audit folder."""

    size: int
    root: bytes
    files: dict[str, bytes]


class Head(msgspec.Struct, frozen=True, tag="head"):
    """What is saved, of when. ``tables`` counts the rows that will follow."""

    format: int
    kind: Literal["register", "keystore"]
    taken_at: datetime
    engine: str
    migrations: dict[str, list[str]]
    tables: dict[str, int]
    epoch: int = 0
    sequence: int = 0
    decision: int = 0
    trail: Trail = Trail(0, b"", {})
    journal: int = 0
    """The number of the note in the journal of silences that names this backup."""


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A table begins; its rows follow."""

    name: str
    columns: list[str]


class Rows(msgspec.Struct, frozen=True, tag="rows"):
    """Rows of the last table, values in the order of its columns, as ``tables`` writes them."""

    rows: list[list[Any]]


class File(msgspec.Struct, frozen=True, tag="file"):
    """A sealed file of the evidence store."""

    name: str
    octets: bytes


class Foot(msgspec.Struct, frozen=True, tag="foot"):
    """The end: what came before, and the last number that each table had given."""

    tables: dict[str, int]
    files: int
    sequences: dict[str, int]
    digest: str = ""
    """SHA-256 over all that came before and over the foot without it, hexadecimal."""


Frame: TypeAlias = Head | Table | Rows | File | Foot

_pack = msgspec.msgpack.Encoder()
_unpack: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Head | Table | Rows | File | Foot)


def _digest(so_far: "hashlib._Hash", bare: Foot) -> str:
    """Return the digest of a stream: of what came before its foot, and of the foot itself."""
    whole = so_far.copy()
    whole.update(_pack.encode(bare))
    return whole.hexdigest()


class Packer:
    """Turns frames into octets, and keeps the digest."""

    def __init__(self) -> None:
        """Begin a stream."""
        self._sha256 = hashlib.sha256()

    def foot(self, tables: dict[str, int], files: int, sequences: dict[str, int]) -> Foot:
        """Return the foot of what was packed so far."""
        bare = Foot(tables, files, sequences)
        return msgspec.structs.replace(bare, digest=_digest(self._sha256, bare))

    def pack(self, frame: Frame) -> bytes:
        """Return the octets of a frame."""
        document = _pack.encode(frame)
        octets = _LENGTH.pack(len(document)) + document
        self._sha256.update(octets)
        return octets


class Unpacker:
    """Takes octets as they come, in pieces of any size, and hands frames over one by one."""

    def __init__(self, take: Callable[[Frame], None]) -> None:
        """``take`` is called with each frame, the foot only after its digest was found right."""
        self._take = take
        self._held = bytearray()
        self._sha256 = hashlib.sha256()
        self._seen_head = False
        self.foot: Foot | None = None

    def feed(self, octets: bytes) -> None:
        """Take octets. Raises ``BackupError``, ``bad_backup``, and whatever ``take`` raises."""
        self._held += octets
        at = 0
        while (end := self._end_of_frame(at)) is not None:
            self._frame(bytes(self._held[at:end]))
            at = end
        del self._held[:at]

    def finish(self) -> Foot:
        """Return the foot. Raises ``BackupError``, ``bad_backup``, where the stream lacks it."""
        if self.foot is None or self._held:
            raise bad("it ends before its end")
        return self.foot

    def _end_of_frame(self, start: int) -> int | None:
        if len(self._held) < start + _LENGTH.size:
            return None
        length: int = _LENGTH.unpack_from(self._held, start)[0]
        if length > _LONGEST:
            raise bad("a part of it is longer than any can be")
        end = start + _LENGTH.size + length
        return end if len(self._held) >= end else None

    def _frame(self, octets: bytes) -> None:
        try:
            frame = _unpack.decode(octets[_LENGTH.size :])
        except (msgspec.MsgspecError, ValueError):  # the latter: text that is no UTF-8
            raise bad("a part of it can't be read") from None
        if self.foot is not None or isinstance(frame, Head) == self._seen_head:
            raise bad("its parts stand in the wrong order")
        self._seen_head = True
        if isinstance(frame, Head) and frame.format != FORMAT:
            raise BackupError(
                "other_version",
                f"The backup has format {frame.format}, and this version reads format {FORMAT}.",
            )
        if isinstance(frame, Foot):
            bare = msgspec.structs.replace(frame, digest="")
            if frame.digest != _digest(self._sha256, bare):
                raise bad("its digest is another one")
            self.foot = frame
        self._sha256.update(octets)
        self._take(frame)


def bad(why: str) -> BackupError:
    """Return the refusal of a stream that is no whole backup."""
    return BackupError(
        "bad_backup", f"This is no whole backup ({why}): fetch it again, or take another one."
    )
