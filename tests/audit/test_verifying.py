"""A whole trail is found whole: witnessed or not, expunged, growing, or empty."""

import json
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from trail_builders import (
    acts,
    as_owner,
    attended,
    audit,
    folder,
    inclusion,
    many_acts,
    witnessed,
)

from nsor.audit import files, grants, trail
from nsor.audit.acts import Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.findings import KEPT, Kind
from nsor.audit.proving import prove
from nsor.audit.verifying import verify
from nsor.secrecy import subjects
from nsor.secrecy.subjects import SubjectKey

pytestmark = pytest.mark.usefixtures("database")


def acted_under(key: SubjectKey, subject: str = "offender:1", act: Act = Act.CORRECTED) -> int:
    with transaction.atomic():
        return trail.record(
            act, actor="officer:1", subject=subject, details={"name": "اسلم"}, key=key
        )


def test_an_empty_trail_is_whole() -> None:
    found = verify()

    assert found.whole
    assert (found.entries, found.witnessed, found.confirmed, found.signed) == (0, 0, False, False)


def test_a_trail_of_which_no_checkpoint_was_written_yet_is_whole_and_says_so() -> None:
    acts(3)

    told = audit("verify").stdout

    assert "The trail of 3 entries is whole." in told
    assert "No checkpoint was written yet" in told
    assert "the log's own key" not in told


