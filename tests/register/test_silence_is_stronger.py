"""Whatever silences outlasts whatever was asked for before it, in the orders that are easy to miss.

``test_life_cycle`` looks for such orders; these are the ones it has to keep finding right.
"""

import pytest
from django.utils import timezone
from history_playing import REASON, a_conviction
from register_builders import ASLAM, CASE, YOUSAF, Office, a_row, is_listed, with_two_listed

from nsor.register import acting, feed, numbering, services
from nsor.register.batches import waiting
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.history import RecordView, as_of
from nsor.register.models import Batch, BatchState, Conviction, Ground, Offender
from nsor.register.services import ConvictionCorrection, ProfileCorrection


@pytest.fixture
def listed(sqlite_office: Office) -> Office:
    """Give an office that published Aslam and Yousaf."""
    return with_two_listed(sqlite_office)


def person(cnic: str = ASLAM) -> Offender:
    return acting.find(cnic)


def row(cnic: str) -> Offender:
    """Return the row that holds a number, merged or not."""
    holder = numbering.holder(cnic)
    assert holder is not None
    return Offender.objects.select_related("merged_into").get(pk=holder.offender)


def today_of(offender: Offender) -> RecordView:
    view = as_of(offender, today(), timezone.now())
    assert view is not None
    return view


def approves(office: Office, done: acting.Done) -> None:
    assert done.batch is not None
    services.approve(done.batch, office.bilal)


def refusal(office: Office, done: acting.Done) -> str:
    with pytest.raises(Refusal) as refused:
        approves(office, done)
    return refused.value.code


def merged(office: Office) -> None:
    approves(office, services.merge(person(), person(YOUSAF), office.amna, REASON))


def parted(office: Office) -> None:
    approves(office, services.unmerge(row(YOUSAF), office.amna, REASON))


def test_a_withdrawal_outdates_a_restoring_that_was_asked_for_before(listed: Office) -> None:
    services.suspend(person(), Ground.DISPUTE, listed.amna, REASON)
    asked = services.restore(person(), listed.amna, REASON)
    services.withdraw(ASLAM, listed.amna, REASON)

    assert refusal(listed, asked) == "outdated"
    assert not is_listed()


def test_a_second_stay_outdates_the_end_of_the_first(listed: Office) -> None:
    services.record_appeal(ASLAM, CASE, "stayed", listed.amna, REASON)
    asked = services.record_appeal(ASLAM, CASE, "none", listed.amna, REASON)
    services.record_appeal(ASLAM, CASE, "stayed", listed.amna, REASON)

    assert refusal(listed, asked) == "outdated"
    assert not is_listed()


def test_a_stay_outlasts_the_correction_of_its_conviction(listed: Office) -> None:
    conviction = Conviction.objects.get(offender=person())
    correction = ConvictionCorrection(conviction, {"sections": "PPC 377"})
    asked = services.correct(person(), correction, listed.amna, REASON)
    services.record_appeal(ASLAM, CASE, "stayed", listed.amna, REASON)

    approves(listed, asked)

    assert not is_listed()
    assert today_of(person()).disclosure.silences == ("stayed",)


def test_the_end_of_a_stay_that_was_asked_for_before_a_correction_is_outdated(
    listed: Office,
) -> None:
    services.record_appeal(ASLAM, CASE, "stayed", listed.amna, REASON)
    ended = services.record_appeal(ASLAM, CASE, "none", listed.amna, REASON)
    conviction = Conviction.objects.get(offender=person())
    correction = ConvictionCorrection(conviction, {"sections": "PPC 377"})
    approves(listed, services.correct(person(), correction, listed.amna, REASON))

    assert refusal(listed, ended) == "outdated"
    assert not is_listed()


