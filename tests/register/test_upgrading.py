"""Upgrading a register of the first form: it says what it said, and nothing of it is in clear."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.backends.signals import connection_created
from old_registers import (
    IN_CLEAR,
    JUST_BEFORE,
    SAID,
    Kept,
    OldOffice,
    become_old,
    file_of,
    migrate_to,
)
from register_builders import a_row, is_listed, process
from waiting import eventually

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.law import catalogue
from nsor.law.models import Policy
from nsor.register import acting, feed, numbering
from nsor.register.models import (
    AppealRecord,
    Batch,
    Conviction,
    IdentityNumber,
    Offender,
    Registration,
)
from nsor.register.people import Person, one_person

BATCH = SAID["batches"]
ASLAM, BASHIR, NAZIA = "3520112345671", "3520212345673", "4210112345672"
DAWOOD, EJAZ, FARID = "3740512345677", "6110112345679", "5440012345671"
GHAFOOR, MAJID, USMAN = "3660312345673", "3840312345675", "3310212345677"
HAMEED, QASIM, JABBAR = "4130312345675", "3120212345679", "2110112345679"


@pytest.fixture
def old_office(database: Any, keystore: Path, tmp_path: Path) -> OldOffice:
    """Give an old register that nobody has upgraded yet, on either engine."""
    become_old(file_of(database), keystore)
    return OldOffice(tmp_path)


@pytest.fixture
def office(
    database: Any, keystore: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> OldOffice:
    """Give an old register that was upgraded, once for the session and then as a copy."""
    kept = Kept(database, keystore, request)
    if kept.is_there:
        kept.take()
    else:
        become_old(file_of(database), keystore)
        OldOffice(tmp_path).upgraded()
        kept.keep()
    return OldOffice(tmp_path).with_officers()


def person_of(cnic: str) -> Person | None:
    holder = numbering.holder(cnic)
    assert holder is not None
    return one_person(holder.offender)


def offender_of(cnic: str) -> Offender:
    return acting.find(cnic)


def read_feed() -> list[list[object]]:
    return [list(publication) for publication in feed.stream()]


def test_the_feed_is_the_same_feed(office: OldOffice) -> None:
    assert read_feed() == SAID["feed"]
    assert feed.read(after=len(SAID["feed"])) == []
    assert feed.current(ASLAM) == tuple(next(one for one in SAID["feed"] if one[1] == int(ASLAM)))


def test_who_may_be_told_of_is_the_same(office: OldOffice) -> None:
    for cnic, was in SAID["people"].items():
        person = person_of(cnic)
        if cnic in (USMAN, JABBAR):
            continue
        assert person is not None
        assert (person.public, list(person.silences)) == (was["public"], was["silences"])
        assert [person.profile.name_ur, person.profile.name_en] == was["names"]


def test_a_term_that_is_over_is_left_to_the_scheduled_work(office: OldOffice) -> None:
    offender = offender_of(JABBAR)

    assert is_listed(JABBAR)
    assert (offender.standing, offender.term_ends) == ("active", date(2020, 6, 1))


def test_batches_are_listed_and_shown_as_they_were(office: OldOffice) -> None:
    assert office.run("batch", "list", "--json").object == SAID["list"]
    for number, was in SAID["shows"].items():
        now = office.run("batch", "show", number, "--json").object
        assert {**now, "people": None} == {**was, "people": None}
        told_of = [one for one in was["people"] if one["cnic"] not in (USMAN, JABBAR)]
        assert [one for one in now["people"] if one["cnic"] not in (USMAN, JABBAR)] == told_of
    assert office.run("batch", "show", str(BATCH["killed"])).exit_code == 1


def test_a_waiting_import_is_approved(office: OldOffice) -> None:
    answer = office.approves(BATCH["waiting"])

    assert answer.object == {
        "batch": BATCH["waiting"],
        "published": 2,
        "sequence": len(SAID["feed"]) + 2,
    }
    assert is_listed(HAMEED)
    assert not is_listed(QASIM)  # quashed while it waited
    assert not is_listed("3230412345671")  # withdrawn while it waited


def test_a_waiting_appeal_is_approved(office: OldOffice) -> None:
    assert not is_listed(EJAZ)

    assert office.approves(BATCH["waiting_appeal"]).exit_code == 0

    assert is_listed(EJAZ)


def test_a_waiting_import_is_rejected(office: OldOffice) -> None:
    words = ("batch", "reject", str(BATCH["waiting"]), "--officer", "Bilal", "--reason", "no")

    assert office.run(*words, "--json").exit_code == 0

    assert not is_listed(HAMEED)
    assert is_listed(NAZIA)  # whom an approved batch names too


def test_acts_go_on_where_they_were(office: OldOffice) -> None:
    last = len(SAID["feed"])

    assert office.appeals("stayed", cnic=ASLAM, case="ASLAM/2020").object["sequence"] == last + 1
    assert office.withdraws(NAZIA).object["sequence"] == last + 2
    batch = office.published(a_row(cnic="3520599999991", case_number="new/2026"))

    assert not is_listed(ASLAM)
    assert not is_listed(NAZIA)
    assert is_listed("3520599999991")
    assert Batch.objects.get(pk=batch).decision == SAID_DECISIONS + 3


def test_a_case_that_is_known_is_known(office: OldOffice) -> None:
    known = a_row(cnic=BASHIR, name_ur="بشیر احمد", case_number="BASHIR/2020")
    other_name = a_row(cnic=BASHIR, name_ur="نذیر احمد", case_number="third/2024")

    assert office.imports(known).codes == ["already_registered"]
    assert office.imports(other_name).codes == ["name_conflict"]


SAID_DECISIONS = 15
"""Two imports, two appeals, six states that silenced, and five withdrawals took effect."""


def test_each_act_is_there_in_the_order_of_then(office: OldOffice) -> None:
    acts = list(Batch.objects.exclude(decision=None).order_by("decision"))

    assert [act.decision for act in acts] == list(range(1, SAID_DECISIONS + 1))
    moments = [act.decided_at for act in acts if act.decided_at]
    assert moments == sorted(moments)
    assert len(moments) == SAID_DECISIONS
    farid = AppealRecord.objects.filter(conviction__offender=offender_of(FARID))
    states = [(one.from_state, one.to_state) for one in farid.order_by("batch__decision")]
    assert states == [("stayed", "none"), ("none", "stayed"), ("stayed", "pending")]
    assert {one.entered_appeal_state for one in offender_of(FARID).convictions.all()} == {"stayed"}
    releases = [act.releases.count() for act in acts]
    assert releases == [1] * SAID_DECISIONS


def test_reasons_are_kept_under_seal(office: OldOffice) -> None:
    rejected = Batch.objects.get(pk=BATCH["rejected"])
    assert acting.open_reason(rejected) == "Tariq Aziz is another man"
    withdrawn = Batch.objects.get(kind="withdrawal", offender=offender_of(MAJID))
    assert acting.open_reason(withdrawn) == "the father of Majid Iqbal was meant"
    refused = Batch.objects.get(pk=BATCH["refused_appeal"])
    assert acting.open_reason(refused) == "Dawood Shah's stay still stands"
    asked = Entry.objects.get(act="converted", subject=f"batch:{refused.pk}")
    assert trail.details(asked.pk) == {"asked": "none", "reason": "order of the court"}
    waiting = Batch.objects.get(pk=BATCH["waiting_appeal"])
    assert acting.open_reason(waiting) == "order of the court"


def test_the_trail_says_that_it_was_converted(office: OldOffice) -> None:
    entry = Entry.objects.get(act="converted", subject="")

    assert trail.details(entry.pk) == {
        "offenders": len(SAID["people"]) + 1,  # with the one of whom all was rejected
        "convictions": 23,
        "publications": len(SAID["feed"]),
    }


@pytest.mark.parametrize(
    ("cnic", "spans"),
    [
        (ASLAM, [("2020-06-01", None, "active")]),
        (
            GHAFOOR,
            [("2020-06-01", None, "active"), ("2026-11-24", None, "suspended")],
        ),
        (
            MAJID,
            [("2026-11-24", None, "suspended"), ("2020-06-01", "2026-11-24", "active")],
        ),
        (HAMEED, []),
    ],
)
def test_how_somebody_stood_is_known_since_their_conviction(
    office: OldOffice, cnic: str, spans: list[tuple[str, str | None, str]]
) -> None:
    rows = Registration.objects.filter(offender=offender_of(cnic))

    assert [
        (str(row.valid_from), str(row.valid_to) if row.valid_to else None, row.standing)
        for row in rows.order_by("recorded_by__decision")
    ] == spans


def test_what_an_authority_had_added_to_the_law_still_holds(office: OldOffice) -> None:
    added = Policy.objects.filter(instrument__startswith="S.R.O.").order_by("valid_from")

    assert [(row.key, row.value) for row in added] == [
        ("older_convictions_count", "yes"),
        ("public_service", "closed"),
    ]
    assert "PPC 500" in catalogue.in_force().known


def test_nothing_stays_in_clear_in_the_files(
    old_office: OldOffice, database: Any, keystore: Path
) -> None:
    names = [word.encode() for word in IN_CLEAR]
    assert found_in_files(database, names) == set(names)

    # some builds of SQLite overwrite unasked what is deleted; and it clears its log unasked when
    # nobody else has the file open
    with sqlite_with("PRAGMA secure_delete = OFF"), reader_of(database):
        old_office.upgraded()
        left = found_in_files(database, names)

    assert left == set()


def test_who_reads_the_file_meanwhile_is_to_be_stopped(
    sqlite_database: Any, keystore: Path, tmp_path: Path
) -> None:
    become_old(file_of(sqlite_database), keystore)
    office = OldOffice(tmp_path)
    with sqlite_with("PRAGMA busy_timeout = 0"):
        with reader_of(sqlite_database) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT COUNT(*) FROM register_conviction").fetchone()
            assert office.run("migrate", "--json").codes == ["busy"]

        office.upgraded()

    assert read_feed() == SAID["feed"]


@contextmanager
def sqlite_with(pragma: str) -> Iterator[None]:
    """Have SQLite behave as it may elsewhere."""

    def change(connection: Any, **_: object) -> None:
        if connection.vendor == "sqlite":
            connection.cursor().execute(pragma)

    connection.close()
    connection_created.connect(change)
    try:
        yield
    finally:
        connection_created.disconnect(change)


@contextmanager
def reader_of(database: Any) -> Iterator[sqlite3.Connection]:
    """Have somebody else keep the file open; a server doesn't mind, and gets none."""
    path = file_of(database)
    with closing(sqlite3.connect(path or ":memory:", isolation_level=None)) as reader:
        reader.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        yield reader


