"""The audit trail on the pages: an auditor finds entries, opens one, verifies and proves."""

import json
import re
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from console_building import Desk, text_of
from counted_queries import own_tables
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from register_builders import Office

from nsor.accounts.models import Officer
from nsor.audit import listing, trail
from nsor.audit.acts import REACHES_OUTSIDE, Act
from nsor.audit.checkpoints import write_checkpoint
from nsor.audit.findings import Kind
from nsor.audit.listing import Place, Wanted
from nsor.audit.models import Entry
from nsor.audit.witness import Witness
from nsor.law.calendar import today
from nsor.secrecy import subjects
from nsor.web import jobs
from nsor.web.console.trail.words import ACTS, FINDINGS, meaning

SCRIPT = Path(__file__).resolve().parents[2] / "docs" / "verify_inclusion.py"
SECRET = "what only the details say"


@pytest.fixture
def auditor(office: Office) -> Officer:
    """Give an auditor of an office, once on each engine."""
    return office.hire("Danish", "audit")


@pytest.fixture
def one_auditor(sqlite_office: Office) -> Officer:
    """Give an auditor where the database makes no difference."""
    return sqlite_office.hire("Danish", "audit")


def recorded(act: Act = Act.SEARCHED, actor: str = "officer:1", subject: str = "") -> int:
    """Record an act; return the entry's number."""
    with transaction.atomic():
        return trail.record(act, actor=actor, subject=subject, details={"note": SECRET})


def numbers_on(page: str) -> list[int]:
    """Return the entries that a page lists, in their order."""
    return [int(one) for one in re.findall(r'<th scope="row"><a href="[^"]*/trail/(\d+)/"', page)]


def looks_for(desk: Desk, **filters: str) -> str:
    """Send the filter; return the page that it leads to."""
    answer = desk.post("console-trail", data=filters)
    assert answer.status_code == 303, text_of(answer)
    return text_of(desk.client.get(answer.headers["Location"]))


def witnessed() -> None:
    """Write a checkpoint and have it cosigned, by a witness whose key the folder names."""
    write_checkpoint()
    folder = Path(settings.AUDIT_DIR)
    witness = Witness(folder, folder.with_name("witness"), None)
    witness.attend()
    (folder / "witness.vkey").write_text(f"{witness.verifier}\n")


@pytest.mark.parametrize("language", ["ur", "en"])
def test_entries_are_found_by_act_officer_subject_and_day(
    office: Office, auditor: Officer, language: str
) -> None:
    desk = Desk(auditor, language)
    amna = f"officer:{office.amna.pk}"
    mine = recorded(Act.RECORD_READ, amna, "offender:17")
    other = recorded(Act.RECORD_READ, f"officer:{office.bilal.pk}", "offender:18")
    clock = recorded(Act.LAW_APPLIED, "system")
    day = today().strftime("%d/%m/%Y")
    before = (today() - timedelta(1)).strftime("%d/%m/%Y")

    assert numbers_on(looks_for(desk))[:3] == [clock, other, mine]
    assert numbers_on(looks_for(desk, act="record_read")) == [other, mine]
    assert numbers_on(looks_for(desk, officer="amna", act="record_read")) == [mine]
    assert numbers_on(looks_for(desk, officer="system")) == [clock]
    assert numbers_on(looks_for(desk, subject="offender:18")) == [other]
    assert numbers_on(looks_for(desk, subject="offender:18", officer="Amna")) == []
    assert mine in numbers_on(looks_for(desk, since=day, until=day))
    assert numbers_on(looks_for(desk, until=before)) == []


@pytest.mark.parametrize(
    ("filters", "field"),
    [
        ({"officer": "Nobody"}, "officer"),
        ({"subject": "35201-1234567-1"}, "subject"),
        ({"subject": "offender:3520112345671"}, "subject"),
        ({"since": "yesterday"}, "since"),
        ({"act": "nothing"}, "act"),
    ],
)
def test_a_filter_that_cannot_be_is_told_and_never_reaches_an_address(
    one_auditor: Officer, filters: dict[str, str], field: str
) -> None:
    answer = Desk(one_auditor).post("console-trail", data=filters)
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in text_of(answer)


