"""Verifying a backup where the recipient's key is: by restoring it into a scratch database.

Rules that hold here: the scratch database is SQLite in a folder that is gone afterwards, or an
empty one that is named; nothing of this machine's register is touched. Neither the keys of people
nor the key ring are needed, so what is sealed stays sealed: it is proved to be what was saved, not
what it says.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings
from django.core.management import call_command
from django.db import connections

from nsor.audit.findings import Finding
from nsor.audit.verifying import verify
from nsor.backup import sealing
from nsor.backup.errors import BackupError
from nsor.backup.receiving import Progress, Received, receive
from nsor.backup.restoring import holds_data, keepable, require_trail
from nsor.backup.saving import REGISTER
from nsor.secrecy.router import KEYS


class Proved(NamedTuple):
    """What a backup holds, and what verification of its trail found."""

    taken_at: datetime
    digest: str
    rows: int
    files: int
    sequence: int
    trail_entries: int
    witnessed: int
    findings: list[Finding]

    @property
    def whole(self) -> bool:
        """Tell whether nothing was found."""
        return not self.findings


def prove(
    source: BinaryIO,
    identity_file: Path,
    scratch_url: str | None = None,
    loading: Progress = lambda done, total: None,
    verifying: Callable[[int], None] = lambda done: None,
) -> Proved:
    """Restore a backup into a scratch database and verify it there.

    Raises ``BackupError``: ``bad_identity``, ``bad_scratch``, ``not_empty``, and as
    ``receiving.receive`` does; ``OSError``.
    """
    identity = sealing.identity(identity_file)
    with (
        tempfile.TemporaryDirectory(prefix="nsor-scratch-") as folder,
        _scratch(Path(folder), scratch_url),
    ):
        for alias in (KEYS, REGISTER):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
        if holds_data():
            raise BackupError(
                "not_empty", "The scratch database holds data: name one that is empty."
            )
        with receive(source, identity, REGISTER, "register", keepable, loading) as received:
            require_trail(received)
        return _proved(received, verifying)


def _proved(received: Received, verifying: Callable[[int], None]) -> Proved:
    folder = Path(settings.AUDIT_DIR)
    folder.mkdir(mode=0o700)
    for name, octets in received.head.trail.files.items():
        (folder / Path(name).name).write_bytes(octets)
    found = verify(progress=verifying, copy=True)
    return Proved(
        received.head.taken_at,
        received.foot.digest,
        received.rows,
        received.foot.files,
        received.head.sequence,
        found.entries,
        found.witnessed,
        found.findings,
    )


@contextmanager
def _scratch(folder: Path, url: str | None) -> Iterator[None]:
    """Have this process use a scratch database, key store and audit folder."""
    from nsor.settings import database

    try:
        named = database(url or f"sqlite:///{folder / 'scratch.sqlite3'}")
    except ValueError:
        raise BackupError(
            "bad_scratch", "A scratch database begins with sqlite:/// or postgresql://."
        ) from None
    before = dict(connections.settings)
    audit_folder = settings.AUDIT_DIR
    _use({"default": named, "keys": database(f"sqlite:///{folder / 'keystore.sqlite3'}")})
    settings.AUDIT_DIR = folder / "audit"
    try:
        yield
    finally:
        settings.AUDIT_DIR = audit_folder
        _use(before)


def _use(databases: dict[str, Any]) -> None:
    for alias in (REGISTER, KEYS):
        connections[alias].close()
        del connections[alias]
    connections.settings.update(connections.configure_settings(databases))
