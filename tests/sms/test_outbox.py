"""The embedded outbox as a file: who may have it, what may be read in it, what it forgets."""

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from nsor.keyring import KeyRing
from nsor.sms.outbox import sqlite
from nsor.sms.outbox.interface import (
    Ended,
    HeldPart,
    Notice,
    OutboxError,
    OutboxInUseError,
    OwedReply,
    Receipted,
    Seen,
    Sent,
    Write,
)
from nsor.sms.outbox.sqlite import SqliteStore

RING = KeyRing({"1": b"k" * 32}, "1")
SENDER, CNIC, WORDS = "923001234567", "3520112345671", "خفیہ پیغام"
OWED = OwedReply("jazz", SENDER, 1, 1, 0, 1, "check", "ur", CNIC, True, 1.0, 7, b"12345678")
PART = HeldPart(
    *(1, "jazz", SENDER, 1, 1, "7000", 0, 1, 9, 2, 1, WORDS.encode("utf-16-be"), 8, 0, 0)
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "outbox.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(path, RING, b"s" * 16)
    yield store
    store.close()


def on_disk(path: Path) -> bytes:
    """Return every octet of the store's files."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_a_new_store_is_empty(store: SqliteStore) -> None:
    found = store.recover()

    assert (found.owed, found.parts, found.keys, found.last_batch) == ([], [], {}, 0)


def test_nothing_of_a_person_can_be_read_in_the_files(store: SqliteStore, path: Path) -> None:
    key = bytes(range(32))
    for batch in range(1, 30):
        part = PART._replace(number=batch)
        keys = {"day:1": key} if batch == 1 else {}
        store.write(Write(at=1.0, batch=batch, owed=[OWED] * 5, parts=[part], new_keys=keys))

    octets = on_disk(path)
    assert len(octets) > 10_000
    for secret in (SENDER.encode(), CNIC.encode(), PART.payload, WORDS.encode(), key):
        assert secret not in octets
    packed = (int(CNIC).to_bytes(8, "big"), int(CNIC).to_bytes(8, "little"))
    assert not any(number in octets for number in packed)
    assert len(store.recover().owed) == 29


def test_a_retired_key_and_its_hashes_leave_the_disk(store: SqliteStore, path: Path) -> None:
    hashes = [0x1122334455667788 + n for n in range(200)]
    store.write(
        Write(
            at=1.0,
            counted_period="day:1",
            counted=hashes,
            notices=[Notice("day:1", 0x99AABBCCDDEEFF00, 1.0, "unreadable")],
            new_keys={"day:1": b"d" * 32, "hour:1": b"h" * 32},
        )
    )
    with sqlite3.connect(path) as reader:
        rows = dict(reader.execute("SELECT period, sealed FROM period_keys"))
    reader.close()
    gone = [
        rows["day:1"],
        hashes[7].to_bytes(8, "little"),
        (0x99AABBCCDDEEFF00).to_bytes(8, "little"),
    ]
    assert all(octets in on_disk(path) for octets in gone)

    store.write(Write(at=2.0, retired_periods=["day:1"]))

    assert not any(octets in on_disk(path) for octets in gone)
    found = store.recover()
    assert list(found.keys) == ["hour:1"]
    assert (found.counted, found.notices) == ({}, [])


def test_a_second_process_is_kept_out_and_told_what_to_do(store: SqliteStore, path: Path) -> None:
    with pytest.raises(OutboxInUseError, match=r"outbox\.sqlite3\.lock.*NSOR_OUTBOX_URL"):
        SqliteStore(path, RING, b"t" * 16)


def test_a_closed_store_can_be_had(path: Path) -> None:
    SqliteStore(path, RING, b"s" * 16).close()

    SqliteStore(path, RING, b"t" * 16).close()


def test_the_lock_file_is_for_its_owner_alone(store: SqliteStore, path: Path) -> None:
    mode = path.with_name(path.name + ".lock").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600


def test_a_store_that_others_could_read_is_closed_to_them(path: Path) -> None:
    first = SqliteStore(path, RING, b"s" * 16)
    first.write(Write(at=1.0, batch=1, owed=[OWED]))
    log = path.with_name(path.name + "-wal")
    left = log.read_bytes()  # as a kill leaves it, or a copy that was made by hand
    first.close()
    log.write_bytes(left)
    for file in (path, log):
        file.chmod(0o644)

    store = SqliteStore(path, RING, b"t" * 16)
    store.write(Write(at=2.0, batch=2, owed=[OWED]))

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}, modes
    assert len(modes) == 4
    store.close()


def test_of_the_message_ids_only_the_newest_are_read_again(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "MOST_SENT_RECOVERED", 5)
    sent = [Sent(1, place, 0, "jazz", f"id{place}") for place in range(12)]
    for first in range(0, 12, 2):
        store.write(Write(at=float(first), batch=1, sent=sent[first : first + 2]))
    store.write(Write(at=20.0, receipted=[Receipted(1, 2, 0, 2), Receipted(1, 8, 0, 2)]))

    assert store.recover().sent == [sent[place] for place in (6, 7, 9, 10, 11)]


@pytest.mark.parametrize(
    ("statement", "octets"),
    [
        ("INSERT INTO progress VALUES (1, ?)", SENDER.encode()),
        ("UPDATE progress SET state = ?", b"\0" * 4),
        ("UPDATE seen SET entries = ?", SENDER.encode()),
        ("UPDATE counted SET senders = ?", SENDER.encode()),
        ("UPDATE notices SET sender = ?", SENDER.encode()),
        ("UPDATE receipted SET entries = ?", b"\xc1" + SENDER.encode()),
        ("UPDATE receipted SET entries = ?", SENDER.encode()),
        ("UPDATE sent SET entries = ?", SENDER.encode()),
        ("UPDATE owed SET sealed = ?", SENDER.encode()),
        ("UPDATE owed SET sealed = ?", b"\xff" + SENDER.encode()),
        ("UPDATE parts SET sealed = ?", SENDER.encode()),
        ("UPDATE period_keys SET sealed = ?", SENDER.encode()),
    ],
)
def test_a_row_that_was_spoilt_is_refused_and_not_repeated(
    statement: str, octets: bytes, store: SqliteStore, path: Path
) -> None:
    store.write(
        Write(
            at=1.0,
            batch=1,
            owed=[OWED, OWED],
            parts=[PART],
            seen=[Seen(1, 5, False)],
            counted_period="day:1",
            counted=[5],
            notices=[Notice("day:1", 5, 1.0, "unreadable")],
            sent=[Sent(1, 0, 0, "jazz", "id")],
            receipted=[Receipted(1, 0, 0, 2)],
            new_keys={"day:1": b"d" * 32},
        )
    )
    if statement.startswith("UPDATE progress"):
        store.write(Write(at=1.0, progress={1: b"\0" * 6}))
    with sqlite3.connect(path) as other:
        assert other.execute(statement, (octets,)).rowcount == 1
    other.close()

    with pytest.raises(OutboxError, match="The outbox can't be read") as caught:
        store.recover()

    assert SENDER not in str(caught.value)
    assert "\\x" not in str(caught.value)


def test_without_its_key_a_store_is_not_read_and_nothing_of_it_is_said(path: Path) -> None:
    store = SqliteStore(path, RING, b"s" * 16)
    store.write(Write(at=1.0, batch=1, owed=[OWED]))
    store.close()

    other = SqliteStore(path, KeyRing({"1": b"x" * 32}, "1"), b"t" * 16)
    with pytest.raises(OutboxError, match="can't be read") as caught:
        other.recover()
    other.close()

    assert SENDER not in str(caught.value)


def test_rows_that_were_swapped_are_not_read(path: Path) -> None:
    store = SqliteStore(path, RING, b"s" * 16)
    store.write(Write(at=1.0, batch=1, owed=[OWED]))
    store.write(Write(at=1.0, batch=2, owed=[OWED._replace(sender="923007654321")]))
    store.close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE owed SET batch = batch + 10")
    other.close()

    store = SqliteStore(path, RING, b"t" * 16)
    with pytest.raises(OutboxError, match="can't be read"):
        store.recover()
    store.close()


@pytest.mark.parametrize("octets", [b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_file_that_is_no_store_is_refused_with_its_name(path: Path, octets: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(octets)

    with pytest.raises(OutboxError, match=r"outbox\.sqlite3 can't be opened"):
        SqliteStore(path, RING, b"s" * 16)
    path.unlink()
    SqliteStore(path, RING, b"s" * 16).close()


def test_a_store_of_another_version_is_refused_and_left_alone(path: Path) -> None:
    SqliteStore(path, RING, b"s" * 16).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()

    with pytest.raises(OutboxError, match="99"):
        SqliteStore(path, RING, b"t" * 16)


def test_a_folder_in_the_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)

    with pytest.raises(OutboxError, match="can't be opened"):
        SqliteStore(path, RING, b"s" * 16)


def test_what_a_closed_connection_brought_is_forgotten_in_its_time(store: SqliteStore) -> None:
    store.write(Write(at=10.0, opened=[(1, "jazz"), (2, "jazz")], seen=[Seen(1, 5, False)]))
    store.write(Write(at=20.0, ended=[Ended(1, "jazz", 20.0, unbound=False)]))
    store.write(Write(at=30.0, seen=[Seen(2, 6, False)]))

    store.write(Write(at=40.0, forget_seen_before=20.5))

    found = store.recover()
    assert found.connections == {2: "jazz"}
    assert found.ended == []
    assert found.seen == [(30.0, [Seen(2, 6, False)])]
    assert found.last_connection == 2


def test_the_log_does_not_grow_without_end(store: SqliteStore, path: Path) -> None:
    for batch in range(1, 1500):
        finished = [batch - 1] if batch > 1 else []
        store.write(Write(at=1.0, batch=batch, owed=[OWED] * 20, finished=finished))

    assert path.with_name(path.name + "-wal").stat().st_size < 16 * 1024 * 1024
    assert path.stat().st_size < 1024 * 1024
