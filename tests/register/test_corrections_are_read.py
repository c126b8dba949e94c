"""What a correction takes is read as strictly as what an entry takes, and a passport finds too."""

from datetime import date, timedelta
from typing import Any

import pytest
from history_playing import REASON, a_conviction
from register_builders import ASLAM, Office, a_row, is_listed

from nsor.register import documents, numbering, services
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.models import AppealState, Batch, Conviction, NumberKind, Offender, Profile
from nsor.register.services import ConvictionCorrection, EntryRefused, ProfileCorrection

CASE = "12/2020"
PASSPORT = "GBR-123456789"


@pytest.fixture
def listed(sqlite_office: Office) -> Office:
    """Give an office that published Aslam."""
    sqlite_office.published(a_row())
    return sqlite_office


def aslam() -> Offender:
    holder = numbering.holder(ASLAM)
    assert holder is not None
    return Offender.objects.get(pk=holder.offender)


def approves(office: Office, batch: int | None) -> None:
    assert batch is not None
    services.approve(batch, office.bilal)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"sex": "man"}, "bad_value"),
        ({"relation": 7}, "bad_value"),
        ({"birth_year": "long ago"}, "bad_value"),
        ({"birth_year": 19_800}, "bad_value"),
        ({"date_of_birth": today() + timedelta(days=1)}, "date_in_future"),
        ({"date_of_birth": date(2019, 5, 1)}, "bad_value"),
        ({"name_en": "A" * 20_004}, "too_long"),
        ({"name_en": "=SUM(A1)"}, "bad_value"),
        ({"name_ur": ""}, "required"),
        ({"father_name_en": "12345"}, "no_letters"),
        ({"marks": "A scar\non the hand"}, "bad_value"),
        ({"aliases": [{"name_en": "A" * 201}]}, "too_long"),
        ({"places": [{"kind": "castle", "text": "Mall Road"}]}, "bad_value"),
        ({"shoe_size": 44}, "bad_value"),
    ],
)
def test_a_value_that_no_profile_takes_is_refused(
    listed: Office, changes: dict[str, Any], code: str
) -> None:
    before = Batch.objects.count()

    with pytest.raises(Refusal) as refused:
        services.correct(aslam(), ProfileCorrection(changes), listed.amna, REASON)

    assert refused.value.code == code
    assert (Batch.objects.count(), Profile.objects.count()) == (before, 1)
    assert is_listed()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"victim_category": "man"}, "bad_value"),
        ({"victim_category": "woman", "victim_under_13": True}, "bad_value"),
        ({"sentence_months": -1}, "bad_value"),
        ({"juvenile": "perhaps"}, "bad_value"),
        ({"convicted_on": None}, "bad_value"),
        ({"convicted_on": date(1900, 1, 1), "offence_on": None}, "date_too_early"),
        ({"sentenced_on": date(2020, 5, 31)}, "bad_value"),
        ({"sections": "PPC 1"}, "unknown_section"),
        ({"court": ""}, "required"),
        ({"court": "C" * 201}, "too_long"),
        ({"offence_on": date(1994, 1, 1), "juvenile": False}, "bad_value"),
        ({"judge": "Nobody"}, "bad_value"),
    ],
)
def test_a_value_that_no_conviction_takes_is_refused(
    listed: Office, changes: dict[str, Any], code: str
) -> None:
    conviction = Conviction.objects.get()

    with pytest.raises(Refusal) as refused:
        services.correct(aslam(), ConvictionCorrection(conviction, changes), listed.amna, REASON)

    assert refused.value.code == code
    assert Conviction.objects.get() == conviction
    assert is_listed()


def test_every_fault_of_a_correction_names_its_field_and_repeats_no_value(listed: Office) -> None:
    changes = {"sex": "Secretsson", "relation": "Secretsson"}

    with pytest.raises(EntryRefused) as refused:
        services.correct(aslam(), ProfileCorrection(changes), listed.amna, REASON)

    assert {fault.field for fault in refused.value.faults} == {"sex", "relation"}
    assert "male, female, x" in str(refused.value)
    assert "Secretsson" not in str(refused.value)


