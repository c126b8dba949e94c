"""What is recorded is corrected through pages, with what the correction does said before it."""

import html
import re

import pytest
from console_building import Desk, text_of
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from entry_building import a_file
from evidence_builders import a_paper, a_photograph
from register_builders import ASLAM, YOUSAF, Office, a_row, is_listed

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import acting, services
from nsor.register.evidence.store import add_evidence
from nsor.register.models import Batch, BatchKind, BatchState, Conviction, Evidence, Offender

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
WHY = "as the court ordered"


@pytest.fixture
def office(office: Office) -> Office:
    """Give an office that published Aslam."""
    office.published(a_row(district="Lahore", address="House 1"))
    return office


@pytest.fixture
def desk(sqlite_office: Office) -> Desk:
    """Give the desk of an entry officer whose office published Aslam."""
    sqlite_office.published(a_row(district="Lahore", address="House 1"))
    return Desk(sqlite_office.amna)


def aslam() -> Offender:
    return acting.find(ASLAM)


def conviction() -> int:
    return Conviction.objects.filter(current=True).get().pk


def fields_of(page: HttpResponse) -> dict[str, str]:
    """Return what a browser would send of a page, as it was opened."""
    main = text_of(page).split('id="main"')[1]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", main):
        attributes = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if attributes.get("type") != "file" and "name" in attributes:
            found[attributes["name"]] = html.unescape(attributes.get("value", ""))
    for name, options in re.findall(r'<select[^>]*name="(\w+)".*?>(.*?)</select>', main, re.S):
        chosen = re.findall(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[0] if chosen else re.findall(r'<option value="([^"]*)"', options)[0]
    for name, text in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', main, re.S):
        found[name] = html.unescape(text).strip()
    return found


def correct(desk: Desk, page: str, number: int, /, **changes: object) -> HttpResponse:
    """Open a page of a correction, change something, and send it."""
    opened = desk.get(page, number)
    assert opened.status_code == 200, opened.status_code
    return desk.post(page, number, data=fields_of(opened) | {"reason": WHY} | changes)


@LANGUAGES
def test_a_name_is_corrected_and_silences_until_it_is_decided(
    office: Office, language: str
) -> None:
    desk = Desk(office.amna, language)

    answer = correct(desk, "console-entry-correct-profile", aslam().pk, name_en="Mohammad Aslam")

    assert answer.status_code == 303
    batch = Batch.objects.get(kind=BatchKind.CORRECTION)
    assert batch.voids
    assert not is_listed()
    services.approve(batch.pk, office.bilal)
    page = desk.get("console-entry-correct-profile", aslam().pk)
    assert fields_of(page)["name_en"] == "Mohammad Aslam"


def test_an_approving_officer_corrects_too(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    desk = Desk(sqlite_office.bilal)

    assert (
        correct(desk, "console-entry-correct-profile", aslam().pk, marks="A scar").status_code
        == 303
    )


@pytest.mark.parametrize("role", ["supervision", "audit", "administration"])
def test_no_other_role_corrects(sqlite_office: Office, role: str) -> None:
    sqlite_office.published(a_row())
    desk = Desk(sqlite_office.hire("Danish", role))

    for page in ("console-entry-correct-profile", "console-entry-add-number"):
        assert desk.get(page, aslam().pk).status_code == 403
    for page in ("console-entry-correct-conviction", "console-entry-appeal"):
        assert desk.get(page, conviction()).status_code == 403


def test_an_address_and_an_alias_silence_nothing(desk: Desk) -> None:
    changes = {"address": "House 2", "alias_ur_1": "اسلو", "alias_en_2": "Aslu"}

    answer = correct(desk, "console-entry-correct-profile", aslam().pk, **changes)

    assert answer.status_code == 303
    assert not Batch.objects.get(kind=BatchKind.CORRECTION).voids
    assert is_listed()


def test_further_addresses_are_added_and_one_of_them_is_taken_back(office: Office) -> None:
    desk = Desk(office.amna)
    sent = {
        "place_kind_1": "work",
        "place_text_1": "A workshop on Ravi Road",
        "place_district_1": "Lahore",
        "place_kind_2": "other",
        "place_text_2": "A shop behind the mill",
    }
    assert correct(desk, "console-entry-correct-profile", aslam().pk, **sent).status_code == 303
    approve_the_last(office)
    assert is_listed(), "an address silences nothing"
    page = desk.get("console-entry-correct-profile", aslam().pk)
    shown = fields_of(page)
    assert (shown["place_kind_1"], shown["place_district_1"]) == ("work", "Lahore")

    gone = {"place_text_2": ""}
    assert correct(desk, "console-entry-correct-profile", aslam().pk, **gone).status_code == 303
    approve_the_last(office)

    assert "A workshop on Ravi Road" in text_of(desk.get("console-record", aslam().pk))
    assert "behind the mill" not in text_of(desk.get("console-entry-correct-profile", aslam().pk))


def test_an_address_without_its_text_is_told_at_its_field(desk: Desk) -> None:
    sent = {"place_district_2": "Lahore"}

    page = correct(desk, "console-entry-correct-profile", aslam().pk, **sent)

    assert page.status_code == 422
    assert "id_place_text_2_error" in text_of(page)
    assert not Batch.objects.filter(kind=BatchKind.CORRECTION).exists()


def test_what_another_officer_changed_meanwhile_is_left_as_it_is(office: Office) -> None:
    page, desk = "console-entry-correct-profile", Desk(office.amna)
    opened = fields_of(desk.get(page, aslam().pk))
    assert correct(desk, page, aslam().pk, place_text_1="A mill").status_code == 303
    approve_the_last(office)

    sent = opened | {"reason": WHY, "marks": "A scar"}
    assert desk.post(page, aslam().pk, data=sent).status_code == 303
    approve_the_last(office)

    record = text_of(desk.get("console-record", aslam().pk))
    assert "A mill" in record
    assert "A scar" in record


def test_a_fault_of_a_further_address_is_told_at_its_own_field(desk: Desk) -> None:
    sent = {"place_text_2": "x" * 600, "place_text_1": "A mill", "place_province_1": "\u202e"}

    page = text_of(correct(desk, "console-entry-correct-profile", aslam().pk, **sent))

    assert "id_place_text_2_error" in page
    assert "id_address_error" not in page


def test_an_address_is_taken_back_by_emptying_its_text_alone(office: Office) -> None:
    desk = Desk(office.amna)
    sent = {"place_text_1": "A mill", "place_district_1": "Lahore"}
    assert correct(desk, "console-entry-correct-profile", aslam().pk, **sent).status_code == 303
    approve_the_last(office)

    gone = {"place_text_1": ""}
    assert correct(desk, "console-entry-correct-profile", aslam().pk, **gone).status_code == 303
    approve_the_last(office)

    page = desk.get("console-entry-correct-profile", aslam().pk)
    assert fields_of(page)["place_text_1"] == ""


def test_a_photograph_is_sent_chosen_and_shown_on_the_record(office: Office) -> None:
    desk = Desk(office.amna)
    sent = {
        "photograph": "this",
        "document": SimpleUploadedFile("face.jpg", a_photograph(), "image/jpeg"),
        "document_kind": "photograph",
    }

    assert correct(desk, "console-entry-correct-profile", aslam().pk, **sent).status_code == 303

    assert is_listed(), "a photograph silences nothing"
    approving = Desk(office.bilal)
    act = Batch.objects.get(kind=BatchKind.CORRECTION).pk
    picture = Evidence.objects.get(kind="photograph")
    assert f"document {picture.pk}" in text_of(approving.get("console-approval-batch", act))
    approve_the_last(office)
    record = text_of(desk.get("console-record", aslam().pk))
    assert 'alt="Photograph of the person"' in record
    shown = fields_of(desk.get("console-entry-correct-profile", aslam().pk))
    assert shown["photograph"] == str(picture.pk)


def test_a_photograph_without_a_document_is_told(desk: Desk) -> None:
    page = correct(desk, "console-entry-correct-profile", aslam().pk, photograph="this")

    assert page.status_code == 422
    assert "Name the document that shows the face." in html.unescape(text_of(page))


def test_what_is_no_picture_of_this_person_is_no_photograph(office: Office) -> None:
    judgment = SimpleUploadedFile("order.jpg", a_photograph(), "image/jpeg")
    sent = {"photograph": "this", "document": judgment, "document_kind": "judgment"}

    page = correct(Desk(office.amna), "console-entry-correct-profile", aslam().pk, **sent)

    assert page.status_code == 422
    assert "id_document_kind_error" in text_of(page)
    assert not Evidence.objects.exists(), "nothing is kept that can't be it"


def test_the_register_takes_no_picture_of_another_and_none_that_is_no_picture(
    office: Office,
) -> None:
    office.published(a_row(cnic=YOUSAF, case_number="9/2020"))
    kept = {
        name: add_evidence(row.pk, acting.key_of(row), octets, "face", office.amna, kind).pk
        for name, row, octets, kind in (
            ("another's", acting.find(YOUSAF), a_photograph(), "photograph"),
            ("a paper", aslam(), a_paper(), "photograph"),
            ("a judgment", aslam(), a_photograph(), "judgment"),
        )
    }
    for number in (*kept.values(), 999_999):
        correction = services.ProfileCorrection({"photograph": number})
        with pytest.raises(services.EntryRefused) as refused:
            services.correct(aslam(), correction, office.amna, WHY)
        assert [fault.field for fault in refused.value.faults] == ["photograph"]


def approve_the_last(office: Office) -> None:
    """Have the correction that waits be approved."""
    waits = Batch.objects.get(kind=BatchKind.CORRECTION, state=BatchState.SUBMITTED)
    services.approve(waits.pk, office.bilal)


def test_nothing_changed_is_told(desk: Desk) -> None:
    page = correct(desk, "console-entry-correct-profile", aslam().pk)

    assert page.status_code == 422
    assert "holds already" in text_of(page)


@LANGUAGES
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name_ur": ""}, "name_ur"),
        ({"name_en": "="}, "name_en"),
        ({"date_of_birth": "1/1/2120"}, "date_of_birth"),
        ({"address": "call 0300 1234567"}, "address"),
        ({"marks": "x", "valid_from": "1/1/2120"}, "valid_from"),
        ({"marks": "x", "reason": ""}, "reason"),
        ({"marks": "x", "reason": "for his daughter"}, "reason"),
        ({"alias_ur_1": "3520112345671"}, "alias_ur_1"),
        ({"marks": "x", "evidence": "99"}, "evidence"),
    ],
)
def test_a_fault_of_a_profile_stands_at_its_field(
    sqlite_office: Office, changes: dict[str, str], field: str, language: str
) -> None:
    sqlite_office.published(a_row(district="Lahore"))
    desk = Desk(sqlite_office.amna, language)

    page = correct(desk, "console-entry-correct-profile", aslam().pk, **changes)

    assert page.status_code == 422
    assert f'id="id_{field}_error"' in text_of(page)
    assert not Batch.objects.filter(kind=BatchKind.CORRECTION).exists()
    again = fields_of(page)
    assert again["initial-name_en"] == "Muhammad Aslam"  # what was changed is known still
    assert again.get("marks") == changes.get("marks", "")


