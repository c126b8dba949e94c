"""A restored backup: withheld, brought up to the journal, confirmed by two, and right then."""

import queue
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from backup_builders import Vault, told, using
from django.conf import settings
from register_builders import ASLAM, a_row, people_rows
from waiting import eventually

from nsor.audit import trail
from nsor.audit.models import Entry, Epoch, Leaf
from nsor.backup import confirming
from nsor.disclosure import single
from nsor.disclosure.answers import Answerer, Freshness
from nsor.disclosure.directory import Directory
from nsor.disclosure.follower import FeedFollower
from nsor.register import acting, feed, services
from nsor.register.models import Batch, FeedHead, Ground, IdentityNumber, Offender, Profile
from nsor.register.search.query import Query
from nsor.register.search.searching import search
from nsor.secrecy.models import StoredKey

Elsewhere = Callable[[], AbstractContextManager[str]]
YOUSAF = "3520100000501"


def test_what_was_saved_is_there_again(vault: Vault) -> None:
    vault.published(a_row())
    before = FeedHead.objects.get().last_sequence
    file = vault.back_up()
    vault.published(*people_rows(3, start=50))

    done = vault.restored(file)

    assert done["summary"]["replayed"] == {}
    assert told() == "unavailable"
    vault.confirmed()
    assert told() == "listed"
    assert told(YOUSAF) == "not_listed"
    assert FeedHead.objects.get().last_sequence == before
    assert vault.trail().object["findings"] == []
    vault.published(*people_rows(3, start=70))
    assert told("3520100000701") == "listed"
    assert vault.trail().object["whole"]


def test_a_new_machine_gets_all_of_it(vault: Vault, elsewhere: Elsewhere) -> None:
    vault.published(a_row(), *people_rows(20))
    file = vault.back_up()
    saved = [publication._asdict() for publication in feed.stream()]

    with elsewhere():
        answer = vault.restores(file)
        assert answer.exit_code == 0, answer
        assert told() == "unavailable"
        vault.confirmed()

        assert [publication._asdict() for publication in feed.stream()] == saved
        assert told() == "listed"
        assert vault.trail().object["whole"]


def _stays(vault: Vault) -> None:
    vault.appeals("stayed")


def _quashes(vault: Vault) -> None:
    vault.appeals("quashed")


def _withdraws(vault: Vault) -> None:
    vault.withdraws()


def _dies(vault: Vault) -> None:
    services.record_death(acting.find(ASLAM), date(2026, 1, 2), vault.amna, "certificate 12")


def _suspends(vault: Vault) -> None:
    services.suspend(acting.find(ASLAM), Ground.COURT_ORDER, vault.amna, "order 9")


def _asks_for_removal(vault: Vault) -> None:
    services.remove(acting.find(ASLAM), vault.amna, "order 10")


@pytest.mark.parametrize(
    ("silence", "kind"),
    [
        (_stays, "appeal"),
        (_quashes, "appeal"),
        (_withdraws, "withdrawal"),
        (_dies, "death"),
        (_suspends, "suspension"),
        (_asks_for_removal, "suspension"),
    ],
)
def test_no_old_backup_brings_back_whoever_was_silenced_since(
    vault: Vault, silence: Callable[[Vault], None], kind: str
) -> None:
    vault.published(a_row(), *people_rows(2))
    file = vault.back_up()
    silence(vault)

    done = vault.restored(file)

    assert done["summary"]["replayed"] == {kind: 1}
    assert told() == "unavailable"
    vault.confirmed()
    assert told() == "not_listed"
    assert told("3520100000001") == "listed"
    assert Entry.objects.filter(act="silence_replayed").count() == 1
    assert vault.trail().object["findings"] == []


def test_a_quashing_is_not_undone_where_another_conviction_still_spoke(vault: Vault) -> None:
    vault.published(a_row(), a_row(case_number="13/2020"), *people_rows(1))
    file = vault.back_up()
    vault.appeals("quashed", case="13/2020")
    assert told() == "listed"

    done = vault.restored(file)
    vault.confirmed()

    assert done["summary"]["replayed"] == {"appeal": 1}
    assert Offender.objects.get(ground=Ground.BACKUP) == acting.find(ASLAM)
    for audience in ("public", "institution", "law_enforcement"):
        assert single.check(ASLAM, audience, short_code="7000").outcome == "not_listed"
    assert told("3520100000001") == "listed"
    assert vault.trail().object["findings"] == []


