"""Keeping a document, serving it to the entitled, and what is left after crashes and removal."""

import hashlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from evidence_builders import SECRET, a_paper, a_photograph, runs_javascript, tells_its_author
from test_evidence_scanner import BAD, a_daemon, on_a_port
from waiting import eventually

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.register.errors import Refusal
from nsor.register.evidence import disk, store
from nsor.register.evidence.files import MediaType
from nsor.register.evidence.models import Evidence
from nsor.register.evidence.store import add_evidence, check, destroy_files, serve, sweep_orphans
from nsor.register.models import Offender
from nsor.secrecy import subjects
from nsor.secrecy.box import unseal
from nsor.secrecy.subjects import SubjectKey

NO_AGE = timedelta(seconds=-60)


class Archive:
    """An offender with a key, officers of each role, and the store's folder."""

    def __init__(self) -> None:
        self.officers = {
            role: Officer.objects.create(name=role, role=role, secret_hash="none")
            for role in ("entry", "approval", "supervision", "audit")
        }
        self.offender, self.key = self.somebody()
        self.folder = Path(settings.EVIDENCE_DIR)

    @staticmethod
    def somebody() -> tuple[Offender, SubjectKey]:
        key = subjects.new_keys(1)[0]
        return Offender.objects.create(key_id=key.id), key

    def add(self, octets: bytes, **changes: object) -> Evidence:
        given = {
            "offender_id": self.offender.pk,
            "key": self.key,
            "octets": octets,
            "declared_name": "judgment.pdf",
            "officer": self.officers["entry"],
            "kind": "judgment",
        } | changes
        return add_evidence(**given)  # type: ignore[arg-type]

    def files(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture
def archive(database: object) -> Archive:
    """Give an archive, once on SQLite and once on PostgreSQL."""
    return Archive()


@pytest.fixture
def sqlite_archive(sqlite_database: object) -> Archive:
    """Give an archive where the database makes no difference."""
    return Archive()


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    assert refusal.value.message.endswith(".")
    assert SECRET not in refusal.value.message
    return refusal.value.code


def acts() -> list[tuple[str, str, str]]:
    return list(Entry.objects.order_by("pk").values_list("act", "actor", "subject"))


PAPER = a_paper(runs_javascript, tells_its_author)


def test_the_original_is_kept_as_it_came_and_both_files_are_sealed(archive: Archive) -> None:
    kept = archive.add(PAPER)

    row = Evidence.objects.get()
    assert row.pk == kept.pk
    assert (row.media_type, row.size) == ("application/pdf", len(PAPER))
    assert row.sha256 == hashlib.sha256(PAPER).hexdigest()
    name = row.name_in_store
    assert unseal(archive.key.key, disk.read(name), f"evidence/{name}/original") == PAPER
    assert b"judgment" not in bytes(row.declared_name)
    assert store.declared_name(row) == "judgment.pdf"
    for path in archive.files():
        assert b"%PDF" not in path.read_bytes()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert path.parent.name == path.name[:2]
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert {path.name for path in archive.files()} == {row.name_in_store, row.copy_in_store}
    assert list(check()) == []


def test_adding_is_entered_in_the_trail_with_what_was_added(archive: Archive) -> None:
    kept = archive.add(PAPER)

    entry = Entry.objects.get()
    assert acts() == [
        (
            "evidence_added",
            f"officer:{archive.officers['entry'].pk}",
            f"offender:{archive.offender.pk}",
        )
    ]
    assert trail.details(entry.pk) == {
        "evidence": kept.pk,
        "kind": "judgment",
        "media_type": "application/pdf",
        "size": len(PAPER),
        "sha256": kept.sha256,
    }


def test_an_officer_is_shown_the_copy_and_both_ends_are_in_the_trail(archive: Archive) -> None:
    kept = archive.add(PAPER)

    document = serve(kept, archive.officers["audit"], " complaint 12 ")

    assert document.media_type is MediaType.PDF
    assert document.octets.startswith(b"%PDF-")
    assert SECRET.encode() not in document.octets
    assert b"JavaScript" not in document.octets
    auditor = f"officer:{archive.officers['audit'].pk}"
    intent = Entry.objects.get(act="evidence_served")
    assert acts()[1:] == [
        ("evidence_served", auditor, f"offender:{archive.offender.pk}"),
        ("outcome_done", auditor, f"entry:{intent.pk}"),
    ]
    assert trail.details(intent.pk) == {"evidence": kept.pk, "reason": "complaint 12"}


def test_who_decides_needs_no_reason_and_who_looks_over_them_does(
    sqlite_archive: Archive,
) -> None:
    kept = sqlite_archive.add(a_photograph(), kind="photograph")
    officers = sqlite_archive.officers

    assert serve(kept, officers["entry"]).media_type is MediaType.JPEG
    assert serve(kept, officers["approval"]).octets[:2] == b"\xff\xd8"
    before = acts()
    for role in ("supervision", "audit"):
        assert refused(lambda role=role: serve(kept, officers[role], "  ")) == "reason_required"
    officers["entry"].role = "cleaning"
    assert refused(lambda: serve(kept, officers["entry"], "why not")) == "role_not_allowed"
    assert acts() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"octets": b"MZ\x90\0 a program", "declared_name": "judgment.pdf"}, "evidence_type"),
        ({"octets": PAPER[:-40]}, "evidence_broken"),
        ({"octets": PAPER + b"<script>"}, "evidence_unsafe"),
        ({"octets": bytes(20 * 1024 * 1024 + 1)}, "evidence_too_large"),
        ({"kind": "gossip"}, "bad_value"),
        ({"declared_name": ""}, "evidence_name"),
        ({"declared_name": "a\u202efdp.exe"}, "evidence_name"),
        ({"declared_name": "x" * 201}, "evidence_name"),
        ({"declared_name": "35201-1234567-1.pdf"}, "evidence_name"),
        ({"declared_name": "statement_of_his_daughter.pdf"}, "evidence_name"),
        ({"offender_id": 999_999}, "not_registered"),
    ],
)
def test_what_is_refused_leaves_nothing(
    sqlite_archive: Archive, changes: dict[str, object], code: str
) -> None:
    assert refused(lambda: sqlite_archive.add(**{"octets": PAPER} | changes)) == code
    assert sqlite_archive.files() == []
    assert not Evidence.objects.exists()
    assert acts() == []


