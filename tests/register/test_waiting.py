"""The lists of what waits: in order, by jurisdiction, from an index; silences looked at after."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from law_building import a_conviction
from register_builders import ASLAM, Office, a_row

from nsor.accounts.models import Officer
from nsor.places import by_slug
from nsor.register import acting, proposed, services, standing, waiting
from nsor.register.calendar import today
from nsor.register.corrections import ProfileCorrection
from nsor.register.errors import Refusal
from nsor.register.models import Batch, BatchKind, BatchState, Ground, Offender, SilenceReview
from nsor.register.waiting import Reach

WHY = "as the court's paper says"
LAHORE = by_slug("punjab/lahore")
assert LAHORE is not None


def _waiting(office: Office, count: int, **columns: object) -> None:
    """Have acts wait that nobody opens."""
    last = Batch.objects.exclude(submission=None).count()
    Batch.objects.bulk_create(
        Batch(
            kind=BatchKind.CORRECTION,
            state=BatchState.SUBMITTED,
            entered_by=office.amna,
            submission=1_000_000 + last + place,
            submitted_at=timezone.now(),
            **columns,
        )
        for place in range(count)
    )


def test_what_waits_is_told_in_the_order_of_submission_and_by_page(office: Office) -> None:
    _waiting(office, 5)
    first = waiting.to_decide(most=3)
    rest = waiting.to_decide(after=first[-1].place, most=3)

    assert [one.place for one in first + rest] == sorted(one.place for one in first + rest)
    assert len({one.batch for one in first + rest}) == 5
    assert waiting.counts() == {BatchKind.CORRECTION: 5}


def test_a_district_and_the_rest_of_the_country_are_the_whole(office: Office) -> None:
    _waiting(office, 2, district=LAHORE.code)
    _waiting(office, 3)
    _waiting(office, 1, district=501)

    inside = waiting.to_decide(Reach("punjab/lahore"))
    province = waiting.to_decide(Reach("punjab"))
    outside = waiting.to_decide(Reach("punjab/lahore", outside=True))

    assert (len(inside), len(province), len(outside)) == (2, 2, 4)
    assert len(waiting.to_decide()) == 6
    assert waiting.to_decide(Reach(outside=True)) == []


def test_an_act_is_listed_where_its_person_lived_when_it_was_submitted(office: Office) -> None:
    office.published(a_row())
    Offender.objects.update(district=LAHORE.code)
    services.correct(acting.find(ASLAM), ProfileCorrection({"marks": "A scar"}), office.amna, WHY)

    assert [one.district for one in waiting.to_decide()] == [LAHORE.code]


def _stay(office: Office) -> None:
    services.record_appeal(ASLAM, "12/2020", "stayed", office.amna, WHY)


def _death(office: Office) -> None:
    services.record_death(acting.find(ASLAM), today(), office.amna, WHY)


def _suspension(office: Office) -> None:
    services.suspend(acting.find(ASLAM), Ground.DISPUTE, office.amna, WHY)


def _withdrawal(office: Office) -> None:
    services.withdraw(ASLAM, office.amna, WHY)


def _reported_death(office: Office) -> None:
    standing.record_reported_death(acting.find(ASLAM), date(2024, 1, 1), "The authority says so.")


@pytest.mark.parametrize("silence", [_stay, _death, _suspension, _withdrawal, _reported_death])
def test_what_silences_on_one_word_is_to_be_looked_at(office: Office, silence: object) -> None:
    office.published(a_row())
    silence(office)  # type: ignore[operator]

    (act,) = waiting.to_review()
    review = services.review_silence(Batch.objects.get(pk=act.batch), office.bilal, "Seen.")

    assert review.reviewed_by == office.bilal
    assert waiting.to_review() == []
    with pytest.raises(Refusal) as refused:
        services.review_silence(Batch.objects.get(pk=act.batch), office.bilal)
    assert refused.value.code == "not_to_review"


def test_a_removal_that_is_asked_for_is_decided_and_not_looked_at_after(office: Office) -> None:
    office.published(a_row())
    asked = services.remove(acting.find(ASLAM), office.amna, WHY)

    assert waiting.to_review() == []
    assert [one.batch for one in waiting.to_decide()] == [asked.batch]


def test_nobody_looks_at_what_they_did_themselves(office: Office) -> None:
    office.published(a_row())
    services.suspend(acting.find(ASLAM), Ground.DISPUTE, office.bilal, WHY)
    act = Batch.objects.get(awaits_review=True)

    for officer, code in ((office.bilal, "own_entry"), (office.amna, "role_not_allowed")):
        with pytest.raises(Refusal) as refused:
            services.review_silence(act, officer)
        assert refused.value.code == code
    assert not SilenceReview.objects.exists()


def test_each_list_reads_an_index_of_what_waits_alone(office: Office) -> None:
    lists = {
        "batch_waiting": waiting.rows_to_decide(Reach("punjab"), kinds=["entry"], after=3),
        "batch_awaits_review": waiting.rows_to_review(Reach("punjab"), after=3),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # of no rows at all it would read the table
            cursor.execute("SET LOCAL enable_seqscan = off")
        for index, rows in lists.items():
            plan = rows.explain()
            assert index in plan, plan


def test_the_digest_stands_for_everything_shown(office: Office) -> None:
    office.published(a_row())
    aslam = acting.find(ASLAM)
    asked = services.correct(aslam, ProfileCorrection({"marks": "A scar"}), office.amna, WHY)
    batch = Batch.objects.get(pk=asked.batch)
    digests = [proposed.digest_of(batch)]
    assert proposed.digest_of(batch) == digests[0]

    services.withdraw(ASLAM, office.amna, WHY)
    digests.append(proposed.digest_of(batch))
    draft = services.enter_conviction(
        a_conviction(case=_case("9/2021")), office.amna, same_as=aslam
    )
    other = services.submit(draft, office.amna)
    assert proposed.digest_of(batch) == digests[-1]  # what another act would add isn't shown here
    services.approve(other.pk, office.bilal)
    digests.append(proposed.digest_of(batch))

    assert len(set(digests)) == len(digests)


def _case(number: str) -> object:
    case = a_conviction().case
    return type(case)(case.court, number, case.person)


def test_reading_an_act_is_for_officers_of_approval(sqlite_office: Office) -> None:
    batch = services.submit(
        services.enter_conviction(a_conviction(), sqlite_office.amna), sqlite_office.amna
    )
    for officer in (sqlite_office.amna, sqlite_office.hire("Danish", "audit")):
        assert isinstance(officer, Officer)
        with pytest.raises(Refusal) as refused:
            proposed.read_proposal(batch.pk, officer)
        assert refused.value.code == "role_not_allowed"


def test_old_work_is_not_forgotten(office: Office) -> None:
    _waiting(office, 1)
    Batch.objects.update(submitted_at=timezone.now() - timedelta(days=900))
    assert len(waiting.to_decide()) == 1