def test_pages_follow_each_other_without_a_gap(office: Office, auditor: Officer) -> None:
    with transaction.atomic():
        made = trail.record_all(
            trail.NewEntry(Act.SEARCHED, "officer:1", "", None, None) for _ in range(120)
        )
    desk = Desk(auditor)
    page, seen = looks_for(desk, act="searched"), []
    while True:
        seen += numbers_on(page)
        following = re.search(r'href="(\?[^"]*after=[^"]*)" rel="next"', page)
        if following is None:
            break
        query = following[1].replace("&amp;", "&")
        page = text_of(desk.client.get(desk.address("console-trail") + query))
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(act="searched"),
        Wanted(actor="officer:1"),
        Wanted(act="searched", actor="officer:1"),
        Wanted(subject="offender:1"),
        Wanted(subject="offender:1", act="searched", since=0, before=2**62),
        Wanted(since=0, before=2**62),
    ],
)
def test_each_way_of_asking_has_its_index(sqlite_office: Office, wanted: Wanted) -> None:
    recorded(subject="offender:1")
    with CaptureQueriesContext(connection) as asked:
        listing.entries(wanted, 51, Place(2**62, 2**62))
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {asked[0]['sql']}")
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "SEARCH audit_entry USING INDEX" in plan, plan
    assert "TEMP B-TREE" not in plan or wanted.subject, plan


def opens(desk: Desk, number: int, reason: str) -> HttpResponse:
    """Ask for the details of an entry."""
    return desk.post("console-trail-entry", number, data={"reason": reason})


@pytest.mark.parametrize("language", ["ur", "en"])
def test_details_are_opened_on_request_with_a_reason_and_that_is_entered(
    office: Office, auditor: Officer, language: str
) -> None:
    desk, number = Desk(auditor, language), recorded()
    assert SECRET not in text_of(desk.get("console-trail-entry", number))
    refused = opens(desk, number, "")
    assert refused.status_code == 422
    assert SECRET not in text_of(refused)
    assert not Entry.objects.filter(act=Act.TRAIL_READ).exists()

    opened = opens(desk, number, "A complaint of March")
    assert opened.status_code == 200
    assert SECRET in text_of(opened)
    read = Entry.objects.get(act=Act.TRAIL_READ)
    assert (read.actor, read.subject) == (f"officer:{auditor.pk}", f"entry:{number}")
    assert trail.details(read.pk) == {"reason": "A complaint of March"}


def test_details_whose_key_is_destroyed_are_told_to_be_gone(one_auditor: Officer) -> None:
    (key,) = subjects.new_keys(1)
    with transaction.atomic():
        number = trail.record(Act.CORRECTED, actor="officer:1", details={"a": SECRET}, key=key)
    subjects.destroy([key.id])
    page = text_of(opens(Desk(one_auditor), number, "A complaint"))
    assert "was destroyed" in page


def test_an_entry_that_is_not_there_has_no_page(one_auditor: Officer) -> None:
    desk = Desk(one_auditor)
    for number in (999_999, 2**70):
        assert desk.get("console-trail-entry", number).status_code == 404
        assert desk.get("console-trail-proof", number).status_code == 404


def verified(desk: Desk) -> str:
    """Have the whole trail be verified; return the page that tells what came of it."""
    answer = desk.post("console-trail-verify", data={})
    assert answer.status_code == 303
    address = answer.headers["Location"]
    jobs.wait(address.rstrip("/").rpartition("/")[2])
    return text_of(desk.client.get(address))


@pytest.mark.parametrize("language", ["ur", "en"])
def test_a_whole_trail_is_verified(office: Office, auditor: Officer, language: str) -> None:
    recorded()
    witnessed()
    desk = Desk(auditor, language)
    page = verified(desk)
    assert 'class="notice good"' in page
    entry = Entry.objects.get(act=Act.TRAIL_VERIFIED)
    details = trail.details(entry.pk)
    assert details is not None
    assert (details["whole"], details["findings"]) == (True, 0)
    assert 'class="tag good"' in text_of(desk.get("console-trail-verify"))


def test_a_trail_that_was_changed_is_named(sqlite_office: Office, one_auditor: Officer) -> None:
    number = recorded()
    witnessed()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER audit_entry_no_update")
        cursor.execute("UPDATE audit_entry SET actor = 'officer:9' WHERE id = %s", [number])
    page = verified(Desk(one_auditor))
    assert "is NOT whole" in page
    assert f"/trail/{number}/" in page
    assert "A column of the entry was changed." in page


