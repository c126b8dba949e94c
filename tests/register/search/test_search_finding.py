"""A search finds people by what is known of them, in either script, and never who must not be."""

from datetime import date

import pytest
from register_builders import Office, a_row
from search_builders import Registry, a_person, approved, entered, entry_of, named, the_holder

from nsor.register import corrections, entering, merging, rekeying, removal, standing
from nsor.register.batches import reject_batch
from nsor.register.corrections import ConvictionCorrection, NumberAddition, ProfileCorrection
from nsor.register.csvfile import Record
from nsor.register.deciding import approve_batch
from nsor.register.documents import Alias, Place
from nsor.register.lifecycle import State
from nsor.register.models import (
    Batch,
    BatchKind,
    BatchState,
    Ground,
    NumberKind,
    Rotation,
    SearchToken,
)
from nsor.register.search import searching
from nsor.register.staging import Staging
from nsor.secrecy import ring

PESHAWAR = {"district": "Peshawar"}


@pytest.fixture
def registry(office: Office) -> Registry:
    """Give a register with four men and a woman."""
    office.published(
        named(1, "محمد اسلم", "Muhammad Aslam", district="Lahore", date_of_birth="1980-01-01"),
        named(2, "محمد اکرم", "Muhammad Akram", "Bashir Ahmed", district="Lahore"),
        named(
            3, "یوسف خان", "Yousaf Khan", "Karim Bakhsh", district="Peshawar", sections="PPC 377"
        ),
        named(4, "عبدالرحمٰن", "Abdul Rehman", "Bashir Ahmed", convicted_on="2023-02-01"),
        named(5, "نسرین بی بی", "Nasreen Bibi", sections="PPC 376;PPC 511 with PPC 377"),
    )
    return Registry(office)


@pytest.mark.parametrize(
    "name",
    ["Mohd Aslam", "Mohammed Aslam", "محمد اسلم", "محمّد اسلم", "ASLAM MUHAMMAD", "Haji Md. Aslam"],
)
def test_a_name_is_found_however_it_is_spelled(registry: Registry, name: str) -> None:
    first, *_ = registry.names(name=name)

    assert first == "Muhammad Aslam"


def test_a_name_of_one_script_is_found_by_the_other(registry: Registry) -> None:
    assert registry.names(name="Yusuf") == ["Yousaf Khan"]
    assert registry.names(name="یوسف") == ["Yousaf Khan"]
    assert registry.names(name="عبد الرحمان")[0] == "Abdul Rehman"


@pytest.mark.parametrize(
    "slip", ["Muhammad Alsam", "Muhammad Asllam", "Muhamad Aslm", "Yosuaf Kahn"]
)
def test_a_slip_of_the_pen_is_forgiven(registry: Registry, slip: str) -> None:
    wanted = "Yousaf Khan" if slip.startswith("Y") else "Muhammad Aslam"

    assert registry.names(name=slip)[0] == wanted


def test_the_one_who_is_most_alike_comes_first(registry: Registry) -> None:
    rows = registry.finds(name="Muhammad Akram").rows

    assert rows[0].name_en == "Muhammad Akram"
    assert rows[0].likeness == 1.0
    assert [row.likeness for row in rows] == sorted((r.likeness for r in rows), reverse=True)


def test_the_fathers_name_narrows_and_is_found_alone(registry: Registry) -> None:
    assert registry.names(father="Bashir Ahmad") == ["Abdul Rehman", "Muhammad Akram"]
    assert registry.names(father="بشیر احمد", name="Rehman") == ["Abdul Rehman"]
    best = registry.finds(name="Muhammad", father="Ghulam Rasul").rows[0]
    assert best.name_en == "Muhammad Aslam"


def test_a_number_is_found_exactly_and_in_every_writing(registry: Registry) -> None:
    row = registry.only(number="35201-0000003-1")

    assert row == registry.only(number="3520100000031")
    assert row.name_en == "Yousaf Khan"
    assert [one.digits for one in row.numbers] == ["3520100000031"]
    assert registry.finds(number="3520100000091").found == 0


