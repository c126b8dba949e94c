"""Forms of entries: only their officer's, sealed, and gone for good once they are done with."""

import json
import threading
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from evidence_builders import a_paper
from law_building import a_conviction
from register_builders import ASLAM, YOUSAF, Office, a_row, in_thread_of_its_own

from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import drafts, entering, entry_forms, rekeying, scheduled
from nsor.register.entering import EntryRefused, MaybeKnown
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.models import (
    Batch,
    BatchState,
    EntryForm,
    Evidence,
    FeedHead,
    FormDocument,
    NumberKind,
)
from nsor.secrecy import subjects
from nsor.secrecy.models import StoredKey

NAME = "Gulzameenkhanani Nehrkotwal"
NAME_UR = "گلزمینخانانی نہرکوٹوال"
NUMBER = "1620187162534"
TYPED = {"name_en": NAME, "name_ur": NAME_UR, "number": NUMBER}


def refusal_of(act: object) -> str:
    with pytest.raises(Refusal) as refused:
        act()  # type: ignore[operator]
    return refused.value.code


def a_form(office: Office, **values: str) -> int:
    number = drafts.begin(office.amna)
    drafts.save(number, office.amna, TYPED | values, writer="a page", seen=0)
    return number


def found_in(folders: list[Path]) -> list[tuple[str, str]]:
    """Return what is secret and stands in a file, and in which."""
    return [
        (word, path.name)
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for word in (NAME, NAME_UR, NUMBER)
        for coded in (word.encode(), word.encode("utf-16-le"), json.dumps(word)[1:-1].encode())
        if coded in path.read_bytes()
    ]


def files_of_the_database(folder: Path) -> list[Path]:
    """Return the folders in which something of a form may lie, with all of it on the disk."""
    if connection.vendor == "sqlite":
        return [folder]
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        return [folder, Path(cursor.fetchone()[0])]


def seal_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entry_forms, "seal", lambda key, plain, about: plain)
    monkeypatch.setattr(entry_forms, "unseal", lambda key, sealed, about: sealed)


def documents_on_disk() -> int:
    return sum(path.is_file() for path in Path(settings.EVIDENCE_DIR).rglob("*"))


# What is kept


def test_what_is_typed_is_kept_right_or_wrong(office: Office) -> None:
    number = a_form(office, convicted_on="31/02/2020")

    form = drafts.find(number, office.amna)

    assert form is not None
    assert form.values == TYPED | {"convicted_on": "31/02/2020"}
    assert (form.revision, form.batch, form.documents) == (1, None, ())
    (listed,) = drafts.listed(office.amna)
    assert (listed.number, listed.name_en, listed.name_ur) == (number, NAME, NAME_UR)


