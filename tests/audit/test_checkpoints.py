"""Checkpoints are whole whenever they are looked at, whoever writes them and is killed."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from trail_builders import acts, as_owner, attended, folder, many_acts, witnessed
from waiting import eventually

from nsor.audit import files, hashes, note, sequencing, trail, tree
from nsor.audit.acts import Act
from nsor.audit.checkpoints import keep_writing, leaves_path, write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.models import Entry, Leaf, Tile
from nsor.audit.note import Checkpoint
from nsor.audit.verifying import verify

PROCESS = Path(__file__).with_name("checkpoint_process.py")
WRITERS = 10
EACH = 40


def started(*arguments: str, **environ: str) -> subprocess.Popen[str]:
    paths = [*sys.path[:0], str(PROCESS.parent), os.environ.get("PYTHONPATH", "")]
    return subprocess.Popen(
        [sys.executable, str(PROCESS), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), **environ},
    )


def ended(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=240)
    assert process.returncode == 0, errors
    return output


def in_thread(work: Callable[[], None]) -> threading.Thread:
    """Start work on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def signed_head() -> Checkpoint:
    written = files.read(folder() / files.CHECKPOINT)
    assert written is not None
    return note.parse_checkpoint(note.parse(written).text)


@pytest.mark.usefixtures("database")
def test_a_checkpoint_covers_what_is_committed() -> None:
    numbers = acts(5)

    written = write_checkpoint()

    assert written.added == 5
    assert written.checkpoint == signed_head()
    assert list(Leaf.objects.order_by("index").values_list("entry", flat=True)) == numbers
    copied = [each.entry for each in files.leaves(leaves_path(folder(), 1))]
    assert copied == numbers


@pytest.mark.usefixtures("database")
def test_nothing_new_makes_no_new_tree() -> None:
    acts(3)
    first = write_checkpoint()
    before = {path.name: path.read_bytes() for path in folder().iterdir()}

    second = write_checkpoint()

    assert second == (first.checkpoint, 0)
    assert {path.name: path.read_bytes() for path in folder().iterdir()} == before


@pytest.mark.usefixtures("database")
def test_an_empty_trail_has_a_checkpoint() -> None:
    head = witnessed()

    assert (head.size, head.root) == (0, tree.EMPTY)
    acts(1)
    assert witnessed().size == 1
    assert verify().whole


@pytest.mark.usefixtures("database")
def test_roots_from_tiles_are_those_of_the_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "WIDTH", 4)
    monkeypatch.setattr(hashes, "WIDTH", 4)
    for count in (1, 2, 3, 9, 30, 55, 1):
        many_acts(count)
        sequencing.sequence()

    leaves = [bytes(each) for each in Leaf.objects.order_by("index").values_list("hash", flat=True)]

    assert Tile.objects.filter(level=3).exists()
    for size in range(len(leaves) + 1):
        assert hashes.root(size) == tree.root(leaves[:size])
    for old in range(1, 102, 7):
        proof = tree.consistency_proof(old, 101, hashes.subtree)
        assert tree.verify_consistency(old, 101, hashes.root(old), hashes.root(101), proof)


@pytest.mark.usefixtures("database")
def test_many_entries_are_put_in_order_in_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencing, "AT_ONCE", 100)
    many_acts(1000)

    assert sequencing.sequence() == 1000
    assert sequencing.sequence() == 0
    witnessed()
    assert verify().whole


@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_database")
def test_ten_writers_at_once_lose_and_double_no_entry() -> None:
    done = threading.Event()
    thread = in_thread(lambda: _sequence_until(done))

    with ThreadPoolExecutor(WRITERS) as pool:
        numbers = [
            number for made in pool.map(_acts_of_a_writer, range(WRITERS)) for number in made
        ]
    done.set()
    thread.join()
    head = witnessed()

    assert head.size == len(numbers) == len(set(numbers)) == WRITERS * EACH
    assert sorted(Leaf.objects.values_list("entry", flat=True)) == sorted(numbers)
    assert list(Leaf.objects.order_by("index").values_list("index", flat=True)) == list(
        range(head.size)
    )
    assert verify().whole


def _sequence_until(done: threading.Event) -> None:
    while not done.is_set():
        sequencing.sequence()


def _acts_of_a_writer(at: int) -> list[int]:
    try:
        return acts(EACH, first=at * EACH)
    finally:
        connection.close()


@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_database")
def test_nobody_waits_for_a_transaction_that_is_open_and_its_entry_comes_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recorded, may_commit = threading.Event(), threading.Event()
    late: list[int] = []

    def slow() -> None:
        with transaction.atomic():
            late.append(trail.record(Act.SIGNED_IN, actor="officer:7"))
            recorded.set()
            assert may_commit.wait(60)

    acts(1)
    thread = in_thread(slow)
    assert recorded.wait(60)
    quick = acts(3)
    first = witnessed()
    may_commit.set()
    thread.join()
    monkeypatch.setattr(sequencing, "LATE", 0)
    assert sequencing.sequence(thorough=False) == 0
    assert sequencing.sequence(thorough=True) == 1
    second = witnessed()

    assert late[0] < min(quick)
    assert (first.size, second.size) == (4, 5)
    assert Leaf.objects.get(entry=late[0]).index == 4
    assert verify().whole