def test_an_officer_who_only_looks_adds_nothing(sqlite_archive: Archive) -> None:
    for role in ("supervision", "audit"):
        officer = sqlite_archive.officers[role]
        assert refused(lambda o=officer: sqlite_archive.add(PAPER, officer=o)) == (
            "role_not_allowed"
        )
    assert sqlite_archive.files() == []


def test_a_document_goes_to_the_person_whose_key_seals_it(sqlite_archive: Archive) -> None:
    other, _ = sqlite_archive.somebody()
    assert refused(lambda: sqlite_archive.add(PAPER, offender_id=other.pk)) == "not_registered"
    subjects.destroy([sqlite_archive.key.id])
    assert refused(lambda: sqlite_archive.add(PAPER)) == "not_registered"
    assert sqlite_archive.files() == []


@pytest.mark.parametrize(
    "sent", ["../../etc/passwd.pdf", "C:\\courts\\passwd.pdf", "/etc/passwd.pdf"]
)
def test_a_name_never_becomes_a_path(sqlite_archive: Archive, sent: str) -> None:
    assert store.declared_name(sqlite_archive.add(PAPER, declared_name=sent)) == "passwd.pdf"
    for name in ("../../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"):
        with pytest.raises(ValueError, match="32 hexadecimal"):
            disk.read(name)


