"""Taking a backup, and proving it where its key is."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyrage
import pytest
from backup_builders import Vault, told, using
from django.apps import apps
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from register_builders import ASLAM, a_file, a_row, people_rows, process

from nsor.audit import trail
from nsor.audit.grants import statements
from nsor.audit.models import Entry
from nsor.backup import tables
from nsor.backup.errors import BackupError
from nsor.backup.framing import FORMAT, File, Foot, Head, Packer, Rows, Table, Unpacker
from nsor.backup.models import Restoration
from nsor.register import acting, feed, services
from nsor.register.evidence import disk
from nsor.register.models import Evidence, FeedHead, Offender
from nsor.secrecy import subjects
from nsor.secrecy.models import StoredKey
from nsor.web.models import Job, Upload

Elsewhere = Callable[[], AbstractContextManager[str]]


def test_every_table_of_the_database_is_saved(vault: Vault) -> None:
    saved = {table.name for table in tables.saved("default")}

    left_out = set(connection.introspection.table_names()) - saved

    made_anew = {name for name in left_out if name.startswith(("account_", "auth_", "django_"))}
    ends = {"usersessions_usersession", Job._meta.db_table, Upload._meta.db_table}
    assert left_out - made_anew == {Restoration._meta.db_table} | ends
    kinds = {
        field.get_internal_type()
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.local_concrete_fields
    }
    assert kinds <= {
        *("BigAutoField", "BigIntegerField", "IntegerField", "PositiveIntegerField"),
        *("SmallIntegerField", "PositiveSmallIntegerField", "ForeignKey", "OneToOneField"),
        *("BooleanField", "CharField", "TextField", "DateField", "DateTimeField", "JSONField"),
        *("BinaryField", "AutoField", "EmailField", "GenericIPAddressField"),
    }


def test_a_backup_is_proved_where_its_key_is(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.published(a_row(), *people_rows(5))
    vault.appeals("stayed")
    file = vault.back_up()
    entries = Entry.objects.count()
    words = ("restore", str(file), "--identity", str(vault.key), "--verify-only", "--json")
    for name in ("KEYS", "DATABASE_URL", "KEYSTORE_URL", "AUDIT_DIR", "JOURNAL_DIR"):
        monkeypatch.delenv(f"NSOR_{name}", raising=False)
    monkeypatch.setenv("NSOR_HOME", str(tmp_path / "another machine"))

    proved = json.loads(vault.runs_apart(*words))

    assert proved["whole"], proved
    assert (proved["findings"], proved["sequence"]) == ([], FeedHead.objects.get().last_sequence)
    assert proved["trail_entries"] == entries - 1  # the outcome came after it
    assert not (tmp_path / "another machine").exists()


def test_a_backup_is_proved_in_a_named_database_too(
    postgres_vault: Vault, request: pytest.FixtureRequest
) -> None:
    vault = postgres_vault
    vault.published(a_row())
    file = vault.back_up()
    server = request.getfixturevalue("postgres_server")
    server.create("scratch")
    try:
        assert vault.verifies(file, "--scratch", server.url("scratch")).object["whole"]
        again = vault.verifies(file, "--scratch", server.url("scratch"))
        assert again.codes == ["not_empty"]
    finally:
        server.drop("scratch")
    assert told() == "listed"


def test_an_edited_trail_is_found_in_its_backup(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    assert vault.run("audit", "checkpoint").exit_code == 0
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_no_update")
        cursor.execute("UPDATE audit_entry SET actor = 'officer:77' WHERE id = 1")
    file = vault.back_up()

    proved = vault.verifies(file)

    assert proved.exit_code == 1
    assert [one["entry"] for one in proved.object["findings"]] == [1]


def test_the_server_keeps_nothing_that_could_decrypt_it(vault: Vault, tmp_path: Path) -> None:
    vault.published(a_row())
    file = vault.back_up("--keystore", str(vault.keystore))
    other = tmp_path / "other.key"
    other.write_text(str(pyrage.x25519.Identity.generate()))

    for backup in (file, vault.keystore):
        octets = backup.read_bytes()
        assert octets.startswith(b"age-encryption.org/v1\n-> X25519 ")
        assert b"register_offender" not in octets
        assert b"secrecy_storedkey" not in octets
        assert backup.stat().st_mode & 0o077 == 0
    answer = vault.run("restore", str(file), "--identity", str(other), "--replace", "--json")
    assert answer.codes == ["other_recipient"]
    assert told() == "listed"
    assert vault.run("restore", "status", "--json").object["stage"] == "none"


def test_neither_names_nor_numbers_nor_keys_of_people_are_in_it(vault: Vault) -> None:
    vault.published(a_row())
    file = vault.back_up()
    wrapped = [bytes(row.wrapped) for row in StoredKey.objects.all()]

    plain = pyrage.decrypt(
        file.read_bytes(), [pyrage.x25519.Identity.from_str(vault.key.read_text().split()[-1])]
    )

    assert b"register_offender" in plain
    secrets = [ASLAM.encode(), "محمد اسلم".encode(), b"Muhammad Aslam", b"12/2020", *wrapped]
    assert [one for one in secrets if one in plain] == []


@pytest.mark.parametrize("spoil", ["cut", "flip", "empty", "text", "cut at a chunk"])
def test_what_was_cut_or_changed_is_refused_and_changes_nothing(vault: Vault, spoil: str) -> None:
    vault.published(a_row(), *people_rows(300))
    file = vault.back_up()
    octets = file.read_bytes()
    assert len(octets) > 3 * 65552
    file.write_bytes(
        {
            "cut": octets[:-1],
            "cut at a chunk": octets[: octets.index(b"\n---") + 49 + 16 + 65552],
            "flip": octets[:-70000] + bytes([octets[-70000] ^ 1]) + octets[-69999:],
            "empty": b"",
            "text": b"SQL dump of something else\n" * 100,
        }[spoil]
    )
    head = FeedHead.objects.values("last_sequence", "withheld", "last_decision").get()

    for options in (("--replace",), ("--verify-only",)):
        answer = vault.restores(file, *options)
        assert answer.codes == ["bad_backup"], answer
    assert told() == "listed"
    assert FeedHead.objects.values("last_sequence", "withheld", "last_decision").get() == head
    assert Offender.objects.count() == 301
    vault.appeals("stayed")
    assert told() == "not_listed"
    assert vault.trail().object["findings"] == []


def test_a_backup_of_another_version_is_refused(
    sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    with monkeypatch.context() as patch:
        patch.setattr(tables, "migrations", lambda alias: {"register": ["0001_initial"]})
        file = vault.back_up()

    assert vault.restores(file, "--replace").codes == ["other_version"]
    assert told() == "listed"


def test_a_key_that_is_none_is_refused_in_a_sentence(sqlite_vault: Vault, tmp_path: Path) -> None:
    words = ("backup", str(sqlite_vault.kept), "--json", "--recipient")
    assert sqlite_vault.run(*words, "age1qqq").codes == ["bad_recipient"]
    assert not sqlite_vault.kept.exists()
    file = sqlite_vault.back_up()
    wrong = tmp_path / "wrong.key"
    for content in ("", "AGE-SECRET-KEY-1QQ", f"{sqlite_vault.recipient}\n"):
        wrong.write_text(content)
        answer = sqlite_vault.run("restore", str(file), "--identity", str(wrong), "--json")
        assert answer.codes == ["bad_identity"]


def test_a_backup_is_written_to_a_stream_and_read_from_one(vault: Vault) -> None:
    vault.published(a_row(), *people_rows(3))
    command = [sys.executable, "-m", "nsor.cli"]
    saved = subprocess.run(
        [*command, "backup", "-", "--recipient", vault.recipient, "--json"],
        capture_output=True,
        check=True,
        timeout=120,
    )
    assert b"SHA-256" in saved.stderr
    vault.appeals("stayed")

    words = ["restore", "-", "--identity", str(vault.key), "--replace", "--json"]
    restored = subprocess.run(
        [*command, *words], input=saved.stdout, capture_output=True, check=True, timeout=120
    )

    digest = json.loads(restored.stdout)["digest"]
    assert digest in saved.stderr.decode()
    cut = subprocess.run(
        [*command, *words], input=saved.stdout[:-9], capture_output=True, check=False, timeout=120
    )
    assert json.loads(cut.stdout)["errors"][0]["code"] == "bad_backup"


def test_it_is_whole_while_an_import_and_acts_run(vault: Vault, elsewhere: Elsewhere) -> None:
    vault.published(a_row(), *people_rows(40))
    path = vault.file(a_file(*people_rows(1200, start=1000)))
    files = []
    with process("import", path, "--officer", "Amna", "--json", secret=vault.secrets["Amna"]) as it:
        number = 0
        while it.poll() is None or number < 5:
            vault.appeals("stayed", cnic=f"35201{number:07}1", case=f"{number}/2020")
            files.append(vault.back_up())
            number += 1
        printed, _ = it.communicate()
    batch = str(json.loads(printed)["batch"])
    with process("approve", batch, "--officer", "Bilal", secret=vault.secrets["Bilal"]) as approval:
        while approval.poll() is None:
            vault.appeals("stayed", cnic=f"35201{number:07}1", case=f"{number}/2020")
            files.append(vault.back_up())
            number += 1
        assert approval.returncode == 0
    last = FeedHead.objects.get().last_sequence
    print(f"{len(files)} backups while others wrote")

    for file in (files[0], files[len(files) // 2], files[-1]):
        proved = vault.verifies(file)
        assert proved.object["whole"], proved
    with elsewhere():
        assert vault.restores(files[-1]).exit_code == 0
        sequences = [publication.sequence for publication in feed.stream()]
        assert sequences == list(range(1, len(sequences) + 1))
        assert len(sequences) <= last + number
        vault.confirmed()
        assert vault.trail().object["findings"] == []
        for silenced in range(number):
            assert told(f"35201{silenced:07}1") == "not_listed"
        assert told() == "listed"


def test_the_intent_and_its_outcome_are_in_the_trail(sqlite_vault: Vault, tmp_path: Path) -> None:
    file = sqlite_vault.back_up()
    done = Entry.objects.order_by("-id")[0]
    intent = Entry.objects.get(act="backed_up")
    assert (done.act, done.subject) == ("outcome_done", f"entry:{intent.pk}")
    assert (trail.details(intent.pk) or {})["recipient"] == sqlite_vault.recipient
    assert file.exists()

    (tmp_path / "file").write_text("no folder")
    words = ("backup", str(tmp_path / "file"), "--recipient", sqlite_vault.recipient, "--json")
    assert sqlite_vault.run(*words).codes == ["cannot_write"]
    assert Entry.objects.order_by("-id")[0].act == "outcome_failed"


def test_a_failed_backup_leaves_no_file(
    sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    monkeypatch.setattr(Packer, "foot", lambda *_: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        vault.back_up()

    assert list(vault.kept.iterdir()) == []


def test_the_key_store_comes_back_from_its_own_backup_without_who_was_removed(
    vault: Vault,
) -> None:
    vault.published(a_row(), *people_rows(2))
    file = vault.back_up("--keystore", str(vault.keystore))
    kept = vault.keystore.read_bytes()
    aslam = acting.find(ASLAM)
    removal = services.remove(aslam, vault.amna, "order 10").batch
    assert removal is not None
    services.approve(removal, vault.bilal)
    StoredKey.objects.all().delete()

    assert vault.restores(file, "--replace").codes == ["keys_missing"]
    words = ("restore", "keystore", str(vault.keystore), "--identity", str(vault.key), "--json")
    answer = vault.run(*words)

    assert (answer.object["keys"], answer.object["destroyed"]) == (2, 1)
    assert subjects.key(aslam.key_id) is None
    (made,) = subjects.new_keys(1)
    assert made.id > 1_000_000
    assert vault.run(*words).codes == ["not_empty"]
    vault.restored(file)
    vault.confirmed()
    assert (told(), told("3520100000001")) == ("not_listed", "listed")
    assert vault.trail().object["findings"] == []
    vault.back_up("--keystore", str(vault.keystore))
    assert vault.keystore.read_bytes() != kept
    assert [path.name for path in vault.folder.glob(".keystore*")] == []


def test_the_key_stores_backup_is_none_of_the_register(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    vault.back_up("--keystore", str(vault.keystore))

    assert vault.restores(vault.keystore, "--replace").codes == ["other_kind"]
    assert told() == "listed"


def test_evidence_comes_back_with_its_backup(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    aslam = acting.find(ASLAM)
    names = [disk.new_name(), disk.new_name()]
    for name in names:
        disk.write(name, os.urandom(200_000))
    Evidence.objects.create(
        offender=aslam,
        kind="order",
        media_type="application/pdf",
        size=1,
        sha256="0" * 64,
        name_in_store=names[0],
        copy_in_store=names[1],
        key_id=aslam.key_id,
        declared_name=b"x",
        added_by=vault.amna,
        added_at="2026-01-01T00:00:00Z",
    )
    before = [disk.read(name) for name in names]
    file = vault.back_up()
    disk.remove(names)

    done = vault.restored(file)

    assert done["files"] == 2
    assert [disk.read(name) for name in names] == before


_frames = st.lists(
    st.one_of(
        st.builds(Table, st.text(max_size=5), st.lists(st.text(max_size=3), max_size=3)),
        st.builds(
            Rows,
            st.lists(
                st.lists(
                    st.one_of(
                        st.none(),
                        st.booleans(),
                        st.integers(-(2**63), 2**63 - 1),
                        st.text(max_size=9),
                        st.binary(max_size=9),
                    ),
                    max_size=4,
                ),
                max_size=3,
            ),
        ),
        st.builds(File, st.text(max_size=5), st.binary(max_size=50)),
    ),
    max_size=8,
)


def _stream(frames: list[Any]) -> bytes:
    packer = Packer()
    octets = packer.pack(_HEAD) + b"".join(packer.pack(frame) for frame in frames)
    return octets + packer.pack(packer.foot({}, 0, {}))


_HEAD = Head(FORMAT, "register", datetime(2026, 1, 2, tzinfo=UTC), "sqlite", {}, {})


@given(frames=_frames, size=st.integers(1, 40))
def test_a_stream_says_the_same_in_pieces_of_any_size(frames: list[Any], size: int) -> None:
    octets, taken = _stream(frames), list[Any]()
    unpacker = Unpacker(taken.append)
    for start in range(0, len(octets), size):
        unpacker.feed(octets[start : start + size])

    foot = unpacker.finish()

    assert taken == [_HEAD, *frames, foot]


@given(frames=_frames, data=st.data())
def test_whatever_is_changed_or_missing_in_a_stream_is_refused(
    frames: list[Any], data: st.DataObject
) -> None:
    octets = bytearray(_stream(frames))
    at = data.draw(st.integers(0, len(octets) - 1))
    if data.draw(st.booleans()):
        octets = octets[:at]
    else:
        octets[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(BackupError):
        _read(bytes(octets))


def test_every_bit_that_is_changed_in_a_stream_is_found() -> None:
    octets = _stream([])
    for place, bit in itertools.product(range(len(octets)), range(8)):
        changed = bytearray(octets)
        changed[place] ^= 1 << bit
        with pytest.raises(BackupError):
            _read(bytes(changed))


def _read(octets: bytes) -> Foot:
    unpacker = Unpacker(lambda frame: None)
    unpacker.feed(octets)
    return unpacker.finish()


def test_the_applications_own_role_takes_a_backup_and_restores_none(
    postgres_vault: Vault, postgres_database: Any
) -> None:
    vault = postgres_vault
    vault.published(a_row())
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE clerk LOGIN")
        for statement in statements("clerk"):
            cursor.execute(statement)
    try:
        with using(postgres_database.url.replace("postgres@", "clerk@")):
            file = vault.back_up()
            assert vault.restores(file, "--replace").codes == ["not_owner"]
            assert told() == "listed"
        assert vault.verifies(file).object["whole"]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP OWNED BY clerk")
            cursor.execute("DROP ROLE clerk")
