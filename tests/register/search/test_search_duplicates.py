"""Who may be the same person: shown on entry and to who approves, and decided once."""

from typing import Any

import pytest
from register_builders import Office
from search_builders import approved, entered, entry_of, named, the_holder

from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import entering
from nsor.register.documents import Alias
from nsor.register.entering import MaybeKnown
from nsor.register.errors import Refusal
from nsor.register.models import Batch, NotSame
from nsor.register.search import duplicates
from nsor.register.search.duplicates import likely_same

OTHER_SPELLING = {"name_en": "Zulfikar Bughti", "name_ur": "ذوالفقار بگٹی"}


def batch_of(office: Office, *rows: dict[str, str]) -> Batch:
    return Batch.objects.get(pk=office.entered(*rows))


def pairs(office: Office, batch: Batch) -> set[tuple[int, int]]:
    found = duplicates.of_batch(batch, office.bilal)
    return {(one.offender, other.offender) for one in found for other in one.candidates}


def test_an_entry_of_somebody_alike_stops_until_the_officer_decides(office: Office) -> None:
    approved(office, 1)
    known = the_holder(1)

    with pytest.raises(MaybeKnown) as stopped:
        entered(office, 2, **OTHER_SPELLING)

    assert stopped.value.code == "likely_known"
    assert [one.offender for one in stopped.value.candidates] == [known.pk]
    assert stopped.value.candidates[0].likeness > 0.7
    new = entry_of(2, **OTHER_SPELLING)
    batch = entering.enter_conviction(new, office.amna, others=frozenset({known.pk}))
    assert batch.offender is not None
    assert NotSame.objects.filter(one=known, other=batch.offender, officer=office.amna).count() == 1
    assert Entry.objects.filter(act=Act.FOUND_DIFFERENT).count() == 1


@pytest.mark.parametrize(
    "difference",
    [
        {"father_name_en": "Bashir Ahmed", "father_name_ur": "بشیر احمد"},
        {"name_en": "Kamran Bugti", "name_ur": "کامران بگٹی"},
    ],
)
def test_an_entry_of_somebody_else_goes_through(
    sqlite_office: Office, difference: dict[str, Any]
) -> None:
    approved(sqlite_office, 1)

    assert entered(sqlite_office, 2, **difference).pk


def test_an_alias_is_compared_and_a_husband_is_no_father(sqlite_office: Office) -> None:
    approved(sqlite_office, 1, aliases=(Alias(name_en="Mehrab Gul"),))
    by_alias = entry_of(2, name_en="Mehrab Gul", name_ur="مہراب گل").case.person
    married = entry_of(3, relation="husband", father_name_en="Another", father_name_ur="دوسرا")

    assert [one.offender for one in likely_same(by_alias)] == [the_holder(1).pk]
    assert [one.offender for one in likely_same(married.case.person)] == [the_holder(1).pk]


def test_a_removed_person_is_nobodys_double(office: Office) -> None:
    from nsor.register import removal
    from nsor.register.deciding import approve_batch

    approved(office, 1)
    done = removal.remove(the_holder(1), office.amna, "acquitted")
    approve_batch(done.batch or 0, office.bilal)

    assert likely_same(entry_of(2).case.person) == []


def test_who_approves_a_batch_sees_pairs_with_the_register_and_within_it(office: Office) -> None:
    office.published(named(1, "یوسف خان", "Yousaf Khan"))
    batch = batch_of(
        office,
        named(2, "یوسف خان", "Yusuf Khan"),
        named(3, "عمران بٹ", "Imran Butt", "Bashir Ahmed"),
        named(4, "عمران بٹ", "Umran Butt", "Bashir Ahmed"),
        named(5, "نسرین بی بی", "Nasreen Bibi", "Karim Bakhsh"),
    )
    one, two, three, four = (the_holder(number).pk for number in (1, 2, 3, 4))

    assert pairs(office, batch) == {(two, one), (three, four)}

    (shown,) = Entry.objects.filter(act=Act.DUPLICATES_SHOWN)
    assert (shown.subject, shown.actor) == (f"batch:{batch.pk}", f"officer:{office.bilal.pk}")
    assert (trail.details(shown.pk) or {})["shown"] == [[two, one], [three, four]]


def test_what_was_decided_is_not_asked_again(office: Office) -> None:
    office.published(named(1, "یوسف خان", "Yousaf Khan"))
    batch = batch_of(office, named(2, "یوسف خان", "Yusuf Khan"))
    one, other = the_holder(1), the_holder(2)

    duplicates.not_same(other, one, office.bilal, "two identity cards with two faces")
    duplicates.not_same(one, other, office.bilal)

    assert pairs(office, batch) == set()
    assert NotSame.objects.filter(one=one, other=other).count() == 1
    assert Entry.objects.filter(act=Act.FOUND_DIFFERENT).count() == 1
    with pytest.raises(Refusal, match="name two"):
        duplicates.not_same(one, one, office.bilal)


def test_candidates_are_shown_to_an_officer_and_entered_in_the_trail(sqlite_office: Office) -> None:
    approved(sqlite_office, 1)
    found = likely_same(entry_of(2, **OTHER_SPELLING).case.person)

    (row,) = duplicates.show(found, sqlite_office.amna)

    assert (row.name_en, row.likeness) == ("Zulfiqar Bugti", found[0].likeness)
    (entry,) = Entry.objects.filter(act=Act.DUPLICATES_SHOWN)
    assert (trail.details(entry.pk) or {})["shown"] == [row.offender]


def test_other_roles_neither_compare_nor_decide(sqlite_office: Office) -> None:
    auditor = sqlite_office.hire("Auditor", "audit")
    batch = batch_of(sqlite_office, named(1, "یوسف خان", "Yousaf Khan"))

    for act in (
        lambda: list(duplicates.of_batch(batch, auditor)),
        lambda: duplicates.not_same(the_holder(1), the_holder(1), auditor),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "role_not_allowed"