def test_a_number_decides_and_what_else_is_asked_filters(registry: Registry) -> None:
    number = "3520100000031"

    assert registry.only(number=number, name="Somebody Else").likeness < 0.4
    assert registry.only(number=number, district="Peshawar").name_en == "Yousaf Khan"
    assert registry.finds(number=number, district="Lahore").found == 0
    assert registry.finds(number=number, section="PPC 376").found == 0


def test_facts_filter_in_any_combination(registry: Registry) -> None:
    assert registry.names(district="لاہور") == ["Muhammad Akram", "Muhammad Aslam"]
    assert registry.names(district="Lahore District", name="Akram") == ["Muhammad Akram"]
    assert registry.names(section="ppc 377") == ["Nasreen Bibi", "Yousaf Khan"]
    assert registry.names(section="PPC 377", district="Peshawar") == ["Yousaf Khan"]
    assert registry.names(convicted_from=date(2023, 1, 1)) == ["Abdul Rehman"]
    assert registry.names(convicted_to=date(2022, 1, 1), father="Bashir Ahmed") == [
        "Muhammad Akram"
    ]
    assert registry.finds(section="PPC 377", convicted_from=date(2023, 1, 1)).found == 0
    assert registry.finds(section="PPC 999").found == 0
    assert registry.names(born_from=1980, born_to=1980, district="Lahore") == [
        "Muhammad Akram",
        "Muhammad Aslam",
    ]
    assert registry.finds(born_from=1950, born_to=1979, district="Lahore").found == 0
    assert registry.finds(born_from=1981, born_to=1982, name="Aslam").found == 0


def test_nobody_is_found_by_a_name_that_nobody_has(registry: Registry) -> None:
    results = registry.finds(name="Xerxes Qwertz")

    assert (results.rows, results.found, results.too_wide) == ((), 0, "")
    assert registry.finds(name="12345 ۔۔۔").found == 0


def test_a_status_tells_where_somebody_stands(registry: Registry) -> None:
    office = registry.office
    standing.suspend(the_holder(3), Ground.DISPUTE, office.amna, "disputed")
    entered(office, 77)
    submitted = entering.submit(
        entered(office, 78, name_en="Gul Zaman", name_ur="گل زمان"), office.amna
    )
    corrections.correct(
        the_holder(1), ProfileCorrection({"name_en": "Muhammad Aslum"}), office.amna, "spelling"
    )

    assert submitted.state == BatchState.SUBMITTED
    assert registry.names(status=State.SUSPENDED) == ["Yousaf Khan"]
    assert registry.names(status=State.DRAFT) == ["Zulfiqar Bugti"]
    assert set(registry.names(status=State.SUBMITTED)) == {"Gul Zaman", "Muhammad Aslam"}
    assert len(registry.names(status=State.PUBLISHED)) == 3
    assert registry.names(status=State.PUBLISHED, name="Akram") == ["Muhammad Akram"]
    assert registry.only(name="Yousaf").state is State.SUSPENDED
    for nobodys in (State.REMOVED, State.NEW, State.REJECTED, State.EXPIRED):
        assert registry.finds(status=nobodys).found == 0


def test_the_one_who_was_removed_is_never_found(registry: Registry) -> None:
    office = registry.office
    asked = removal.remove(the_holder(3), office.amna, "acquitted on retrial")
    assert registry.only(name="Yousaf").state is State.SUSPENDED

    approve_batch(asked.batch or 0, office.bilal)

    for query in ({"name": "Yousaf"}, {"number": "3520100000031"}, {"district": "Peshawar"}):
        assert registry.finds(**query).found == 0
    assert registry.names(section="PPC 377") == ["Nasreen Bibi"]


