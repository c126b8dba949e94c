"""Serving documents: the copy alone, with the trail's intent and outcome, and in no other frame."""

import pytest
from approval_building import a_document, acts_since, last_entry, of_lahore
from console_building import Desk, text_of
from evidence_builders import SECRET, a_paper, a_scan
from register_builders import ASLAM, YOUSAF, Office, a_row

from nsor.register import acting, services
from nsor.register.evidence import store


@pytest.mark.parametrize(
    ("octets", "media_type", "sandboxed"),
    [(a_scan, "image/png", True), (a_paper, "application/pdf", False)],
)
def test_a_document_is_served_as_what_it_is_and_framed_by_us_alone(
    sqlite_office: Office, octets: object, media_type: str, sandboxed: bool
) -> None:
    sqlite_office.published(a_row())
    aslam = acting.find(ASLAM)
    document = a_document(sqlite_office, aslam, octets())  # type: ignore[operator]
    before = last_entry()

    answer = Desk(sqlite_office.bilal).get("console-record-evidence", aslam.pk, document.pk)

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert ("sandbox" in policy) == sandboxed
    assert SECRET.encode() not in answer.content
    assert acts_since(before) == ["evidence_served", "outcome_done"]


def test_what_belongs_to_somebody_else_is_not_found(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(), a_row(cnic=YOUSAF, case_number="3/2020"))
    document = a_document(sqlite_office, acting.find(ASLAM), a_scan())
    desk = Desk(sqlite_office.bilal)

    for offender, number in ((acting.find(YOUSAF).pk, document.pk), (99, 1), (1, 4711)):
        assert desk.get("console-record-evidence", offender, number).status_code == 404


def test_of_somebody_removed_nothing_is_served(office: Office) -> None:
    office.published(a_row())
    aslam = acting.find(ASLAM)
    document = a_document(office, aslam, a_scan())
    asked = services.remove(aslam, office.amna, "as the court ordered")
    assert asked.batch is not None
    services.approve(asked.batch, office.bilal)
    before = last_entry()

    answer = Desk(office.bilal).get("console-record-evidence", aslam.pk, document.pk)

    assert answer.status_code == 404
    assert acts_since(before) == []


def test_a_document_whose_file_is_gone_is_not_found_and_the_trail_says_so(
    sqlite_office: Office,
) -> None:
    sqlite_office.published(a_row())
    aslam = acting.find(ASLAM)
    document = a_document(sqlite_office, aslam, a_scan())
    store.destroy_files(aslam)
    before = last_entry()

    answer = Desk(sqlite_office.bilal).get("console-record-evidence", aslam.pk, document.pk)

    assert answer.status_code == 404
    assert acts_since(before) == ["evidence_served", "outcome_failed"]


def test_outside_the_jurisdiction_a_document_asks_why_it_is_opened(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    aslam = acting.find(ASLAM)
    document = a_document(sqlite_office, aslam, a_scan())

    answer = Desk(of_lahore(sqlite_office.bilal)).get(
        "console-record-evidence", aslam.pk, document.pk
    )

    assert answer.headers["Content-Type"].startswith("text/html")
    assert "reason" in text_of(answer)


def test_an_auditor_has_no_business_with_documents(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    aslam = acting.find(ASLAM)
    document = a_document(sqlite_office, aslam, a_scan())

    auditor = Desk(sqlite_office.hire("Danish", "audit"))

    assert auditor.get("console-record-evidence", aslam.pk, document.pk).status_code == 403


def test_the_page_of_an_act_shows_the_documents_from_our_own_address(
    sqlite_office: Office,
) -> None:
    sqlite_office.published(a_row())
    aslam = acting.find(ASLAM)
    scan, paper = (a_document(sqlite_office, aslam, one) for one in (a_scan(), a_paper()))
    services.withdraw(ASLAM, sqlite_office.amna, "as the court ordered")
    asked = services.restore(aslam, sqlite_office.amna, "as the court ordered", evidence=scan)
    desk = Desk(sqlite_office.bilal)

    page = text_of(desk.get("console-approval-batch", asked.batch))

    assert f'<img class="evidence" src="/en/console/record/{aslam.pk}/evidence/{scan.pk}/"' in page
    paper_address = f"/en/console/record/{aslam.pk}/evidence/{paper.pk}/"
    assert f'<iframe class="evidence" src="{paper_address}"' in page
    assert page.index("<img class") < page.index("<iframe")
    assert "named by this act" in page
