"""The journal of silences: kept outside the database, so that no backup can undo them.

Rules that hold here:

- Noted is whoever came out of an act silent, and whoever had a conviction stayed or quashed, be it
  that another one still speaks: of a backup nobody knows which of them it holds.
- What is noted is on the disk before the transaction that it belongs to commits. A note of an act
  that was undone after all is one silence too many, which the two officers see after a restore.
- A note holds tokens of the numbers, never the numbers, and is sealed (AES-256-GCM) under the key
  of the ring that is current then; its tokens are made with the same key. So whoever can open a
  note can find its people again, also after a rotation: they compare with the tokens of each
  number under that key. A key of the ring is kept as long as a backup is that is older than it.
- Notes have numbers without gaps, bound to what they seal. Files are only appended to, never cut
  or rewritten; where the last note of a file is torn by a kill, the next one begins a new file.
  The oldest files may be taken away once no backup is kept that is older than their last note.
- One process at a time appends (a lock in the folder); a file takes ``FILE_BYTES`` or a day.
"""

import hmac
import os
import re
import secrets
import struct
import threading
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

import msgspec
from django.conf import settings

from nsor import durable
from nsor.keyring import KeyRingError
from nsor.register.errors import Refusal
from nsor.register.models import Batch, FeedHead
from nsor.secrecy import ring
from nsor.secrecy.box import SealBroken, seal, unseal

PURPOSE: Final = "journal"
TOKEN_BYTES: Final = 16
FILE_BYTES: Final = 4 << 20
_TOKENS: Final = "journal-number"
_MAGIC: Final = b"nJ1\n"
_HEADER: Final = struct.Struct(">4sIQI")
"""Magic, octets of the rest, the note's number, and a checksum (CRC-32) of these."""
_LONGEST: Final = 16 << 20
_NAME: Final = re.compile(r"silences-(?P<first>[0-9]{12})-(?P<day>[0-9]{8})-[0-9a-f]{8}\Z")
_AT_ONCE: Final = 500


class Point(NamedTuple):
    """A place in the register's time: its life since a restore, and how far that had come."""

    epoch: int
    sequence: int
    decision: int

    def is_before(self, other: "Point") -> bool:
        """Tell whether something noted at ``other`` may be missing from what was saved here."""
        if self.epoch != other.epoch:
            return self.epoch < other.epoch
        return self.sequence < other.sequence or self.decision < other.decision


class Silence(msgspec.Struct, frozen=True, tag="silence"):
    """Somebody, or a conviction of theirs, is silent from here on.

    By what kind of act, and tokens of all the person's numbers.
    """

    at: datetime
    kind: str
    batch: int
    epoch: int
    sequence: int
    decision: int
    tokens: tuple[bytes, ...]

    @property
    def point(self) -> Point:
        """Where in the register's time that was."""
        return Point(self.epoch, self.sequence, self.decision)


class Destroyed(msgspec.Struct, frozen=True, tag="destroyed"):
    """Keys of people were destroyed, so that no backup of the key store may bring them back."""

    at: datetime
    keys: tuple[int, ...]


class Saved(msgspec.Struct, frozen=True, tag="saved"):
    """A backup of that moment was taken: a journal without this note is not the one it needs."""

    at: datetime


class Restored(msgspec.Struct, frozen=True, tag="restored"):
    """A backup was restored, and the feed's ``epoch`` began."""

    at: datetime
    epoch: int


Note: TypeAlias = Silence | Destroyed | Saved | Restored


class Entry(NamedTuple):
    """A note as it was found: its number, and the key of the ring that sealed it."""

    number: int
    ring_key: str
    note: Note


class Damage(NamedTuple):
    """A place where notes are missing or can't be opened. ``message`` is a whole sentence."""

    file: str
    message: str


_pack = msgspec.msgpack.Encoder()
_unpack: msgspec.msgpack.Decoder[Note] = msgspec.msgpack.Decoder(
    Silence | Destroyed | Saved | Restored
)