def test_what_was_rejected_or_is_being_read_in_is_never_found(office: Office) -> None:
    registry = Registry(office)
    batch = office.entered(a_person(1))
    assert registry.only(name="Aslam").state is State.SUBMITTED
    reject_batch(batch, office.bilal, "another person's file")
    columns = tuple(a_row())
    being_read = Batch.objects.create(
        kind=BatchKind.IMPORT, state=BatchState.STAGING, entered_by=office.amna
    )
    row = named(2, "گل زمان", "Gul Zaman")
    taken = Staging(being_read, columns).take([Record(2, [row[name] for name in columns])])

    assert taken.entered == 1
    for query in ({"name": "Aslam"}, {"name": "Gul Zaman"}, {"number": "3520100000021"}):
        assert registry.finds(**query).found == 0


def test_a_corrected_name_and_an_alias_are_found_beside_the_former(registry: Registry) -> None:
    office = registry.office
    alias = Alias(name_ur="چھوٹا", name_en="Chhota")
    for changes in ({"name_en": "Javed Khan", "name_ur": "جاوید خان"}, {"aliases": (alias,)}):
        done = corrections.correct(
            the_holder(3), ProfileCorrection(changes), office.amna, "by the identity card"
        )
        if "name_en" in changes:
            assert registry.finds(name="Javed").found == 0
        approve_batch(done.batch or 0, office.bilal)

    assert registry.only(name="Javed Khan").found_as == ""
    former = registry.only(name="Yousaf Khan")
    assert (former.name_en, former.found_as) == ("Javed Khan", "Yousaf Khan")
    assert registry.only(name="Chota").found_as == "Chhota"


def test_an_entry_by_hand_is_found_under_all_that_it_says(office: Office) -> None:
    registry = Registry(office)
    batch = entered(
        office,
        9,
        aliases=(Alias(name_en="Zulfi Dada"),),
        places=(Place("work", "Bazar 3", district="Sibi"),),
        date_of_birth=None,
        birth_year=1985,
    )

    assert registry.only(name="Zulfi Dada").found_as == "Zulfi Dada"
    assert registry.only(district="Sibi").name_en == "Zulfiqar Bugti"
    assert registry.only(born_from=1985, born_to=1985).born == 1985
    entering.change_draft(batch, entry_of(9, name_en="Mehrab Gul", name_ur="مہراب گل"), office.amna)
    assert registry.only(name="Mehrab").name_en == "Mehrab Gul"
    assert registry.finds(name="Zulfiqar Bugti").found == 0
    entering.discard_draft(batch, office.amna)
    assert registry.finds(name="Mehrab").found == 0
    assert not SearchToken.objects.exists()


def test_every_number_of_a_person_finds_them(registry: Registry) -> None:
    office = registry.office
    addition = NumberAddition("GBR-123456789", NumberKind.PASSPORT)
    done = corrections.correct(the_holder(3), addition, office.amna, "foreign passport")
    approve_batch(done.batch or 0, office.bilal)

    row = registry.only(number="gbr 123456789")

    assert {one.kind for one in row.numbers} == {"cnic", "passport"}


def test_a_merged_person_is_shown_once_and_found_by_what_either_bore(registry: Registry) -> None:
    office = registry.office
    into, other = the_holder(3), the_holder(5)
    done = merging.merge(into, other, office.amna, "the same by fingerprints")
    approve_batch(done.batch or 0, office.bilal)

    for query in (
        {"name": "Yousaf Khan"},
        {"name": "نسرین"},
        {"number": "3520100000051"},
        {"name": "Nasreen", "district": "Peshawar"},
        {"name": "Yousaf", "section": "PPC 376"},
        {"district": "Peshawar", "section": "PPC 376"},
        {"section": "PPC 377"},
    ):
        row = registry.only(**query)
        assert (row.offender, len(row.numbers)) == (into.pk, 2)

    other.refresh_from_db()
    approve_batch(merging.unmerge(other, office.amna, "two after all").batch or 0, office.bilal)
    assert registry.only(name="Yousaf").offender == into.pk
    assert registry.only(name="Nasreen").offender == other.pk
    assert registry.finds(name="Nasreen", district="Peshawar").found == 0


