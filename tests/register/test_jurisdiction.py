"""Who reads outside their jurisdiction says why, and the trail has that it was outside."""

from datetime import timedelta

import pytest
from django.utils import timezone
from evidence_builders import a_paper
from register_builders import ASLAM, YOUSAF, Office, a_row

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.law.calendar import today
from nsor.places import by_slug
from nsor.register import acting, merging, removal
from nsor.register.deciding import approve_batch
from nsor.register.errors import Refusal
from nsor.register.evidence import store
from nsor.register.history import read_history
from nsor.register.jurisdiction import is_outside, require_reason_outside
from nsor.register.models import Offender
from nsor.register.reading import read_record
from nsor.register.search.query import Query
from nsor.register.search.searching import search

LAHORE = by_slug("punjab/lahore")
assert LAHORE is not None


def an_officer(office: Office, jurisdiction: str, role: str = "supervision") -> Officer:
    officer = office.hire(f"Of {jurisdiction or 'Pakistan'} ({role})", role)
    officer.jurisdiction = jurisdiction
    officer.save()
    return officer


def in_lahore(office: Office) -> Offender:
    office.published(a_row(district="Lahore"))
    return acting.find(ASLAM)


def said_last(act: Act) -> dict[str, object]:
    entry = Entry.objects.filter(act=act).latest("pk")
    details = trail.details(entry.pk)
    assert details is not None
    return details


@pytest.mark.parametrize(
    ("jurisdiction", "district", "outside"),
    [
        ("", "punjab/lahore", False),
        ("", None, False),
        ("punjab", "punjab/lahore", False),
        ("punjab/lahore", "punjab/lahore", False),
        ("punjab/multan", "punjab/lahore", True),
        ("sindh", "punjab/lahore", True),
        ("punjab/lahore", None, True),
        ("punjab", None, True),
        ("no such place", "punjab/lahore", True),
    ],
)
def test_a_reason_is_needed_outside_and_nowhere_else(
    jurisdiction: str, district: str | None, outside: bool, sqlite_office: Office
) -> None:
    officer = Officer(name="x", role="supervision", jurisdiction=jurisdiction)
    place = by_slug(district or "")
    code = place.code if place else 0

    assert is_outside(officer, code) is outside
    assert require_reason_outside(officer, code, " a court asks ") == "a court asks"
    if not outside:
        assert require_reason_outside(officer, code, "  ") == ""
        return
    with pytest.raises(Refusal) as refused:
        require_reason_outside(officer, code, "  ")
    assert refused.value.code == "reason_required"


def test_a_reason_is_screened_whether_it_is_needed_or_not(sqlite_office: Office) -> None:
    for jurisdiction in ("", "sindh"):
        officer = Officer(name="x", role="supervision", jurisdiction=jurisdiction)
        with pytest.raises(Refusal) as refused:
            require_reason_outside(officer, 318, "his daughter Zainab complains")
        assert refused.value.code == "may_name_victim"


def test_a_record_is_read_without_a_reason_where_the_person_lives(office: Office) -> None:
    aslam = in_lahore(office)

    for jurisdiction in ("", "punjab", "punjab/lahore"):
        read_record(aslam, an_officer(office, jurisdiction))
        assert said_last(Act.RECORD_READ) == {"reason": ""}


def test_a_record_is_read_elsewhere_with_a_reason_and_the_trail_has_both(office: Office) -> None:
    aslam = in_lahore(office)
    stranger = an_officer(office, "sindh/hyderabad")

    with pytest.raises(Refusal) as refused:
        read_record(aslam, stranger)

    assert refused.value.code == "reason_required"
    assert not Entry.objects.filter(act=Act.RECORD_READ).exists()
    read_record(aslam, stranger, "seen at Hyderabad station")
    assert said_last(Act.RECORD_READ) == {"reason": "seen at Hyderabad station", "outside": True}


def test_whose_district_nobody_knows_is_outside_but_for_the_whole_country(office: Office) -> None:
    office.published(a_row(district="Karachi"))  # seven districts
    aslam = acting.find(ASLAM)

    read_record(aslam, an_officer(office, ""))
    with pytest.raises(Refusal) as refused:
        read_record(aslam, an_officer(office, "sindh"))

    assert refused.value.code == "reason_required"


