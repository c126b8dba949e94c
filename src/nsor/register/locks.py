"""Short write transactions that let each other in, and claims on a batch.

Rules that hold here:

- SQLite has one writer. A long piece of work is many short transactions with a breath between
  them, at which others get in (``nsor.writing``).
- A claim says that a living process works on a batch, or at a scheduled work. It ends with the
  process, however that ends: on PostgreSQL it is the session's advisory lock, on SQLite a lock on
  one octet of a file beside the database, which the kernel drops with the open file.
"""

import fcntl
import os
import struct
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from enum import IntEnum

from django.db import connection

from nsor import writing
from nsor.register.errors import Refusal

BREATH = 0.010

_NUMBERS = 0x6E756D62
"""Our advisory lock of all identity numbers: ``numb`` in ASCII."""
_CLAIMS = 0x6E736F72
"""The first key of our advisory locks on batches: ``nsor`` in ASCII."""
_WORKS = 0x6A6F6273
"""The first key of our advisory locks on scheduled works: ``jobs`` in ASCII."""
_WORKS_FROM = 1 << 62
"""The octet of the file where those of scheduled works begin; no batch has such a number."""
_FLOCK = "hhqqi4x"
"""``struct flock`` of a 64-bit Linux."""


class Work(IntEnum):
    """The scheduled works of which one process at a time does each."""

    LAW = 1
    EXPIRY = 2
    FORGETTING = 3
    SWEEPING = 4
    DISTRICTS = 5
    STATISTICS = 6


@contextmanager
def short_write() -> Iterator[None]:
    """Hold a write transaction; keep what is done in it to a tenth of a second or so.

    Raises ``Refusal``: ``busy``.
    """
    try:
        with writing.short_write():
            yield
    except writing.Busy:
        raise Refusal(
            "busy", "Others are writing to the register: try again in a minute."
        ) from None


def breathe() -> None:
    """Let those in who wait to write, between two pieces of a long work."""
    if connection.vendor == "sqlite":
        time.sleep(BREATH)


def lock_numbers() -> None:
    """Have those wait who would look whether a number is known, until the transaction ends.

    Who needs the feed's lock too takes this one first: a file's rows hold it for a while, and a
    stay mustn't wait behind them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_NUMBERS,))


@contextmanager
def claim(batch: int) -> Iterator[bool]:
    """Claim a batch for this process; yields False where another one holds it."""
    with _claimed(_CLAIMS, batch) as held:
        yield held


@contextmanager
def claim_work(work: Work) -> Iterator[bool]:
    """Claim a scheduled work for this process; yields False where another one is at it."""
    with _claimed(_WORKS, work) as held:
        yield held


def _claimed(kind: int, number: int) -> AbstractContextManager[bool]:
    if connection.vendor == "postgresql":
        return _claim_on_server(kind, number)
    return _claim_on_file(number if kind == _CLAIMS else _WORKS_FROM + number)


@contextmanager
def _claim_on_server(kind: int, number: int) -> Iterator[bool]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", (kind, number))
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", (kind, number))


@contextmanager
def _claim_on_file(place: int) -> Iterator[bool]:
    path = f"{connection.settings_dict['NAME']}-claims"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        octet = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, place, 1, 0)
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, octet)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)
