"""The page of a record: what it shows to whom, and what it leaves in the trail."""

from datetime import timedelta

import pytest
from console_building import Desk, text_of
from counted_queries import own_tables
from django.utils import timezone
from record_building import (
    KARACHI,
    LAHORE,
    WHY,
    aslam,
    counted_queries,
    entries,
    stationed,
    told_in_trail,
)
from register_builders import ASLAM, YOUSAF, Office, a_row

from nsor.audit.acts import Act
from nsor.register import acting, services
from nsor.register.models import Batch, Offender
from nsor.web.console import kept
from nsor.web.words import word

QUERIES = 26
"""Tables that the page asks, beside those of the session."""
KEY_QUERIES = 3
"""Look-ups in the store of people's keys."""
SAYS = {"en": "Muhammad Aslam", "ur": "محمد اسلم"}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_record_is_shown_whole_in_both_languages(sqlite_office: Office, language: str) -> None:
    offender = aslam(sqlite_office)

    page = Desk(sqlite_office.amna, language).get("console-record", offender.pk)

    text = text_of(page)
    assert page.status_code == 200
    for shown in (*SAYS.values(), "غلام رسول", "35201-1234567-1", "PPC 376", "Amna", "Bilal"):
        assert shown in text
    assert "خبردار! محمد اسلم ولد غلام رسول سزا یافتہ مجرم ہے۔" in text
    assert "Beware! Muhammad Aslam son of Ghulam Rasool is a convict." in text
    assert "Sessions Court, Lahore" in text
    assert len(page.content) < 100_000


def test_opening_a_record_is_an_entry_in_the_trail(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)

    Desk(sqlite_office.amna).get("console-record", offender.pk)

    (entry,) = entries(Act.RECORD_READ)
    assert entry.actor == f"officer:{sqlite_office.amna.pk}"
    assert entry.subject == f"offender:{offender.pk}"


@pytest.mark.parametrize("role", ["audit", "administration"])
def test_other_roles_see_nothing_and_leave_no_entry(sqlite_office: Office, role: str) -> None:
    offender = aslam(sqlite_office)

    page = Desk(sqlite_office.hire("Other", role)).get("console-record", offender.pk)

    assert page.status_code == 403
    assert "Aslam" not in text_of(page)
    assert entries(Act.RECORD_READ) == []


def test_a_supervising_officer_reads_and_is_offered_no_act(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.hire("Sana", "supervision"))

    text = text_of(desk.get("console-record", offender.pk))

    assert "Muhammad Aslam" in text
    assert desk.address("console-record-suspend", offender.pk) not in text
    assert desk.get("console-record-suspend", offender.pk).status_code == 409


# outside the jurisdiction


def test_outside_the_jurisdiction_nothing_is_shown_before_a_reason(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))

    page = desk.get("console-record", offender.pk)

    assert page.status_code == 200
    assert 'name="reason"' in text_of(page)
    for hidden in ("Aslam", "اسلم", "35201"):
        assert hidden not in text_of(page)
    assert entries(Act.RECORD_READ) == []


def test_a_reason_opens_the_record_and_holds_for_its_other_pages(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    asked = desk.address("console-record-suspend", offender.pk)

    answer = desk.post(
        "console-record-reason", offender.pk, data={"reason": WHY, "go_on_to": asked}
    )

    assert (answer.status_code, answer.headers["Location"]) == (303, asked)
    assert "Muhammad Aslam" in text_of(desk.client.get(asked))
    assert "Muhammad Aslam" in text_of(desk.get("console-record", offender.pk))
    reads = entries(Act.RECORD_READ)
    assert len(reads) == 2
    assert told_in_trail(reads[0]) == {"reason": WHY, "outside": True}


def test_a_reason_is_for_one_person_and_ends(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    offender = aslam(sqlite_office)
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="7/2020", district="Lahore"))
    other = acting.find(YOUSAF)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    desk.post("console-record-reason", offender.pk, data={"reason": WHY})

    assert 'name="reason"' in text_of(desk.get("console-record", other.pk))

    later = timezone.now() + timedelta(minutes=16)
    monkeypatch.setattr(kept, "_now", later.timestamp)
    assert 'name="reason"' in text_of(desk.get("console-record", offender.pk))