def test_a_document_is_kept_with_the_person_and_named_by_the_act(desk: Desk) -> None:
    correct(
        desk,
        "console-entry-correct-profile",
        aslam().pk,
        **{"marks": "A scar", "document": a_file(), "document_kind": "order"},
    )

    evidence = Evidence.objects.get()
    assert Batch.objects.get(kind=BatchKind.CORRECTION).evidence == evidence
    assert evidence.kind == "order"


def test_a_document_that_was_kept_is_chosen_where_the_rest_is_wrong(desk: Desk) -> None:
    given = {"name_ur": "=", "document": a_file(), "document_kind": "order"}
    page = correct(desk, "console-entry-correct-profile", aslam().pk, **given)

    assert not Evidence.objects.exists() or fields_of(page)["evidence"] == str(
        Evidence.objects.get().pk
    )
    fields = fields_of(page) | {"name_ur": "محمد اکرم"}
    assert desk.post("console-entry-correct-profile", aslam().pk, data=fields).status_code == 303
    assert Batch.objects.get(kind=BatchKind.CORRECTION).evidence == Evidence.objects.get()


def test_a_document_that_is_none_is_told(desk: Desk) -> None:
    given = {"marks": "x", "document": a_file(content=b"text"), "document_kind": "order"}

    page = correct(desk, "console-entry-correct-profile", aslam().pk, **given)

    assert page.status_code == 422
    assert 'id="id_document_error"' in text_of(page)
    assert not Batch.objects.filter(kind=BatchKind.CORRECTION).exists()


