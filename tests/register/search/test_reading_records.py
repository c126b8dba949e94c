"""Reading a record shows all of it, and leaves an entry under the person's key."""

import pytest
from register_builders import ASLAM, Office, a_row
from search_builders import Registry, approved, entered, the_holder

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Details, Entry
from nsor.register import acting, corrections, merging, removal
from nsor.register.corrections import ProfileCorrection
from nsor.register.deciding import approve_batch
from nsor.register.errors import Refusal
from nsor.register.lifecycle import State
from nsor.register.reading import read_record


def test_a_record_is_shown_whole(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    aslam = acting.find(ASLAM)
    done = corrections.correct(
        aslam, ProfileCorrection({"name_en": "Mohammad Aslam"}), office.amna, "as on the card"
    )
    approve_batch(done.batch or 0, office.bilal)
    office.appeals("stayed")

    view = read_record(aslam, office.hire("Sadia", "supervision"), "complaint 7")

    assert (view.offender, view.state, view.public) == (aslam.pk, State.PUBLISHED, False)
    assert view.profile.name_en == "Mohammad Aslam"
    assert [one.profile.name_en for one in view.profiles] == ["Muhammad Aslam", "Mohammad Aslam"]
    assert [(one.kind, one.digits) for one in view.numbers] == [("cnic", ASLAM)]
    (conviction,) = view.convictions
    assert (conviction.case.case_number, conviction.sections) == ("12/2020", ("PPC 376",))
    assert [(one.from_state, one.to_state) for one in conviction.appeals] == [("none", "stayed")]
    assert [(act.kind, act.entered_by, act.reason) for act in view.acts] == [
        ("import", "Amna", ""),
        ("correction", "Amna", "as on the card"),
        ("appeal", "Amna", "order of the court"),
    ]
    assert "Aslam" not in repr(view)


def test_reading_is_an_entry_that_dies_with_the_persons_key(office: Office) -> None:
    approved(office, 1)
    person = the_holder(1)

    read_record(person, office.bilal, "before the hearing")

    (entry,) = Entry.objects.filter(act=Act.RECORD_READ)
    assert (entry.actor, entry.subject) == (f"officer:{office.bilal.pk}", f"offender:{person.pk}")
    assert Details.objects.get(pk=entry.pk).key == person.key_id
    assert trail.details(entry.pk) == {"reason": "before the hearing"}
    done = removal.remove(person, office.amna, "acquitted")
    approve_batch(done.batch or 0, office.bilal)
    assert trail.details(entry.pk) is None
    with pytest.raises(Refusal) as refused:
        read_record(person, office.bilal, "once more")
    assert refused.value.code == "removed"


def test_a_draft_and_a_merged_record_are_read_as_the_person_they_are(office: Office) -> None:
    entered(office, 1)
    assert read_record(the_holder(1), office.amna, "to go on").state is State.DRAFT
    office.published(a_row(), a_row(cnic="3520100000091", case_number="9/2020"))
    into, other = acting.find(ASLAM), acting.find("3520100000091")
    done = merging.merge(into, other, office.amna, "one person")
    approve_batch(done.batch or 0, office.bilal)
    other.refresh_from_db()

    view = read_record(other, office.amna, "to see both")

    assert (view.offender, view.merged) == (into.pk, (other.pk,))
    assert (len(view.numbers), len(view.convictions)) == (2, 2)


def test_reading_takes_a_role_and_outside_the_jurisdiction_a_reason(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(district="Lahore"))
    aslam = acting.find(ASLAM)
    stranger = Officer(pk=999, name="Stranger", role="clerk")
    of_sindh = Officer(pk=998, name="Of Sindh", role="supervision", jurisdiction="sindh")

    for officer, reason, code in (
        (of_sindh, " ", "reason_required"),
        (stranger, "curious", "role_not_allowed"),
    ):
        with pytest.raises(Refusal) as refused:
            read_record(aslam, officer, reason)
        assert refused.value.code == code
    assert not Entry.objects.filter(act=Act.RECORD_READ).exists()


def test_what_is_only_being_read_in_cannot_be_read(sqlite_office: Office) -> None:
    from nsor.register.batches import reject_batch

    batch = sqlite_office.entered(a_row())
    reject_batch(batch, sqlite_office.bilal, "wrong file")

    with pytest.raises(Refusal) as refused:
        read_record(acting.find(ASLAM), sqlite_office.bilal, "what was it")

    assert refused.value.code == "not_registered"
    assert Registry(sqlite_office).finds(number=ASLAM).found == 0
