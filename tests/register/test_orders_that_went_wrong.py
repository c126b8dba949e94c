"""Orders of events in which the register told of somebody, or was silent, against its own rules."""

import io
from contextlib import suppress
from datetime import date, timedelta

import pytest
from history_playing import REASON, a_conviction
from law_building import enacted, term_of
from register_builders import ASLAM, CASE, YOUSAF, Office, a_file, a_row, is_listed, with_two_listed

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import acting, journal, numbering, scheduled, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.importing import import_batch
from nsor.register.models import Conviction, Ground, NumberKind, Offender
from nsor.register.search.query import Query
from nsor.register.search.searching import search
from nsor.register.services import (
    ConvictionCorrection,
    EntryRefused,
    NumberAddition,
    ProfileCorrection,
)

FURTHER = "3520155555551"


@pytest.fixture
def listed(sqlite_office: Office) -> Office:
    """Give an office that published Aslam and Yousaf, of the same case number."""
    return with_two_listed(sqlite_office)


def row(cnic: str) -> Offender:
    """Return the row that holds a number, merged or not."""
    holder = numbering.holder(cnic)
    assert holder is not None
    return Offender.objects.select_related("merged_into").get(pk=holder.offender)


def conviction_of(cnic: str) -> Conviction:
    return Conviction.objects.get(offender=row(cnic), current=True)


def approves(office: Office, done: acting.Done) -> None:
    assert done.batch is not None
    services.approve(done.batch, office.bilal)


def merged(office: Office) -> None:
    approves(office, services.merge(row(ASLAM), row(YOUSAF), office.amna, REASON))


def test_a_quashing_reaches_both_records_of_one_case_of_one_person(listed: Office) -> None:
    merged(listed)  # the same man was entered twice, under two numbers, for the same case

    services.record_appeal(ASLAM, CASE, "quashed", listed.amna, REASON)

    assert not is_listed(ASLAM)
    assert not is_listed(YOUSAF)


def test_a_case_that_a_draft_holds_is_not_entered_twice(sqlite_office: Office) -> None:
    office = sqlite_office
    draft = services.enter_conviction(a_conviction(ASLAM, CASE), office.amna)
    with suppress(Refusal):  # the file, or the draft when it is submitted, may be refused
        imported = import_batch(io.BytesIO(a_file(a_row(case_number=CASE))), office.amna).batch
        if imported is not None:
            services.approve(imported, office.bilal)
        services.submit(draft, office.amna)
        services.approve(draft.pk, office.bilal)
    assert is_listed()

    services.record_appeal(ASLAM, CASE, "quashed", office.amna, REASON)

    assert not is_listed()


def test_an_edit_that_waits_silences_after_the_two_were_parted_too(listed: Office) -> None:
    merged(listed)
    edit = ConvictionCorrection(conviction_of(YOUSAF), {"juvenile": True})
    services.correct(row(ASLAM), edit, listed.amna, REASON)
    assert not is_listed(YOUSAF)

    with suppress(Refusal):  # refused or not, what waits goes on to silence
        approves(listed, services.unmerge(row(YOUSAF), listed.amna, REASON))

    assert not is_listed(YOUSAF)


def test_an_edit_that_is_approved_after_the_two_were_parted_is_told(listed: Office) -> None:
    merged(listed)
    edit = ConvictionCorrection(conviction_of(YOUSAF), {"juvenile": True})
    waits = services.correct(row(ASLAM), edit, listed.amna, REASON)
    with suppress(Refusal):  # now, or else once the edit is decided
        approves(listed, services.unmerge(row(YOUSAF), listed.amna, REASON))

    approves(listed, waits)
    if row(YOUSAF).merged_into is not None:
        approves(listed, services.unmerge(row(YOUSAF), listed.amna, REASON))

    assert conviction_of(YOUSAF).juvenile
    assert not is_listed(YOUSAF)


def test_a_stay_outlasts_an_edit_of_what_another_edit_has_replaced(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="77/2020", name_ur="یوسف علی"))
    first = ConvictionCorrection(conviction_of(YOUSAF), {"sections": "PPC 376;PPC 377"})
    second = ConvictionCorrection(conviction_of(YOUSAF), {"sections": "PPC 377B"})
    one = services.correct(row(YOUSAF), first, office.amna, REASON)
    merged(office)
    with suppress(Refusal):  # whichever of these is refused, the stay holds
        other = services.correct(row(ASLAM), second, office.amna, REASON)
        approves(office, one)
        services.record_appeal(YOUSAF, "77/2020", "stayed", office.amna, REASON)
        services.record_appeal(ASLAM, CASE, "stayed", office.amna, REASON)
        assert not is_listed(YOUSAF)
        approves(office, other)

    assert not is_listed(YOUSAF)


