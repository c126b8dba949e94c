"""Reading a backup into a database: decrypting, checking and loading in one pass.

Rules that hold here: nothing of a backup counts before its last octet was found right; whatever
can't be read, doesn't fit this version, or was changed is ``BackupError``, and the transaction
that loads is undone.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Literal, NamedTuple

from django.db import connections, transaction
from pyrage.x25519 import Identity

from nsor.backup import sealing, tables
from nsor.backup.errors import BackupError
from nsor.backup.framing import File, Foot, Frame, Head, Rows, Table, Unpacker, bad
from nsor.backup.loading import Loader, emptied

Progress = Callable[[int, int], None]


class Received(NamedTuple):
    """What was loaded."""

    head: Head
    foot: Foot

    @property
    def rows(self) -> int:
        """How many rows that were."""
        return sum(self.foot.tables.values())


@contextmanager
def receive(
    source: BinaryIO,
    identity: Identity,
    alias: str,
    kind: Literal["register", "keystore"],
    keep_file: Callable[[str, bytes], None],
    progress: Progress,
) -> Iterator[Received]:
    """Load a backup in one transaction, which goes on in the block and commits at its end.

    Raises ``BackupError``: ``bad_backup``, ``other_recipient``, ``other_version``, ``other_kind``.
    """
    with _foreign_keys_aside(alias), transaction.atomic(using=alias), emptied(alias):
        taking = _Taking(Loader(alias), kind, tables.migrations(alias), keep_file, progress)
        unpacker = Unpacker(taking.take)
        try:
            sealing.decrypt(source, unpacker.feed, identity)
            foot = unpacker.finish()
        except BaseException as error:
            taking.loader.give_up(error)
            raise
        assert taking.head is not None  # the foot is never the first
        yield Received(taking.head, foot)


@contextmanager
def _foreign_keys_aside(alias: str) -> Iterator[None]:
    """Have SQLite look at the foreign keys once, at the end; PostgreSQL's are put aside inside."""
    connection = connections[alias]
    aside = connection.vendor == "sqlite" and connection.disable_constraint_checking()
    try:
        yield
    finally:
        if aside:
            connection.enable_constraint_checking()


class _Taking:
    """Takes the frames of a backup in their order."""

    def __init__(
        self,
        loader: Loader,
        kind: str,
        migrations: dict[str, list[str]],
        keep_file: Callable[[str, bytes], None],
        progress: Progress,
    ) -> None:
        self.loader = loader
        self.head: Head | None = None
        self._kind = kind
        self._migrations = migrations
        self._keep_file = keep_file
        self._progress = progress
        self._files = 0
        self._done = 0

    def take(self, frame: Frame) -> None:
        match frame:
            case Head():
                self._begin(frame)
            case Table():
                self.loader.table(frame)
            case Rows():
                self.loader.rows(frame)
                self._done += len(frame.rows)
                assert self.head is not None
                self._progress(self._done, sum(self.head.tables.values()))
            case File():
                self.loader.end()
                self._keep_file(frame.name, frame.octets)
                self._files += 1
            case Foot():
                self._end(frame)

    def _begin(self, head: Head) -> None:
        if head.kind != self._kind:
            named = "the key store" if head.kind == "keystore" else "the register"
            raise BackupError("other_kind", f"This is a backup of {named}, not what was asked for.")
        if head.migrations != self._migrations:
            raise BackupError(
                "other_version",
                "The backup was taken by another version of this software: restore it with that"
                " version, then upgrade with `nsor migrate`.",
            )
        self.head = head

    def _end(self, foot: Foot) -> None:
        self.loader.end()
        assert self.head is not None
        if not foot.tables == self.head.tables == self.loader.counts or foot.files != self._files:
            raise bad("it holds more or less than it says")
        self.loader.put_sequences(foot.sequences)