def test_a_corrected_section_is_searched_and_the_former_is_not(registry: Registry) -> None:
    office = registry.office
    conviction = the_holder(3).convictions.get()
    correction = ConvictionCorrection(conviction, {"sections": "PPC 376"})
    done = corrections.correct(the_holder(3), correction, office.amna, "read wrongly")
    assert registry.names(section="PPC 377", name="Yousaf") == ["Yousaf Khan"]

    approve_batch(done.batch or 0, office.bilal)

    assert registry.finds(section="PPC 377", name="Yousaf").found == 0
    assert registry.names(section="PPC 376", name="Yousaf") == ["Yousaf Khan"]


def test_a_limit_shows_fewer_and_tells_how_many_there_are(registry: Registry) -> None:
    from nsor.register.search.query import Query

    results = searching.search(Query(district="Lahore"), registry.office.amna, limit=1)

    assert (len(results.rows), results.found) == (1, 2)


def test_a_search_that_too_many_fit_says_what_to_add(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST", 3)
    office.published(
        *(named(n, "محمد اسلم", "Muhammad Aslam", district="Lahore") for n in range(1, 5)),
        named(5, "محمد اسلم", "Muhammad Aslam", "Bashir Ahmed", district="Multan"),
    )
    registry = Registry(office)

    for query in ({"name": "Muhammad Aslam"}, {"district": "Lahore"}, {"section": "PPC 376"}):
        results = registry.finds(**query)
        assert (results.rows, results.found) == ((), 0)
        assert results.too_wide.startswith("More than 3 people fit: add ")
    advice = registry.finds(name="Muhammad Aslam").too_wide
    assert "the father's or husband's name" in advice
    assert "the district" in advice
    narrowed = registry.finds(name="Muhammad Aslam", district="Multan")
    assert (narrowed.found, narrowed.too_wide) == (1, "")
    assert registry.finds(name="Muhammad Aslam", father="Bashir Ahmed").looser
    assert registry.finds().too_wide.startswith("Say whom you look for")
    assert registry.finds(born_from=1950).too_wide.startswith("The years of birth are too many")


def test_what_cannot_be_read_is_told(registry: Registry) -> None:
    assert "13 digits" in registry.finds(number="35201").unreadable
    assert "200 characters" in registry.finds(name="a" * 201).unreadable
    assert (
        "exchange"
        in registry.finds(convicted_from=date(2022, 1, 2), convicted_to=date(2022, 1, 1)).unreadable
    )
    assert "exchange" in registry.finds(born_from=1990, born_to=1980).unreadable


def test_people_stay_found_after_their_tokens_are_made_anew(office: Office) -> None:
    registry = Registry(office)
    approved(office, 1, aliases=(Alias(name_en="Zulfi Dada"),))
    done = corrections.correct(
        the_holder(1), ProfileCorrection({"name_en": "Javed Bugti"}), office.amna, "by the card"
    )
    approve_batch(done.batch or 0, office.bilal)
    office.published(named(2, "یوسف خان", "Yousaf Khan", **PESHAWAR))
    before = set(SearchToken.objects.values_list("offender", "token"))

    rekeying.rotate()

    after = set(SearchToken.objects.values_list("offender", "token"))
    assert len(after) == len(before)
    assert not after & before
    assert registry.only(name="Zulfi Dada").name_en == "Javed Bugti"
    assert registry.only(name="Zulfiqar Bugti").name_en == "Javed Bugti"
    assert registry.only(**PESHAWAR).name_en == "Yousaf Khan"


def test_who_has_tokens_of_an_older_key_is_found_beside_who_has_new_ones(office: Office) -> None:
    """While a rotation runs, people are under either key."""
    registry = Registry(office)
    office.published(named(1, "یوسف خان", "Yousaf Khan", **PESHAWAR))
    ring.add()
    Rotation.objects.create(ring_key=ring.refresh().current)
    office.published(named(2, "یوسف خان", "Yusuf Khan", **PESHAWAR))

    assert registry.finds(name="Yousaf Khan").found == 2
    assert registry.finds(name="یوسف", **PESHAWAR).found == 2