@pytest.mark.parametrize("reason", ["", "   ", "the victim is his daughter Zainab"])
def test_a_reason_that_cannot_be_taken_is_asked_for_again(
    sqlite_office: Office, reason: str
) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))

    page = desk.post("console-record-reason", offender.pk, data={"reason": reason})

    assert page.status_code == 422
    assert 'aria-invalid="true"' in text_of(page)
    assert "Aslam" not in text_of(page)


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_a_reason_leads_nowhere_else(sqlite_office: Office, address: str) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))

    answer = desk.post(
        "console-record-reason", offender.pk, data={"reason": WHY, "go_on_to": address}
    )

    assert answer.headers["Location"] == desk.address("console-record", offender.pk)


def test_within_the_jurisdiction_no_reason_is_asked_for(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Lubna", "entry", LAHORE))
    assert "Muhammad Aslam" in text_of(desk.get("console-record", offender.pk))


def test_the_reason_lies_nowhere_in_clear(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "entry", KARACHI))
    desk.post("console-record-reason", offender.pk, data={"reason": "FIR 77 of Ravi"})
    assert "Ravi" not in str(dict(desk.client.session))


# who isn't there


@pytest.mark.parametrize("number", [0, 999_999, 2**63, 10**30])
def test_a_number_of_nobody_is_not_found(sqlite_office: Office, number: int) -> None:
    aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    for page in ("console-record", "console-record-past", "console-record-suspend"):
        assert desk.get(page, number).status_code == 404


def test_a_merged_record_leads_to_the_one_it_was_merged_into(sqlite_office: Office) -> None:
    root = aslam(sqlite_office)
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="7/2020", district="Lahore"))
    other = acting.find(YOUSAF)
    services.approve(
        services.merge(root, other, sqlite_office.amna, WHY).batch or 0, sqlite_office.bilal
    )
    desk = Desk(sqlite_office.amna)

    answer = desk.get("console-record", other.pk)

    assert answer.headers["Location"] == desk.address("console-record", root.pk)
    text = text_of(desk.get("console-record", root.pk))
    assert "35201-9876543-1" in text
    assert desk.address("console-record-unmerge", other.pk) in text


def test_a_removed_person_is_gone(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    services.remove(offender, sqlite_office.amna, WHY)
    services.approve(Batch.objects.get(kind="removal").pk, sqlite_office.bilal)
    desk = Desk(sqlite_office.amna)

    for page in ("console-record", "console-record-suspend"):
        answer = desk.get(page, offender.pk)
        assert answer.status_code == 410
        assert "Aslam" not in text_of(answer)


def test_what_is_only_being_read_in_is_not_there(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    Batch.objects.update(state="staging")
    assert Desk(sqlite_office.amna).get("console-record", offender.pk).status_code == 404


def test_why_nothing_is_told_is_said_in_words(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office, juvenile="yes", date_of_birth="2004-01-01")
    text = text_of(Desk(sqlite_office.amna).get("console-record", offender.pk))
    assert word("juvenile", "silence") in text
    assert "Beware!" not in text
    assert f'CNIC <bdi dir="ltr">{ASLAM}</bdi>: no record' in text


def test_the_page_asks_the_database_a_fixed_number_of_times(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    desk.get("console-record", offender.pk)
    with counted_queries() as found, counted_queries("keys") as keys:
        desk.get("console-record", offender.pk)
    for year in range(2010, 2016):
        sqlite_office.published(
            a_row(case_number=f"1/{year}", convicted_on=f"{year}-06-01", offence_on="2009-01-01")
        )
        services.record_appeal(ASLAM, f"1/{year}", "stayed", sqlite_office.amna, WHY)
    with counted_queries() as of_many, counted_queries("keys") as keys_of_many:
        desk.get("console-record", offender.pk)
    assert len(own_tables(found)) == len(own_tables(of_many)) == QUERIES
    assert len(keys) == len(keys_of_many) == KEY_QUERIES


def test_no_query_or_address_of_the_page_carries_a_name(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    text = text_of(Desk(sqlite_office.amna).get("console-record", offender.pk))
    title = text[text.index("<title>") : text.index("</title>")]
    assert "Aslam" not in title
    assert Offender.objects.count() == 1
