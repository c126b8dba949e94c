"""The acts on a record: what each asks for, what it does, and who may."""

from datetime import date

import pytest
from console_building import Desk, text_of
from django.core.files.uploadedfile import SimpleUploadedFile
from evidence_builders import a_paper
from law_building import enacted, term_of
from record_building import WHY, aslam
from register_builders import YOUSAF, Office, a_row, is_listed

from nsor.law.calendar import today
from nsor.register import acting, services
from nsor.register.models import Batch, Evidence, Offender, Review
from nsor.web.console.record.deeds import DEEDS

SILENCING = {
    "suspend": {"ground": "court_order"},
    "withdraw": {},
    "death": {"died_on": "31/12/2023"},
    "remove": {},
}


@pytest.mark.parametrize("name", SILENCING)
def test_what_silences_takes_two_clicks_and_a_reason(sqlite_office: Office, name: str) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    address = desk.address(f"console-record-{name}", offender.pk)
    assert address in text_of(desk.get("console-record", offender.pk))
    confirm = text_of(desk.client.get(address))
    assert "Muhammad Aslam" in confirm
    assert "35201-1234567-1" in confirm

    answer = desk.client.post(address, {"reason": WHY, **SILENCING[name]})

    assert answer.status_code == 303
    assert not is_listed()
    act = Batch.objects.exclude(kind__in=("import", "removal")).get()
    assert acting.open_reason(act) == WHY
    assert "Muhammad Aslam" in text_of(desk.get("console-record", offender.pk))


@pytest.mark.parametrize("name", SILENCING)
def test_without_a_reason_nothing_happens_and_what_was_typed_stays(
    sqlite_office: Office, name: str
) -> None:
    offender = aslam(sqlite_office)

    page = Desk(sqlite_office.amna).post(
        f"console-record-{name}", offender.pk, data={"reason": " ", **SILENCING[name]}
    )

    assert page.status_code == 422
    assert is_listed()
    assert 'aria-invalid="true"' in text_of(page)
    for typed in SILENCING[name].values():
        assert typed in text_of(page)


def test_asking_to_restore_waits_for_a_second_officer(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    desk.post("console-record-withdraw", offender.pk, data={"reason": WHY})

    answer = desk.post("console-record-restore", offender.pk, data={"reason": WHY})

    assert answer.status_code == 303
    assert not is_listed()
    assert Batch.objects.get(kind="restore").state == "submitted"
    shown = text_of(desk.get("console-record", offender.pk))
    assert desk.address("console-record-restore", offender.pk) not in shown


def test_a_state_in_which_something_cannot_be_done_says_so(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    assert desk.get("console-record-restore", offender.pk).status_code == 409
    answer = desk.post("console-record-restore", offender.pk, data={"reason": WHY})
    assert answer.status_code == 409
    assert not Batch.objects.filter(kind="restore").exists()


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("death", {"died_on": "31/02/2023"}, "day/month/year"),
        ("death", {"died_on": "1/1/2200"}, ""),
        ("suspend", {"ground": "withdrawn"}, ""),
        ("suspend", {}, ""),
        ("withdraw", {"reason": "x" * 5000}, ""),
    ],
)
def test_hostile_input_is_told_at_its_field(
    sqlite_office: Office, name: str, data: dict[str, str], told: str
) -> None:
    offender = aslam(sqlite_office)
    page = Desk(sqlite_office.amna).post(
        f"console-record-{name}", offender.pk, data={"reason": WHY} | data
    )
    assert page.status_code == 422
    assert told in text_of(page)
    assert is_listed()


def test_a_new_document_goes_with_the_act_and_stays_on_the_record(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.amna)
    paper = SimpleUploadedFile("order.pdf", a_paper(), "application/pdf")

    desk.post(
        "console-record-suspend",
        offender.pk,
        data={"reason": WHY, "ground": "court_order", "document": paper},
    )

    evidence = Evidence.objects.get()
    assert (evidence.kind, evidence.offender_id) == ("order", offender.pk)
    assert Batch.objects.get(kind="suspension").evidence == evidence
    again = desk.post(
        "console-record-withdraw", offender.pk, data={"reason": WHY, "evidence": evidence.pk}
    )
    assert again.status_code == 303
    assert Batch.objects.get(kind="withdrawal").evidence == evidence


@pytest.mark.parametrize(
    ("name", "octets"), [("order.pdf", b"no paper"), ("order.exe", b"MZ"), ("a.png", b"\x89PNG")]
)
def test_a_file_that_is_no_document_is_refused_and_nothing_is_done(
    sqlite_office: Office, name: str, octets: bytes
) -> None:
    offender = aslam(sqlite_office)
    page = Desk(sqlite_office.amna).post(
        "console-record-suspend",
        offender.pk,
        data={
            "reason": WHY,
            "ground": "dispute",
            "document": SimpleUploadedFile(name, octets),
        },
    )
    assert page.status_code == 422
    assert not Evidence.objects.exists()
    assert is_listed()


def test_a_merger_is_undone_from_the_record(sqlite_office: Office) -> None:
    root = aslam(sqlite_office)
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="7/2020"))
    other = acting.find(YOUSAF)
    services.approve(
        services.merge(root, other, sqlite_office.amna, WHY).batch or 0, sqlite_office.bilal
    )
    desk = Desk(sqlite_office.amna)
    assert desk.get("console-record-unmerge", other.pk).status_code == 200
    assert desk.post("console-record-unmerge", other.pk, data={"reason": ""}).status_code == 422

    answer = desk.post("console-record-unmerge", other.pk, data={"reason": WHY})

    assert answer.headers["Location"] == desk.address("console-record", root.pk)
    assert Batch.objects.get(kind="unmerge").state == "submitted"
    assert desk.post("console-record-unmerge", other.pk, data={"reason": WHY}).status_code == 422
    assert desk.get("console-record-unmerge", root.pk).status_code == 404


def test_a_review_is_recorded_from_the_record(sqlite_office: Office) -> None:
    enacted(sqlite_office, "term", term_of(None, review_after_months=12))
    offender = aslam(sqlite_office)
    desk = Desk(sqlite_office.hire("Sana", "supervision"))
    assert desk.address("console-record-review", offender.pk) in text_of(
        desk.get("console-record", offender.pk)
    )

    answer = desk.post(
        "console-record-review", offender.pk, data={"finding": "stays", "reason": WHY}
    )

    assert answer.status_code == 303
    assert Review.objects.get().done_on == today()
    shown = text_of(desk.get("console-record", offender.pk))
    assert "the registration goes on" in shown
    assert desk.address("console-record-review", offender.pk) not in shown


def test_every_act_has_its_page_and_words_of_what_happens() -> None:
    for deed in DEEDS.values():
        assert str(deed.happens).endswith(".")
        assert str(deed.done).endswith(".")


def test_somebody_who_died_can_be_told_of_again_by_asking(sqlite_office: Office) -> None:
    offender = aslam(sqlite_office)
    services.record_death(offender, date(2023, 1, 1), sqlite_office.amna, WHY)
    desk = Desk(sqlite_office.amna)
    text = text_of(desk.get("console-record", offender.pk))
    assert desk.address("console-record-restore", offender.pk) in text
    assert desk.address("console-record-death", offender.pk) not in text
    assert desk.post("console-record-restore", offender.pk, data={"reason": WHY}).status_code == 303
    assert Offender.objects.get().deceased_on == date(2023, 1, 1)
