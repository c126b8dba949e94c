"""The embedded store and the store in memory keep the same, whatever is written; all or nothing."""

import sqlite3
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_store import MemoryStore

from nsor.keyring import KeyRing
from nsor.sms.outbox.interface import (
    PROGRESS_OCTETS,
    Ended,
    HeldPart,
    Notice,
    OutboxError,
    OwedReply,
    Receipted,
    Recovered,
    Seen,
    Sent,
    Write,
)
from nsor.sms.outbox.sqlite import SqliteStore

RING = KeyRing({"1": b"k" * 32}, "1")
U8, U16, U32, U64 = (st.integers(0, 2**bits - 1) for bits in (8, 16, 32, 64))
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OPERATOR = st.sampled_from(("jazz", "zong", "یوفون"))
PERIOD = st.sampled_from(("day:1", "day:2", "hour:7"))

OWED = st.builds(
    OwedReply,
    OPERATOR,
    TEXT,
    U8,
    U8,
    U8,
    U8,
    st.sampled_from(("check", "unreadable", "over_limit")),
    st.sampled_from(("ur", "en")),
    TEXT,
    st.booleans(),
    st.floats(0, 2e9),
    U8,
    st.binary(max_size=8),
)
SENT = st.builds(Sent, U32, U16, U8, OPERATOR, TEXT)
SENT_AT_ONCE = st.lists(SENT, max_size=2, unique_by=lambda one: (one.place, one.part))


@st.composite
def writes(draw: Any) -> list[Write]:
    """Return writes as a gateway makes them: numbers are used once, times go on."""
    made: list[Write] = []
    at = 1_790_000_000.0
    open_numbers = parts = 0
    keys: set[str] = set()
    sent: list[Sent] = []
    for batch in range(1, draw(st.integers(1, 6)) + 1):
        at += draw(st.floats(0, 100))
        opened = [(open_numbers + n + 1, draw(OPERATOR)) for n in range(draw(st.integers(0, 2)))]
        open_numbers += len(opened)
        new_parts = [
            HeldPart(
                parts + n + 1, draw(OPERATOR), draw(TEXT), 1, 1, "7000", 0, 1, draw(U16), 2, 1,
                draw(st.binary(max_size=20)), 8, 0, 0,
            )
            for n in range(draw(st.integers(0, 2)))
        ]  # fmt: skip
        parts += len(new_parts)
        retired = draw(st.lists(PERIOD, max_size=1))
        new_keys = {
            period: draw(st.binary(min_size=32, max_size=32))
            for period in draw(st.sets(PERIOD, max_size=2)) - keys
        }
        keys = (keys | set(new_keys)) - set(retired)
        numbers = st.integers(1, max(1, open_numbers))
        earlier = st.integers(1, max(1, batch - 1))
        lengths = {one.batch: PROGRESS_OCTETS * len(one.owed) for one in made}
        known = draw(st.sets(st.sampled_from(sorted(lengths)), max_size=2)) if lengths else ()
        # A part is taken once, and no receipt is kept before its part.
        newly_sent = [one._replace(batch=batch) for one in draw(SENT_AT_ONCE)]
        sent += newly_sent
        named = draw(st.lists(st.sampled_from(sent), max_size=2)) if sent else []
        write = Write(
            at=at,
            batch=batch,
            owed=draw(st.lists(OWED, max_size=3)),
            progress={
                number: draw(st.binary(min_size=lengths[number], max_size=lengths[number]))
                for number in known
            },
            finished=[n for n in draw(st.lists(earlier, max_size=2)) if n < batch],
            opened=opened,
            ended=draw(
                st.lists(
                    st.builds(Ended, numbers, OPERATOR, st.just(at), st.booleans()), max_size=2
                )
            ),
            seen=draw(st.lists(st.builds(Seen, numbers, U64, st.booleans()), max_size=3)),
            counted_period=draw(PERIOD),
            counted=draw(st.lists(U64, max_size=3)),
            notices=draw(
                st.lists(
                    st.builds(
                        Notice,
                        PERIOD,
                        U64,
                        st.just(at),
                        st.sampled_from(("over_limit", "unreadable")),
                    ),
                    max_size=2,
                )
            ),
            parts=new_parts,
            parts_done=draw(st.lists(st.integers(1, max(1, parts)), max_size=2)),
            sent=newly_sent,
            receipted=[Receipted(one.batch, one.place, one.part, draw(U8)) for one in named],
            new_keys=new_keys,
            retired_periods=retired,
        )
        if draw(st.booleans()):
            write.forget_seen_before = at - draw(st.floats(0, 150))
        if draw(st.booleans()):
            write.forget_sent_before = at - draw(st.floats(0, 150))
        made.append(write)
    return made


def comparable(found: Recovered) -> Recovered:
    """Put what has no order in order."""
    found.ended.sort()
    found.counted = {period: Counter(counts) for period, counts in sorted(found.counted.items())}
    return found


@given(writes(), st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_is_written_comes_back_from_the_file(made: list[Write], data: Any) -> None:
    model = MemoryStore()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.sqlite3"
        store = SqliteStore(path, RING, b"0" * 16)
        for n, write in enumerate(made):
            store.write(write)
            model.write(write)
            if data.draw(st.booleans(), label="restart"):
                store.close()
                store = SqliteStore(path, RING, b"%016d" % n)
            assert comparable(store.recover()) == comparable(model.recover())
        store.close()


class FailingDatabase:
    """A connection to SQLite that fails at its n-th statement, as a disk does."""

    def __init__(self, database: sqlite3.Connection, fails_at: int) -> None:
        self._database = database
        self._left = fails_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def execute(self, *arguments: Any) -> Any:
        self._count(arguments[0])
        return self._database.execute(*arguments)

    def executemany(self, *arguments: Any) -> Any:
        self._count(arguments[0])
        return self._database.executemany(*arguments)

    def _count(self, statement: str) -> None:
        if statement == "ROLLBACK":
            return
        self._left -= 1
        if self._left == 0:
            raise sqlite3.OperationalError("database or disk is full")


@given(writes(), st.integers(1, 20))
@settings(max_examples=150, deadline=None)
def test_a_write_that_fails_anywhere_leaves_nothing_of_itself(
    made: list[Write], fails_at: int
) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "outbox.sqlite3"
        store = SqliteStore(path, RING, b"0" * 16)
        model = MemoryStore()
        *before, last = made
        for write in before:
            store.write(write)
            model.write(write)
        real = store._db
        store._db = FailingDatabase(real, fails_at)  # type: ignore[assignment]
        try:
            store.write(last)
            model.write(last)
        except OutboxError:
            pass
        store._db = real
        assert comparable(store.recover()) == comparable(model.recover())
        store.close()

        again = SqliteStore(path, RING, b"1" * 16)
        assert comparable(again.recover()) == comparable(model.recover())
        again.close()


def test_a_write_that_failed_can_be_made_again(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "outbox.sqlite3", RING, b"0" * 16)
    write = Write(
        at=1.0,
        batch=1,
        owed=[OwedReply("jazz", "92300", 1, 1, 0, 1, "check", "ur", "3", True, 1.0, 0, b"")],
        opened=[(1, "jazz")],
        new_keys={"day:1": b"k" * 32},
    )
    real = store._db
    store._db = FailingDatabase(real, 3)  # type: ignore[assignment]
    with pytest.raises(OutboxError, match="can't be written"):
        store.write(write)
    store._db = real

    store.write(write)

    assert len(store.recover().owed) == 1
    store.close()
