"""A record as of an earlier day, as known at a moment."""

from datetime import date, timedelta

import pytest
from console_building import Desk, text_of
from record_building import KARACHI, WHY, aslam, entries, stationed
from register_builders import ASLAM, Office

from nsor.audit.acts import Act
from nsor.law.calendar import today
from nsor.register import services
from nsor.register.models import Batch

NOW = {"on": today().isoformat()}


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_past_is_marked_as_such_and_leads_back(sqlite_office: Office, language: str) -> None:
    offender = aslam(sqlite_office)
    services.record_appeal(
        ASLAM, "12/2020", "stayed", sqlite_office.amna, WHY, effective_on=date(2024, 1, 1)
    )
    desk = Desk(sqlite_office.amna, language)

    text = text_of(desk.get("console-record-past", offender.pk, query={"on": "2023-12-31"}))

    assert 'class="notice warning"' in text
    assert f'href="{desk.address("console-record", offender.pk)}"' in text
    assert "Muhammad Aslam" in text
    assert "Beware! Muhammad Aslam" in text
    later = text_of(desk.get("console-record-past", offender.pk, query={"on": "1/1/2024"}))
    assert "Beware!" not in later


def test_what_was_known_then_is_shown_and_not_what_is_known_now(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    yesterday = (today() - timedelta(days=1)).isoformat()

    page = desk.get(
        "console-record-past", offender.pk, query={"on": "2021-01-01", "known_on": yesterday}
    )

    assert page.status_code == 200
    assert "Aslam" not in text_of(page)
    assert "Nothing of this person had been entered by then." in text_of(page)


def test_without_a_day_the_page_asks_for_one(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    page = Desk(sqlite_office.amna).get("console-record-past", offender.pk)
    assert page.status_code == 200
    assert 'name="on"' in text_of(page)
    assert "Aslam" not in text_of(page)
    assert entries(Act.HISTORY_READ) == []


def test_reading_the_past_is_an_entry_and_asks_why_outside(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(stationed(sqlite_office, "Kiran", "approval", KARACHI))
    asked = desk.address("console-record-past", offender.pk) + "?on=2021-01-01"

    page = desk.client.get(asked)
    assert "Aslam" not in text_of(page)
    assert entries(Act.HISTORY_READ) == []

    answer = desk.post(
        "console-record-reason", offender.pk, data={"reason": WHY, "go_on_to": asked}
    )
    assert answer.headers["Location"] == asked
    assert "Muhammad Aslam" in text_of(desk.client.get(asked))
    assert len(entries(Act.HISTORY_READ)) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"on": ""},
        {"on": "yesterday"},
        {"on": "2021-13-45"},
        {"on": "1/1/1800"},
        {"on": "1/1/2300"},
        {"on": "٣١/٠٢/٢٠٢٠"},
        {"on": "2021-01-01", "known_on": "x" * 10_000},
        {"on": "2021-01-01", "known_on": "0/0/0"},
    ],
)
def test_a_bad_day_is_told_at_its_field(sqlite_office: Office, query: dict[str, str]) -> None:
    offender = aslam(sqlite_office)
    page = Desk(sqlite_office.amna).get("console-record-past", offender.pk, query=query)
    assert page.status_code == 422
    assert 'aria-invalid="true"' in text_of(page)
    assert entries(Act.HISTORY_READ) == []


def test_of_a_removed_person_the_past_tells_nothing_of_who_they_were(
    sqlite_office: Office,
) -> None:
    offender = aslam(sqlite_office)
    services.remove(offender, sqlite_office.amna, WHY)
    services.approve(Batch.objects.get(kind="removal").pk, sqlite_office.bilal)

    page = Desk(sqlite_office.amna).get("console-record-past", offender.pk, query=NOW)

    assert page.status_code == 200
    for gone in ("Aslam", "اسلم", "35201", "Sessions"):
        assert gone not in text_of(page)
