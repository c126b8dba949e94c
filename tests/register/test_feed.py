"""Reading the feed: in order, without gaps, and told when it can't be read."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import connection, transaction
from register_builders import ASLAM, Office, a_row, in_thread_of_its_own, people_rows
from waiting import eventually

from nsor import reading
from nsor.register import feed
from nsor.register.deciding import approve_batch
from nsor.register.services import withdraw


def test_a_feed_without_publications_is_empty(database: Any) -> None:
    assert feed.read(0) == []
    assert list(feed.stream()) == []
    assert feed.last_sequence() == 0
    assert feed.current(ASLAM) is None


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_pages_of_any_size_hold_everything_in_order(
    office: Office, limit: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.published(*people_rows(4))
    office.published(a_row())
    withdraw(ASLAM, office.amna, "wrong number")
    office.published(*people_rows(3, start=4))
    monkeypatch.setattr(feed, "PAGE", limit)

    read: list[feed.Publication] = []
    while page := feed.read(len(read), limit):
        assert len(page) <= limit
        read += page

    assert [one.sequence for one in read] == list(range(1, 10))
    assert read == list(feed.stream())
    assert list(feed.stream(after=6)) == read[6:]
    assert feed.last_sequence() == 9


def test_reading_past_the_end_is_told_as_another_feed(office: Office) -> None:
    office.published(a_row())

    assert feed.read(1) == []
    with pytest.raises(feed.FeedUnavailable):
        feed.read(2)
    assert len(feed.read(0)) == 1


def test_a_database_that_was_never_migrated_is_unavailable(
    sqlite_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty.sqlite3"
    empty.touch()
    monkeypatch.setitem(connection.settings_dict, "NAME", str(empty))

    with pytest.raises(feed.FeedUnavailable):
        feed.read(0)


def test_a_file_that_was_moved_away_is_unavailable_until_it_is_back(
    sqlite_office: Office, tmp_path: Path
) -> None:
    sqlite_office.published(a_row())
    path, away = tmp_path / "nsor.sqlite3", tmp_path / "away.sqlite3"
    assert len(feed.read(0)) == 1

    path.rename(away)
    for _ in range(2):
        with pytest.raises(feed.FeedUnavailable) as told:
            feed.read(0)
        with pytest.raises(feed.FeedUnavailable):
            feed.current(ASLAM)
    assert ASLAM not in str(told.value)
    assert not path.exists()

    away.rename(path)
    assert len(feed.read(0)) == 1


def test_a_file_that_was_replaced_is_told_once_and_then_read(
    sqlite_office: Office, tmp_path: Path
) -> None:
    sqlite_office.published(a_row())
    path, copy = tmp_path / "nsor.sqlite3", tmp_path / "copy.sqlite3"
    feed.close()
    connection.close()  # the last one folds the log into the file
    copy.write_bytes(path.read_bytes())
    assert len(feed.read(0)) == 1

    copy.replace(path)
    with pytest.raises(feed.FeedUnavailable):
        feed.read(0)
    assert len(feed.read(0)) == 1


def test_readers_do_not_wait_for_a_writer(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())

    with transaction.atomic():  # takes SQLite's write lock at once
        assert len(feed.read(0)) == 1


@contextmanager
def stopped(postmaster: int) -> Iterator[None]:
    """Stop a server and all its processes, as a machine that hangs would."""
    server = psutil.Process(postmaster)
    processes = [server, *server.children(recursive=True)]
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)


@pytest.mark.postgres
def test_a_server_that_hangs_is_unavailable_until_it_goes_on(
    postgres_office: Office, postgres_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ANSWER_WITHIN", 0.3)
    monkeypatch.setattr(reading, "CONNECT_WITHIN", 2)
    postgres_office.published(a_row())
    assert len(feed.read(0)) == 1

    with stopped(postgres_server.pid):
        with pytest.raises(feed.FeedUnavailable):  # an open connection
            feed.read(0)
        with pytest.raises(feed.FeedUnavailable):  # a fresh one
            feed.read(0)

    assert len(feed.read(0)) == 1


@pytest.mark.postgres
def test_a_connection_that_was_cut_is_made_again(postgres_office: Office) -> None:
    postgres_office.published(a_row())
    assert len(feed.read(0)) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )

    with pytest.raises(feed.FeedUnavailable):
        feed.read(0)
    assert len(feed.read(0)) == 1


@pytest.mark.postgres
def test_a_later_number_never_shows_before_an_earlier_one(postgres_office: Office) -> None:
    office = postgres_office
    office.published(a_row())
    batch = office.entered(*people_rows(3))
    approving = threading.Thread(
        target=in_thread_of_its_own, args=(lambda: approve_batch(batch, office.bilal),)
    )

    def approver_waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
            return cursor.fetchone() is not None

    with transaction.atomic():
        assert withdraw(ASLAM, office.amna, "wrong number").sequence == 2  # given, not committed
        approving.start()
        eventually(approver_waits)
        assert feed.read(1) == []
        assert feed.last_sequence() == 1
    approving.join()

    read = feed.read(1)
    assert [one.sequence for one in read] == [2, 3, 4, 5]
    assert [one.listed for one in read] == [False, True, True, True]


def test_a_follower_misses_nothing_of_two_approvers_at_once(office: Office) -> None:
    batches = [office.entered(*people_rows(3, start=3 * number)) for number in range(12)]
    failures: list[BaseException] = []

    def approve(numbers: list[int]) -> None:
        try:
            for number in numbers:
                approve_batch(number, office.bilal)
        except BaseException as error:
            failures.append(error)
            raise

    approvers = [
        threading.Thread(target=in_thread_of_its_own, args=(lambda part=part: approve(part),))
        for part in (batches[::2], batches[1::2])
    ]
    for approver in approvers:
        approver.start()
    followed: list[feed.Publication] = []

    def followed_all() -> bool:
        followed.extend(feed.read(len(followed), 2))
        return len(followed) == 36 or bool(failures)

    eventually(followed_all)
    for approver in approvers:
        approver.join()
    assert [one.sequence for one in followed] == list(range(1, 37))
    assert len({one.cnic for one in followed}) == 36
