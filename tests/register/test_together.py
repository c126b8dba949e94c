"""Processes that work at the same time, or die at their work."""

import io
import os
import subprocess
import threading
import time
from collections.abc import Callable

import pytest
from register_builders import (
    ASLAM,
    Answer,
    Office,
    a_file,
    a_row,
    in_thread_of_its_own,
    is_listed,
    people_rows,
    process,
)
from waiting import eventually

from nsor.register import feed
from nsor.register.deciding import approve_batch
from nsor.register.importing import CHUNK, import_batch
from nsor.register.models import Batch, BatchState, Conviction
from nsor.register.services import withdraw

MANY = 100_000 if os.environ.get("NSOR_CHAOS") == "full" else 10_000


class _Pipe:
    """A file that comes piece by piece, so that a test decides how far an import is."""

    def __init__(self, office: Office, secret: str) -> None:
        self.path = office.folder / "pipe.csv"
        os.mkfifo(self.path)
        self.words = ("import", str(self.path), "--officer", "Amna", "--json")
        self.secret = secret

    def opened_for(self, reader: "subprocess.Popen[str]") -> io.FileIO:
        """Return the end to write to, once the process reads the other; fail where it ended."""
        ends: list[int] = []

        def open_end() -> bool:
            assert reader.poll() is None, reader.communicate()
            try:
                ends.append(os.open(self.path, os.O_WRONLY | os.O_NONBLOCK))
            except OSError:  # nobody reads yet
                return False
            return True

        eventually(open_end)
        os.set_blocking(ends[0], True)
        return io.FileIO(ends[0], "w")


def _staged() -> int:
    return Conviction.objects.filter(batch__state=BatchState.STAGING).count()


def test_an_import_that_was_killed_leaves_nothing_that_the_next_does_not_clear(
    office: Office,
) -> None:
    pipe = _Pipe(office, office.secrets["Amna"])
    with process(*pipe.words, secret=pipe.secret) as dying, pipe.opened_for(dying) as end:
        end.write(a_file(*people_rows(CHUNK + 10)))
        eventually(lambda: _staged() == CHUNK)
        dying.kill()
        dying.wait()

    assert office.run("batch", "list", "--json").object["batches"] == []
    answer = office.imports(*people_rows(2))

    assert answer.exit_code == 0
    assert Conviction.objects.count() == 2
    assert set(Batch.objects.values_list("state", flat=True)) == {"discarded", "submitted"}


def test_imports_at_once_leave_each_other_alone_but_for_what_both_enter(office: Office) -> None:
    pipe = _Pipe(office, office.secrets["Amna"])
    with process(*pipe.words, "--skip-invalid", secret=pipe.secret) as slow:
        with pipe.opened_for(slow) as end:
            end.write(a_file(a_row(), *people_rows(CHUNK)))
            eventually(lambda: _staged() == CHUNK)
            quick = office.imports(
                a_row(), a_row(cnic="3520100000001", case_number="x", name_ur="کریم")
            )
        stdout, _ = slow.communicate(timeout=60)

    assert quick.exit_code == 0
    told = Answer(slow.returncode, stdout, "")
    assert told.codes == ["already_registered", "name_conflict"]
    assert [error["line"] for error in told.object["errors"]] == [2, 3]
    assert told.object["entered"] == CHUNK - 1
    assert _staged() == 0


def test_one_batch_is_not_approved_by_two_at_once(office: Office) -> None:
    batch = office.entered(*people_rows(3))
    second: list[Answer] = []

    def another_approves(_: int) -> None:
        thread = threading.Thread(
            target=in_thread_of_its_own,
            args=(lambda: second.append(office.approves(batch)),),
        )
        thread.start()
        thread.join()

    approve_batch(batch, office.bilal, progress=another_approves)

    assert second[0].codes == ["in_progress"]
    assert feed.last_sequence() == 3


@pytest.mark.parametrize("work", ["import", "approve"])
def test_people_are_silenced_while_a_large_batch_is_worked_on(
    office: Office, work: str, record_property: Callable[[str, object], None]
) -> None:
    office.published(*people_rows(50, start=9_000_000))
    content = a_file(*people_rows(MANY))
    batch = 0
    if work == "approve":
        batch = import_batch(io.BytesIO(content), office.amna).batch or 0
        words = ("approve", str(batch), "--officer", "Bilal", "--json")
    else:
        words = ("import", office.file(content), "--officer", "Amna", "--json")
    waits: list[float] = []
    began = time.monotonic()
    with process(*words, secret=office.secrets[words[words.index("--officer") + 1]]) as working:
        while working.poll() is None:
            before = time.monotonic()
            number = 9_000_000 + len(waits) % 50
            withdraw(f"35201{number:07}1", office.amna, "wrong number")
            waits.append(time.monotonic() - before)
        took = time.monotonic() - began
        stdout, stderr = working.communicate()

    record_property("seconds", round(took, 1))
    record_property("longest_wait_seconds", round(max(waits), 3))
    print(f"{work} of {MANY}: {took:.1f} s, longest wait {max(waits):.3f} s of {len(waits)}")
    answer = Answer(working.returncode, stdout, stderr)
    assert answer.exit_code == 0
    assert answer.object["entered" if work == "import" else "published"] == MANY
    assert not is_listed("3520190000001")
    sequences = [one.sequence for one in feed.stream()]
    assert sequences == list(range(1, len(sequences) + 1))


def test_commands_at_once_all_succeed(office: Office) -> None:
    office.published(a_row(), *people_rows(8))
    words = ("--officer", "Amna", "--reason", "wrong number", "--json")
    secret = office.secrets["Amna"]
    numbers = [ASLAM, *(f"35201{number:07}1" for number in range(3))]

    running = [process("withdraw", number, *words, secret=secret) for number in numbers]
    started = [one.__enter__() for one in running]
    answers = [Answer(one.wait(60), *one.communicate()) for one in started]
    for one in running:
        one.__exit__(None, None, None)

    assert [answer.exit_code for answer in answers] == [0] * 4
    assert sorted(answer.object["sequence"] for answer in answers) == [10, 11, 12, 13]
    assert not any(is_listed(number) for number in numbers)
