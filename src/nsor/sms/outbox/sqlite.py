"""The embedded engine of the outbox: one SQLite file, one writer.

Rules that hold here: WAL with ``synchronous=FULL``, so that a commit is on the disk when it
returns; one transaction for each ``Write``; a lock file beside the store, held by the kernel for
as long as the process lives, keeps a second gateway out and never outlives a killed one. Keys
that are retired are overwritten, and the log that still holds them is truncated.
"""

import fcntl
import json
import os
import sqlite3
import struct
from array import array
from collections import Counter
from contextlib import suppress
from pathlib import Path
from struct import Struct

import msgspec

from nsor.keyring import KeyRing
from nsor.sms.outbox import schema
from nsor.sms.outbox.interface import (
    PROGRESS_OCTETS,
    Ended,
    HeldPart,
    Notice,
    OutboxError,
    OutboxInUseError,
    OwedReply,
    Receipted,
    Recovered,
    Seen,
    Sent,
    Write,
)
from nsor.sms.outbox.sealing import Sealer, SealError

_SEEN = Struct("<IQ?")
_HASH = Struct("<Q")

_encode = msgspec.msgpack.Encoder().encode
_decode_owed = msgspec.msgpack.Decoder(list[OwedReply]).decode
_decode_sent = msgspec.msgpack.Decoder(list[Sent]).decode
_decode_receipted = msgspec.msgpack.Decoder(list[Receipted]).decode
_decode_part = msgspec.msgpack.Decoder(HeldPart).decode

# A receipt that comes after a restart is matched with one of the newest parts.
MOST_SENT_RECOVERED = 100_000
_COMMIT = "INSERT INTO commits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"


