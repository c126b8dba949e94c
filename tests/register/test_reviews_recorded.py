"""Recording that a registration was reviewed, and what falls due after it."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from law_building import enacted, judged, term_of
from register_builders import ASLAM, YOUSAF, Office, a_row, is_listed, people_rows

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.law.calendar import today
from nsor.law.tiers import Term as TermLaw
from nsor.law.tiers import TierLaw, months_after
from nsor.register import acting, history, scheduled, services
from nsor.register.due import Place, What, falling_due
from nsor.register.errors import Refusal
from nsor.register.models import Batch, Offender, Review
from nsor.register.people import one_person
from nsor.register.reviews import record_review
from nsor.register.timeline import Topic, timeline

WHY = "seen in person, nothing has changed"
FIRST = date(2021, 6, 1)
"""When the first review of Aslam falls due, who was convicted on 1 June 2020."""


def reviewable(office: Office) -> Offender:
    """Publish somebody whose term is for life, and looked at again each year since 2021."""
    enacted(office, "term", term_of(None, review_after_months=12))
    office.published(a_row())
    return acting.find(ASLAM)


def next_review(offender: Offender) -> date | None:
    person = one_person(offender.pk)
    assert person is not None
    return person.term.review_on


def test_a_recorded_review_puts_the_next_one_off_by_the_laws_interval(office: Office) -> None:
    offender = reviewable(office)
    assert next_review(offender) == FIRST

    record_review(offender, office.amna, "stays", WHY)

    expected = months_after(today(), 12)
    assert next_review(offender) == expected
    assert Offender.objects.get(pk=offender.pk).review_on == expected
    assert scheduled.reviews_due(0) == []
    assert is_listed()


def test_what_a_review_found_is_kept_with_who_when_and_why(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)

    record_review(offender, sqlite_office.amna, "ends", WHY)

    review = Review.objects.get()
    assert (review.finding, review.due_on, review.done_on) == ("ends", FIRST, today())
    assert (review.batch.kind, review.batch.entered_by) == ("review", sqlite_office.amna)
    assert acting.open_reason(review.batch) == WHY
    entry = Entry.objects.get(act=Act.REVIEW_DONE)
    assert entry.subject == f"offender:{offender.pk}"
    assert trail.details(entry.pk) == {"finding": "ends", "reason": WHY}


def test_a_change_of_the_law_counts_from_the_review(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)
    record_review(offender, sqlite_office.amna, "stays", WHY)

    enacted(sqlite_office, "term", term_of(None, review_after_months=36))
    judged()

    row = Offender.objects.get(pk=offender.pk)
    assert row.review_on == next_review(offender) == months_after(today(), 36)


def test_the_past_is_told_as_it_was_before_the_review(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)
    before = timezone.now()
    record_review(offender, sqlite_office.amna, "stays", WHY)

    then = history.as_of(offender, today(), before)
    now = history.as_of(offender, today(), timezone.now())

    assert then is not None
    assert then.term is not None
    assert then.term.review_on == FIRST
    assert now is not None
    assert now.term is not None
    assert now.term.review_on == months_after(today(), 12)


def test_a_review_of_two_records_that_are_one_puts_off_both(sqlite_office: Office) -> None:
    reviewable(sqlite_office)
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="7/2020"))
    root, other = acting.find(ASLAM), acting.find(YOUSAF)
    services.approve(
        services.merge(root, other, sqlite_office.amna, "one man").batch or 0, sqlite_office.bilal
    )

    record_review(root, sqlite_office.amna, "stays", WHY)

    assert falling_due(today()).found == ()
    unmerged = services.unmerge(Offender.objects.get(pk=other.pk), sqlite_office.amna, "two men")
    services.approve(unmerged.batch or 0, sqlite_office.bilal)
    assert falling_due(today()).found == ()


@pytest.mark.parametrize(
    ("finding", "reason", "code"),
    [("stays", " ", "reason_required"), ("maybe", WHY, "bad_value")],
)
def test_a_review_takes_a_reason_and_a_known_finding(
    sqlite_office: Office, finding: str, reason: str, code: str
) -> None:
    offender = reviewable(sqlite_office)
    with pytest.raises(Refusal) as refused:
        record_review(offender, sqlite_office.amna, finding, reason)
    assert refused.value.code == code
    assert not Review.objects.exists()


def test_no_review_is_recorded_long_before_it_falls_due_or_twice(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)
    record_review(offender, sqlite_office.amna, "stays", WHY)
    with pytest.raises(Refusal) as refused:
        record_review(offender, sqlite_office.amna, "stays", WHY)
    assert refused.value.code == "not_due"


def test_a_term_without_reviews_is_never_reviewed(sqlite_office: Office) -> None:
    sqlite_office.published(a_row())
    with pytest.raises(Refusal) as refused:
        record_review(acting.find(ASLAM), sqlite_office.amna, "stays", WHY)
    assert refused.value.code == "not_due"


def test_an_auditor_records_no_review(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)
    with pytest.raises(Refusal) as refused:
        record_review(offender, sqlite_office.hire("Danish", "audit"), "stays", WHY)
    assert refused.value.code == "role_not_allowed"


@pytest.mark.parametrize(
    ("reviewed_to", "expected"),
    [
        (None, date(2021, 1, 1)),
        (date(2020, 12, 31), date(2021, 1, 1)),
        (date(2021, 1, 1), date(2022, 1, 1)),
        (date(2023, 5, 31), date(2024, 5, 31)),
    ],
)
def test_a_review_counts_from_the_begin_and_then_from_the_last_one(
    reviewed_to: date | None, expected: date
) -> None:
    term = TermLaw(3, "conviction", review_after_months=12)
    law = TierLaw(today(), 1, "any", "", (), (term,), (), ())
    assert (
        law.review_on(
            3,
            convicted_on=date(2020, 1, 1),
            released_on=None,
            sentence_months=None,
            reviewed_to=reviewed_to,
        )
        == expected
    )


# what falls due


def test_what_falls_due_comes_a_page_at_a_time_what_is_late_first(office: Office) -> None:
    enacted(office, "term", term_of(None, review_after_months=12))
    rows = list(people_rows(5))
    for place, row in enumerate(rows):
        row["convicted_on"] = f"202{place % 2}-06-01"
    office.published(*rows)

    whole = falling_due(today(), most=10)
    first = falling_due(today(), most=3)
    assert first.after is not None
    second = falling_due(today(), most=3, after=first.after)

    assert whole.after is None
    assert [one.on for one in whole.found] == [date(2021, 6, 1)] * 3 + [date(2022, 6, 1)] * 2
    assert (*first.found, *second.found) == whole.found
    assert second.after is None


def test_reviews_and_ends_of_terms_of_one_day_and_person_are_both_told(
    sqlite_office: Office,
) -> None:
    enacted(sqlite_office, "term", term_of(12 * 10, review_after_months=12 * 10))
    sqlite_office.published(a_row())
    until = date(2030, 6, 1)

    found = falling_due(until, most=1)
    assert [one.what for one in found.found] == [What.REVIEW]
    assert found.after is not None
    rest = falling_due(until, most=1, after=found.after)
    assert [one.what for one in rest.found] == [What.TERM_END]
    assert rest.after is None
    assert falling_due(until - timedelta(1)).found == ()
    assert [one.what for one in falling_due(until, kinds=[What.TERM_END]).found] == ["term_end"]


def test_only_those_of_the_districts_asked_for_are_told(sqlite_office: Office) -> None:
    offender = reviewable(sqlite_office)
    Offender.objects.update(district=301)

    assert [one.offender for one in falling_due(today(), districts={301}).found] == [offender.pk]
    assert falling_due(today(), districts={302}).found == ()
    assert falling_due(today(), districts=()).found == ()


def test_whoever_left_the_register_or_was_looked_for_too_soon_is_not_told(
    sqlite_office: Office,
) -> None:
    offender = reviewable(sqlite_office)
    Offender.objects.update(review_on=today() - timedelta(days=4000))
    assert [one.on for one in falling_due(today()).found] == [FIRST]

    record_review(offender, sqlite_office.amna, "stays", WHY)
    Offender.objects.update(review_on=FIRST)
    assert falling_due(today()).found == ()

    Offender.objects.update(reviewed_to=None)
    services.remove(offender, sqlite_office.amna, "the court ordered it")
    services.approve(Batch.objects.get(kind="removal").pk, sqlite_office.bilal)
    assert falling_due(today()).found == ()


def test_a_page_asks_as_often_however_many_fall_due(sqlite_office: Office) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    enacted(sqlite_office, "term", term_of(None, review_after_months=12))
    sqlite_office.published(*people_rows(3))
    falling_due(today())
    with CaptureQueriesContext(
        connection,
    ) as few:
        falling_due(today())
    sqlite_office.published(*people_rows(30, start=100))
    with CaptureQueriesContext(connection) as many:
        falling_due(today())
    assert len(few) == len(many)


def test_a_place_far_after_the_last_is_the_end(sqlite_office: Office) -> None:
    reviewable(sqlite_office)
    place = Place(date(9999, 12, 31), 10**18, What.TERM_END)
    assert falling_due(today(), after=place).found == ()


# both times


def test_a_timeline_tells_of_which_days_something_was_said_and_since_when(
    sqlite_office: Office,
) -> None:
    sqlite_office.published(a_row())
    offender = acting.find(ASLAM)
    services.record_appeal(
        ASLAM, "12/2020", "stayed", sqlite_office.amna, WHY, effective_on=date(2021, 1, 1)
    )
    services.record_death(offender, date(2022, 1, 1), sqlite_office.amna, WHY)

    said = [(one.topic, one.value, one.since) for one in timeline([offender.pk])]

    assert (Topic.CONVICTION, "PPC 376", date(2020, 6, 1)) in said
    assert (Topic.PERSON, "", date(2020, 6, 1)) in said
    assert (Topic.APPEAL, "stayed", date(2021, 1, 1)) in said
    assert (Topic.STANDING, "deceased", date(2022, 1, 1)) in said
    moments = [one.known_at for one in timeline([offender.pk])]
    assert moments == sorted(moments)