def test_a_first_checkpoint_that_was_interrupted_is_no_loss(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acts(3)

    with monkeypatch.context() as patch:
        patch.setattr("nsor.audit.checkpoints._copy_leaves", _disk_is_full)
        with pytest.raises(OSError, match="full"):
            write_checkpoint()

    assert verify().whole, verify().findings
    assert witnessed().size == 3
    assert verify().whole, verify().findings


def _disk_is_full(*_: object) -> None:
    raise OSError("The disk is full.")


@pytest.mark.parametrize("leftover", [(), (files.LOG_KEY, files.WITNESS_KEY, "leaves-1")])
def test_a_folder_without_any_checkpoint_of_a_signed_trail_is_found(
    leftover: tuple[str, ...],
) -> None:
    acts(3)
    witnessed()
    for path in folder().iterdir():
        if path.name not in leftover:
            path.unlink()

    told = audit("verify", exit_code=1).stdout
    found = json.loads(audit("verify", "--json", exit_code=1).stdout)

    assert [one["kind"] for one in found["findings"]] == ["checkpoint_missing"]
    assert "NSOR_AUDIT_DIR" in found["findings"][0]["message"]
    assert (found["whole"], found["entries"], found["witnessed"]) == (False, 3, 0)
    assert "IS NOT WHOLE" in told
    assert "written yet" not in told
    assert "the log's own key" not in told


def test_a_folder_and_a_log_that_are_both_gone_are_found() -> None:
    acts(3)
    witnessed()
    for path in folder().iterdir():
        path.unlink()
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_epoch")

    assert Kind.CHECKPOINT_MISSING in {one.kind for one in verify().findings}


def test_the_witness_s_own_copy_stands_for_no_folder() -> None:
    acts(3)
    witnessed()
    own, key = folder().with_name("own"), (folder() / files.WITNESS_KEY).read_text()
    own.write_bytes((folder() / files.COSIGNED).read_bytes())
    for path in folder().iterdir():
        path.unlink()

    found = verify(own, key)

    assert [one.kind for one in found.findings] == [Kind.CHECKPOINT_MISSING]
    assert (found.confirmed, found.witnessed) == (True, 3)


def _copy_of_the_log_s_checkpoint() -> None:
    checkpoint = (folder() / files.CHECKPOINT).read_bytes()
    (folder() / files.COSIGNED).write_bytes(checkpoint)


def _cosigned_without_a_key() -> None:
    witnessed()
    (folder() / files.WITNESS_KEY).unlink()


def _cosigned_without_the_witness_s_line() -> None:
    _cosigned_without_a_key()
    lines = (folder() / files.COSIGNED).read_text().splitlines(keepends=True)
    (folder() / files.COSIGNED).write_text("".join(lines[:-1]))


@pytest.mark.parametrize(
    ("pretend", "options"),
    [
        (_copy_of_the_log_s_checkpoint, ()),
        (lambda: None, ("--cosigned", files.CHECKPOINT)),
        (_cosigned_without_a_key, ()),
        (_cosigned_without_the_witness_s_line, ()),
    ],
    ids=["copied", "named", "no_key", "stripped"],
)
def test_nothing_is_confirmed_without_the_key_of_a_witness(
    pretend: Callable[[], None], options: tuple[str, ...]
) -> None:
    acts(3)
    write_checkpoint()
    pretend()
    given = [folder() / one if one == files.CHECKPOINT else one for one in options]

    told = audit("verify", *given).stdout
    found = json.loads(audit("verify", "--json", *given).stdout)

    assert "Confirmed by the witness" not in told
    assert "No witness has confirmed it: this is the word of the log's own key alone." in told
    assert "No witness's key is known" in told
    assert (found["whole"], found["witnessed"], found["not_witnessed"]) == (True, 0, 3)
    assert not verify().confirmed


def test_what_was_cosigned_still_shows_a_cut_without_the_key_of_the_witness() -> None:
    acts(9)
    _cosigned_without_a_key()
    (folder() / files.CHECKPOINT).unlink()
    with as_owner() as cursor:
        for table, column in (("entry", "id"), ("details", "entry"), ("leaf", "entry")):
            cursor.execute(f"DELETE FROM audit_{table} WHERE {column} > 5")

    assert Kind.TRUNCATED in {one.kind for one in verify().findings}


@pytest.mark.parametrize("content", [b"{}", b"", b"\xff\x00", b"a\nb\n\n", None])
def test_a_file_that_is_no_cosigned_checkpoint_is_refused_by_name(content: bytes | None) -> None:
    acts(3)
    witnessed()
    given = folder().with_name("state.json")
    given.write_bytes((folder() / files.CHECKPOINT).read_bytes() if content is None else content)

    told = audit("verify", "--cosigned", given, exit_code=1)
    refused = audit("verify", "--json", "--cosigned", given, exit_code=1)

    assert "WHOLE" not in told.stdout
    assert str(given) in told.stderr
    assert "[bad_cosigned]" in told.stderr
    assert json.loads(refused.stdout)["errors"][0]["code"] == "bad_cosigned"


def test_a_cosigned_checkpoint_that_was_forged_is_a_finding_and_no_refusal() -> None:
    acts(9)
    witnessed()
    given = folder().with_name("own")
    given.write_text((folder() / files.COSIGNED).read_text().replace("\n9\n", "\n8\n"))

    assert [one.kind for one in verify(given).findings] == [Kind.BAD_SIGNATURE]


def test_what_no_witness_has_confirmed_is_said_plainly() -> None:
    acts(3)
    write_checkpoint()

    done = audit("verify")

    assert "The trail of 3 entries is whole." in done.stdout
    assert "No witness has confirmed it" in done.stdout


def test_what_came_after_the_witness_is_counted_and_no_fault() -> None:
    acts(3)
    witnessed()
    acts(2)
    write_checkpoint()
    acts(4)

    done = audit("verify", "--json")

    assert json.loads(done.stdout) == {
        "whole": True,
        "entries": 9,
        "witnessed": 3,
        "not_witnessed": 6,
        "findings": [],
        "further_findings": 0,
    }


def test_a_trail_that_is_not_whole_ends_with_1_and_names_what() -> None:
    acts(9)
    witnessed()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'officer:9' WHERE id = 4")

    done = audit("verify", "--json", exit_code=1)
    told = audit("verify", exit_code=1)

    (finding,) = json.loads(done.stdout)["findings"]
    assert finding == {
        "entry": 4,
        "kind": "edited",
        "message": "Entry 4: A column of the entry was changed.",
    }
    assert "[edited]" in told.stdout
    assert "IS NOT WHOLE" in told.stdout


def test_an_expunged_person_leaves_a_whole_trail_and_every_proof() -> None:
    first, second = subjects.new_keys(2)
    entry = acted_under(first)
    other = acted_under(second, "batch:7")
    witnessed()
    before = prove(entry)

    subjects.destroy([first.id, second.id])
    assert {one.kind for one in verify().findings} == {Kind.DETAILS_UNREADABLE}
    with transaction.atomic():
        trail.record(Act.EXPUNGED, actor="officer:1", subject="offender:1")
        trail.record(Act.SUBJECT_KEY_DESTROYED, actor="officer:1", subject=f"key:{second.id}")
    witnessed()

    assert verify().whole, verify().findings
    assert trail.details(entry) is None
    assert inclusion(before._asdict()).returncode == 0
    for number in (entry, other):
        assert inclusion(prove(number)._asdict()).returncode == 0


def test_nothing_is_expunged_that_happened_long_after_the_expungement() -> None:
    (key,) = subjects.new_keys(1)
    with transaction.atomic():
        trail.record(Act.EXPUNGED, actor="officer:1", subject="offender:1")
    entry = acted_under(key)
    subjects.destroy([key.id])
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_entry SET at = at + 86400000000 WHERE id = %s", (entry,))

    assert [(one.entry, one.kind) for one in verify().findings] == [
        (entry, Kind.DETAILS_UNREADABLE)
    ]


def test_the_witness_s_own_copy_shows_a_trail_that_was_cut() -> None:
    acts(9)
    witnessed()
    own = folder().with_name("own")
    own.write_bytes((folder() / files.COSIGNED).read_bytes())
    with as_owner() as cursor:
        for table, column in (("entry", "id"), ("details", "entry"), ("leaf", "entry")):
            cursor.execute(f"DELETE FROM audit_{table} WHERE {column} > 5")
    for path in folder().iterdir():
        if path.name not in (files.LOG_KEY, files.WITNESS_KEY):
            path.unlink()

    found = verify(own)

    assert [one.kind for one in found.findings if one.kind is Kind.TRUNCATED]


def test_without_the_copy_of_the_leaves_a_remade_tree_is_still_found() -> None:
    acts(9)
    witnessed()
    (folder() / "leaves-1").unlink()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_leaf SET hash = %s WHERE entry = 4", (b"h" * 32,))

    assert {(one.entry, one.kind) for one in verify().findings} == {
        (4, Kind.EDITED),
        (None, Kind.ROOT_MISMATCH),
    }


def test_a_copy_of_the_leaves_that_was_changed_is_not_believed() -> None:
    acts(9)
    witnessed()
    copy = bytearray((folder() / "leaves-1").read_bytes())
    copy[99] ^= 1
    (folder() / "leaves-1").write_bytes(copy)

    assert [one.kind for one in verify().findings] == [Kind.COPY_EDITED]


@pytest.mark.parametrize("name", [files.CHECKPOINT, files.COSIGNED])
def test_a_forged_checkpoint_is_found(name: str) -> None:
    acts(9)
    witnessed()
    path = folder() / name
    path.write_text(path.read_text().replace("\n9\n", "\n8\n"))

    assert Kind.BAD_SIGNATURE in {one.kind for one in verify().findings}


def test_a_cosignature_by_another_witness_is_found() -> None:
    acts(9)
    witnessed()
    key = (folder() / files.WITNESS_KEY).read_text()
    (folder().with_name("witness") / "key").unlink()
    (folder().with_name("witness") / "state.json").unlink()
    (folder() / files.COSIGNED).unlink()
    attended()

    assert [one.kind for one in verify(witness=key).findings] == [Kind.BAD_SIGNATURE]


def test_a_key_of_the_witness_that_is_none_is_refused() -> None:
    acts(1)
    witnessed()
    (folder() / files.WITNESS_KEY).write_text("nonsense")

    done = audit("verify", exit_code=1)

    assert "[bad_witness_key]" in done.stderr


def test_a_flood_of_findings_is_counted() -> None:
    many_acts(KEPT + 50)
    witnessed()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'officer:9'")

    found = verify()

    assert len(found.findings) == KEPT
    assert found.further == 50


@pytest.mark.parametrize("value", ["'text'", "NULL", "-1", "1.5", "X'00'"])
def test_columns_of_any_content_are_found_and_end_nothing(value: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite stores anything anywhere")
    acts(9)
    witnessed()
    with as_owner() as cursor:
        cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute("PRAGMA writable_schema = ON")
        cursor.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL', '') WHERE name = 'audit_entry'"
        )
        cursor.execute("PRAGMA writable_schema = RESET")
        cursor.execute(f"UPDATE audit_entry SET at = {value}, commitment = {value} WHERE id = 4")

    assert 4 in {one.entry for one in verify().findings}


@pytest.mark.parametrize(("number", "code"), [(99, "unknown_entry"), (1, "not_signed_yet")])
def test_what_is_not_covered_is_not_proven(number: int, code: str) -> None:
    acts(1)

    done = audit("prove", number, exit_code=1)

    assert json.loads(done.stdout)["errors"][0]["code"] == code


def test_an_entry_that_was_edited_is_not_proven() -> None:
    acts(3)
    witnessed()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_entry SET actor = 'officer:9' WHERE id = 2")

    with pytest.raises(TrailError) as refusal:
        prove(2)
    assert refusal.value.code == "trail_damaged"


@pytest.mark.parametrize("role", ["", "a b", 'a"b', "a;b", "1a", "x" * 64])
def test_a_role_that_is_no_name_is_refused(role: str) -> None:
    with pytest.raises(TrailError) as refusal:
        grants.statements(role)
    assert refusal.value.code == "bad_role"