def test_a_case_of_the_person_is_not_corrected_into_another_of_theirs(listed: Office) -> None:
    listed.published(a_row(case_number="13/2020"))
    one = Conviction.objects.order_by("pk")[0]
    correction = ConvictionCorrection(one, {"case_number": "13/2020"})

    with pytest.raises(EntryRefused) as refused:
        services.correct(aslam(), correction, listed.amna, REASON)

    assert refused.value.code == "already_registered"


@pytest.mark.parametrize("changes", [{"name_en": "Aslam Mian"}, {"birth_year": 1979}])
def test_what_the_public_is_told_ends_on_no_day_to_come(
    listed: Office, changes: dict[str, Any]
) -> None:
    correction = ProfileCorrection(changes, today() - timedelta(days=9), today() + timedelta(1))

    with pytest.raises(EntryRefused) as refused:
        services.correct(aslam(), correction, listed.amna, REASON)

    assert [fault.field for fault in refused.value.faults] == ["valid_to"]


@pytest.mark.parametrize(
    ("changes", "until"),
    [({"name_en": "Aslam Mian"}, 0), ({"address": "12 Mall Road"}, 30)],
    ids=["a name that ended", "an address that will end"],
)
def test_what_ended_may_be_told_and_what_is_not_told_may_end(
    listed: Office, changes: dict[str, Any], until: int
) -> None:
    began, ends = today() - timedelta(days=9), today() + timedelta(days=until)

    done = services.correct(aslam(), ProfileCorrection(changes, began, ends), listed.amna, REASON)
    approves(listed, done.batch)

    newest = Profile.objects.order_by("-pk")[0]
    assert (newest.valid_from, newest.valid_to) == (began, ends)


def test_a_conviction_of_who_has_no_cnic_is_quashed_by_the_passport(
    sqlite_office: Office,
) -> None:
    office = sqlite_office
    person = documents.Profile("جان سمتھ", "جیک سمتھ", "John Smith", "Jack Smith", "father", "male")
    foreigner = services.NewConviction(
        number="gbr 123456789",
        case=documents.Case("Sessions Court, Lahore", CASE, person),
        sections=("PPC 376",),
        convicted_on=date(2023, 7, 1),
        victim_category="child",
        kind=NumberKind.PASSPORT,
    )
    batch = services.submit(services.enter_conviction(foreigner, office.amna), office.amna)
    approves(office, batch.pk)

    services.record_appeal(PASSPORT, CASE, "quashed", office.amna, REASON)

    assert Conviction.objects.get().appeal_state == AppealState.QUASHED


@pytest.mark.parametrize("typed", ["12345", "GBR", "35201-1234567"])
def test_what_is_neither_a_cnic_nor_a_passport_finds_nobody(listed: Office, typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        services.record_appeal(typed, CASE, "quashed", listed.amna, REASON)

    assert refused.value.code == "bad_cnic"


def test_who_was_approved_under_a_corrected_name_is_entered_under_it(listed: Office) -> None:
    changes = {"name_ur": "اسلم میاں", "name_en": "Aslam Mian"}
    done = services.correct(aslam(), ProfileCorrection(changes), listed.amna, REASON)
    approves(listed, done.batch)

    batch = services.enter_conviction(
        a_conviction(ASLAM, "9/2021", **changes), listed.amna, same_as=aslam()
    )

    assert services.submit(batch, listed.amna).state == "submitted"


def test_a_draft_is_refused_where_a_file_has_brought_another_name_since(
    sqlite_office: Office,
) -> None:
    draft = services.enter_conviction(a_conviction(ASLAM, "9/2021"), sqlite_office.amna)
    sqlite_office.published(a_row(name_ur="ندیم خان", name_en="Nadeem Khan"))

    with pytest.raises(EntryRefused) as refused:
        services.submit(draft, sqlite_office.amna)

    assert refused.value.code == "name_conflict"


def test_who_is_convicted_while_a_later_birth_waits_is_a_child_in_that_case_too(
    listed: Office,
) -> None:
    edit = ProfileCorrection({"date_of_birth": date(2005, 1, 1)}, valid_from=date(2010, 1, 1))
    waits = services.correct(aslam(), edit, listed.amna, REASON)
    listed.published(a_row(case_number="13/2020"))

    approves(listed, waits.batch)

    counted = Conviction.objects.filter(current=True).order_by("pk")
    assert [one.juvenile for one in counted] == [True, True]
    assert not is_listed()
