"""The folder outside the database: how files there are read, replaced and appended to.

Rules that hold here: a file is replaced whole and durably, or not at all; what was appended when
a process was killed is cut off by the next one. One process at a time writes. No Django here.
"""

import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from nsor.durable import sync_folder

CHECKPOINT = "checkpoint"
COSIGNED = "cosigned"
REQUEST = "request"
EPOCH = "epoch"
HISTORY = "history"
LOG_KEY = "log.vkey"
WITNESS_KEY = "witness.vkey"

LEAF = struct.Struct(">q32s")
"""One record of the copy of the leaves: the entry's number and the leaf's hash."""
AT_ONCE = 8192


class Copied(NamedTuple):
    """A leaf in the copy: the number of its entry, and its hash."""

    entry: int
    hash: bytes


def read(path: Path) -> bytes | None:
    """Return what a file holds, None where there is none. Raises ``OSError``."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def replace(path: Path, content: str, mode: int = 0o644) -> None:
    """Put a file in the place of what was there, durably. Raises ``OSError``."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content.encode())
            file.flush()
            os.fsync(file.fileno())
        os.rename(fresh, path)
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    for left in path.parent.glob(f".{path.name}.*"):  # of processes that were killed
        left.unlink(missing_ok=True)


def append_line(path: Path, line: str) -> None:
    """Append a line durably. Raises ``OSError``."""
    fresh = not path.exists()
    with path.open("a+b") as file:
        file.truncate(_whole_lines(file.seek(0, os.SEEK_END), file.fileno()))
        file.write(f"{line}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync_folder(path.parent)


def _whole_lines(size: int, descriptor: int) -> int:
    """Return where the last whole line ends."""
    start = max(0, size - AT_ONCE)
    end = os.pread(descriptor, size - start, start).rfind(b"\n")
    return 0 if end < 0 else start + end + 1


def copied(path: Path) -> int:
    """Return how many leaves the copy holds whole."""
    return path.stat().st_size // LEAF.size if path.exists() else 0


def append_leaves(path: Path, leaves: Iterable[tuple[int, bytes]]) -> None:
    """Append to the copy of the leaves, durably. Raises ``OSError``."""
    fresh = not path.exists()
    with path.open("ab") as file:
        file.truncate(copied(path) * LEAF.size)
        file.writelines(LEAF.pack(number, each) for number, each in leaves)
        file.flush()
        os.fsync(file.fileno())
    if fresh:
        sync_folder(path.parent)


def leaves(path: Path, start: int = 0, end: int | None = None) -> Iterator[Copied]:
    """Return the leaves of the copy from ``start`` to before ``end``, none where there is none."""
    if not path.exists():
        return
    left = copied(path) if end is None else end
    left -= start
    with path.open("rb") as file:
        file.seek(start * LEAF.size)
        while left > 0:
            chunk = file.read(LEAF.size * min(left, AT_ONCE))
            chunk = chunk[: len(chunk) // LEAF.size * LEAF.size]
            if not chunk:
                return
            left -= len(chunk) // LEAF.size
            yield from (Copied(*record) for record in LEAF.iter_unpack(chunk))
