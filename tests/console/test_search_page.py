"""The page of a search."""

from datetime import timedelta

import pytest
from console_building import Desk, text_of
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.utils import timezone
from record_building import aslam, counted_queries, entries, told_in_trail
from register_builders import ASLAM, YOUSAF, Office, a_row, people_rows

from nsor.audit.acts import Act
from nsor.register.search import searching
from nsor.web.console import kept


def searched(desk: Desk, **asked: str) -> HttpResponse:
    """Send a search, and go where it leads."""
    answer = desk.post("console-search", data=asked)
    assert answer.status_code == 303, text_of(answer)
    return desk.client.get(answer.headers["Location"])  # type: ignore[return-value]


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize(
    "asked",
    [
        {"name": "Mohammad Aslam"},
        {"name": "محمد اسلم"},
        {"number": "35201-1234567-1"},
        {"number": "۳۵۲۰۱۱۲۳۴۵۶۷۱"},
        {"number": " 35201 1234567 1 "},
        {"father": "Ghulam Rasul", "district": "Lahore"},
        {"section": "ppc 376", "convicted_from": "1/1/2020", "convicted_to": "31-12-2020"},
        {"name": "Aslam", "born_from": "1979", "born_to": "۱۹۸۱", "status": "published"},
    ],
)
def test_somebody_is_found_by_what_is_known(
    sqlite_office: Office, language: str, asked: dict[str, str]
) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna, language)

    text = text_of(searched(desk, **asked))

    assert f'href="{desk.address("console-record", offender.pk)}"' in text
    assert "محمد اسلم" in text
    assert "35201-1234567-1" in text


def test_the_results_open_again_and_in_the_other_language(sqlite_office: Office) -> None:
    aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    address = desk.post("console-search", data={"name": "Aslam"}).headers["Location"]

    for place in (address, address, address.removeprefix("/en")):
        text = text_of(desk.client.get(place))
        assert "Muhammad Aslam" in text
        assert 'value="Aslam"' in text
    assert len(entries(Act.SEARCHED)) == 3


def test_what_was_asked_is_in_no_address_and_nowhere_in_clear(sqlite_office: Office) -> None:
    aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    answer = desk.post("console-search", data={"name": "Qalandar", "number": ASLAM})
    for told in ("Qalandar", ASLAM):
        assert told not in answer.headers["Location"]
        assert told not in str(dict(desk.client.session))
        for row in Session.objects.all():
            assert told not in str(row.get_decoded())


def test_a_search_is_its_own_officers_and_ends(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    address = desk.post("console-search", data={"name": "Aslam"}).headers["Location"]

    assert Desk(sqlite_office.bilal).client.get(address).status_code == 404
    later = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(kept, "_now", later.timestamp)
    ended = desk.client.get(address)
    assert ended.status_code == 404
    assert "Muhammad Aslam" not in text_of(ended)  # type: ignore[arg-type]


def test_the_reason_goes_into_the_trail_with_the_search(sqlite_office: Office) -> None:
    aslam(sqlite_office)
    searched(Desk(sqlite_office.amna), name="Aslam", reason="FIR 77 of 2026")
    (entry,) = entries(Act.SEARCHED)
    assert told_in_trail(entry)["reason"] == "FIR 77 of 2026"


def test_nobody_found_never_sounds_safe(sqlite_office: Office) -> None:
    aslam(sqlite_office)
    text = text_of(searched(Desk(sqlite_office.amna), number=YOUSAF))
    assert "Nobody whom the register holds fits what you asked for." in text
    for word in ("safe", "clear", "clean"):
        assert word not in text.partition('id="results"')[2].partition("</section>")[0]


def test_too_many_are_told_in_words_what_to_add(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST", 3)
    sqlite_office.published(*people_rows(5))
    for language, told in (("en", "the district"), ("ur", "ضلع")):
        text = text_of(searched(Desk(sqlite_office.amna, language), name="Muhammad Aslam"))
        assert told in text
        assert "Ghulam Rasool" not in text


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"reason": "only a reason"},
        {"number": "35201"},
        {"number": "0000000000000"},
        {"number": "9" * 5000},
        {"name": "a" * 201},
        {"convicted_from": "31/02/2020"},
        {"convicted_from": "2/1/2022", "convicted_to": "1/1/2022"},
        {"born_from": "1990", "born_to": "1980"},
        {"born_from": "x"},
        {"born_from": "9" * 400},
        {"status": "removed", "name": "Aslam"},
    ],
)
def test_what_cannot_be_searched_for_is_told_and_stays(
    sqlite_office: Office, asked: dict[str, str]
) -> None:
    page = Desk(sqlite_office.amna).post("console-search", data=asked)
    assert page.status_code == 422
    assert 'class="errors"' in text_of(page)
    assert entries(Act.SEARCHED) == []


@pytest.mark.parametrize(
    "name", ["\x00", "<script>alert(1)</script>", "'; DROP TABLE", "\u202e\u202d"]
)
def test_hostile_text_is_searched_for_and_shown_as_text(sqlite_office: Office, name: str) -> None:
    answer = Desk(sqlite_office.amna).post("console-search", data={"name": name})
    assert answer.status_code in (303, 422)
    assert b"<script>alert" not in answer.content


def test_a_made_up_token_is_not_found(sqlite_office: Office) -> None:
    assert Desk(sqlite_office.amna).get("console-search-results", "x" * 22).status_code == 404


@pytest.mark.parametrize(("role", "status"), [("supervision", 200), ("audit", 403)])
def test_whose_the_search_is(sqlite_office: Office, role: str, status: int) -> None:
    desk = Desk(sqlite_office.hire("Other", role))
    assert desk.get("console-search").status_code == status


def test_merged_people_come_once(sqlite_office: Office) -> None:
    from nsor.register import acting, services

    root = aslam(sqlite_office)
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="7/2020"))
    merged = services.merge(root, acting.find(YOUSAF), sqlite_office.amna, "one man")
    services.approve(merged.batch or 0, sqlite_office.bilal)
    text = text_of(searched(Desk(sqlite_office.amna), number=YOUSAF))
    assert text.count("console/record/") == 1


def test_a_page_of_results_asks_as_often_for_one_as_for_many(sqlite_office: Office) -> None:
    aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    one = desk.post("console-search", data={"section": "PPC 376"}).headers["Location"]
    desk.client.get(one)
    with counted_queries() as few:
        desk.client.get(one)
    sqlite_office.published(*people_rows(60))
    with counted_queries() as many:
        page = desk.client.get(one)
    assert len(few) == len(many)
    assert len(page.content) < 100_000
