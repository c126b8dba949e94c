"""An entry stands and falls with what it records, and nobody changes it afterwards."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from trail_builders import NAME, acts, many_acts

from nsor.audit import trail, trail_keys
from nsor.audit.acts import OUTCOMES, REACHES_OUTSIDE, Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.errors import TrailError
from nsor.audit.models import TABLES, Details, Entry, TrailKey
from nsor.audit.trail import NewEntry
from nsor.audit.verifying import verify
from nsor.secrecy import ring, subjects

pytestmark = pytest.mark.usefixtures("database")


class Undo(Exception):  # noqa: N818
    """Undoes a transaction."""


def undone_act() -> None:
    with transaction.atomic():
        trail.record(Act.SIGNED_IN, actor="officer:1")
        raise Undo


def test_an_entry_is_written_with_what_it_records() -> None:
    with transaction.atomic():
        number = trail.record(
            Act.RECORD_READ, actor="officer:1", subject="offender:12", details={"name": NAME}
        )

    entry = Entry.objects.get(pk=number)
    assert (entry.act, entry.actor, entry.subject) == ("record_read", "officer:1", "offender:12")
    assert trail.details(number) == {"name": NAME}


def test_an_act_that_is_undone_leaves_no_entry() -> None:
    with pytest.raises(Undo):
        undone_act()

    assert not Entry.objects.exists()
    assert not Details.objects.exists()


def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(TrailError, match="open one") as refusal:
        trail.record(Act.SIGNED_IN, actor="officer:1")

    assert refusal.value.code == "no_transaction"


@pytest.mark.parametrize(
    ("actor", "subject"),
    [
        ("", ""),
        ("Somebody", ""),
        ("officer:1 ", ""),
        ("officer:1\n", ""),
        ("officer:" + "1" * 64, ""),
        ("system", "offender:3520112345671"),
        ("system", "offender:35201-1234567-1"),
        ("system", "محمد"),
    ],
)
def test_who_and_about_whom_are_words_and_no_personal_data(actor: str, subject: str) -> None:
    with pytest.raises(TrailError) as refusal, transaction.atomic():
        trail.record(Act.SIGNED_IN, actor=actor, subject=subject)

    assert refusal.value.code == "bad_entry"


@pytest.mark.parametrize("details", [{"at": object()}, {"at": float("nan")}, {"at": b"octets"}])
def test_details_are_json(details: dict[str, object]) -> None:
    with pytest.raises(TrailError) as refusal, transaction.atomic():
        trail.record(Act.SIGNED_IN, actor="system", details=details)  # type: ignore[arg-type]

    assert refusal.value.code == "bad_entry"


def test_many_entries_get_numbers_in_their_order() -> None:
    with transaction.atomic():
        numbers = trail.record_all(
            NewEntry(Act.SEARCHED, "officer:1", "", {"at": at}) for at in range(2500)
        )

    assert numbers == sorted(set(numbers))
    assert [trail.details(number) for number in numbers[::500]] == [
        {"at": at} for at in range(0, 2500, 500)
    ]


def test_nothing_of_the_details_lies_in_clear_or_repeats_itself() -> None:
    first, second = acts(1)[0], acts(1)[0]

    one, other = Details.objects.get(pk=first), Details.objects.get(pk=second)
    commitments = {bytes(entry.commitment) for entry in Entry.objects.all()}
    assert len(commitments) == 2
    for row in (one, other):
        assert NAME.encode() not in bytes(row.sealed)


def test_details_under_the_key_of_a_person_go_with_the_key() -> None:
    (key,) = subjects.new_keys(1)
    with transaction.atomic():
        number = trail.record(
            Act.CORRECTED, actor="officer:1", subject="offender:1", details={"name": NAME}, key=key
        )
    assert trail.details(number) == {"name": NAME}

    subjects.destroy([key.id])

    assert trail.details(number) is None


def test_details_of_no_entry_are_refused() -> None:
    with pytest.raises(TrailError) as refusal:
        trail.details(9)

    assert refusal.value.code == "unknown_entry"


@pytest.mark.parametrize("act", sorted(REACHES_OUTSIDE))
def test_an_act_that_reaches_outside_has_an_intent_and_an_outcome(act: Act) -> None:
    with pytest.raises(TrailError) as refusal, transaction.atomic():
        trail.record(act, actor="officer:1")
    assert refusal.value.code == "needs_intent"

    intended = [trail.intent(act, actor="officer:1", subject="evidence:3") for _ in range(3)]
    trail.outcome(intended[0], actor="officer:1", done=True)
    trail.outcome(intended[2], actor="officer:1", done=False, details={"why": "disk"})

    assert trail.without_outcome() == [intended[1]]
    ends = Entry.objects.filter(act__in=OUTCOMES).order_by("pk").values_list("act", "subject")
    assert list(ends) == [
        ("outcome_done", f"entry:{intended[0]}"),
        ("outcome_failed", f"entry:{intended[2]}"),
    ]


def test_an_intent_is_committed_before_the_act() -> None:
    with pytest.raises(TrailError) as refusal, transaction.atomic():
        trail.intent(Act.EXPORTED, actor="officer:1")

    assert refusal.value.code == "in_transaction"


def test_every_act_has_a_value_of_its_own_and_a_meaning() -> None:
    assert len({str(act) for act in Act}) == len(Act)
    for act in Act:
        assert act.meaning.endswith("."), act
        assert str(act) == act.name.lower()
        assert len(act) <= 40


CHANGES = {
    "update": "UPDATE {table} SET {column} = {column}",
    "delete": "DELETE FROM {table}",
    "truncate": "TRUNCATE {table}",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("table", [model._meta.db_table for model in TABLES])
def test_the_database_refuses_to_change_the_trail(table: str, change: str) -> None:
    if change == {"sqlite": "truncate", "postgresql": "replace"}[connection.vendor]:
        pytest.skip("the engine has no such statement")
    many_acts(300)
    write_checkpoint()
    if table == "audit_epoch":
        column = "origin"
    else:
        column = {"audit_details": "sealed", "audit_leaf": "hash", "audit_tile": "root"}.get(
            table, "id"
        )

    with pytest.raises(DatabaseError, match="never changed"), connection.cursor() as cursor:
        cursor.execute(CHANGES[change].format(table=table, column=column))

    assert verify().whole


@pytest.fixture
def ring_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Write a key ring of this test's own with the given keys; the last one is current."""
    path = tmp_path / "ring.json"
    made: dict[str, str] = {}
    monkeypatch.setenv("NSOR_KEYS", str(path))

    def write(*names: str) -> None:
        keys = {name: made.setdefault(name, secrets.token_hex(32)) for name in names}
        fresh = path.with_name("ring.fresh")
        fresh.write_text(json.dumps({"current": names[-1], "keys": keys}))
        fresh.chmod(0o600)
        fresh.rename(path)

    return write


