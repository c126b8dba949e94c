"""The form of an entry, through pages: saved, checked, entered, submitted, discarded."""

import re

import pytest
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from entry_building import a_file, begin, enter, number_in, send, typed
from register_builders import ASLAM, Office

from nsor.register import drafts, entry_forms
from nsor.register.models import Batch, BatchState, Conviction, EntryForm, FormDocument

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
NAME = "محمد اسلم"


@pytest.fixture
def desk(sqlite_office: Office) -> Desk:
    """Give the desk of an entry officer."""
    return Desk(sqlite_office.amna)


def values_of(form: int, office: Office) -> dict[str, str]:
    found = drafts.find(form, office.amna)
    assert found is not None
    return dict(found.values)


# The whole way


@LANGUAGES
def test_a_conviction_is_typed_checked_and_submitted(office: Office, language: str) -> None:
    desk = Desk(office.amna, language)
    form = begin(desk)
    given = typed(document_kind="judgment") | {"document": a_file()}
    sent = send(desk, "console-entry-document", form, given)
    assert sent.status_code == 303

    batch = number_in(send(desk, "console-entry-check", form))
    page = desk.get("console-entry-draft", batch)

    assert page.status_code == 200
    for shown in (NAME, "Muhammad Aslam", "35201-1234567-1", "PPC 376", "judgment.pdf"):
        assert shown in text_of(page)
    answer = desk.post("console-entry-submit", batch, data={})
    assert answer.status_code == 303
    entered = Batch.objects.get(pk=batch)
    assert entered.state == BatchState.SUBMITTED
    assert entered.evidence is not None
    assert not EntryForm.objects.exists()
    assert NAME not in text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]


def test_every_field_reaches_the_register(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    batch = enter(
        desk,
        **{
            "alias_ur_1": "اسلم",
            "alias_en_2": "Aslu",
            "birth_year": "۱۹۸۰",
            "address": "House  1, Street 2",
            "marks": "Scar on the left hand",
            "fir_number": "1/2019",
            "police_station": "Civil Lines",
            "section_2": "511/377B",
            "sentenced_on": "2/6/2020",
            "released_on": "2025-06-02",
            "sentence": "Ten years",
            "sentence_months": "120",
            "victim_under_13": "yes",
            "juvenile": "no",
            "appeal_state": "pending",
        },
    )

    entered = drafts.entered(batch, sqlite_office.amna)

    assert entered is not None
    person, row = entered.case.person, entered.conviction
    assert [(one.name_ur, one.name_en) for one in person.aliases] == [("اسلم", ""), ("", "Aslu")]
    assert (person.address, person.marks) == ("House 1, Street 2", "Scar on the left hand")
    assert (person.sex, str(person.date_of_birth)) == ("male", "1980-01-01")
    assert person.birth_year is None  # the date says it
    assert (entered.case.fir_number, entered.case.police_station) == ("1/2019", "Civil Lines")
    assert row.sections == "PPC 376;PPC 511 with PPC 377B"
    assert [str(row.sentenced_on), str(row.released_on)] == ["2020-06-02", "2025-06-02"]
    assert (entered.case.sentence, row.sentence_months) == ("Ten years", 120)
    assert (row.victim_under_13, row.juvenile, row.appeal_state) == (True, False, "pending")


# Saving


@LANGUAGES
def test_what_is_typed_is_saved_while_it_is_typed(sqlite_office: Office, language: str) -> None:
    desk = Desk(sqlite_office.amna, language)
    form = begin(desk)
    half = {"name_en": "Muham", "convicted_on": "31/02"}

    part = send(desk, "console-entry-save", form, half, **{"HX-Request": "true"})

    assert part.status_code == 200
    assert "<html" not in text_of(part)
    assert 'name="seen" value="1"' in text_of(part)
    assert values_of(form, sqlite_office).items() >= half.items()
    page = text_of(desk.get("console-entry-form", form))
    assert 'value="Muham"' in page
    assert 'value="31/02"' in page
    assert 'class="errors"' not in page


def test_the_button_saves_without_script(desk: Desk, sqlite_office: Office) -> None:
    form = begin(desk)

    answer = send(desk, "console-entry-save", form, {"name_en": "Muham"})

    assert answer.status_code == 303
    assert values_of(form, sqlite_office)["name_en"] == "Muham"


@pytest.mark.parametrize(("more", "field"), [("alias", "alias_ur_2"), ("section", "section_3")])
def test_one_more_row_needs_no_script(desk: Desk, more: str, field: str) -> None:
    form = begin(desk)

    answer = send(desk, "console-entry-save", form, typed(more=more))

    page = text_of(desk.client.get(answer.headers["Location"]))  # type: ignore[arg-type]
    assert re.search(rf'<input[^>]*name="{field}"[^>]*autofocus', page)


def test_rows_have_an_end(desk: Desk) -> None:
    form = begin(desk)
    send(desk, "console-entry-save", form, typed(section_rows="99", alias_rows="x"))

    page = text_of(desk.get("console-entry-form", form))

    assert 'name="section_12"' in page
    assert 'name="section_13"' not in page
    assert "One more section" not in page
    assert "One more other name" in page


@LANGUAGES
def test_a_page_that_is_behind_another_window_is_told(sqlite_office: Office, language: str) -> None:
    desk = Desk(sqlite_office.amna, language)
    form = begin(desk)
    send(desk, "console-entry-save", form, {"name_en": "First"})
    behind = {"name_en": "Second", "writer": "another page", "seen": "0"}

    page = send(desk, "console-entry-save", form, behind)
    part = send(desk, "console-entry-save", form, behind, **{"HX-Request": "true"})
    checked = send(desk, "console-entry-check", form, typed(**behind))

    assert [page.status_code, part.status_code, checked.status_code] == [409, 422, 409]
    assert 'value="Second"' in text_of(page)
    assert "<html" not in text_of(part)
    assert values_of(form, sqlite_office)["name_en"] == "First"
    assert 'name="seen" value="1"' in text_of(page)  # who saves from here means it
    send(desk, "console-entry-save", form, behind | {"seen": "1"})
    assert values_of(form, sqlite_office)["name_en"] == "Second"


def test_a_page_that_saved_meanwhile_may_check(desk: Desk) -> None:
    form = begin(desk)
    page = {"writer": "this page", "seen": "0"}
    send(desk, "console-entry-save", form, typed(**page))
    send(desk, "console-entry-save", form, typed(**page))

    assert send(desk, "console-entry-check", form, typed(**page)).status_code == 303


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30, "१"])
def test_a_revision_that_is_none_is_behind(desk: Desk, seen: str) -> None:
    form = begin(desk)

    assert send(desk, "console-entry-save", form, typed(seen=seen)).status_code == 409