def append(batch: Batch, silent: Iterable[Sequence[str]]) -> None:
    """Note that ``batch`` silenced the holders of these numbers; each has a sequence.

    To be called in the act's transaction, after its release. Raises ``Refusal``:
    ``journal_unavailable``; ``nsor.keyring.KeyRingError``.
    """
    people = [tuple(numbers) for numbers in silent]
    if not people:
        return
    epoch, sequence, decision = FeedHead.objects.values_list(
        "epoch", "last_sequence", "last_decision"
    ).get()
    name = ring.ring().current
    now = datetime.now(UTC)
    write(
        [
            Silence(
                now,
                batch.kind,
                batch.pk,
                epoch,
                sequence,
                decision,
                tuple(number_token(number, name) for number in numbers),
            )
            for numbers in people
        ],
        name,
    )


def note_destroyed(keys: Iterable[int]) -> None:
    """Note that keys of people are destroyed, before they are. Raises as ``append`` does."""
    chosen = tuple(keys)
    for start in range(0, len(chosen), _AT_ONCE):
        write([Destroyed(datetime.now(UTC), chosen[start : start + _AT_ONCE])])


def number_token(number: str, ring_key: str) -> bytes:
    """Return the token of an identity number under one key of the ring.

    Raises ``nsor.keyring.KeyRingError`` where the ring lacks the key.
    """
    key = ring.derived(_TOKENS, ring_key)
    return hmac.digest(key, number.encode(), "sha256")[:TOKEN_BYTES]


def write(notes: Sequence[Note], ring_key: str | None = None) -> int:
    """Append notes, all of them durable when this returns; return the last one's number.

    Raises as ``append`` does.
    """
    name = ring_key or ring.ring().current
    key = ring.derived(PURPOSE, name)
    folder = Path(settings.JOURNAL_DIR)
    try:
        with _locked(folder):
            path, last = _end(folder)
            framed = b"".join(
                _frame(number, name, key, note) for number, note in enumerate(notes, last + 1)
            )
            if path is None:
                path = _fresh_file(folder, last + 1)
            _append_durably(path, framed)
            _ends[str(folder)] = (path, path.stat().st_size, last + len(notes))
            return last + len(notes)
    except OSError as error:
        _ends.pop(str(folder), None)
        raise Refusal(
            "journal_unavailable",
            f"The journal of silences can't be written ({error.strerror}), and without it a"
            " silence might be undone by a restored backup: tell operations, then try again.",
        ) from None


def exists() -> bool:
    """Tell whether there is a journal at all."""
    return bool(_files(Path(settings.JOURNAL_DIR)))


def read(after: Point | None = None) -> Iterator[Entry | Damage]:
    """Yield what was noted, in order, and each place where something is missing.

    With ``after``, of the silences only those that a backup taken at that point may lack.
    """
    files = _files(Path(settings.JOURNAL_DIR))
    expected = _first_in(files[0]) if files else 1
    for path in files:
        for found in _read_file(path):
            if isinstance(found, Damage):
                yield found
                continue
            number, entry = found
            if number > expected:
                yield Damage(path.name, f"Before note {number}, {number - expected} are missing.")
            elif number < expected:
                yield Damage(path.name, f"Note {number} stands in {path.name} a second time.")
            expected = number + 1
            if not _is_within(entry, after):
                yield entry


def _is_within(entry: Entry | Damage, saved: Point | None) -> bool:
    """Tell whether a silence is in a backup of that point already."""
    if saved is None or isinstance(entry, Damage) or not isinstance(entry.note, Silence):
        return False
    return not saved.is_before(entry.note.point)


def newest_epoch() -> int:
    """Return the highest epoch that is noted, 0 where none is."""
    return max(
        (
            entry.note.epoch
            for entry in read()
            if isinstance(entry, Entry) and isinstance(entry.note, Silence | Restored)
        ),
        default=0,
    )


_ends: dict[str, tuple[Path, int, int]] = {}
"""By folder: the last file as this process left it, its size, and the last note's number."""
_thread_lock = threading.Lock()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with _thread_lock, durable.locked(folder):
        yield