@LANGUAGES
def test_a_conviction_is_corrected(office: Office, language: str) -> None:
    desk = Desk(office.amna, language)

    answer = correct(
        desk, "console-entry-correct-conviction", conviction(), sections="376; 511/377"
    )

    assert answer.status_code == 303
    batch = Batch.objects.get(kind=BatchKind.CORRECTION)
    assert batch.voids
    assert batch.convictions.get().sections == "PPC 376;PPC 511 with PPC 377"


def test_the_court_alone_silences_nothing(desk: Desk) -> None:
    correct(desk, "console-entry-correct-conviction", conviction(), court="Sessions Court, Kasur")

    assert not Batch.objects.get(kind=BatchKind.CORRECTION).voids
    assert is_listed()


def test_a_release_waits(desk: Desk) -> None:
    correct(desk, "console-entry-correct-conviction", conviction(), released_on="1/6/2025")

    batch = Batch.objects.get(kind=BatchKind.CORRECTION)
    assert str(batch.convictions.get().released_on) == "2025-06-01"


def test_an_order_to_publish_a_childs_conviction_needs_the_order(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(date_of_birth="2005-01-01"))
    desk = Desk(sqlite_office.amna)

    page = correct(desk, "console-entry-correct-conviction", conviction(), court_order="yes")
    assert page.status_code == 422
    assert 'id="id_document_error"' in text_of(page)

    given = {"court_order": "yes", "document": a_file(), "document_kind": "order"}
    assert (
        correct(desk, "console-entry-correct-conviction", conviction(), **given).status_code == 303
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sections": "PPC 9999"}, "sections"),
        ({"convicted_on": ""}, "convicted_on"),
        ({"offence_on": "2/6/2020"}, "offence_on"),
        ({"sentence_months": "1201"}, "sentence_months"),
        ({"sentenced_on": "1/1/2019"}, "sentenced_on"),
        ({"case_number": ""}, "case_number"),
        ({"victim_category": "woman", "victim_under_13": "yes"}, "victim_under_13"),
    ],
)
def test_a_fault_of_a_conviction_stands_at_its_field(
    desk: Desk, changes: dict[str, str], field: str
) -> None:
    page = correct(desk, "console-entry-correct-conviction", conviction(), **changes)

    assert page.status_code == 422
    assert f'id="id_{field}_error"' in text_of(page)


