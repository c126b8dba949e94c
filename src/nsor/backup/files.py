"""Files that show under their name only when they are whole and durable.

Rules that hold here: what a killed process left has a dot before its name and ``.part`` behind it,
and is taken away by the next one; the file of a process that still writes is locked.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from nsor.durable import sync_folder


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """Write a file that takes the place of ``path`` when this ends without an error.

    Raises ``OSError``.
    """
    _sweep(path.parent)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
            file.flush()
            os.fsync(file.fileno())
            part.rename(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _sweep(folder: Path) -> None:
    for left in folder.glob(".*.part"):
        try:
            descriptor = os.open(left, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
        except OSError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink(missing_ok=True)
        except BlockingIOError:
            continue  # somebody writes it
        finally:
            os.close(descriptor)