def test_a_merged_row_is_where_its_person_lives(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(
        a_row(district="Lahore"), a_row(cnic=YOUSAF, case_number="9/2020", district="Quetta")
    )
    into, other = acting.find(ASLAM), acting.find(YOUSAF)
    done = merging.merge(into, other, office.amna, "one person")
    approve_batch(done.batch or 0, office.bilal)

    read_record(other, an_officer(office, "punjab/lahore"))
    read_history(other, today(), timezone.now(), an_officer(office, "punjab"))
    with pytest.raises(Refusal) as refused:
        read_record(other, an_officer(office, "balochistan/quetta"))

    assert refused.value.code == "reason_required"


def test_the_past_is_read_by_the_same_rule(office: Office) -> None:
    aslam = in_lahore(office)
    known = timezone.now() + timedelta(minutes=1)
    stranger = an_officer(office, "sindh")

    assert read_history(aslam, today(), known, an_officer(office, "punjab")) is not None
    assert "outside" not in said_last(Act.HISTORY_READ)
    with pytest.raises(Refusal) as refused:
        read_history(aslam, today(), known, stranger)
    assert refused.value.code == "reason_required"
    read_history(aslam, today(), known, stranger, "a court in Sindh asks")
    said = said_last(Act.HISTORY_READ)
    assert (said["reason"], said["outside"]) == ("a court in Sindh asks", True)


def test_of_whom_was_removed_the_trail_keeps_no_reason_but_that_it_was_outside(
    sqlite_office: Office,
) -> None:
    aslam = in_lahore(sqlite_office)
    done = removal.remove(aslam, sqlite_office.amna, "acquitted")
    approve_batch(done.batch or 0, sqlite_office.bilal)

    read_history(aslam, today(), timezone.now(), an_officer(sqlite_office, "punjab"), "Aslam asks")

    said = said_last(Act.HISTORY_READ)
    assert (said["outside"], "reason" in said) == (True, False)


def test_a_search_takes_a_reason_unless_it_is_limited_to_ones_own_district(office: Office) -> None:
    in_lahore(office)
    officer = an_officer(office, "punjab/lahore")

    for query in (
        Query(name="Muhammad Aslam"),
        Query(number=ASLAM),
        Query(name="Muhammad Aslam", district="Multan"),
        Query(name="Muhammad Aslam", district="Karachi"),
    ):
        with pytest.raises(Refusal) as refused:
            search(query, officer)
        assert refused.value.code == "reason_required"
    assert not Entry.objects.filter(act=Act.SEARCHED).exists()

    for query in (
        Query(name="Muhammad Aslam", district="Lahore"),
        Query(number=ASLAM, district="لاہور"),
    ):
        assert search(query, officer).found == 1 or query.number
        assert "outside" not in said_last(Act.SEARCHED)
    assert search(Query(number=ASLAM), officer, "an informer's word").found == 1
    said = said_last(Act.SEARCHED)
    assert (said["reason"], said["outside"]) == ("an informer's word", True)


def test_an_officer_of_the_whole_country_searches_without_a_reason(sqlite_office: Office) -> None:
    in_lahore(sqlite_office)
    assert search(Query(number=ASLAM), sqlite_office.bilal).found == 1
    assert "outside" not in said_last(Act.SEARCHED)


def test_a_document_is_served_by_the_same_rule(office: Office) -> None:
    aslam = in_lahore(office)
    paper = store.add_evidence(
        aslam.pk, acting.key_of(aslam), a_paper(), "order.pdf", office.amna, "order"
    )
    at_home, away = (an_officer(office, one, "approval") for one in ("punjab/lahore", "sindh"))

    assert store.serve(paper, at_home).octets
    assert "outside" not in said_last(Act.EVIDENCE_SERVED)
    with pytest.raises(Refusal) as refused:
        store.serve(paper, away)
    assert refused.value.code == "reason_required"
    assert store.serve(paper, away, "a court in Sindh asks").octets
    said = said_last(Act.EVIDENCE_SERVED)
    assert (said["reason"], said["outside"]) == ("a court in Sindh asks", True)