def found_in_files(database: Any, words: list[bytes]) -> set[bytes]:
    """Tell which words stand in the files of a database, a server's log of writes excepted."""
    connection.close()
    found: set[bytes] = set()
    for path in files_of(database):
        octets = path.read_bytes()
        found |= {word for word in words if word in octets}
    return found


def files_of(database: Any) -> Iterator[Path]:
    path = file_of(database)
    if path is not None:
        yield from path.parent.glob(f"{path.name}*")
        return
    with closing(psycopg.connect(database.url, autocommit=True)) as server:
        server.execute("CHECKPOINT")
        [folder] = server.execute("SHOW data_directory").fetchone() or ()
        [number] = (
            server.execute(
                "SELECT oid FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            or ()
        )
    yield from (one for one in Path(folder, "base", str(number)).iterdir() if one.is_file())


def test_upgrading_again_does_nothing(office: OldOffice) -> None:
    rows = (Batch, Conviction, IdentityNumber, Registration, Entry)
    before = [list(model.objects.order_by("pk").values()) for model in rows]

    assert office.run("migrate", "--json").object == {"applied": 0}

    assert [list(model.objects.order_by("pk").values()) for model in rows] == before


def test_a_run_that_is_killed_leaves_all_as_it_was(
    old_office: OldOffice, database: Any, keystore: Path
) -> None:
    # given: what comes before is done, and the key store lets nobody make keys
    call_command("migrate", database="keys", verbosity=0)
    migrate_to(JUST_BEFORE)
    connection.close()

    # when: the conversion is killed while it waits for keys
    with held(keystore), process("migrate") as dying:
        eventually(lambda: is_writing(database), "the conversion is under way")
        dying.kill()
        dying.wait()

    # then
    assert Batch.objects.exclude(decision=None).count() == 0
    assert "set_aside_person" not in connection.introspection.table_names()
    old_office.upgraded()
    assert read_feed() == SAID["feed"]
    assert "set_aside_batch" not in connection.introspection.table_names()


@contextmanager
def held(keystore: Path) -> Iterator[None]:
    with closing(sqlite3.connect(keystore, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


def is_writing(database: Any) -> bool:
    """Tell whether somebody holds a transaction that has written, and does nothing meanwhile."""
    path = file_of(database)
    if path is None:
        with closing(psycopg.connect(database.url, autocommit=True)) as server:
            [count] = server.execute(
                "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                " AND datname = current_database() AND query LIKE '%set_aside_person%'"
            ).fetchone() or (0,)
        return bool(count)
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        other.execute("ROLLBACK")
        return False


def test_a_new_database_holds_nothing_of_it(database: Any) -> None:
    tables = connection.introspection.table_names()

    assert not [name for name in tables if name.startswith("set_aside")]
    assert not Entry.objects.exists()
