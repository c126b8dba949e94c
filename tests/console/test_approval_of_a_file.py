"""Deciding on a file: its people page by page, the odd ones first, approved beside the request."""

import re

from approval_building import acts_since, last_entry, of_lahore
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from register_builders import ASLAM, Office, a_row, is_listed, people_rows

from nsor import cnic
from nsor.disclosure import wording
from nsor.register.models import Batch, BatchState
from nsor.web import jobs

ODD = "3520100000012"
"""The last digit stands for a woman."""


def _shown(page: str) -> str:
    digest = re.search(r'name="shown" value="([0-9a-f]+)"', page)
    assert digest is not None, page
    return digest[1]


def test_a_file_is_shown_word_for_word_and_the_odd_ones_first(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(
        a_row(), a_row(cnic=ODD, case_number="2/2020", sex="male", name_en="Odd One")
    )
    desk = Desk(sqlite_office.bilal)

    first = text_of(desk.get("console-approval-file", batch))
    whole = text_of(desk.get("console-approval-file", batch, query={"view": "all"}))

    assert cnic.display(ODD) in first
    assert cnic.display(ASLAM) not in first
    assert "The sex is not the one" in first
    for number in (ASLAM, ODD):
        assert cnic.display(number) in whole
    told = wording.listed(
        "en", name="Muhammad Aslam", father="Ghulam Rasool", sex="male", relation="father"
    )
    assert told.replace("'", "&#x27;") in whole


def test_a_file_is_approved_beside_the_request(office: Office) -> None:
    batch = office.entered(a_row())
    desk = Desk(office.bilal)
    shown = _shown(text_of(desk.get("console-approval-file", batch)))

    answer = desk.post(
        "console-approval-file-approve", batch, data={"shown": shown, "looked": "on"}
    )

    assert answer.status_code == 303
    job = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    jobs.wait(job)
    page = text_of(desk.get("console-approval-job", job))
    assert "1 person" in re.sub(r"<[^>]+>", "", page)
    assert is_listed()
    assert Batch.objects.get(pk=batch).state == BatchState.APPROVED


def test_a_file_is_not_approved_unlooked_at_or_by_who_entered_it(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row())
    desk = Desk(sqlite_office.bilal)
    shown = _shown(text_of(desk.get("console-approval-file", batch)))

    unlooked = desk.post("console-approval-file-approve", batch, data={"shown": shown})
    changed = desk.post(
        "console-approval-file-approve", batch, data={"shown": "0" * 64, "looked": "on"}
    )

    assert (unlooked.status_code, changed.status_code) == (422, 409)
    assert Batch.objects.get(pk=batch).state == BatchState.SUBMITTED


def test_the_job_of_another_is_not_found(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row())
    desk = Desk(sqlite_office.bilal)
    shown = _shown(text_of(desk.get("console-approval-file", batch)))
    answer = desk.post(
        "console-approval-file-approve", batch, data={"shown": shown, "looked": "on"}
    )
    job = answer.headers["Location"].rstrip("/").rpartition("/")[2]
    jobs.wait(job)

    other = Desk(sqlite_office.hire("Chanda", "approval"))

    assert other.get("console-approval-job", job).status_code == 404
    assert desk.get("console-approval-job", "nothing").status_code == 404


def test_a_long_file_is_paged_by_key(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(*people_rows(120))
    desk = Desk(sqlite_office.bilal)
    seen: list[str] = []
    address: str | None = desk.address("console-approval-file", batch) + "?view=all"
    while address:
        page = desk.client.get(address).content.decode()
        assert len(page) < 100_000
        seen += re.findall(r"35201-\d{7}-1", page.split("<thead>")[1].split("</table>")[0])
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following[1].replace("&amp;", "&") if following else None

    assert len(set(seen)) == 120


def test_reading_a_page_of_a_file_is_entered_with_who_was_shown(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(*people_rows(3))
    before = last_entry()

    Desk(sqlite_office.bilal).get("console-approval-file", batch)

    assert acts_since(before) == ["record_read"]


def test_people_outside_the_jurisdiction_are_shown_for_a_reason(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row())
    desk = Desk(of_lahore(sqlite_office.bilal))

    assert "Why do you open this?" in text_of(desk.get("console-approval-file", batch))
    opened = desk.post("console-approval-file", batch, data={"reason": "We were asked to help."})

    assert "Aslam" in text_of(opened)
    assert "Aslam" in text_of(desk.get("console-approval-file", batch))


def test_a_file_is_rejected_with_a_reason(sqlite_office: Office) -> None:
    batch = sqlite_office.entered(a_row())
    desk = Desk(sqlite_office.bilal)

    again = desk.post("console-approval-reject", batch, data={})
    done = desk.post("console-approval-reject", batch, data={"reject-reason": "A wrong file."})

    assert (again.status_code, done.status_code) == (422, 303)
    assert Batch.objects.get(pk=batch).state == BatchState.REJECTED


def test_duplicates_are_looked_for_among_the_people_of_a_page(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(cnic="3520100000001", case_number="7/2020"))
    batch = sqlite_office.entered(a_row())

    page = text_of(
        Desk(sqlite_office.bilal).get("console-approval-file-alike", batch, query={"view": "all"})
    )

    assert cnic.display("3520100000001") in page


def test_a_page_of_a_file_takes_as_many_queries_however_long_it_is(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.bilal)
    counted = []
    for rows in ([*people_rows(2)], [*people_rows(90, 100)]):
        batch = sqlite_office.entered(*rows)
        desk.get("console-approval-file", batch, query={"view": "all"})  # the law is kept
        with CaptureQueriesContext(connection) as queries:
            desk.get("console-approval-file", batch, query={"view": "all"})
        counted.append(len(queries))

    assert counted[0] == counted[1] <= 24