def test_an_infected_document_and_a_scanner_that_is_away_are_refused(
    sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    listening, address = on_a_port()
    monkeypatch.setattr(settings, "CLAMD", address)
    infected = a_photograph()[:-2] + b"\xff\xfe" + (len(BAD) + 2).to_bytes(2, "big") + BAD
    infected += b"\xff\xd9"
    with a_daemon(listening):
        assert sqlite_archive.add(a_photograph()).pk
        assert refused(lambda: sqlite_archive.add(infected)) == "evidence_infected"
    assert refused(lambda: sqlite_archive.add(a_photograph())) == "evidence_unscanned"
    assert len(sqlite_archive.files()) == 2
    assert Evidence.objects.count() == 1


def test_a_missing_a_changed_and_an_exchanged_file_are_never_served(
    sqlite_archive: Archive,
) -> None:
    first, second = sqlite_archive.add(PAPER), sqlite_archive.add(a_paper())
    officer = sqlite_archive.officers["approval"]
    kept, other = disk.path(first.copy_in_store), disk.path(second.copy_in_store)
    whole = kept.read_bytes()

    for content in (whole[:-1], whole[:40] + b"x" + whole[41:], other.read_bytes(), b""):
        kept.write_bytes(content)
        assert refused(lambda: serve(first, officer)) == "evidence_gone"
    kept.unlink()
    assert refused(lambda: serve(first, officer)) == "evidence_gone"

    assert [act for act, _, _ in acts()[2:]] == ["evidence_served", "outcome_failed"] * 5
    assert list(check()) == [first.pk]


def test_removal_leaves_the_row_that_proves_and_nothing_to_read(archive: Archive) -> None:
    kept = archive.add(PAPER)
    other, key = archive.somebody()
    theirs = archive.add(a_paper(), offender_id=other.pk, key=key)
    subjects.destroy([archive.key.id])

    assert destroy_files(archive.offender) == 2
    assert destroy_files(archive.offender) == 0

    assert {path.name for path in archive.files()} == {theirs.name_in_store, theirs.copy_in_store}
    assert Evidence.objects.get(pk=kept.pk).sha256 == hashlib.sha256(PAPER).hexdigest()
    assert list(check()) == []
    assert refused(lambda: serve(kept, archive.officers["entry"])) == "evidence_gone"
    assert refused(lambda: store.declared_name(kept)) == "evidence_gone"
    assert serve(theirs, archive.officers["entry"]).octets


def test_a_file_without_its_row_is_swept_and_a_young_one_is_spared(archive: Archive) -> None:
    kept = archive.add(PAPER)
    orphan = disk.new_name()
    disk.write(orphan, b"sealed")
    part = disk.path(orphan).with_name(f".{disk.new_name()}.part")
    part.write_bytes(b"half")
    foreign = archive.folder / orphan[:2] / "README"
    foreign.write_bytes(b"not ours")

    assert sweep_orphans() == 0
    assert sweep_orphans(older_than=NO_AGE) == 2
    assert sweep_orphans(older_than=NO_AGE) == 0

    names = {path.name for path in archive.files()}
    assert names == {kept.name_in_store, kept.copy_in_store, "README"}


def test_a_failure_after_the_files_leaves_no_row_and_the_sweep_takes_the_files(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> int:
        raise ConnectionError("the database went away")

    monkeypatch.setattr(trail, "record", fails)
    with pytest.raises(ConnectionError):
        archive.add(PAPER)

    assert not Evidence.objects.exists()
    assert not connection.in_atomic_block
    assert sweep_orphans(older_than=NO_AGE) == 2
    assert archive.files() == []


def test_a_full_disk_leaves_no_row_and_no_part(
    sqlite_archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", fails)
    with pytest.raises(OSError, match="space"):
        sqlite_archive.add(PAPER)

    monkeypatch.undo()
    assert sqlite_archive.files() == []
    assert not Evidence.objects.exists()


WRITER = """
import django
django.setup()
from nsor.register.evidence import disk
octets = bytes(range(256)) * 40_000
while True:
    disk.write(disk.new_name(), octets)
"""


def test_a_process_killed_while_it_writes_leaves_no_half_file_under_a_name(
    sqlite_archive: Archive,
) -> None:
    whole = bytes(range(256)) * 40_000
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "nsor.settings"}
    for _ in range(10):
        writer = subprocess.Popen([sys.executable, "-c", WRITER], env=environment)
        try:
            eventually(
                lambda: any(
                    path.name.endswith(".part") for path in sqlite_archive.folder.glob("*/.*")
                ),
                "a file is being written",
            )
        finally:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
        for path in sqlite_archive.files():
            if not path.name.startswith("."):
                assert path.read_bytes() == whole
        sweep_orphans(older_than=NO_AGE)
        assert sqlite_archive.files() == []


def test_the_scanner_is_sent_the_original_as_it_came(
    sqlite_archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "clamd.sock")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    monkeypatch.setattr(settings, "CLAMD", f"unix:{path}")
    with a_daemon(listening) as daemon:
        sqlite_archive.add(PAPER)
        assert daemon.read == [PAPER]