def test_what_is_not_of_the_form_is_not_kept(desk: Desk, sqlite_office: Office) -> None:
    form = begin(desk)

    send(desk, "console-entry-save", form, typed(victim_name="Nobody", alias_ur_123="x"))

    assert values_of(form, sqlite_office).keys() <= typed().keys()


# What is wrong


@LANGUAGES
def test_an_empty_form_tells_what_is_missing_in_the_pages_language(
    sqlite_office: Office, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)

    page = send(desk, "console-entry-check", begin(desk), {})

    assert page.status_code == 422
    text = text_of(page)
    for field in ("number", "name_ur", "court", "section_1", "convicted_on", "victim_category"):
        assert f'href="#id_{field}"' in text, field
        assert f'id="id_{field}_error"' in text, field
    assert text.count("autofocus") == 1
    assert re.search(r'<input[^>]*name="number"[^>]*autofocus', text)
    if language == "ur":
        assert "This is required" not in text
        assert "This field is required" not in text


WRONG = [
    ({"number": "35201-1234567"}, "number"),
    ({"number": "0520112345671"}, "number"),
    ({"number_kind": "passport", "number": "12"}, "number"),
    ({"number_kind": "passport", "number": "GBR-123456789"}, "sex"),
    ({"number_kind": "library card"}, "number_kind"),
    ({"name_ur": "=1+1"}, "name_ur"),
    ({"name_en": "12345"}, "name_en"),
    ({"name_en": "x" * 201}, "name_en"),
    ({"alias_en_1": "3520112345679 x"}, "alias_en_1"),
    ({"convicted_on": "31/02/2020"}, "convicted_on"),
    ({"convicted_on": "01/06/2120"}, "convicted_on"),
    ({"offence_on": "02/06/2020"}, "offence_on"),
    ({"date_of_birth": "01/06/2020"}, "date_of_birth"),
    ({"birth_year": "1979"}, "birth_year"),
    ({"birth_year": "long ago"}, "birth_year"),
    ({"date_of_birth": "", "birth_year": "80"}, "birth_year"),
    ({"sentence_months": "1201"}, "sentence_months"),
    ({"sentence_months": "-1"}, "sentence_months"),
    ({"sentenced_on": "01/05/2020"}, "sentenced_on"),
    ({"released_on": "01/05/2020"}, "released_on"),
    ({"section_1": "PPC 9999"}, "section_1"),
    ({"section_2": "9999"}, "section_2"),
    ({"section_1": "PPC 354"}, "section_1"),
    ({"victim_category": "woman", "victim_under_13": "yes"}, "victim_under_13"),
    ({"date_of_birth": "01/01/2010", "juvenile": "no"}, "juvenile"),
    ({"sentence": "ten years for raping his daughter"}, "sentence"),
    ({"address": "call 0300 1234567"}, "address"),
    ({"marks": "x" * 501}, "marks"),
    ({"police_station": "a\u202eb"}, "police_station"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG, ids=lambda given: str(given)[:40])
def test_a_fault_stands_at_its_field_and_keeps_what_was_typed(
    desk: Desk, changes: dict[str, str], field: str
) -> None:
    page = send(desk, "console-entry-check", begin(desk), typed(**changes))

    assert page.status_code == 422
    text = text_of(page)
    assert f'id="id_{field}_error"' in text
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', text)
    assert NAME in text or "name_ur" in changes
    assert not Conviction.objects.exists()


@LANGUAGES
def test_a_victims_trace_is_refused_with_the_reason_why(
    sqlite_office: Office, language: str
) -> None:
    desk = Desk(sqlite_office.amna, language)

    page = send(desk, "console-entry-check", begin(desk), typed(sentence="for his daughter"))

    assert page.status_code == 422
    wanted = {"en": "victim", "ur": "متاثرہ"}[language]
    error = re.findall(r'id="id_sentence_error">(.*?)</p>', text_of(page))
    assert error
    assert wanted in error[0]


def test_another_case_of_the_same_number_is_told(desk: Desk) -> None:
    batch = enter(desk)
    desk.post("console-entry-submit", batch, data={})
    form = begin(desk)
    send(desk, "console-entry-check", form)
    decided = {f"person_{Conviction.objects.get().offender_id}": "same"}

    page = desk.post("console-entry-alike", form, data=decided)

    assert page.status_code == 422
    assert 'id="id_case_number_error"' in text_of(page)


# The draft


def test_something_is_changed_in_the_draft(desk: Desk, sqlite_office: Office) -> None:
    batch = enter(desk)
    answer = desk.post("console-entry-change", batch, data={})
    form = EntryForm.objects.get().pk
    assert answer.headers["Location"].endswith(f"/form/{form}/")

    send(desk, "console-entry-check", form, typed(victim_category="both"))

    assert Conviction.objects.get().victim_category == "both"
    assert Batch.objects.get().pk == batch


def test_a_mistyped_number_is_put_right(desk: Desk) -> None:
    enter(desk, number="3520112345673")
    form = EntryForm.objects.get().pk

    answer = send(desk, "console-entry-check", form)

    assert answer.status_code == 303
    (batch,) = Batch.objects.filter(state=BatchState.DRAFT)
    assert "35201-1234567-1" in text_of(desk.get("console-entry-draft", batch.pk))


def test_a_draft_whose_form_is_gone_gets_another_one(desk: Desk, sqlite_office: Office) -> None:
    batch = enter(desk, alias_ur_1="اسلم", section_2="511/376")
    entry_forms.forget(EntryForm.objects.get(), "system")
    assert f"/draft/{batch}/" in text_of(desk.get("console-entry"))

    desk.post("console-entry-change", batch, data={})

    form = EntryForm.objects.get().pk
    page = text_of(desk.get("console-entry-form", form))
    for shown in (NAME, "35201-1234567-1", "01/06/2020", "اسلم", "PPC 511 with PPC 376"):
        assert f'value="{shown}"' in page
    values = values_of(form, sqlite_office)
    assert send(desk, "console-entry-check", form, values).status_code == 303
    assert Batch.objects.get().pk == batch


@LANGUAGES
def test_what_is_discarded_is_gone(sqlite_office: Office, language: str) -> None:
    desk = Desk(sqlite_office.amna, language)
    batch = enter(desk)
    form = EntryForm.objects.get().pk
    asked = desk.get("console-entry-discard", form)
    assert asked.status_code == 200

    answer = desk.post("console-entry-discard", form, data={})

    assert answer.status_code == 303
    assert not EntryForm.objects.exists()
    assert Batch.objects.get(pk=batch).state == BatchState.DISCARDED
    assert drafts.listed(sqlite_office.amna) == []


def test_a_draft_without_its_form_is_discarded(desk: Desk) -> None:
    batch = enter(desk)
    entry_forms.forget(EntryForm.objects.get(), "system")

    assert desk.get("console-entry-discard-draft", batch).status_code == 200
    assert desk.post("console-entry-discard-draft", batch, data={}).status_code == 303

    assert Batch.objects.get(pk=batch).state == BatchState.DISCARDED


def test_what_was_submitted_is_no_draft_any_more(desk: Desk) -> None:
    batch = enter(desk)
    desk.post("console-entry-submit", batch, data={})

    for page in ("console-entry-submit", "console-entry-change"):
        assert desk.post(page, batch, data={}).status_code == 404
    assert desk.get("console-entry-draft", batch).status_code == 404


def test_a_clash_since_then_stops_the_submission(office: Office) -> None:
    desk = Desk(office.amna)
    batch = enter(desk)
    other = Desk(office.hire("Chanda", "entry"))
    form = begin(other)
    send(other, "console-entry-check", form, typed(case_number="13/2020", name_ur="محمد اکرم"))
    other.post(
        "console-entry-alike",
        form,
        data={f"person_{Conviction.objects.get().offender_id}": "same"},
    )
    theirs = Batch.objects.exclude(pk=batch).get().pk
    assert other.post("console-entry-submit", theirs, data={}).status_code == 303

    page = desk.post("console-entry-submit", batch, data={})

    assert page.status_code == 422
    assert 'role="alert"' in text_of(page)
    assert Batch.objects.get(pk=batch).state == BatchState.DRAFT


# Others


def test_a_form_of_another_officer_is_not_there(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    batch = enter(desk)
    form = EntryForm.objects.get().pk
    other = Desk(sqlite_office.hire("Chanda", "entry"))

    answers = [
        other.get("console-entry-form", form),
        other.get("console-entry-alike", form),
        other.get("console-entry-discard", form),
        other.get("console-entry-draft", batch),
        other.get("console-entry-discard-draft", batch),
        *(
            other.post(page, form, data=typed(writer="x", seen="1"))
            for page in ("console-entry-save", "console-entry-check", "console-entry-document")
        ),
        other.post("console-entry-alike", form, data={}),
        other.post("console-entry-discard", form, data={}),
        other.post("console-entry-remove-document", form, 1, data={}),
        other.post("console-entry-submit", batch, data={}),
        other.post("console-entry-change", batch, data={}),
        other.post("console-entry-discard-draft", batch, data={}),
    ]

    assert [one.status_code for one in answers] == [404] * len(answers)
    assert NAME not in "".join(text_of(one) for one in answers)
    assert NAME not in text_of(other.get("console-entry"))
    assert NAME in text_of(desk.get("console-entry"))


def test_no_address_carries_what_was_typed(desk: Desk) -> None:
    form = begin(desk)
    answers = [
        send(desk, page, form)
        for page in ("console-entry-save", "console-entry-check", "console-entry-save")
    ]

    for answer in answers:
        assert ASLAM[5:12] not in answer.headers["Location"]
        assert "slam" not in answer.headers["Location"]


# Speed


def test_the_pages_ask_the_database_so_often(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)
    batch = enter(desk)
    form = EntryForm.objects.get().pk
    for _ in range(3):
        begin(desk)
    counted = {}

    for name, page in (
        ("list", lambda: desk.get("console-entry")),
        ("form", lambda: desk.get("console-entry-form", form)),
        ("draft", lambda: desk.get("console-entry-draft", batch)),
        (
            "save",
            lambda: send(
                desk,
                "console-entry-save",
                form,
                typed(address="Street 9"),
                **{"HX-Request": "true"},
            ),
        ),
    ):
        with CaptureQueriesContext(connection) as queries:
            page()
        counted[name] = len(queries)

    assert counted == {"list": 4, "form": 8, "draft": 6, "save": 14}
    assert len(desk.get("console-entry-form", form).content) < 60_000


def test_a_document_is_added_and_taken_off(desk: Desk) -> None:
    form = begin(desk)
    given = typed(document_kind="judgment") | {"document": a_file()}
    send(desk, "console-entry-document", form, given)
    (document,) = FormDocument.objects.all()
    assert "judgment.pdf" in text_of(desk.get("console-entry-form", form))

    answer = desk.post(
        "console-entry-remove-document",
        *(form, document.pk),
        data=typed(writer="this page", seen=str(EntryForm.objects.get().revision)),
    )

    assert answer.status_code == 303
    assert not FormDocument.objects.exists()


@LANGUAGES
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pdf", b"text"), ("a.pdf", b""), ("3520112345671.pdf", None), ("a.pdf", b"x" * 21_000_000)],
    ids=["no document", "empty", "a number as its name", "too large"],
)
def test_a_document_that_is_not_taken_is_told_at_its_field(
    sqlite_office: Office, language: str, name: str, content: bytes | None
) -> None:
    desk = Desk(sqlite_office.amna, language)
    form = begin(desk)
    given = typed(document_kind="judgment") | {"document": a_file(name, content)}

    page = send(desk, "console-entry-document", form, given)

    assert page.status_code == 422
    text = text_of(page)
    assert 'id="id_document_error"' in text
    assert NAME in text
    assert not FormDocument.objects.exists()
    assert values_of(form, sqlite_office)["name_ur"] == NAME


def test_no_document_is_told_too(desk: Desk) -> None:
    page = send(desk, "console-entry-document", begin(desk))

    assert page.status_code == 422
    assert 'id="id_document_error"' in text_of(page)