def test_an_appeal_that_silenced_nothing_is_not_noted(vault: Vault) -> None:
    vault.published(a_row())
    file = vault.back_up()
    asked = vault.appeals("pending").object["batch"]
    services.approve(asked, vault.bilal)

    done = vault.restored(file)
    vault.confirmed()

    assert done["summary"]["replayed"] == {}
    assert told() == "listed"


def test_who_was_silenced_again_is_told_of_by_two_officers_and_no_sooner(vault: Vault) -> None:
    vault.published(a_row())
    file = vault.back_up()
    vault.appeals("stayed")
    vault.restored(file)
    vault.confirmed()

    asked = services.restore(acting.find(ASLAM), vault.amna, "the stay was vacated")
    assert told() == "not_listed"
    assert asked.batch is not None
    services.approve(asked.batch, vault.bilal)

    assert told() == "listed"


def test_an_act_that_waited_makes_nobody_speak_unknowingly(vault: Vault) -> None:
    vault.published(a_row())
    services.suspend(acting.find(ASLAM), Ground.DISPUTE, vault.amna, "letter")
    asked = services.restore(acting.find(ASLAM), vault.amna, "letter answered").batch
    assert asked is not None
    file = vault.back_up()
    services.approve(asked, vault.bilal)
    vault.appeals("quashed")

    vault.restored(file)
    vault.confirmed()

    assert vault.approves(asked).codes == ["not_submitted"]
    assert Offender.objects.get().ground == Ground.BACKUP
    assert told() == "not_listed"


def test_a_conviction_that_waited_is_not_approved_past_a_silence(vault: Vault) -> None:
    batch = vault.entered(a_row())
    file = vault.back_up()
    vault.approves(batch)
    vault.appeals("quashed")

    vault.restored(file)
    vault.confirmed()
    vault.approves(batch)

    assert told() == "not_listed"


def test_an_older_backup_knows_what_was_noted_after_a_restore_too(vault: Vault) -> None:
    vault.published(a_row(), *people_rows(2))
    oldest = vault.back_up()
    vault.appeals("stayed")
    vault.restored(vault.back_up())
    vault.confirmed()
    vault.withdraws("3520100000001")

    done = vault.restored(oldest)
    vault.confirmed()

    assert done["summary"]["replayed"] == {"appeal": 1, "withdrawal": 1}
    assert (told(), told("3520100000001"), told("3520100000011")) == (
        "not_listed",
        "not_listed",
        "listed",
    )
    assert vault.trail().object["findings"] == []


def test_whoever_was_removed_stays_unreadable_in_every_backup(vault: Vault) -> None:
    vault.published(a_row(), *people_rows(1))
    search(Query(number=ASLAM), vault.amna)
    file = vault.back_up()
    removal = services.remove(acting.find(ASLAM), vault.amna, "order 10").batch
    assert removal is not None
    services.approve(removal, vault.bilal)

    done = vault.restored(file)
    vault.confirmed()

    assert done["summary"]["removed"] == 1
    assert told() == "not_listed"
    aslam = Offender.objects.get(standing="removed")
    assert [bytes(row.sealed) for row in Profile.objects.filter(offender=aslam)] == [b""]
    assert [bytes(row.sealed) for row in IdentityNumber.objects.filter(offender=aslam)] == [b""]
    assert trail.details(Entry.objects.get(act="searched").pk) is None
    assert vault.trail().object["findings"] == []
    vault.published(a_row(case_number="99/2026"))
    assert told() == "listed"


def test_the_officers_see_what_was_lost_and_replayed(vault: Vault) -> None:
    vault.published(a_row())
    file = vault.back_up()
    vault.published(*people_rows(1, start=50))
    vault.appeals("stayed")
    vault.withdraws(YOUSAF)
    assert vault.run("audit", "checkpoint").exit_code == 0
    signed = Leaf.objects.count()
    vault.restored(file)

    text = vault.run("restore", "status").stdout

    assert "A restore waits to be confirmed by two officers." in text
    assert "Silenced again, as the journal notes since (appeal): 1." in text
    assert "Noted as silent, and not in the backup: 1." in text
    lost = signed - Leaf.objects.count()
    assert f"Entries of the trail that were signed and are lost: {lost}." in text
    assert "Nothing is answered now." in text
    assert ASLAM not in text


