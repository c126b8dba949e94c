"""After a restore the trail goes on openly, as a new epoch, or not at all."""

from collections.abc import Callable

import pytest
from trail_builders import (
    acts,
    as_owner,
    attended,
    audit,
    folder,
    many_acts,
    restored_to,
    witness_folder,
    witnessed,
)

from nsor.audit import files, note, request, trail, trail_keys, tree
from nsor.audit.acts import Act
from nsor.audit.checkpoints import leaves_path, write_checkpoint
from nsor.audit.epochs import open_epoch
from nsor.audit.errors import TrailError
from nsor.audit.findings import Kind
from nsor.audit.models import Entry, Epoch
from nsor.audit.note import Checkpoint
from nsor.audit.request import Request, Statement
from nsor.audit.verifying import verify

pytestmark = pytest.mark.usefixtures("database")

OFFICERS = ("officer:1", "officer:2")
LOST = "The disk of the database failed; the backup of the night was restored."


def a_restored_trail(kept: int = 280, acted: int = 300) -> Checkpoint:
    """Have ``acted`` entries witnessed, and restore the first ``kept``; return the witnessed."""
    many_acts(acted)
    last = witnessed()
    restored_to(kept)
    return last


def opened(lost: str = LOST) -> Epoch:
    return open_epoch(OFFICERS, lost)


def test_a_restored_trail_signs_nothing_until_an_epoch_is_opened() -> None:
    a_restored_trail()

    with pytest.raises(TrailError, match="open a new epoch") as refusal:
        write_checkpoint()

    assert refusal.value.code == "trail_behind"


def test_a_restored_trail_that_goes_on_unopened_is_found() -> None:
    a_restored_trail()

    assert {one.kind for one in verify().findings} >= {Kind.TRUNCATED, Kind.REMOVED}


def test_an_opened_epoch_goes_on_and_is_cosigned() -> None:
    last = a_restored_trail()

    epoch = opened()
    acts(3)
    head = write_checkpoint().checkpoint
    accepted = attended()

    assert epoch.origin == f"{last.origin}/epoch-2" == head.origin
    assert (epoch.restored, head.size) == (280, 284)
    assert accepted.opened is not None
    assert accepted.opened.last == last
    assert (accepted.opened.first_lost, accepted.opened.last_lost) == (281, 300)
    assert accepted.opened.officers == OFFICERS
    found = verify()
    assert found.whole, found.findings
    assert found.witnessed == 284
    entry = Entry.objects.get(act=Act.EPOCH_OPENED)
    details = trail.details(entry.pk)
    assert details is not None
    assert LOST in details["statement"]


def test_an_epoch_that_is_not_witnessed_yet_stands_on_what_was() -> None:
    a_restored_trail()
    opened()

    found = verify()

    assert found.whole, found.findings
    assert (found.witnessed, found.not_witnessed) == (280, 1)


def test_the_witness_goes_on_in_the_new_epoch_and_not_in_the_old_one() -> None:
    a_restored_trail()
    old_request = (folder() / files.REQUEST).read_bytes()
    opened()
    attended()
    acts(2)
    assert witnessed().size == 283

    (folder() / files.REQUEST).write_bytes(old_request)
    with pytest.raises(TrailError) as refusal:
        attended()
    assert refusal.value.code == "bad_epoch"


def test_the_copy_of_what_was_lost_stays_as_evidence() -> None:
    a_restored_trail()
    opened()

    assert files.copied(leaves_path(folder(), 1)) == 300
    assert files.copied(leaves_path(folder(), 2)) == 281


def test_a_second_restore_opens_a_third_epoch() -> None:
    a_restored_trail()
    opened()
    acts(5)
    witnessed()
    restored_to(270)
    with as_owner() as cursor:
        cursor.execute("DELETE FROM audit_epoch WHERE id = 2")

    with pytest.raises(TrailError):
        write_checkpoint()
    epoch = opened()

    assert epoch.pk == 3
    assert attended().checkpoint.origin == epoch.origin
    assert verify().whole, verify().findings


def test_a_restore_that_lost_nothing_witnessed() -> None:
    many_acts(10)
    last = witnessed()
    acts(5)
    write_checkpoint()
    restored_to(12)

    epoch = opened()
    accepted = attended()

    assert epoch.restored == 12
    assert accepted.opened is not None
    assert accepted.opened.last == last
    assert (accepted.opened.first_lost, accepted.opened.last_lost) == (0, 0)
    assert verify().whole, verify().findings


def test_a_restore_of_nothing_at_all() -> None:
    many_acts(10)
    witnessed()
    restored_to(0)

    opened()

    assert attended().checkpoint.size == 1
    assert verify().whole, verify().findings


@pytest.mark.parametrize(
    ("officers", "code"),
    [
        (("officer:1", "officer:1"), "two_officers"),
        (("officer:1", ""), "two_officers"),
    ],
)
def test_two_different_officers_open_an_epoch(officers: tuple[str, str], code: str) -> None:
    a_restored_trail(5, 9)

    with pytest.raises(TrailError) as refusal:
        open_epoch(officers, LOST)

    assert refusal.value.code == code
    assert Epoch.objects.count() == 1