def _files(folder: Path) -> list[Path]:
    """Return the files in the order of their notes."""
    found = (path for path in folder.glob("silences-*") if _NAME.match(path.name))
    return sorted(found, key=lambda path: path.name)


def _fresh_file(folder: Path, first: int) -> Path:
    """Return a file that isn't there; one whose only note was torn has the same first number."""
    return folder / f"silences-{first:012}-{datetime.now(UTC):%Y%m%d}-{secrets.token_hex(4)}"


def _end(folder: Path) -> tuple[Path | None, int]:
    """Return the file to append to, None for a new one, and the last note's number."""
    files = _files(folder)
    if not files:
        return None, 0
    path = files[-1]
    size = path.stat().st_size
    known = _ends.get(str(folder))
    if known is not None and known[:2] == (path, size):
        last, whole = known[2], True
    else:
        last, whole = _last_in(path)
    named = _NAME.match(path.name)
    assert named is not None
    full = size >= FILE_BYTES or named["day"] != f"{datetime.now(UTC):%Y%m%d}"
    return (path if whole and not full else None), last


def _first_in(path: Path) -> int:
    named = _NAME.match(path.name)
    assert named is not None
    return int(named["first"])


def _last_in(path: Path) -> tuple[int, bool]:
    """Return the number of a file's last note, and whether the file ends with it."""
    last, end = _first_in(path) - 1, 0
    octets = path.read_bytes()
    for start, number, length in _headers(octets):
        end = start + _HEADER.size + length
        if end <= len(octets):
            last = max(last, number)
    return last, end == len(octets)


def _frame(number: int, name: str, key: bytes, note: Note) -> bytes:
    named = name.encode()
    body = bytes((len(named),)) + named + seal(key, _pack.encode(note), _about(number))
    start = struct.pack(">4sIQ", _MAGIC, len(body), number)
    return start + struct.pack(">I", zlib.crc32(start)) + body


def _append_durably(path: Path, octets: bytes) -> None:
    fresh = not path.exists()
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(octets)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    if fresh:
        durable.sync_folder(path.parent)


def _read_file(path: Path) -> Iterator[tuple[int, Entry | Damage] | Damage]:
    octets = path.read_bytes()
    at = 0
    for start, number, length in _headers(octets):
        if octets[at:start].strip(b"\0"):
            yield Damage(path.name, f"At octet {at} of {path.name} there is no note.")
        at = start + _HEADER.size + length
        if at > len(octets):
            return  # torn by a kill: its act never committed
        yield number, _opened(path, number, octets[start + _HEADER.size : at])
    rest = octets[at:].strip(b"\0")
    torn = len(octets) - at < _HEADER.size and _MAGIC.startswith(rest[: len(_MAGIC)])
    if rest and not torn:
        yield Damage(path.name, f"At octet {at} of {path.name} there is no note.")


def _headers(octets: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where notes begin, with number and length; the last one may reach beyond the end."""
    at = 0
    while (start := octets.find(_MAGIC, at)) >= 0:
        at = start + 1
        if start + _HEADER.size > len(octets):
            return
        _, length, number, checksum = _HEADER.unpack_from(octets, start)
        if checksum != zlib.crc32(octets[start : start + _HEADER.size - 4]) or length > _LONGEST:
            continue
        yield start, number, length
        at = start + _HEADER.size + length


def _opened(path: Path, number: int, body: bytes) -> Entry | Damage:
    name = body[1 : 1 + body[0]].decode(errors="replace")
    try:
        key = ring.derived(PURPOSE, name)
        note = _unpack.decode(unseal(key, body[1 + body[0] :], _about(number)))
    except KeyRingError:
        lacks = f"The key ring lacks the key {name}, which seals note {number} in {path.name}."
        return Damage(path.name, f"{lacks} Put that key back into the ring.")
    except (SealBroken, msgspec.MsgspecError):
        return Damage(path.name, f"Note {number} in {path.name} was changed and can't be opened.")
    return Entry(number, name, note)


def _about(number: int) -> str:
    return f"journal/{number}"