def test_two_different_approvers_must_confirm(vault: Vault) -> None:
    vault.published(a_row())
    assert vault.confirms("Bilal").codes == ["nothing_to_confirm"]
    vault.restored(vault.back_up())

    assert vault.confirms("Amna").codes == ["role_not_allowed"]
    assert vault.confirms("Bilal").object["confirmed_by"] == ["Bilal"]
    assert vault.confirms("Bilal").codes == ["same_officer"]
    assert told() == "unavailable"
    last = vault.confirms("Sana").object
    assert (last["stage"], last["confirmed_by"], last["withheld"]) == (
        "confirmed",
        ["Bilal", "Sana"],
        False,
    )
    assert told() == "listed"
    assert vault.confirms("Sana").codes == ["nothing_to_confirm"]
    assert Entry.objects.filter(act="restore_confirmed").count() == 2


def test_a_gateway_falls_silent_with_a_restore_and_comes_back_right(vault: Vault) -> None:
    vault.published(a_row(), *people_rows(1))
    file = vault.back_up()
    jobs: queue.Queue[Callable[[], None]] = queue.Queue()
    threading.Thread(target=_serve, args=(jobs,), daemon=True).start()
    directory, freshness = Directory(), Freshness(time.monotonic, 3600.0)
    answerer = Answerer(directory, freshness, "7000")
    follower = FeedFollower(
        feed,
        directory,
        freshness,
        deliver=jobs.put,
        on_loaded=lambda: None,
        on_progress=lambda sequence: None,
        interval=0.01,
    )

    def answer(cnic: str = ASLAM) -> str:
        return answerer.answer(cnic, "en").kind

    follower.start()
    try:
        eventually(lambda: answer() == "listed")
        vault.appeals("quashed")
        vault.published(*people_rows(1, start=50))
        eventually(lambda: answer(YOUSAF) == "listed" and answer() == "not_listed")

        vault.runs_apart("restore", str(file), "--identity", str(vault.key), "--replace")
        eventually(lambda: answer() == answer("3520100000001") == "unavailable")
        for name in ("Bilal", "Sana"):
            assert answer("3520100000001") == "unavailable"
            words = ("restore", "confirm", "--officer", name, "--json")
            vault.runs_apart(*words, secret=vault.secrets[name])

        eventually(lambda: answer("3520100000001") == "listed")
        assert answer() == "not_listed"
        assert answer(YOUSAF) == "not_listed"
    finally:
        follower.stop()
        assert follower.join(30)


def _serve(jobs: "queue.Queue[Callable[[], None]]") -> None:
    while True:
        jobs.get()()


def test_data_are_given_up_only_where_that_is_said(vault: Vault) -> None:
    vault.published(a_row())
    file = vault.back_up()

    assert vault.restores(file).codes == ["not_empty"]
    assert told() == "listed"


