"""Taking a backup: the register's database and the sealed evidence, as they are at one moment.

Rules that hold here:

- The server can't read what it wrote: all of it is encrypted to a key that lies elsewhere.
- Neither the key ring nor the keys of people are in it. The key store is saved by itself, after
  the data, so that it has each key that the data need; its backups replace each other, so that
  whoever was removed can't come back by an old one.
- An intent is in the trail before, the outcome after. A file shows under its name only when it is
  whole.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec
from django.conf import settings
from django.db import connections
from pyrage.x25519 import Recipient

from nsor.audit import files as audit_files
from nsor.audit import hashes, trail
from nsor.audit.acts import Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.models import Leaf
from nsor.backup import sealing, tables
from nsor.backup.files import whole_file
from nsor.backup.framing import FORMAT, File, Foot, Head, Packer, Rows, Table, Trail
from nsor.backup.snapshot import Snapshot, snapshot
from nsor.register import journal
from nsor.register.evidence import disk
from nsor.register.journal import Saved
from nsor.register.models import Evidence, FeedHead
from nsor.secrecy.router import KEYS

REGISTER: Final = "default"
AUDIT_FILES: Final = (
    audit_files.CHECKPOINT,
    audit_files.COSIGNED,
    audit_files.HISTORY,
    audit_files.LOG_KEY,
    audit_files.WITNESS_KEY,
)
_AT_ONCE: Final = 500


class Taken(NamedTuple):
    """A backup that was written; ``path`` is None where it went to a stream."""

    path: Path | None
    taken_at: datetime
    digest: str
    rows: int
    files: int
    sequence: int
    trail_size: int
    keystore: Path | None


def back_up(
    target: Path | BinaryIO,
    recipient: str,
    keystore: Path | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Taken:
    """Write a backup into a folder, or to a stream; with ``keystore``, the key store to that file.

    ``progress`` is told how many rows are written, of how many. Raises ``BackupError``:
    ``bad_recipient``; and ``OSError``, ``TrailError``.
    """
    to = sealing.recipient(recipient)
    entry = trail.intent(
        Act.BACKED_UP,
        actor="system",
        details={"recipient": recipient.strip(), "keystore": keystore is not None},
    )
    try:
        taken = _take(target, to, keystore, progress)
    except BaseException:
        trail.outcome(entry, actor="system", done=False)
        raise
    trail.outcome(entry, actor="system", done=True, details={"digest": taken.digest})
    return taken


def _take(
    target: Path | BinaryIO,
    to: Recipient,
    keystore: Path | None,
    progress: Callable[[int, int], None],
) -> Taken:
    now = datetime.now(UTC)
    register = _Stream(REGISTER, now, progress)
    if isinstance(target, Path):
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        path: Path | None = _free(target, now)
        assert path is not None
        with whole_file(path) as file:
            sealing.encrypt(register.octets(), file, to)
    else:
        path = None
        sealing.encrypt(register.octets(), target, to)
        target.flush()
    if keystore is not None:
        with whole_file(keystore) as file:
            sealing.encrypt(_Stream(KEYS, now, lambda done, total: None).octets(), file, to)
    head, foot = register.head, register.foot
    assert head is not None and foot is not None  # noqa: PT018 - the stream was written to its end
    return Taken(
        path,
        now,
        foot.digest,
        sum(foot.tables.values()),
        foot.files,
        head.sequence,
        head.trail.size,
        keystore,
    )


def _free(folder: Path, now: datetime) -> Path:
    """Return a name in the folder that is taken by no backup of the same second."""
    named, count = folder / f"nsor-{now:%Y%m%dT%H%M%SZ}.age", 1
    while named.exists():
        count += 1
        named = folder / f"nsor-{now:%Y%m%dT%H%M%SZ}-{count}.age"
    return named


class _Stream:
    """What a backup says, frame by frame."""

    def __init__(
        self, alias: str, taken_at: datetime, progress: Callable[[int, int], None]
    ) -> None:
        self._alias = alias
        self._taken_at = taken_at
        self._progress = progress
        self._tables = tables.saved(alias)
        self._journal = 0
        self.head: Head | None = None
        self.foot: Foot | None = None

    def octets(self) -> Iterator[bytes]:
        packer = Packer()
        audit = _audit_files() if self._alias == REGISTER else {}
        if self._alias == REGISTER:
            self._journal = journal.write([Saved(self._taken_at)])
        with snapshot(self._alias) as moment:
            self.head = head = self._head(moment, audit)
            yield packer.pack(head)
            done, total, files = 0, sum(head.tables.values()), 0
            for table in self._tables:
                yield packer.pack(Table(table.name, table.names))
                for page in moment.pages(table):
                    yield packer.pack(Rows(page))
                    done += len(page)
                    self._progress(done, total)
            if self._alias == REGISTER:
                for file in _evidence(moment):
                    files += 1
                    yield packer.pack(file)
            given = {one.name: moment.given(one) for one in self._tables if one.counts}
        self.foot = packer.foot(head.tables, files, given)
        yield packer.pack(self.foot)

    def _head(self, moment: Snapshot, audit: dict[str, bytes]) -> Head:
        counts = {
            table.name: int(moment.one(f'SELECT count(*) FROM "{table.name}"')[0])  # noqa: S608
            for table in self._tables
        }
        head = Head(
            format=FORMAT,
            kind="keystore" if self._alias == KEYS else "register",
            taken_at=self._taken_at,
            engine=connections[self._alias].vendor,
            migrations=tables.migrations(self._alias),
            tables=counts,
        )
        if self._alias == KEYS:
            return head
        epoch, sequence, decision = moment.one(
            f"SELECT epoch, last_sequence, last_decision FROM {FeedHead._meta.db_table}"  # noqa: S608
        )
        (last,) = moment.one(f'SELECT max("index") FROM {Leaf._meta.db_table}')  # noqa: S608
        size = 0 if last is None else int(last) + 1
        return msgspec.structs.replace(
            head,
            epoch=epoch,
            sequence=sequence,
            decision=decision,
            trail=Trail(size, _root(size), audit),
            journal=self._journal,
        )


def _root(size: int) -> bytes:
    """Return the root over the trail's first leaves, empty where the trail is damaged."""
    try:
        return hashes.root(size)
    except TrailError:
        return b""


def _audit_files() -> dict[str, bytes]:
    """Return the signed files of the trail, a checkpoint of now among them where one can be had."""
    with suppress(TrailError):  # after a restore nothing is signed until two officers confirmed it
        write_checkpoint()
    folder = Path(settings.AUDIT_DIR)
    found = {name: audit_files.read(folder / name) for name in AUDIT_FILES}
    return {name: octets for name, octets in found.items() if octets is not None}


def _evidence(moment: Snapshot) -> Iterator[File]:
    (last,) = moment.one(f"SELECT coalesce(max(id), 0) FROM {Evidence._meta.db_table}")  # noqa: S608
    for start in range(0, int(last), _AT_ONCE):
        rows = Evidence.objects.filter(pk__gt=start, pk__lte=min(start + _AT_ONCE, int(last)))
        for pair in rows.order_by("pk").values_list("name_in_store", "copy_in_store"):
            for name in pair:
                try:
                    yield File(name, disk.read(name))
                except FileNotFoundError:
                    continue  # of somebody who was removed
