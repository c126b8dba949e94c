"""Which sections make a conviction registrable, on which day."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.law import catalogue
from nsor.law.catalogue import Catalogue, Entry, KnownSections, section_names
from nsor.law.errors import LawRefusal
from nsor.law.models import Offence, Policy

BOTH_SCHEDULES = "Schedule I;Schedule II"
AFTER = (date(2022, 5, 1), date(2023, 5, 1))


def set_to(key: str, value: str, since: str = "2024-01-01") -> None:
    """Have a setting hold."""
    Policy.objects.create(key=key, value=value, valid_from=since, instrument="S.R.O. 1")


def registrable(text: str, days: tuple[date | None, date | None] = AFTER) -> bool:
    """Tell whether a conviction under these sections is registrable by the law in force."""
    return catalogue.in_force().makes_registrable(section_names(text), *days)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("PPC 376", ("PPC 376",)),
        (" ppc  376 ; PECA 21;;ppc 376", ("PPC 376", "PECA 21")),
        ("ppc 511 With  ppc 376", ("PPC 511 with PPC 376",)),
        (
            "PPC 34 WITH PPC 511 WITH PPC 376;PPC 34",
            ("PPC 34 with PPC 511 with PPC 376", "PPC 34"),
        ),
        (" ; ", ()),
    ],
)
def test_sections_are_read_in_the_catalogues_spelling(text: str, names: tuple[str, ...]) -> None:
    assert section_names(text) == names


@given(st.text())
def test_reading_sections_twice_changes_nothing(text: str) -> None:
    names = section_names(text)

    assert section_names(";".join(names)) == names
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("PPC 376", True),
        ("PPC 354", True),
        ("PPC 511", True),
        ("PPC 302", False),
        ("376", False),
        ("PPC 511 with PPC 376", True),
        ("PPC 109 with PPC 511 with PPC 354", True),
        ("PPC 511 with PPC 302", False),
        ("PPC 302 with PPC 376", False),
        ("PPC 376 with PPC 511", False),
        ("PPC 376 with PPC 377", False),
        ("PPC 511 with PPC 34", False),
        ("PPC 511 with", False),
        ("with PPC 376", False),
    ],
)
def test_a_name_is_known_or_not(sqlite_database: Any, text: str, known: bool) -> None:
    (name,) = section_names(text)

    assert (name in catalogue.in_force().known) is known


SECTION_2H = """PPC 292A;PPC 292B;PPC 292C;PPC 371A;PPC 371B;PPC 375;PPC 375A;PPC 376;PPC 377;
PPC 377A;PPC 377B;PECA 21;PECA 22"""
SCHEDULE_I = """PPC 292A;PPC 292B;PPC 292C;PPC 354;PPC 365;PPC 365A;PPC 368;PPC 369;PPC 369A;
PPC 498B;PPC 498C;PECA 21;PECA 22"""
SCHEDULE_II = """PPC 336A;PPC 336B;PPC 354A;PPC 364;PPC 364A;PPC 365B;PPC 366A;PPC 366B;PPC 367A;
PPC 371A;PPC 371B;PPC 375;PPC 375A;PPC 376;PPC 377;PPC 377A;PPC 377B"""
CONNECTED = ";".join(
    f"PPC {section}" for section in ["34", "108A", "120A", "120B", "511", *range(107, 121)]
)


@pytest.mark.parametrize(
    ("basis", "sections"),
    [
        ("s. 2(h)", SECTION_2H),
        ("Schedule I", SCHEDULE_I),
        ("Schedule II", SCHEDULE_II),
        ("s. 2(h);Schedule I;Schedule II", f"{SECTION_2H};{SCHEDULE_I};{SCHEDULE_II}"),
    ],
)
def test_every_statement_of_the_lists_holds(database: Any, basis: str, sections: str) -> None:
    set_to("registrable_basis", basis)
    everything = set(section_names(f"{SECTION_2H};{SCHEDULE_I};{SCHEDULE_II};{CONNECTED}"))
    law = catalogue.in_force()

    found = {name for name in everything if law.makes_registrable([name], *AFTER)}

    assert found == set(section_names(sections))
    assert all(name in law.known for name in everything)


def test_a_connected_entry_counts_with_an_entry_of_its_own_list(database: Any) -> None:
    assert not registrable("PPC 511 with PPC 376"), "s. 2(h) names no attempt"

    set_to("registrable_basis", BOTH_SCHEDULES)

    for name in section_names(CONNECTED):
        assert not registrable(name)
        assert registrable(f"{name} with PPC 376")
        assert registrable(f"{name} with PPC 354")
        assert registrable(f"{name};{name} with PPC 354")
    assert registrable("PPC 120B with PPC 511 with PPC 377B")
    assert not registrable("PPC 34;PPC 511;PPC 109")


def test_a_connected_entry_counts_under_the_lists_in_force_alone(sqlite_database: Any) -> None:
    set_to("registrable_basis", "Schedule I")

    assert registrable("PPC 511 with PPC 354")
    assert not registrable("PPC 511 with PPC 376")
    set_to("registrable_basis", "s. 2(h);Schedule I", "2024-01-02")
    assert not registrable("PPC 511 with PPC 376"), "the Schedule's entries, not another list's"
    assert registrable("PPC 376")


@pytest.mark.parametrize(
    ("section", "since"),
    [("PPC 375A", "2020-12-15"), ("PPC 377A", "2016-03-18"), ("PECA 21", "2016-08-18"),
     ("PPC 371A", "2006-12-01"), ("PPC 377", "1862-01-01")],
)  # fmt: skip
def test_a_section_counts_from_its_own_day(sqlite_database: Any, section: str, since: str) -> None:
    first = date.fromisoformat(since)
    before = date.fromordinal(first.toordinal() - 1)
    convicted = date(2024, 1, 1)

    assert registrable(section, (first, convicted))
    assert not registrable(section, (before, convicted))
    assert registrable(section, (None, first))
    assert not registrable(section, (None, before))
    assert registrable(section, (None, None))


def test_a_section_counts_to_its_last_day() -> None:
    entry = Entry("a list", False, date(2000, 1, 1), date(2001, 1, 1))
    law = Catalogue(0, KnownSections(frozenset(), frozenset()), {"X 1": (entry,)}, None)

    assert law.makes_registrable(["X 1"], date(2001, 1, 1), None)
    assert not law.makes_registrable(["X 1"], date(2001, 1, 2), None)


def test_whether_older_convictions_count_is_policy(sqlite_database: Any) -> None:
    day_before, first = date(2021, 11, 30), date(2021, 12, 1)
    assert registrable("PPC 376", (None, day_before))

    set_to("older_convictions_count", "no")

    assert not registrable("PPC 376", (None, day_before))
    assert registrable("PPC 376", (day_before, first))
    assert registrable("PPC 376", (None, None))


def test_the_answer_for_a_date_follows_the_law_of_that_date(database: Any) -> None:
    set_to("registrable_basis", BOTH_SCHEDULES)
    last_of_the_old = catalogue.in_force(date(2023, 12, 31))
    first_of_the_new = catalogue.in_force(date(2024, 1, 1))

    assert not last_of_the_old.makes_registrable(["PPC 354"], *AFTER)
    assert first_of_the_new.makes_registrable(["PPC 354"], *AFTER)


def test_before_the_act_there_is_no_law_to_answer_by(sqlite_database: Any) -> None:
    with pytest.raises(LawRefusal) as refusal:
        catalogue.in_force(date(2021, 11, 30))
    assert refusal.value.code == "no_policy"


def test_a_section_may_have_been_law_in_two_periods(sqlite_database: Any) -> None:
    common = {
        "statute": "XPC", "section": "1", "basis": "s. 2(h)", "citation": "Test",
        "valid_from": "2022-01-01", "instrument": "Test",
    }  # fmt: skip
    Offence.objects.create(**common, section_from="1900-01-01", section_to="1950-12-31")
    Offence.objects.create(**common, section_from="2000-01-01")

    assert registrable("XPC 1", (date(1950, 12, 31), None))
    assert not registrable("XPC 1", (date(1970, 1, 1), None))
    assert registrable("XPC 1", (date(2000, 1, 1), None))
