"""Restoring a backup: loaded whole, withheld from everybody, and brought up to the journal.

Rules that hold here:

- From before the first row is loaded until two officers confirmed it, nothing is answered.
- The tables are loaded in one transaction: a process that dies leaves what was there, withheld,
  and the restore can be run again. It is run again whole, whatever it had come to. A backup that
  is refused leaves everything as it was.
- The feed's epoch is larger than any that ever was: it is noted in the journal before it is used.
- What can't be replayed (a journal that is missing or damaged, keys that are gone) stops the
  restore, unless whoever restores says to go on; the two officers are shown it then.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import msgspec
from django.conf import settings
from django.db import connections, transaction
from pyrage.x25519 import Identity

from nsor.audit import files as audit_files
from nsor.audit import hashes, note, trail
from nsor.audit.acts import Act
from nsor.audit.models import Epoch
from nsor.audit.note import NoteError
from nsor.backup import sealing, tables
from nsor.backup.errors import BackupError
from nsor.backup.framing import bad
from nsor.backup.loading import measure
from nsor.backup.models import Restoration, Stage, newest
from nsor.backup.receiving import Progress, Received, receive
from nsor.backup.replaying import Notes, Summary, keys_missing, notes_since, replay
from nsor.backup.saving import REGISTER
from nsor.register import journal
from nsor.register.evidence import disk
from nsor.register.journal import Restored
from nsor.register.locks import claim, short_write
from nsor.register.models import FeedHead

_RESTORE: Final = 0
"""The claim of a restore; batches count from 1."""
_FOUNDED: Final = ("law_", FeedHead._meta.db_table)
"""Tables that a new database holds rows of."""


class Done(NamedTuple):
    """A restore that waits for its two officers."""

    taken_at: datetime
    digest: str
    epoch: int
    rows: int
    files: int
    summary: Summary


def restore(
    source: BinaryIO,
    identity_file: Path,
    *,
    replace: bool = False,
    incomplete: bool = False,
    loading: Progress = lambda done, total: None,
    searching: Progress = lambda done, total: None,
) -> Done:
    """Restore a backup into the register's database, and withhold it.

    ``replace`` gives up what the database holds; ``incomplete`` goes on where the journal or the
    key store lacks something. Raises ``BackupError``: ``bad_identity``, ``in_progress``,
    ``not_empty``, ``no_journal``, ``journal_damaged``, ``keys_missing``, ``other_engine``,
    ``not_owner``, and as ``receiving.receive`` does; ``nsor.register.errors.Refusal``; ``OSError``.
    """
    identity = sealing.identity(identity_file)
    if not journal.exists() and not incomplete:
        raise BackupError(
            "no_journal",
            f"There is no journal of silences in {settings.JOURNAL_DIR}: bring it back, or whoever"
            " was silenced since the backup speaks again. Only where it is lost, say --incomplete.",
        )
    with claim(_RESTORE) as held:
        if not held:
            raise BackupError("in_progress", "Another process restores this database just now.")
        _require_target(replace=replace)
        before = FeedHead.objects.values_list("withheld", flat=True).get()
        restoration = _withhold()
        try:
            received = _load(source, identity, restoration, loading)
        except BaseException:
            _give_up(restoration.pk, before)
            raise
        return _bring_up(restoration, received, searching, incomplete=incomplete)


def _require_target(*, replace: bool) -> None:
    last = newest()
    half = last is not None and last.stage in (Stage.LOADING, Stage.REPLAYING)
    if not half and not replace and holds_data():
        raise BackupError(
            "not_empty",
            "The database holds data, and restoring gives them up: restore into an empty one, or"
            " say --replace.",
        )
    connection = connections[REGISTER]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = %s::regclass",
                (FeedHead._meta.db_table,),
            )
            if not cursor.fetchone()[0]:
                raise BackupError(
                    "not_owner", "Restore as the role that owns the tables: it runs `nsor migrate`."
                )


def holds_data() -> bool:
    """Tell whether the register's database holds more than a new one does."""
    with connections[REGISTER].cursor() as cursor:
        for table in tables.saved(REGISTER):
            if table.name.startswith(_FOUNDED):
                continue
            cursor.execute(f'SELECT 1 FROM "{table.name}" LIMIT 1')  # noqa: S608 - our own names
            if cursor.fetchone() is not None:
                return True
    return False