@pytest.mark.parametrize("lost", ["", "  ", "x" * 1001, "a\x00b"])
def test_what_was_lost_is_said(lost: str) -> None:
    a_restored_trail(5, 9)

    with pytest.raises(TrailError) as refusal:
        opened(lost)

    assert refusal.value.code == "reason_required"


def test_no_line_of_a_reason_can_stand_for_another_line_of_the_statement() -> None:
    a_restored_trail(5, 9)

    statement = request.parse(opened("Lost.\nofficer officer:9").statement.encode()).note.text

    assert request.parse_statement(statement).officers == OFFICERS


def test_a_backup_that_was_tampered_with_opens_no_epoch() -> None:
    a_restored_trail()
    with as_owner() as cursor:
        cursor.execute("UPDATE audit_leaf SET hash = %s WHERE entry = 3", (b"h" * 32,))
        cursor.execute("DELETE FROM audit_tile")
        restored_tile(cursor)

    with pytest.raises(TrailError) as refusal:
        opened()

    assert refusal.value.code == "not_a_beginning"


def restored_tile(cursor: object) -> None:
    cursor.execute('SELECT hash FROM audit_leaf ORDER BY "index" LIMIT 256')  # type: ignore[attr-defined]
    hashes = [bytes(row[0]) for row in cursor.fetchall()]  # type: ignore[attr-defined]
    cursor.execute(  # type: ignore[attr-defined]
        'INSERT INTO audit_tile (level, "index", root) VALUES (1, 0, %s)', (tree.root(hashes),)
    )


def test_without_the_copy_of_the_leaves_no_epoch_is_opened() -> None:
    a_restored_trail()
    leaves_path(folder(), 1).unlink()

    with pytest.raises(TrailError) as refusal:
        opened()

    assert refusal.value.code == "no_copy"


def test_without_a_witnessed_checkpoint_one_must_be_given() -> None:
    last = a_restored_trail()
    (folder() / files.COSIGNED).unlink()

    with pytest.raises(TrailError) as refusal:
        opened()
    assert refusal.value.code == "not_witnessed"

    assert open_epoch(OFFICERS, LOST, last).pk == 2


Change = Callable[[Statement], Statement]
CHANGES: dict[str, tuple[Change, str]] = {
    "it names another last checkpoint": (
        lambda said: said._replace(last=said.last._replace(size=299)),
        "fork",
    ),
    "it names another last root": (
        lambda said: said._replace(last=said.last._replace(root=b"r" * 32)),
        "fork",
    ),
    "it continues another epoch": (
        lambda said: said._replace(last=said.last._replace(origin=said.origin)),
        "fork",
    ),
    "one officer stands twice": (
        lambda said: said._replace(officers=("officer:1", "officer:1")),
        "bad_epoch",
    ),
    "it restores another tree": (
        lambda said: said._replace(restored=said.restored._replace(root=b"r" * 32)),
        "bad_proof",
    ),
    "it is of another epoch": (
        lambda said: said._replace(origin=f"{said.last.origin}/epoch-9"),
        "bad_epoch",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_witness_accepts_exactly_a_true_statement(change: str) -> None:
    changed, code = CHANGES[change]
    a_restored_trail()
    opened()
    path = folder() / files.EPOCH
    given = request.parse(path.read_bytes())
    statement = changed(request.parse_statement(given.note.text))
    signed = note.sign(statement.text(), statement.origin, trail_keys.signing())
    path.write_text(str(Request(given.old, given.proof, signed)))

    with pytest.raises(TrailError) as refusal:
        attended()

    assert refusal.value.code == code


def test_a_statement_that_the_log_did_not_sign_is_refused() -> None:
    a_restored_trail()
    opened()
    path = folder() / files.EPOCH
    path.write_text(path.read_text().replace("officer:2", "officer:3"))

    with pytest.raises(TrailError) as refusal:
        attended()

    assert refusal.value.code == "forged"


def test_a_new_epoch_without_a_statement_is_refused() -> None:
    a_restored_trail()
    opened()
    (folder() / files.EPOCH).unlink()

    with pytest.raises(TrailError) as refusal:
        attended()

    assert refusal.value.code == "unknown_log"


def test_an_epoch_that_was_interrupted_is_finished_by_the_next_checkpoint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    a_restored_trail()
    monkeypatch.setattr("nsor.audit.epochs.write_checkpoint", lambda: None)
    opened()
    assert not (folder() / files.EPOCH).exists()

    write_checkpoint()

    assert attended().opened is not None
    assert verify().whole, verify().findings


def test_the_witness_tells_loudly_of_a_new_epoch() -> None:
    a_restored_trail()
    opened()

    done = audit("witness", "--exchange", folder(), "--state", witness_folder(), "--once")

    assert "A NEW EPOCH: 300 entries were cosigned and 280 of them restored." in done.stdout
    assert "officer:1 and officer:2" in done.stdout
