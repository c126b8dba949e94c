"""The journal of silences: what was noted is found again, whatever happened to the process."""

import multiprocessing
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from waiting import eventually

from nsor.register import journal
from nsor.register.errors import Refusal
from nsor.register.journal import Damage, Destroyed, Entry, Point, Silence
from nsor.register.models import Batch, FeedHead
from nsor.secrecy import ring

ASLAM, YOUSAF = "3520112345671", "3520112345673"


def noted(after: Point | None = None) -> list[journal.Note]:
    found = list(journal.read(after))
    assert not [one for one in found if isinstance(one, Damage)], found
    return [one.note for one in found if isinstance(one, Entry)]


def damage() -> list[str]:
    return [one.message for one in journal.read() if isinstance(one, Damage)]


def file_of() -> Path:
    (path,) = Path(settings.JOURNAL_DIR).glob("silences-*")
    return path


def note_key(number: int) -> None:
    journal.note_destroyed([number])


def destroyed() -> list[int]:
    return [key for note in noted() if isinstance(note, Destroyed) for key in note.keys]


def test_a_silence_is_noted_by_tokens_and_never_by_its_numbers(sqlite_database: Any) -> None:
    FeedHead.objects.update(last_sequence=7, last_decision=3, epoch=2)
    with transaction.atomic():
        batch = Batch.objects.create(kind="appeal", state="approved")
        journal.append(batch, [[ASLAM, "GBR-123456789"], [YOUSAF]])

    first, second = journal.read()
    assert isinstance(first, Entry)
    assert isinstance(first.note, Silence)
    assert (first.note.kind, first.note.batch) == ("appeal", batch.pk)
    assert first.note.point == Point(2, 7, 3)
    assert first.note.tokens == (
        journal.number_token(ASLAM, first.ring_key),
        journal.number_token("GBR-123456789", first.ring_key),
    )
    assert isinstance(second, Entry)
    octets = file_of().read_bytes()
    assert not any(secret in octets for secret in (ASLAM.encode(), first.note.tokens[0], b"appeal"))
    assert file_of().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("saved", "seen"),
    [
        (Point(2, 7, 3), 0),
        (Point(2, 6, 3), 1),
        (Point(2, 7, 2), 1),
        (Point(1, 90, 90), 1),
        (Point(3, 0, 0), 0),
    ],
)
def test_what_a_backup_may_lack_is_told_by_its_point(
    sqlite_database: Any, saved: Point, seen: int
) -> None:
    FeedHead.objects.update(last_sequence=7, last_decision=3, epoch=2)
    journal.append(Batch.objects.create(kind="death", state="approved"), [[ASLAM]])

    assert len(noted(saved)) == seen


def test_a_note_torn_by_a_kill_is_passed_over_and_the_next_one_stands(
    sqlite_database: Any,
) -> None:
    note_key(1)
    path = file_of()
    whole = path.read_bytes()
    for cut in range(1, len(whole)):
        path.write_bytes(whole + whole[:cut].replace(b"\1", b"\2"))  # a torn second note
        if cut >= 20:  # its header is whole, and must be a real one
            path.write_bytes(whole)
            note_key(2)
            octets = path.read_bytes()
            path.write_bytes(octets[: len(whole) + cut])
        assert destroyed() == [1], cut
    note_key(3)
    assert destroyed() == [1, 3]
    assert len(list(path.parent.glob("silences-*"))) == 2


def test_a_first_note_that_is_torn_hides_no_later_one(sqlite_database: Any) -> None:
    note_key(1)
    path = file_of()
    path.write_bytes(path.read_bytes()[:-5])

    note_key(2)

    assert destroyed() == [2]


@hypothesis_settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(at=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_whatever_octet_of_the_middle_is_changed_is_named_and_the_rest_is_read(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    settings.JOURNAL_DIR = tmp_path_factory.mktemp("journal")
    for number in range(5):
        note_key(number)
    path = file_of()
    octets = bytearray(path.read_bytes())
    octets[at % (len(octets) // 5 * 4)] ^= 1 << bit
    path.write_bytes(octets)

    found = list(journal.read())

    assert [one for one in found if isinstance(one, Damage)]
    kept = [one.note.keys[0] for one in found if isinstance(one, Entry)]  # type: ignore[union-attr]
    assert len(kept) >= 4 - 1
    assert kept[-1] == 4


def test_notes_that_were_taken_out_are_missed(sqlite_database: Any) -> None:
    note_key(1)
    size = file_of().stat().st_size
    for number in (2, 3):
        note_key(number)
    octets = file_of().read_bytes()
    file_of().write_bytes(octets[:size] + octets[2 * size :])

    assert damage() == ["Before note 3, 1 are missing."]


def test_a_note_of_a_key_that_left_the_ring_is_named(
    sqlite_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_key(1)
    first = ring.ring().current
    other = tmp_path / "other.json"
    other.write_text('{"current": "2", "keys": {"2": "%s"}}' % ("ab" * 32))
    other.chmod(0o600)
    monkeypatch.setenv("NSOR_KEYS", str(other))
    note_key(2)

    (message,) = damage()

    assert f"lacks the key {first}" in message
    assert isinstance(list(journal.read())[-1], Entry)


def test_a_file_that_is_full_is_followed_by_another(
    sqlite_database: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "FILE_BYTES", 200)
    for number in range(10):
        note_key(number)

    assert destroyed() == list(range(10))
    assert len(list(Path(settings.JOURNAL_DIR).glob("silences-*"))) > 1


def test_processes_that_append_at_once_lose_nothing(sqlite_database: Any) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_append_many, args=(first,)) for first in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert [one.exitcode for one in writers] == [0] * 4
    assert sorted(destroyed()) == sorted(100 * first + n for first in range(4) for n in range(40))


@pytest.mark.chaos
def test_whenever_a_process_is_killed_no_note_that_counted_is_lost(
    sqlite_database: Any, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("fork")
    confirmed = tmp_path / "confirmed"
    for kill in range(10):
        writer = context.Process(target=_append_for_ever, args=(confirmed, 1000 * kill))
        writer.start()
        wanted = 5 * (kill + 1)
        eventually(lambda wanted=wanted: confirmed.exists() and _lines(confirmed) >= wanted)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()

    assert damage() == []
    assert {int(line) for line in confirmed.read_text().split()} <= set(destroyed())


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _append_for_ever(confirmed: Path, number: int) -> None:
    with confirmed.open("a", buffering=1) as file:
        while True:
            note_key(number)
            file.write(f"{number}\n")
            number += 1


def _append_many(first: int) -> None:
    for number in range(40):
        note_key(100 * first + number)
    os._exit(0)


def test_an_act_is_refused_where_the_journal_cannot_be_written(
    sqlite_database: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(settings, "JOURNAL_DIR", tmp_path / "file")

    with pytest.raises(Refusal) as refused:
        note_key(1)
    assert refused.value.code == "journal_unavailable"