def _withhold() -> Restoration:
    """Have nothing answered from now on, under an epoch that never was."""
    head = FeedHead.objects.get()
    last = newest()
    known = max(head.epoch, journal.newest_epoch(), last.epoch if last else 0)
    # Without the journal nobody knows which epochs there were; there was none yet of this second.
    now = datetime.now(UTC)
    epoch = known + 1 if journal.exists() else max(known + 1, int(now.timestamp()))
    journal.write([Restored(now, epoch)])
    with short_write():
        FeedHead.objects.update(withheld=True, epoch=epoch)
        return Restoration.objects.create(stage=Stage.LOADING, epoch=epoch, started_at=now)


def _give_up(restoration: int, withheld: bool) -> None:
    """Have answered what was answered before: nothing of the backup was loaded."""
    with short_write():
        FeedHead.objects.update(withheld=withheld)
        Restoration.objects.filter(pk=restoration).delete()


def _load(
    source: BinaryIO, identity: Identity, restoration: Restoration, progress: Progress
) -> Received:
    with receive(source, identity, REGISTER, "register", _keep_file, progress) as received:
        head = received.head
        if (head.engine, connections[REGISTER].vendor) == ("postgresql", "sqlite"):
            raise BackupError(
                "other_engine",
                "A backup of PostgreSQL is restored into PostgreSQL: in SQLite the numbers that it"
                " skipped would look like entries taken out of the trail.",
            )
        require_trail(received)
        epoch = max(restoration.epoch, head.epoch + 1)
        FeedHead.objects.update(withheld=True, epoch=epoch)
        restoration.stage, restoration.epoch = Stage.REPLAYING, epoch
        restoration.taken_at, restoration.digest = head.taken_at, received.foot.digest
        restored = Epoch.objects.order_by("-id").values_list("id", flat=True).first()
        restoration.trail_epoch = restored or 0
        restoration.save()
        trail.record(
            Act.BACKUP_RESTORED,
            actor="system",
            subject=f"epoch:{epoch}",
            details={"taken_at": head.taken_at.isoformat(), "digest": received.foot.digest},
        )
    if restoration.epoch > journal.newest_epoch():
        journal.write([Restored(datetime.now(UTC), restoration.epoch)])
    measure(REGISTER)
    return received


def require_trail(received: Received) -> None:
    """Raise ``BackupError``, ``bad_backup``, where the loaded trail is not the one saved."""
    said = received.head.trail
    if hashes.size() != said.size or (said.root and hashes.root(said.size) != said.root):
        raise bad("its trail has another root than it says")


def keepable(name: str, octets: bytes) -> None:
    """Raise ``BackupError``, ``bad_backup``, for what is no name of a file of evidence."""
    try:
        disk.path(name)
    except ValueError:
        raise bad("it names a file that can be none of the evidence store") from None


def _keep_file(name: str, octets: bytes) -> None:
    keepable(name, octets)
    if not disk.is_there(name):
        disk.write(name, octets)


def _bring_up(
    restoration: Restoration, received: Received, progress: Progress, *, incomplete: bool
) -> Done:
    head = received.head
    notes = notes_since(head)
    signed = audit_files.CHECKPOINT in head.trail.files
    summary = Summary(damage=notes.damage, trail_signed=signed)
    summary.keys_missing = keys_missing(notes.destroyed)
    summary.trail_lost = _entries_lost(head.trail.size)
    if not incomplete:
        _require_complete(notes, summary)
    replay(notes, summary, progress)
    with transaction.atomic():
        restoration.stage = Stage.WAITING
        restoration.summary = msgspec.to_builtins(summary)
        restoration.save()
    return Done(
        head.taken_at,
        received.foot.digest,
        restoration.epoch,
        received.rows,
        received.foot.files,
        summary,
    )


def _require_complete(notes: Notes, summary: Summary) -> None:
    if notes.damage:
        raise BackupError(
            "journal_damaged",
            f"The journal of silences is damaged: {' '.join(notes.damage[:3])} Mend it from its"
            " copy, or, where there is none, say --incomplete; nothing is answered until then.",
        )
    if summary.keys_missing:
        raise BackupError(
            "keys_missing",
            f"The key store lacks the keys of {summary.keys_missing} people of whom nothing says"
            " that they were removed: restore its newest backup first, or, where there is none,"
            " say --incomplete; nothing is answered until then.",
        )


def _entries_lost(restored: int) -> int:
    """Return how many entries were signed that the restored trail lacks, as far as is known."""
    written = audit_files.read(Path(settings.AUDIT_DIR) / audit_files.CHECKPOINT)
    if written is None:
        return 0
    try:
        signed = note.parse_checkpoint(note.parse(written).text)
    except NoteError:
        return 0
    return max(0, signed.size - restored)