def test_a_number_that_was_rejected_is_nobodys(listed: Office) -> None:
    adding = services.correct(
        row(ASLAM), NumberAddition(FURTHER, NumberKind.CNIC), listed.amna, REASON
    )
    assert adding.batch is not None
    services.reject(adding.batch, listed.bilal, "This is the number of another man.")

    listed.published(
        a_row(cnic=FURTHER, name_ur="ندیم خان", name_en="Nadeem Khan", case_number="9/2021")
    )

    assert is_listed(FURTHER)


def test_a_later_birth_that_makes_a_child_of_the_person_silences(listed: Office) -> None:
    changes = {"date_of_birth": date(2005, 1, 1)}  # fourteen at the offence
    edit = ProfileCorrection(changes, valid_from=date(2010, 1, 1))

    approves(listed, services.correct(row(ASLAM), edit, listed.amna, REASON))

    assert not is_listed(ASLAM)


def test_an_earlier_offence_that_was_a_childs_silences(listed: Office) -> None:
    edit = ConvictionCorrection(conviction_of(ASLAM), {"offence_on": date(1994, 1, 1)})
    with suppress(Refusal):
        approves(listed, services.correct(row(ASLAM), edit, listed.amna, REASON))
        assert not is_listed(ASLAM)

    assert conviction_of(ASLAM).juvenile or conviction_of(ASLAM).offence_on == date(2019, 5, 1)


def test_who_is_convicted_anew_after_the_term_is_told_of(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row())
    enacted(office, "term", term_of(12))
    Offender.objects.update(term_ends=today() - timedelta(days=1))
    scheduled.expire_due()
    assert not is_listed()

    anew = (today() - timedelta(days=10)).isoformat()
    office.published(a_row(case_number="5/2026", offence_on=anew, convicted_on=anew))

    assert is_listed()


def test_a_quashing_is_in_the_journal_where_another_conviction_still_speaks(
    sqlite_office: Office,
) -> None:
    sqlite_office.published(a_row(), a_row(case_number="13/2020"))

    services.record_appeal(ASLAM, CASE, "quashed", sqlite_office.amna, REASON)

    notes = [one.note for one in journal.read() if isinstance(one, journal.Entry)]
    assert [one.kind for one in notes if isinstance(one, journal.Silence)] == ["appeal"]


def test_a_number_whose_entry_was_rejected_is_not_told_of_by_a_merger(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    office.published(a_row())
    entry = office.entered(a_row(cnic=YOUSAF, case_number="77/2020"))
    with suppress(Refusal):
        merged(office)

    services.reject(entry, office.bilal, "The number is another man's.")

    assert not is_listed(YOUSAF)


def test_an_entry_under_a_known_number_with_another_name_is_refused(listed: Office) -> None:
    entry = a_conviction(ASLAM, "90/2021", name_ur="ندیم خان", name_en="Nadeem Khan")

    with pytest.raises(EntryRefused) as refused:
        services.enter_conviction(entry, listed.amna, same_as=row(ASLAM))

    assert refused.value.code == "name_conflict"


def test_a_courts_order_in_a_dispute_outdates_the_restoring_asked_for_before(
    listed: Office,
) -> None:
    services.suspend(row(ASLAM), Ground.DISPUTE, listed.amna, REASON)
    asked = services.restore(row(ASLAM), listed.amna, REASON)

    services.suspend(row(ASLAM), Ground.COURT_ORDER, listed.amna, REASON)

    with pytest.raises(Refusal):
        approves(listed, asked)
    assert not is_listed(ASLAM)


def test_the_trail_tells_no_number_of_whoever_was_removed(listed: Office) -> None:
    search(Query(number=ASLAM), listed.amna, REASON)

    approves(listed, services.remove(row(ASLAM), listed.amna, REASON))

    told = [trail.details(one.pk) for one in Entry.objects.filter(act=Act.SEARCHED)]
    assert ASLAM not in str(told)


def test_who_was_rejected_under_another_name_is_found_by_the_right_one(listed: Office) -> None:
    wrong = listed.entered(a_row(cnic=FURTHER, name_ur="ندیم خان", name_en="Nadeem Khan"))
    services.reject(wrong, listed.bilal, "The name is wrong.")
    listed.published(a_row(cnic=FURTHER, name_ur="طارق جمیل", name_en="Tariq Jamil"))

    assert search(Query(name="Tariq Jamil"), listed.amna, REASON).found == 1