def test_the_ring_is_rotated_and_the_trail_stays_what_it_is(
    ring_file: Callable[..., None],
) -> None:
    ring_file("1")
    (before,) = acts(1)
    first = write_checkpoint().checkpoint

    ring_file("1", "2")
    assert trail_keys.rotate() == 3
    assert trail_keys.rotate() == 0
    ring_file("2")
    (after,) = acts(1)
    second = write_checkpoint().checkpoint

    assert ring.ring().current == "2"
    assert trail.details(before) is not None
    assert second.origin == first.origin
    assert Details.objects.get(pk=before).trail_key != Details.objects.get(pk=after).trail_key
    assert verify().whole


def test_a_ring_without_the_key_that_wraps_is_refused(ring_file: Callable[..., None]) -> None:
    ring_file("1")
    acts(1)

    ring_file("2")

    with pytest.raises(TrailError, match="lacks the key 1") as refusal:
        acts(1)
    assert refusal.value.code == "key_unavailable"
    assert TrailKey.objects.count() == 1


def test_the_folder_of_the_trail_is_the_one_of_the_settings(tmp_path: Path) -> None:
    acts(1)
    write_checkpoint()

    assert {path.name for path in Path(settings.AUDIT_DIR).iterdir()} == {
        ".lock",
        "checkpoint",
        "history",
        "leaves-1",
        "log.vkey",
        "request",
    }