def test_a_verification_is_its_officers_alone(sqlite_office: Office, one_auditor: Officer) -> None:
    answer = Desk(one_auditor).post("console-trail-verify", data={})
    job = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    jobs.wait(job)
    other = Desk(sqlite_office.hire("Erum", "audit"))
    assert other.get("console-trail-verification", job).status_code == 404


def test_a_proof_is_checked_by_the_script_for_outsiders(
    office: Office, auditor: Officer, tmp_path: Path
) -> None:
    number, desk = recorded(), Desk(auditor)
    early = desk.get("console-trail-proof", number)
    assert early.status_code == 303
    assert 'class="notice error"' in text_of(desk.client.get(early.headers["Location"]))

    witnessed()
    answer = desk.get("console-trail-proof", number)
    assert json.loads(answer.content)["entry"] == number
    path = tmp_path / "proof.json"
    path.write_bytes(answer.content)
    checked = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(path)], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("language", ["ur", "en"])
def test_checkpoints_say_what_is_not_yet_witnessed(
    office: Office, auditor: Officer, language: str
) -> None:
    desk = Desk(auditor, language)
    assert desk.get("console-trail-checkpoints").status_code == 200
    recorded()
    witnessed()
    recorded()
    page = text_of(desk.get("console-trail-checkpoints"))
    entries = Entry.objects.count()
    assert f'<dd><bdi dir="ltr">{entries}</bdi></dd>' in page
    assert '<dd><bdi dir="ltr">1</bdi></dd>' in page
    (Path(settings.AUDIT_DIR) / "cosigned").write_text("not a checkpoint")
    assert 'class="notice bad"' in text_of(desk.get("console-trail-checkpoints"))


def test_acts_without_an_outcome_are_listed(office: Office, auditor: Officer) -> None:
    ended, left = (
        trail.intent(Act.EXPORTED, actor="officer:1", subject="batch:1") for _ in range(2)
    )
    trail.outcome(ended, actor="officer:1", done=True)
    recorded(Act.TRAIL_READ, subject=f"entry:{left}")
    assert trail.without_outcome() == [left]
    desk = Desk(auditor)
    for query in ({}, {"all": "yes"}):
        page = text_of(desk.get("console-trail-unended", query=query))
        assert numbers_on(page) == [left]
    assert trail.without_outcome(time.time_ns() // 1000 + 1_000_000) == []
    assert len(REACHES_OUTSIDE) == 4


@pytest.mark.parametrize("role", ["entry", "approval", "supervision", "administration"])
def test_the_trail_is_the_auditors_alone(sqlite_office: Office, role: str) -> None:
    number = recorded()
    desk = Desk(sqlite_office.hire("Somebody", role))
    for name, args in (
        ("console-trail", ()),
        ("console-trail-entry", (number,)),
        ("console-trail-proof", (number,)),
        ("console-trail-checkpoints", ()),
        ("console-trail-unended", ()),
        ("console-trail-verify", ()),
        ("console-trail-verification", ("0" * 32,)),
    ):
        assert desk.get(name, *args).status_code == 403
    assert opens(desk, number, "Because").status_code == 403
    assert not Entry.objects.filter(act=Act.TRAIL_READ).exists()


def test_pages_ask_the_database_a_counted_number_of_times(one_auditor: Officer) -> None:
    number = recorded()
    witnessed()
    desk = Desk(one_auditor)
    for name, args, tables in (
        ("console-trail", (), ["audit_entry"]),
        ("console-trail-entry", (number,), ["audit_entry"]),
        ("console-trail-verify", (), ["web_job"]),
        ("console-trail-unended", (), ["audit_entry"]),
        (
            "console-trail-checkpoints",
            (),
            ["audit_epoch", "audit_leaf", "audit_leaf", "audit_entry"],
        ),
    ):
        desk.get(name, *args)
        with CaptureQueriesContext(connection) as asked:
            desk.get(name, *args)
        assert own_tables(asked) == tables, name


@pytest.mark.parametrize("language", ["ur", "en"])
def test_each_act_and_finding_has_its_words(language: str) -> None:
    with translation.override("en"):
        assert {name: str(words) for name, words in ACTS.items()} == {
            one.value: one.meaning for one in Act
        }
        assert {name: str(words) for name, words in FINDINGS.items()} == {
            one.value: one.meaning for one in Kind
        }
    with translation.override(language):
        assert all(meaning(one) for one in (*Act, *Kind))