def test_nothing_of_it_is_on_the_disk_in_clear(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = a_form(office)
    drafts.add_document(number, office.amna, a_paper(), f"{NAME}.pdf", "judgment")

    assert found_in(files_of_the_database(tmp_path)) == []
    seal_nothing(monkeypatch)
    a_form(office)
    found = found_in(files_of_the_database(tmp_path))
    assert {word for word, _ in found} == {NAME, NAME_UR, NUMBER}


def test_another_officer_has_no_such_form(office: Office) -> None:
    number = a_form(office)
    other = office.hire("Chanda", "entry")

    assert drafts.find(number, other) is None
    assert drafts.listed(other) == []
    acts = (
        lambda: drafts.save(number, other, {}, writer="", seen=1),
        lambda: drafts.discard(number, other),
        lambda: drafts.enter(number, other, a_conviction()),
        lambda: drafts.decide(number, other, others=[1]),
        lambda: drafts.candidates(number, other),
        lambda: drafts.add_document(number, other, a_paper(), "a.pdf", "judgment"),
        lambda: drafts.remove_document(number, other, 1),
    )
    assert [refusal_of(act) for act in acts] == ["unknown_form"] * len(acts)
    assert drafts.find(number, office.amna) is not None


def test_only_who_enters_begins_a_form(sqlite_office: Office) -> None:
    assert refusal_of(lambda: drafts.begin(sqlite_office.bilal)) == "role_not_allowed"


def test_an_officer_has_so_many_forms_and_no_more(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entry_forms, "MOST_FORMS", 2)
    for _ in range(2):
        drafts.begin(sqlite_office.amna)

    assert refusal_of(lambda: drafts.begin(sqlite_office.amna)) == "too_many_forms"
    drafts.begin(sqlite_office.hire("Chanda", "entry"))


def test_more_text_than_any_entry_takes_is_refused(sqlite_office: Office) -> None:
    number = a_form(sqlite_office)
    long = {"sentence": "x" * entry_forms.MOST_OCTETS}

    refused = refusal_of(
        lambda: drafts.save(number, sqlite_office.amna, long, writer="a page", seen=1)
    )

    assert refused == "form_too_long"
    form = drafts.find(number, sqlite_office.amna)
    assert form is not None
    assert form.values == TYPED


# Two pages


def test_a_page_saves_again_and_again(sqlite_office: Office) -> None:
    number = a_form(sqlite_office)

    for name in ("A", "B"):
        drafts.save(number, sqlite_office.amna, {"name_en": name}, writer="a page", seen=0)

    form = drafts.find(number, sqlite_office.amna)
    assert form is not None
    assert form.values == {"name_en": "B"}


def test_a_page_that_is_behind_another_saves_nothing(office: Office) -> None:
    number = a_form(office)
    drafts.save(number, office.amna, {"name_en": "B"}, writer="another", seen=1)

    stale = {"writer": "a page", "seen": 1}
    refused = refusal_of(lambda: drafts.save(number, office.amna, {"name_en": "C"}, **stale))  # type: ignore[arg-type]

    assert refused == "form_changed"
    form = drafts.find(number, office.amna)
    assert form is not None
    assert form.values == {"name_en": "B"}
    drafts.save(number, office.amna, {"name_en": "C"}, writer="a page", seen=form.revision)


def test_what_a_page_saved_before_it_was_left_undoes_nothing_when_it_comes_late(
    office: Office,
) -> None:
    number = drafts.begin(office.amna)
    drafts.save(number, office.amna, {"name_en": "Aslam Ali"}, writer="left", seen=0, leaves=True)
    next_page = drafts.find(number, office.amna)
    assert next_page is not None

    late = {"writer": "left", "seen": 0}
    again = drafts.save(number, office.amna, {"name_en": "Aslam Ali"}, **late)  # type: ignore[arg-type]
    refused = refusal_of(lambda: drafts.save(number, office.amna, {"name_en": "Asl"}, **late))  # type: ignore[arg-type]

    assert again.revision == next_page.revision, "the next page can still save"
    assert refused == "form_changed"
    drafts.save(
        number, office.amna, {"name_en": "Aslam Khan"}, writer="next", seen=next_page.revision
    )


def test_of_pages_that_save_at_once_one_is_told(office: Office) -> None:
    number = drafts.begin(office.amna)
    outcomes: list[str] = []

    def saves(page: str) -> None:
        try:
            drafts.save(number, office.amna, {"name_en": page}, writer=page, seen=0)
            outcomes.append("saved")
        except Refusal as refusal:
            outcomes.append(refusal.code)

    pages = [
        threading.Thread(target=in_thread_of_its_own, args=(lambda page=page: saves(page),))
        for page in "ABCD"
    ]
    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert sorted(outcomes) == ["form_changed"] * 3 + ["saved"]


def test_of_pages_that_enter_at_once_one_enters(office: Office) -> None:
    number = a_form(office)
    outcomes: list[str] = []

    def enters() -> None:
        try:
            drafts.enter(number, office.amna, a_conviction())
            outcomes.append("entered")
        except (Refusal, MaybeKnown, EntryRefused) as refusal:
            outcomes.append(refusal.code)

    pages = [threading.Thread(target=in_thread_of_its_own, args=(enters,)) for _ in range(3)]
    for page in pages:
        page.start()
    for page in pages:
        page.join()

    assert "entered" in outcomes
    assert Batch.objects.filter(state=BatchState.DRAFT).count() == 1


# What becomes of it


def test_a_form_is_entered_as_a_draft_and_changes_it(office: Office) -> None:
    number = a_form(office)

    batch = drafts.enter(number, office.amna, a_conviction())
    again = drafts.enter(number, office.amna, a_conviction(victim_category="woman"))

    assert batch == again
    entered = drafts.entered(batch.pk, office.amna)
    assert entered is not None
    assert (entered.form, entered.number, entered.known) == (number, ASLAM, False)
    assert entered.conviction.victim_category == "woman"
    assert drafts.entered(batch.pk, office.hire("Chanda", "entry")) is None


def test_a_mistyped_number_makes_another_draft_and_leaves_nothing(office: Office) -> None:
    number = a_form(office)
    wrong = drafts.enter(number, office.amna, a_conviction(number=YOUSAF))

    right = drafts.enter(number, office.amna, a_conviction())

    wrong.refresh_from_db()
    assert wrong.state == BatchState.DISCARDED
    form = drafts.find(number, office.amna)
    assert form is not None
    assert form.batch == right.pk
    assert entering.holder(YOUSAF) is None


def test_a_passport_needs_the_sex(sqlite_office: Office) -> None:
    person = a_conviction().case.person
    case = msgspec.structs.replace(
        a_conviction().case, person=msgspec.structs.replace(person, sex="")
    )
    new = a_conviction(number="GBR-123456789", kind=NumberKind.PASSPORT, case=case)

    with pytest.raises(EntryRefused) as refused:
        entering.enter_conviction(new, sqlite_office.amna)

    assert [(one.field, one.code) for one in refused.value.faults] == [("sex", "required")]


def test_a_known_person_is_decided_on_and_then_entered(office: Office) -> None:
    office.published(a_row())
    number = a_form(office, number=ASLAM)
    new = a_conviction(
        case=type(a_conviction().case)(
            court="Sessions Court, Lahore", case_number="7/2021", person=a_conviction().case.person
        )
    )

    with pytest.raises(MaybeKnown):
        drafts.enter(number, office.amna, new)
    (shown,) = drafts.candidates(number, office.amna)
    drafts.decide(number, office.amna, same=shown.offender)
    batch = drafts.enter(number, office.amna, new)

    entered = drafts.entered(batch.pk, office.amna)
    assert entered is not None
    assert entered.known
    assert Entry.objects.filter(act=Act.DUPLICATES_SHOWN).count() == 2  # told, and shown


def test_each_time_a_check_tells_of_somebody_the_trail_has_it(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    number = a_form(office, number=ASLAM)

    for told in (1, 2):
        with pytest.raises(MaybeKnown):
            drafts.enter(number, office.amna, a_conviction())
        entries = Entry.objects.filter(act=Act.DUPLICATES_SHOWN, subject=f"form:{number}")
        assert entries.count() == told


def test_who_is_another_person_is_asked_about_once(office: Office) -> None:
    office.published(a_row())
    number = a_form(office, number=YOUSAF)

    with pytest.raises(MaybeKnown):
        drafts.enter(number, office.amna, a_conviction(number=YOUSAF))
    (shown,) = drafts.candidates(number, office.amna)
    drafts.decide(number, office.amna, others=[shown.offender])

    assert drafts.candidates(number, office.amna) == []
    assert drafts.enter(number, office.amna, a_conviction(number=YOUSAF)).state == "draft"


def test_a_decision_on_another_name_counts_for_nothing(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    number = a_form(office, number=YOUSAF)
    with pytest.raises(MaybeKnown):
        drafts.enter(number, office.amna, a_conviction(number=YOUSAF))
    (shown,) = drafts.candidates(number, office.amna)
    drafts.decide(number, office.amna, others=[shown.offender])

    drafts.save(number, office.amna, TYPED | {"name_en": "X"}, writer="a page", seen=0)

    with pytest.raises(MaybeKnown):
        drafts.enter(number, office.amna, a_conviction(number=YOUSAF))


def test_who_was_not_asked_about_is_not_decided_on(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    number = a_form(office, number=ASLAM)

    drafts.decide(number, office.amna, same=1)

    with pytest.raises(MaybeKnown):
        drafts.enter(number, office.amna, a_conviction())


def test_submitting_hands_the_documents_over_and_forgets_the_form(office: Office) -> None:
    number = a_form(office)
    drafts.add_document(number, office.amna, a_paper(), "judgment.pdf", "judgment")
    batch = drafts.enter(number, office.amna, a_conviction())
    key = EntryForm.objects.get(pk=number).key_id

    drafts.submit(batch.pk, office.amna)

    batch.refresh_from_db()
    assert batch.state == BatchState.SUBMITTED
    evidence = Evidence.objects.get()
    assert batch.evidence == evidence
    assert evidence.offender_id == batch.offender_id
    assert store.declared_name(evidence) == "judgment.pdf"
    assert drafts.find(number, office.amna) is None
    assert not EntryForm.objects.exists()
    assert subjects.key(key) is None
    assert documents_on_disk() == 2  # the original and the copy


def test_discarding_leaves_nothing_of_anybody(office: Office) -> None:
    number = a_form(office)
    drafts.add_document(number, office.amna, a_paper(), "judgment.pdf", "judgment")
    drafts.enter(number, office.amna, a_conviction())

    drafts.discard(number, office.amna)

    assert not EntryForm.objects.exists()
    assert not FormDocument.objects.exists()
    assert not StoredKey.objects.exists()
    assert documents_on_disk() == 0
    assert entering.holder(ASLAM) is None
    acts = list(Entry.objects.order_by("-pk").values_list("act", flat=True)[:2])
    assert acts == [Act.SUBJECT_KEY_DESTROYED, Act.ENTRY_FORGOTTEN]


def test_a_draft_whose_form_is_gone_goes_on(office: Office) -> None:
    batch = entering.enter_conviction(a_conviction(), office.amna)

    assert [one.pk for one in drafts.waiting_drafts(office.amna)] == [batch.pk]
    drafts.begin(office.amna, TYPED, batch)

    assert drafts.waiting_drafts(office.amna) == []
    assert refusal_of(lambda: drafts.begin(office.hire("Chanda", "entry"), TYPED, batch)) == (
        "not_a_draft"
    )


# Documents


def test_a_document_that_is_none_is_refused_and_not_kept(sqlite_office: Office) -> None:
    number = a_form(sqlite_office)

    refused = refusal_of(
        lambda: drafts.add_document(number, sqlite_office.amna, b"text", "a.pdf", "judgment")
    )

    assert refused == "evidence_type"
    assert documents_on_disk() == 0


def test_a_document_can_be_taken_off(sqlite_office: Office) -> None:
    number = a_form(sqlite_office)
    drafts.add_document(number, sqlite_office.amna, a_paper(), "a.pdf", "judgment")
    form = drafts.find(number, sqlite_office.amna)
    assert form is not None
    (document,) = form.documents
    assert (document.name, document.kind) == ("a.pdf", "judgment")

    drafts.remove_document(number, sqlite_office.amna, document.number)

    form = drafts.find(number, sqlite_office.amna)
    assert form is not None
    assert form.documents == ()
    assert documents_on_disk() == 0


def test_a_form_takes_so_many_documents(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_DOCUMENTS", 1)
    number = a_form(sqlite_office)
    drafts.add_document(number, sqlite_office.amna, a_paper(), "a.pdf", "judgment")

    refused = refusal_of(
        lambda: drafts.add_document(number, sqlite_office.amna, a_paper(), "b.pdf", "judgment")
    )

    assert refused == "too_many_documents"
    assert documents_on_disk() == 1


def test_a_document_whose_file_is_missing_stops_the_submission(sqlite_office: Office) -> None:
    office = sqlite_office
    number = a_form(office)
    drafts.add_document(number, office.amna, a_paper(), "a.pdf", "judgment")
    batch = drafts.enter(number, office.amna, a_conviction())
    for path in Path(settings.EVIDENCE_DIR).rglob("*"):
        if path.is_file():
            path.unlink()

    assert refusal_of(lambda: drafts.submit(batch.pk, office.amna)) == "evidence_gone"

    batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT


# What the clock does


def test_old_forms_are_forgotten_and_others_kept(office: Office) -> None:
    old, young = a_form(office), a_form(office)
    drafts.add_document(old, office.amna, a_paper(), "a.pdf", "judgment")
    EntryForm.objects.filter(pk=old).update(updated_at=timezone.now() - timedelta(days=31))

    assert scheduled.forget_forms() == 1
    assert scheduled.forget_forms() == 0

    assert [one.number for one in drafts.listed(office.amna)] == [young]
    assert documents_on_disk() == 0
    assert StoredKey.objects.count() == 1


def test_nothing_is_forgotten_before_a_restored_backup_is_confirmed(sqlite_office: Office) -> None:
    FeedHead.objects.update(withheld=True)

    assert refusal_of(scheduled.forget_forms) == "withheld"


def test_a_form_of_what_was_submitted_is_no_form(sqlite_office: Office) -> None:
    office = sqlite_office
    number = a_form(office)
    entering.submit(drafts.enter(number, office.amna, a_conviction()), office.amna)

    assert drafts.find(number, office.amna) is None
    assert drafts.listed(office.amna) == []
    assert scheduled.forget_forms() == 1


def test_the_sweeps_leave_forms_alone(office: Office) -> None:
    number = a_form(office)
    drafts.add_document(number, office.amna, a_paper(), "a.pdf", "judgment")
    StoredKey.objects.update(made_at=timezone.now() - timedelta(days=2))

    assert scheduled.sweep_keys() == 0
    assert store.sweep_orphans(older_than=timedelta(0)) == 0

    form = drafts.find(number, office.amna)
    assert form is not None
    assert len(form.documents) == 1


def test_a_form_outlives_a_rotation_of_the_keys(office: Office) -> None:
    number = a_form(office)

    rekeying.rotate()

    form = drafts.find(number, office.amna)
    assert form is not None
    assert form.values == TYPED


def test_a_form_whose_key_is_gone_is_no_form(sqlite_office: Office) -> None:
    number = a_form(sqlite_office)
    subjects.destroy([EntryForm.objects.get(pk=number).key_id])

    assert drafts.find(number, sqlite_office.amna) is None
    assert drafts.listed(sqlite_office.amna) == []


def test_a_draft_whose_form_lost_its_key_gets_another_one(sqlite_office: Office) -> None:
    office = sqlite_office
    number = a_form(office)
    batch = drafts.enter(number, office.amna, a_conviction())
    assert refusal_of(lambda: drafts.begin(office.amna, TYPED, batch)) == "form_entered"

    subjects.destroy([EntryForm.objects.get(pk=number).key_id])  # a backup brought the row back
    again = drafts.begin(office.amna, TYPED, batch)

    entered = drafts.entered(batch.pk, office.amna)
    assert entered is not None
    assert entered.form == again