def test_without_its_journal_no_backup_is_restored(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    file = vault.back_up()
    folder = Path(settings.JOURNAL_DIR)
    folder.rename(folder.with_name("lost"))

    assert vault.restores(file, "--replace").codes == ["no_journal"]
    assert told() == "listed"
    answer = vault.restores(file, "--replace", "--incomplete")
    assert answer.object["summary"]["damage"]
    vault.restored(vault.back_up())
    assert vault.restores(file, "--replace").codes == ["journal_damaged"]
    assert told() == "unavailable"
    assert "THE JOURNAL IS INCOMPLETE" not in vault.run("restore", "status").stdout


def test_a_damaged_journal_stops_the_restore(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    file = vault.back_up()
    vault.appeals("stayed")
    (path,) = Path(settings.JOURNAL_DIR).glob("silences-*")
    octets = bytearray(path.read_bytes())
    octets[-1] ^= 1
    path.write_bytes(octets)

    assert vault.restores(file, "--replace").codes == ["journal_damaged"]
    assert told() == "unavailable"
    assert vault.confirms("Bilal").codes == ["not_finished"]
    assert vault.restores(file, "--incomplete").exit_code == 0
    assert "THE JOURNAL IS INCOMPLETE" in vault.run("restore", "status").stdout


def test_a_key_store_that_lacks_keys_stops_the_restore(sqlite_vault: Vault) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    file = vault.back_up()
    StoredKey.objects.all().delete()

    assert vault.restores(file, "--replace").codes == ["keys_missing"]
    assert Batch.objects.filter(kind="removal").count() == 0
    assert told() == "unavailable"


def test_a_backup_of_sqlite_is_restored_into_postgresql(
    sqlite_vault: Vault, request: pytest.FixtureRequest
) -> None:
    vault = sqlite_vault
    vault.published(a_row(), *people_rows(3))
    file = vault.back_up()
    vault.appeals("stayed")
    server = request.getfixturevalue("postgres_server")
    server.create("moved", request.getfixturevalue("_postgres_template"))
    try:
        with using(server.url("moved")):
            assert vault.restores(file).exit_code == 0
            vault.confirmed()
            assert (told(), told("3520100000001")) == ("not_listed", "listed")
            assert vault.trail().object["findings"] == []
            vault.published(*people_rows(3, start=60))
    finally:
        server.drop("moved")


def test_a_backup_of_postgresql_is_not_restored_into_sqlite(
    postgres_vault: Vault, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    file = postgres_vault.back_up()
    path = tmp_path / "other.sqlite3"
    shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)

    with using(f"sqlite:///{path}"):
        assert postgres_vault.restores(file).codes == ["other_engine"]
        assert told() == "not_listed"


def test_a_rotation_of_the_ring_hides_nobody_who_was_silenced_after_it(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = tmp_path / "own ring.json"
    monkeypatch.setenv("NSOR_KEYS", str(ring))
    vault.published(a_row(), *people_rows(1))
    file = vault.back_up()
    assert vault.run("keys", "rotate", "--json").exit_code == 0
    vault.appeals("quashed")

    done = vault.restored(file)
    vault.confirmed()

    assert done["summary"]["replayed"] == {"appeal": 1}
    assert (told(), told("3520100000001")) == ("not_listed", "listed")
    assert vault.trail().object["findings"] == []


def test_the_witness_follows_into_the_new_epoch(sqlite_vault: Vault, tmp_path: Path) -> None:
    vault, exchange = sqlite_vault, str(settings.AUDIT_DIR)
    vault.published(a_row())
    assert vault.run("audit", "checkpoint").exit_code == 0
    words = ("audit", "witness", "--exchange", exchange, "--state", str(tmp_path / "w"), "--once")
    assert vault.run(*words).exit_code == 0
    file = vault.back_up()
    vault.appeals("stayed")
    assert vault.run("audit", "checkpoint").exit_code == 0
    assert vault.run(*words).exit_code == 0
    assert vault.trail().object["not_witnessed"] == 0

    vault.restored(file)
    assert vault.run("audit", "checkpoint", "--json").codes == ["trail_behind"]
    vault.confirmed()
    assert vault.run("audit", "checkpoint").exit_code == 0
    witnessed = vault.run(*words)

    assert witnessed.exit_code == 0, witnessed
    found = vault.trail().object
    assert (found["findings"], found["not_witnessed"]) == ([], 0)
    assert found["witnessed"] == Leaf.objects.count()


def test_a_confirmation_that_died_after_the_epoch_was_opened_is_given_again(
    sqlite_vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = sqlite_vault
    vault.published(a_row())
    vault.restored(vault.back_up())
    vault.confirms("Bilal")
    with monkeypatch.context() as patch:
        patch.setattr(confirming.timezone, "now", lambda: 1 / 0)  # asked for after the epoch
        with pytest.raises(ZeroDivisionError):
            vault.confirms("Sana")
    assert told() == "unavailable"
    assert Epoch.objects.count() == 2

    assert vault.confirms("Sana").object["withheld"] is False
    assert told() == "listed"
    assert Epoch.objects.count() == 2
    assert vault.trail().object["findings"] == []
