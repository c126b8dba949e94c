"""The files of the evidence store: sealed octets under random names.

Rules that hold here: a file shows under its name only when it is whole and durable; names are made
here and never by a sender; nothing is changed once it is there. A process that dies leaves at most
a file that no row names, or a part with a dot before its name; the sweep takes both away.
"""

import os
import re
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings

from nsor.durable import sync_folder

NAME_BYTES: Final = 16
_NAME: Final = re.compile(r"[0-9a-f]{32}\Z")
_PART: Final = re.compile(r"\.[0-9a-f]{32}\.part\Z")


def new_name() -> str:
    """Return a name that nobody can guess: 32 hexadecimal digits."""
    return secrets.token_hex(NAME_BYTES)


def path(name: str) -> Path:
    """Return where a file lies. Raises ``ValueError`` for what is no name of a file here."""
    if not _NAME.match(name):
        raise ValueError("The name of a file in the store is 32 hexadecimal digits.")
    return Path(settings.EVIDENCE_DIR) / name[:2] / name


def write(name: str, octets: bytes) -> None:
    """Write a file; it is durable when this returns. Raises ``OSError``."""
    place = path(name)
    _make_folder(place.parent)
    part = place.with_name(f".{name}.part")
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(octets)
            file.flush()
            os.fsync(file.fileno())
        part.rename(place)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(place.parent)


def read(name: str) -> bytes:
    """Return what a file holds. Raises ``OSError``."""
    return path(name).read_bytes()


def is_there(name: str) -> bool:
    """Tell whether there is a file of this name."""
    return path(name).is_file()


def remove(names: Iterable[str]) -> int:
    """Remove files for good and return how many were there; those that weren't are passed over."""
    removed = 0
    folders = set()
    for name in names:
        place = path(name)
        try:
            place.unlink()
        except FileNotFoundError:
            continue
        removed += 1
        folders.add(place.parent)
    for folder in folders:
        sync_folder(folder)
    return removed


def older_than(moment: float) -> Iterator[tuple[str, Path]]:
    """Yield what was written before ``moment`` (seconds since 1970): its name, and where it lies.

    The name of a part that was never finished is empty.
    """
    for place in Path(settings.EVIDENCE_DIR).glob("[0-9a-f][0-9a-f]/*"):
        whole = bool(_NAME.match(place.name))
        if not whole and not _PART.match(place.name):
            continue
        try:
            written = place.stat().st_mtime
        except FileNotFoundError:
            continue
        if written < moment:
            yield (place.name if whole else ""), place


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    sync_folder(folder.parent)