class SqliteStore:
    """See the module. Calls block, and come one at a time (``threaded`` sees to that)."""

    def __init__(self, path: Path, ring: KeyRing, salt: bytes) -> None:
        """Open or create the store.

        Raises ``OutboxInUseError`` where another process has it, ``OutboxError`` where it can't
        be opened.
        """
        self._sealer = Sealer(ring, "outbox", salt)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # SQLite would let others read it; its log gets the mode of the file
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            path.chmod(0o600)
            with suppress(FileNotFoundError):  # one that a kill left, or that was copied
                path.with_name(path.name + "-wal").chmod(0o600)
            self._lock = _lock(path.with_name(path.name + ".lock"))
        except OSError as error:
            raise OutboxError(f"The outbox {path} can't be opened: {error.strerror}.") from error
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._prepare()
            self._truncate_log()
        except sqlite3.Error as error:
            os.close(self._lock)
            raise OutboxError(f"The outbox {path} can't be opened: {error}.") from error

    def close(self) -> None:
        """Close the store and let another process have it."""
        self._db.close()
        os.close(self._lock)

    def write(self, write: Write) -> None:
        """Make ``write`` durable. Raises ``OutboxError``; then nothing of it was kept."""
        rare = _is_rare(write)
        try:
            if write.retired_periods:
                self._db.execute("PRAGMA secure_delete = ON")
            if not rare:
                self._db.execute(_COMMIT, self._common(write))
            else:
                self._write_rare(write)
        except sqlite3.Error as error:
            raise OutboxError(f"The outbox can't be written: {error}.") from error
        if write.retired_periods:
            self._forget_for_good()

    def recover(self) -> Recovered:
        """Return what the store holds. Raises ``OutboxError`` where it can't be read."""
        try:
            return self._recover()
        except (sqlite3.Error, SealError) as error:
            raise OutboxError(f"The outbox can't be read: {error}") from error
        except (msgspec.DecodeError, struct.error, ValueError) as error:
            # The text of such an error may hold what could not be read.
            raise OutboxError(f"The outbox can't be read: {type(error).__name__}.") from None

    def _prepare(self) -> None:
        db = self._db
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA wal_autocheckpoint = 2000")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            db.executescript(f"BEGIN;{schema.TABLES}PRAGMA user_version = {schema.VERSION};COMMIT;")
        elif version != schema.VERSION:
            raise sqlite3.DatabaseError(f"it is of version {version}, not {schema.VERSION}")

    def _write_rare(self, write: Write) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.execute(_COMMIT, self._common(write))
            self._insert(write)
            self._delete(write)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _common(self, write: Write) -> tuple[object, ...]:
        """Return the row of ``commits``: what nearly every commit has, the rest null."""
        owed = write.owed
        return (
            write.at,
            write.batch,
            self._sealer.seal(_encode(owed), b"owed %d" % write.batch) if owed else None,
            b"".join([_SEEN.pack(*entry) for entry in write.seen]) if write.seen else None,
            write.counted_period,
            array("Q", write.counted).tobytes() if write.counted else None,
            self._sealer.seal(_encode(write.sent), b"sent") if write.sent else None,
            _encode(write.receipted) if write.receipted else None,
            json.dumps(write.finished),
        )

    def _insert(self, write: Write) -> None:
        many = self._db.executemany
        if write.progress:
            many("REPLACE INTO progress VALUES (?, ?)", write.progress.items())
        if write.opened:
            many("INSERT INTO connections VALUES (?, ?)", write.opened)
        if write.ended:
            many("REPLACE INTO ended VALUES (?, ?, ?, ?)", write.ended)
        if write.notices:
            many(
                "INSERT INTO notices (period, sender, at, kind) VALUES (?, ?, ?, ?)",
                [(n.period, _HASH.pack(n.sender), n.at, n.kind) for n in write.notices],
            )
        if write.parts:
            many(
                "INSERT INTO parts VALUES (?, ?)",
                [
                    (p.number, self._sealer.seal(_encode(p), b"part %d" % p.number))
                    for p in write.parts
                ],
            )
        if write.new_keys:
            many(
                "REPLACE INTO period_keys VALUES (?, ?)",
                [
                    (period, self._sealer.seal(key, b"key " + period.encode()))
                    for period, key in write.new_keys.items()
                ],
            )

    def _delete(self, write: Write) -> None:
        many = self._db.executemany
        if write.parts_done:
            many("DELETE FROM parts WHERE number = ?", [(n,) for n in write.parts_done])
        if write.forget_seen_before:
            self._forget_seen(write.forget_seen_before)
        if write.forget_sent_before:
            for table in ("sent", "receipted"):
                self._forget_rows(table, write.forget_sent_before)
        for period in write.retired_periods:
            self._db.execute("DELETE FROM period_keys WHERE period = ?", (period,))
            self._db.execute("DELETE FROM counted WHERE period = ?", (period,))
            self._db.execute("DELETE FROM notices WHERE period = ?", (period,))

    def _forget_seen(self, before: float) -> None:
        run = self._db.execute
        self._forget_rows("seen", before)
        run(
            "DELETE FROM connections WHERE number IN (SELECT connection FROM ended WHERE at < ?)",
            (before,),
        )
        run("DELETE FROM ended WHERE at < ?", (before,))

    def _forget_rows(self, table: str, before: float) -> None:
        # Rows are in the order of their times: this looks at no more than it deletes.
        self._db.execute(
            f"DELETE FROM {table} WHERE id < coalesce((SELECT id FROM {table} WHERE at >= ? "  # noqa: S608
            f"ORDER BY id LIMIT 1), 1 + (SELECT max(id) FROM {table}))",
            (before,),
        )

    def _forget_for_good(self) -> None:
        try:
            self._truncate_log()
            self._db.execute("PRAGMA secure_delete = OFF")
        except sqlite3.Error:
            return  # the keys are deleted; the log is truncated with the next period

    def _truncate_log(self) -> None:
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _recover(self) -> Recovered:
        db = self._db
        found = Recovered()
        found.last_write, found.last_batch = db.execute("SELECT at, batch FROM clock").fetchone()
        progress = dict(db.execute("SELECT batch, state FROM progress"))
        for batch, sealed in db.execute("SELECT batch, sealed FROM owed ORDER BY batch"):
            owed = _decode_owed(self._sealer.open(sealed, b"owed %d" % batch))
            state = progress.get(batch, b"")
            if state and len(state) != PROGRESS_OCTETS * len(owed):
                raise ValueError("progress of another length than its batch")
            found.owed.append((batch, owed, state))
        found.connections = dict(db.execute("SELECT number, operator FROM connections"))
        found.last_connection = max(found.connections, default=0)
        for connection, operator, at, unbound in db.execute("SELECT * FROM ended"):
            found.ended.append(Ended(connection, operator, at, bool(unbound)))
            found.last_connection = max(found.last_connection, connection)
        for at, entries in db.execute("SELECT at, entries FROM seen ORDER BY id"):
            found.seen.append((at, [Seen(*entry) for entry in _SEEN.iter_unpack(entries)]))
        for number, sealed in db.execute("SELECT number, sealed FROM parts ORDER BY number"):
            part = _decode_part(self._sealer.open(sealed, b"part %d" % number))
            found.parts.append(part)
            found.last_part = number
        for period, sealed in db.execute("SELECT period, sealed FROM period_keys"):
            found.keys[period] = self._sealer.open(sealed, b"key " + period.encode())
        for period, senders in db.execute("SELECT period, senders FROM counted"):
            counts = found.counted.setdefault(period, Counter())
            for (sender,) in _HASH.iter_unpack(senders):
                counts[sender] += 1
        for period, sender, at, kind in db.execute(
            "SELECT period, sender, at, kind FROM notices ORDER BY id"
        ):
            found.notices.append(Notice(period, _HASH.unpack(sender)[0], at, kind))
        found.sent = self._without_receipt()
        return found

    def _without_receipt(self) -> list[Sent]:
        """Return the newest parts that no receipt has named, oldest first, within a bound."""
        newest: list[Sent] = []
        since = 0.0
        for at, sealed in self._db.execute("SELECT at, entries FROM sent ORDER BY id DESC"):
            newest += reversed(_decode_sent(self._sealer.open(sealed, b"sent")))
            since = at
            if len(newest) >= MOST_SENT_RECOVERED:
                break
        named = {
            one[:3]
            for (entries,) in self._db.execute(
                "SELECT entries FROM receipted WHERE at >= ?", (since,)
            )
            for one in _decode_receipted(entries)
        }
        return [one for one in reversed(newest) if one[:3] not in named]


def _is_rare(write: Write) -> bool:
    return bool(
        write.progress
        or write.opened
        or write.ended
        or write.notices
        or write.parts
        or write.parts_done
        or write.new_keys
        or write.retired_periods
        or write.forget_seen_before
        or write.forget_sent_before
    )


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise OutboxInUseError(
            f"Another gateway works on this outbox (it holds {path}). Stop it first, or give this "
            "one an NSOR_HOME or NSOR_OUTBOX_URL of its own."
        ) from None
    return descriptor