@pytest.mark.parametrize("cnic", [ASLAM, YOUSAF])
def test_who_was_withdrawn_while_two_were_one_is_silent_after_they_were_parted(
    listed: Office, cnic: str
) -> None:
    merged(listed)
    services.withdraw(cnic, listed.amna, REASON)
    assert not is_listed(ASLAM)
    assert not is_listed(YOUSAF)

    parted(listed)

    assert not is_listed(ASLAM)
    assert not is_listed(YOUSAF)
    for one in (row(ASLAM), row(YOUSAF)):
        assert today_of(one).ground == "withdrawn"
        approves(listed, services.restore(one, listed.amna, REASON))
    assert is_listed(ASLAM)
    assert is_listed(YOUSAF)


def test_who_died_while_two_were_one_is_to_be_found_out_after_they_were_parted(
    listed: Office,
) -> None:
    merged(listed)
    services.record_death(person(), today(), listed.amna, REASON)

    parted(listed)

    assert not is_listed(ASLAM)
    assert not is_listed(YOUSAF)
    assert today_of(row(YOUSAF)).ground == "dispute"


def test_one_who_is_dead_is_so_after_a_merger(listed: Office) -> None:
    services.record_death(person(YOUSAF), today(), listed.amna, REASON)

    merged(listed)

    assert not is_listed(ASLAM)
    assert not is_listed(YOUSAF)
    assert today_of(person()).disclosure.silences == ("deceased",)


def test_nothing_waits_about_whoever_was_removed(listed: Office) -> None:
    services.correct(person(), ProfileCorrection({"name_en": "M Aslam"}), listed.amna, REASON)
    offender = person()

    approves(listed, services.remove(offender, listed.amna, REASON))

    assert waiting() == []
    states = Batch.objects.filter(offender=offender).values_list("state", flat=True)
    assert BatchState.SUBMITTED not in states


def test_a_withdrawal_outlasts_the_approval_of_what_waited(sqlite_office: Office) -> None:
    batch = services.enter_conviction(a_conviction(ASLAM), sqlite_office.amna)
    services.submit(batch, sqlite_office.amna)
    services.withdraw(ASLAM, sqlite_office.amna, REASON)

    services.approve(batch.pk, sqlite_office.bilal)

    assert not is_listed()
    assert today_of(person()).ground == "withdrawn"
    before = as_of(person(), Conviction.objects.get().convicted_on, timezone.now())
    assert before is not None
    assert before.standing == "active"


def test_a_withdrawal_outlasts_the_approval_of_a_file_that_is_under_way(
    sqlite_office: Office,
) -> None:
    batch = sqlite_office.entered(a_row())

    services.approve(
        batch,
        sqlite_office.bilal,
        progress=lambda _: services.withdraw(ASLAM, sqlite_office.amna, REASON),
    )

    assert not is_listed()
    assert today_of(person()).ground == "withdrawn"


def test_nobody_is_corrected_of_whom_nothing_is_approved(sqlite_office: Office) -> None:
    batch = services.enter_conviction(a_conviction(ASLAM), sqlite_office.amna)
    services.submit(batch, sqlite_office.amna)
    services.withdraw(ASLAM, sqlite_office.amna, REASON)

    with pytest.raises(Refusal) as refused:
        services.correct(
            person(), ProfileCorrection({"district": "Lahore"}), sqlite_office.amna, REASON
        )
    assert refused.value.code == "wrong_state"


def test_who_was_approved_while_two_were_one_has_a_past_of_their_own(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    yousaf = {"name_ur": "یوسف علی", "name_en": "Yousaf Ali"}
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="7/2020", **yousaf))
    batch = services.enter_conviction(
        a_conviction(YOUSAF, "90/2021", **yousaf), office.amna, same_as=row(YOUSAF)
    )
    services.submit(batch, office.amna)
    merged(office)
    services.approve(batch.pk, office.bilal)

    parted(office)

    publication = feed.current(YOUSAF)
    assert publication is not None
    assert (publication.listed, publication.name_en) == (True, "Yousaf Ali")
    view = today_of(row(YOUSAF))
    assert view.profile is not None
    assert (view.profile.name_en, view.disclosure.outcome) == ("Yousaf Ali", "listed")