@pytest.mark.usefixtures("database")
def test_two_processes_that_write_at_once_make_one_tree() -> None:
    processes = [started("loop", "12") for _ in range(2)]
    for at in range(30):
        acts(4, first=at)
    for process in processes:
        ended(process)

    assert witnessed().size == 120
    assert verify().whole


@pytest.mark.usefixtures("database")
def test_two_machines_that_write_at_once_sign_the_same_tree(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    processes = [started("loop", "12"), started("loop", "12", NSOR_AUDIT_DIR=str(elsewhere))]
    for at in range(30):
        acts(4, first=at)
    for process in processes:
        ended(process)

    ended(started("loop", "1", NSOR_AUDIT_DIR=str(elsewhere)))
    write_checkpoint()
    for name in (files.CHECKPOINT, "leaves-1", files.LOG_KEY):
        assert files.read(elsewhere / name) == files.read(folder() / name)


@pytest.mark.usefixtures("database")
def test_a_writer_that_is_killed_anywhere_leaves_a_whole_trail() -> None:
    killed = int(ended(started("kill")))

    assert killed > 10
    assert verify().whole
    assert Entry.objects.count() == Leaf.objects.count()


@pytest.mark.usefixtures("database")
def test_the_worker_writes_on_a_schedule_and_at_shutdown(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Exception] = []
    stop = threading.Event()
    monkeypatch.setattr(settings, "CHECKPOINT_EVERY", 0.01, raising=False)
    acts(2)
    thread = in_thread(lambda: keep_writing(stop, failures.append))
    eventually(lambda: (folder() / files.CHECKPOINT).exists() and signed_head().size == 2)
    monkeypatch.setattr(settings, "CHECKPOINT_EVERY", 3600, raising=False)
    acts(2)

    stop.set()
    thread.join()

    assert signed_head().size == 4
    assert failures == []


@pytest.mark.usefixtures("database")
def test_the_worker_tells_what_failed_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    failures: list[Exception] = []
    stop = threading.Event()
    monkeypatch.setattr(settings, "CHECKPOINT_EVERY", 0.01, raising=False)
    folder().mkdir(parents=True)
    (folder() / files.CHECKPOINT).write_text("garbage\n")
    thread = in_thread(lambda: keep_writing(stop, failures.append))
    eventually(lambda: failures)
    (folder() / files.CHECKPOINT).unlink()
    eventually(lambda: (folder() / files.CHECKPOINT).exists())
    stop.set()
    thread.join()

    assert isinstance(failures[0], TrailError)
    assert failures[0].code == "bad_file"


def _edit(cursor: object) -> None:
    cursor.execute("UPDATE audit_leaf SET hash = %s WHERE entry = 3", (b"h" * 32,))  # type: ignore[attr-defined]


def _cut(cursor: object) -> None:
    cursor.execute("DELETE FROM audit_leaf WHERE entry > 5")  # type: ignore[attr-defined]


def _punch(cursor: object) -> None:
    cursor.execute("DELETE FROM audit_leaf WHERE entry = 5")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tamper", "code"),
    [(_edit, "trail_forked"), (_cut, "trail_behind"), (_punch, "trail_damaged")],
)
@pytest.mark.usefixtures("database")
def test_nothing_is_signed_that_contradicts_what_was_signed(
    tamper: Callable[[object], None], code: str
) -> None:
    acts(9)
    witnessed()
    before = (folder() / files.CHECKPOINT).read_bytes()
    with as_owner() as cursor:
        tamper(cursor)
    acts(1)

    with pytest.raises(TrailError) as refusal:
        write_checkpoint()

    assert refusal.value.code == code
    assert (folder() / files.CHECKPOINT).read_bytes() == before


@pytest.mark.parametrize("name", [files.CHECKPOINT, files.COSIGNED])
@pytest.mark.usefixtures("database")
def test_the_folder_of_another_trail_is_not_written_into(name: str) -> None:
    acts(2)
    write_checkpoint()
    attended()
    other = (folder() / name).read_text().replace("nsor/", "nsor/00", 1)
    (folder() / name).write_text(other)

    with pytest.raises(TrailError) as refusal:
        write_checkpoint()

    assert refusal.value.code == "bad_file"


@pytest.mark.usefixtures("database")
def test_another_key_in_the_folder_is_refused() -> None:
    acts(2)
    write_checkpoint()
    (folder() / files.LOG_KEY).write_text(
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    )
    acts(1)

    with pytest.raises(TrailError) as refusal:
        write_checkpoint()

    assert refusal.value.code == "other_log"


@pytest.mark.usefixtures("database")
def test_the_history_keeps_every_checkpoint_and_drops_a_torn_line() -> None:
    acts(1)
    write_checkpoint()
    with (folder() / files.HISTORY).open("a") as history:
        history.write("nsor/torn 1")
    acts(1)
    write_checkpoint()

    lines = (folder() / files.HISTORY).read_text().splitlines()
    assert [line.split(" ")[1] for line in lines] == ["1", "2"]
