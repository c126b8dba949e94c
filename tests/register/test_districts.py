"""Where somebody lives is beside their row as a code, and follows who they are."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from law_building import a_conviction
from register_builders import ASLAM, YOUSAF, Office, a_row, people_rows

from nsor.law.calendar import today
from nsor.places import by_slug
from nsor.register import acting, districts, documents, entering, merging, removal
from nsor.register.batches import reject_batch
from nsor.register.corrections import ProfileCorrection, correct
from nsor.register.deciding import approve_batch
from nsor.register.models import Offender, Profile

LAHORE, MULTAN, QUETTA, RAWALPINDI = (
    by_slug(slug).code  # type: ignore[union-attr]
    for slug in ("punjab/lahore", "punjab/multan", "balochistan/quetta", "punjab/rawalpindi")
)


def lives_in(number: str = ASLAM) -> int | None:
    """Return the code beside whoever holds a number."""
    return acting.find(number).district


def corrected(office: Office, number: str = ASLAM, **changes: object) -> int:
    """Have a correction of who somebody is wait; return the batch."""
    change = ProfileCorrection(dict(changes))
    done = correct(acting.find(number), change, office.amna, "as the police report")
    assert done.batch is not None
    return done.batch


def profile(**changes: object) -> documents.Profile:
    """Return a profile that names no place but what is changed."""
    plain = documents.Profile("الف", "ب", "A", "B", "father", "male")
    return documents.changed(plain, dict(changes))


def a_form(district: str) -> entering.NewConviction:
    """Return what an officer enters of a man who lives in a district."""
    plain = a_conviction()
    person = documents.changed(plain.case.person, {"district": district})
    case = documents.Case(plain.case.court, plain.case.case_number, person)
    return a_conviction(case=case)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (profile(), 0),
        (profile(district="Lahore"), LAHORE),
        (profile(district="ضلع لاهور", province="پنجاب"), LAHORE),
        (profile(district="Lahore", province="Sindh"), 0),
        (profile(district="Karachi"), 0),
        (profile(address="Street 1, Lahore"), 0),
        (profile(places=(documents.Place("home", "Street 1", "Multan"),)), MULTAN),
        (profile(places=(documents.Place("work", "Street 1", "Multan"),)), 0),
        (
            profile(
                district="Lahore", places=(documents.Place("home", "Street 1", "Multan", "Punjab"),)
            ),
            LAHORE,
        ),
    ],
)
def test_a_profile_names_one_district_or_none(given: documents.Profile, code: int) -> None:
    assert districts.code_of(given) == code


def test_it_is_there_from_the_entry_on(office: Office) -> None:
    office.entered(a_row(district="Lahore"), a_row(cnic=YOUSAF, case_number="9/2020"))
    assert (lives_in(ASLAM), lives_in(YOUSAF)) == (LAHORE, districts.UNKNOWN)


def test_it_is_that_of_a_draft_as_the_draft_is_now(sqlite_office: Office) -> None:
    office = sqlite_office
    draft = entering.enter_conviction(a_form("Lahore"), office.amna)
    assert lives_in() == LAHORE
    entering.change_draft(draft, a_form("Multan"), office.amna)
    assert lives_in() == MULTAN
    entering.submit(draft, office.amna)
    approve_batch(draft.pk, office.bilal)
    assert lives_in() == MULTAN


def test_it_is_that_of_whoever_is_approved(office: Office) -> None:
    # given two entries of one man, the first of which is rejected
    first = office.entered(a_row(district="Quetta"))
    second = office.entered(a_row(case_number="13/2020", district="Multan"))
    assert lives_in() == QUETTA

    reject_batch(first, office.bilal, "not his case")
    approve_batch(second, office.bilal)

    assert lives_in() == MULTAN


def test_a_later_conviction_tells_it_of_whose_profile_does_not(office: Office) -> None:
    office.published(a_row())
    assert lives_in() == districts.UNKNOWN
    office.published(a_row(case_number="13/2020", district="Multan"))
    assert lives_in() == MULTAN
    # but what the profile says comes first
    approve_batch(corrected(office, district="Lahore"), office.bilal)
    assert lives_in() == LAHORE


def test_a_correction_moves_somebody_once_it_is_approved(office: Office) -> None:
    office.published(a_row(district="Lahore"))

    batch = corrected(office, district="Quetta", province="Balochistan")
    assert lives_in() == LAHORE
    approve_batch(batch, office.bilal)
    assert lives_in() == QUETTA


def test_a_merger_lives_where_its_root_does_and_comes_apart_again(office: Office) -> None:
    office.published(
        a_row(district="Lahore"), a_row(cnic=YOUSAF, case_number="9/2020", district="Quetta")
    )
    into, other = acting.find(ASLAM), acting.find(YOUSAF)
    approve_batch(merging.merge(into, other, office.amna, "one").batch or 0, office.bilal)
    assert (lives_in(ASLAM), lives_in(YOUSAF)) == (LAHORE, LAHORE)

    other.refresh_from_db()
    approve_batch(merging.unmerge(other, office.amna, "two").batch or 0, office.bilal)

    assert (lives_in(ASLAM), lives_in(YOUSAF)) == (LAHORE, QUETTA)


def test_a_merger_lives_where_the_other_does_if_the_root_is_nowhere(sqlite_office: Office) -> None:
    office = sqlite_office
    office.published(a_row(), a_row(cnic=YOUSAF, case_number="9/2020", district="Quetta"))
    into, other = acting.find(ASLAM), acting.find(YOUSAF)
    approve_batch(merging.merge(into, other, office.amna, "one").batch or 0, office.bilal)
    assert lives_in(ASLAM) == QUETTA


def test_whoever_is_removed_lives_nowhere(office: Office) -> None:
    office.published(a_row(district="Lahore"))
    row = acting.find(ASLAM)
    done = removal.remove(row, office.amna, "acquitted")
    assert lives_in() == LAHORE
    approve_batch(done.batch or 0, office.bilal)
    row.refresh_from_db()
    assert row.district == districts.UNKNOWN


def test_of_where_somebody_lives_the_files_hold_a_code_alone(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(district="ضلع راولپنڈی", court="Sessions Court"))
    sqlite_office.published(a_row(cnic=YOUSAF, case_number="9/2020", district="Rawalpindi"))
    connection.close()

    folder = Path(connection.settings_dict["NAME"]).parent
    raw = b"".join(path.read_bytes() for path in folder.rglob("*") if path.name.startswith("nsor."))

    assert lives_in(ASLAM) == lives_in(YOUSAF) == RAWALPINDI
    assert b"register_offender" in raw
    for word in ("راولپنڈی", "Rawalpindi", "rawalpindi", "RAWALPINDI"):
        assert word.encode() not in raw
        assert word.encode("utf-16-le") not in raw


def test_a_register_from_before_is_filled_in_chunks(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given people of whom no code was kept, one removed, two of them merged
    monkeypatch.setattr(districts, "CHUNK", 2)
    office.published(
        *(row | {"district": "Multan"} for row in people_rows(5)),
        a_row(district="Lahore", cnic=YOUSAF, case_number="9/2020"),
    )
    rows = list(Offender.objects.order_by("pk"))
    approve_batch(removal.remove(rows[0], office.amna, "acquitted").batch or 0, office.bilal)
    approve_batch(merging.merge(rows[1], rows[5], office.amna, "one").batch or 0, office.bilal)
    Offender.objects.update(district=None)
    told: list[int] = []

    assert districts.fill(told.append) == 6

    assert told == [2, 4, 6]
    found = list(Offender.objects.order_by("pk").values_list("district", flat=True))
    assert found == [districts.UNKNOWN, MULTAN, MULTAN, MULTAN, MULTAN, MULTAN]
    assert districts.fill() == 0


def test_filling_goes_on_where_it_was_stopped(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(districts, "CHUNK", 2)
    sqlite_office.published(*(row | {"district": "Multan"} for row in people_rows(5)))
    Offender.objects.update(district=None)

    def stop(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        districts.fill(stop)

    assert Offender.objects.filter(district=MULTAN).count() == 2
    assert districts.fill() == 3


def test_what_is_recorded_while_it_is_filled_stays(sqlite_office: Office) -> None:
    sqlite_office.published(a_row(district="Lahore"))
    Offender.objects.update(district=None)
    rows = list(Offender.objects.values_list("pk", flat=True))
    Offender.objects.update(district=MULTAN)  # as an approval between reading and writing would

    districts._fill(rows)

    assert lives_in() == MULTAN


def test_somebody_whose_stay_has_ended_lives_where_they_did_before(sqlite_office: Office) -> None:
    # given a correction for a while, that has ended since
    office = sqlite_office
    office.published(a_row(district="Lahore"))
    change = ProfileCorrection({"district": "Quetta"}, today(), today() + timedelta(days=1))
    done = correct(acting.find(ASLAM), change, office.amna, "works there this week")
    approve_batch(done.batch or 0, office.bilal)
    assert lives_in() == QUETTA
    ended = Profile.objects.exclude(valid_to=None)
    ended.update(valid_from=today() - timedelta(days=2), valid_to=today() - timedelta(days=1))

    assert districts.fill() == 1

    assert lives_in() == LAHORE