@LANGUAGES
def test_a_number_is_added(office: Office, language: str) -> None:
    desk = Desk(office.amna, language)

    answer = correct(
        desk, "console-entry-add-number", aslam().pk, number="GBR-123456789", number_kind="passport"
    )

    assert answer.status_code == 303
    assert acting.find("GBR-123456789") == aslam()
    assert is_listed()


@pytest.mark.parametrize("number", [ASLAM, YOUSAF, "12", ""])
def test_a_number_that_cannot_be_added_is_told(sqlite_office: Office, number: str) -> None:
    sqlite_office.published(a_row(), a_row(cnic=YOUSAF, case_number="7/2020"))
    desk = Desk(sqlite_office.amna)

    page = correct(desk, "console-entry-add-number", aslam().pk, number=number)

    assert page.status_code == 422
    assert 'id="id_number_error"' in text_of(page)
    told = Entry.objects.filter(act=Act.DUPLICATES_SHOWN).count()
    assert told == (number in (ASLAM, YOUSAF))


@LANGUAGES
def test_a_stay_silences_at_once(office: Office, language: str) -> None:
    desk = Desk(office.amna, language)

    answer = correct(desk, "console-entry-appeal", conviction(), state="stayed")

    assert answer.status_code == 303
    assert not is_listed()
    assert Conviction.objects.get().appeal_state == "stayed"


def test_what_speaks_again_waits_for_a_second_officer(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    desk = Desk(office.amna)
    correct(desk, "console-entry-appeal", conviction(), state="stayed")

    correct(desk, "console-entry-appeal", conviction(), state="none", effective_on="1/11/2026")

    batch = Batch.objects.get(kind=BatchKind.APPEAL, state=BatchState.SUBMITTED)
    assert not is_listed()
    services.approve(batch.pk, office.bilal)
    assert is_listed()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "state"),
        ({"state": "won"}, "state"),
        ({"state": "stayed", "effective_on": "yesterday"}, "effective_on"),
        ({"state": "stayed", "reason": " "}, "reason"),
    ],
)
def test_a_fault_of_an_appeal_stands_at_its_field(
    desk: Desk, changes: dict[str, str], field: str
) -> None:
    page = correct(desk, "console-entry-appeal", conviction(), **changes)

    assert page.status_code == 422
    assert f'id="id_{field}_error"' in text_of(page)
    assert is_listed()


def test_who_is_not_there_cannot_be_corrected(desk: Desk) -> None:
    for page in ("console-entry-correct-profile", "console-entry-add-number"):
        assert desk.get(page, 999).status_code == 404
    for page in ("console-entry-correct-conviction", "console-entry-appeal"):
        assert desk.get(page, 999).status_code == 404


def test_outside_the_jurisdiction_the_reason_comes_first(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(district="Lahore"))
    karachi = office.hire("Chanda", "entry")
    karachi.jurisdiction = "sindh"
    karachi.save()
    desk = Desk(karachi)

    page = desk.get("console-entry-correct-profile", aslam().pk)

    assert page.status_code == 200
    assert "Muhammad Aslam" not in text_of(page)
    assert "Muhammad Aslam" not in text_of(desk.get("console-entry-appeal", conviction()))
    refused = desk.post("console-entry-appeal", conviction(), data={"state": "stayed"})
    assert "Muhammad Aslam" not in text_of(refused)
    assert is_listed()
