"""What is told while a form is typed: of a number, and of the sections that may be meant."""

from datetime import date

import pytest
from console_building import Desk, text_of
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from entry_building import typed
from hypothesis import given
from hypothesis import strategies as st
from register_builders import Office, a_row

from nsor.audit.models import Entry
from nsor.law.catalogue import Catalogue, KnownSections, in_force
from nsor.register.models import IdentityNumber
from nsor.web.console.entry import numbers, sections

KNOWN = KnownSections(
    frozenset({"PPC 376", "PPC 377B", "PPC 34A", "PECA 21"}), frozenset({"PPC 511", "PPC 34"})
)
IN_FORCE = "law in force"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PPC 376", "PPC 376"),
        ("ppc376", "PPC 376"),
        ("376", "PPC 376"),
        ("376 PPC", "PPC 376"),
        ("376-PPC", "PPC 376"),
        ("u/s 376", "PPC 376"),
        ("377-B", "PPC 377B"),
        ("377 b", "PPC 377B"),
        ("۳۷۶", "PPC 376"),
        ("21", "PECA 21"),
        ("511", "PPC 511"),
        ("511/376", "PPC 511 with PPC 376"),
        ("376/511 PPC", "PPC 511 with PPC 376"),
        ("PPC 511 with PPC 376", "PPC 511 with PPC 376"),
        ("511 r/w 376", "PPC 511 with PPC 376"),
        ("34 read with 376", "PPC 34 with PPC 376"),
        ("511/34/376", "PPC 511 with PPC 34 with PPC 376"),
        ("376/377B", "376/377B"),  # two offences are two rows
        ("511/34", "511/34"),  # neither is an offence
        ("PECA 376", "PECA 376"),
        ("9999", "9999"),
        ("rape", "rape"),
        ("", ""),
        ("/", "/"),
    ],
)
def test_a_section_is_completed_where_one_alone_can_be_meant(text: str, name: str) -> None:
    assert sections.complete(text, KNOWN) == name


@given(st.text(max_size=40))
def test_what_is_completed_is_known_or_as_it_was_typed(text: str) -> None:
    name = sections.complete(text, KNOWN)
    assert name == text or name in KNOWN


@pytest.fixture
def law(sqlite_office: Office) -> Catalogue:
    """Give the law as the register begins with it."""
    return in_force()


def names(text: str, law: Catalogue, day: date | None = None) -> list[str]:
    return [one.name for one in sections.suggest(text, law, day)]


def test_sections_that_begin_so_are_suggested(law: Catalogue) -> None:
    assert names("37", law)[:3] == ["PPC 371A", "PPC 371B", "PPC 375"]
    assert names("ppc 376", law) == ["PPC 376"]
    assert names("peca", law) == ["PECA 21", "PECA 22"]
    assert names("x", law) == []
    assert len(names("", law)) <= sections.MOST


def test_what_connects_is_suggested_with_an_offence(law: Catalogue) -> None:
    assert "PPC 511 with PPC 376" in names("511", law)
    assert names("511 with 376", law) == ["PPC 511 with PPC 376"]
    assert names("511/37", law)[0] == "PPC 511 with PPC 371A"
    assert names("376/511", law) == []


def test_the_law_of_the_day_comes_first(law: Catalogue) -> None:
    then = sections.suggest("377", law, date(2010, 1, 1))
    now = sections.suggest("377", law, date(2020, 1, 1))

    assert [one.name for one in then if one.registrable] == ["PPC 377"]
    assert [one.name for one in now if one.registrable] == ["PPC 377", "PPC 377A", "PPC 377B"]
    assert [one.name for one in then] == ["PPC 377", "PPC 377A", "PPC 377B"]


@pytest.mark.parametrize(
    ("kind", "number", "sex", "level"),
    [
        ("cnic", "", "", ""),
        ("cnic", "35201-1234567-1", "", "good"),
        ("cnic", "3520112345671", "male", "good"),
        ("cnic", "3520112345671", "female", "warning"),
        ("cnic", "3520112345672", "x", "warning"),
        ("cnic", "۳۵۲۰۱۱۲۳۴۵۶۷۱", "", "good"),
        ("cnic", "35201-12345", "", "bad"),
        ("cnic", "9520112345671", "", "bad"),
        ("passport", "gbr 123456789", "", "good"),
        ("passport", "123456789", "", "bad"),
        ("no kind", "3520112345671", "", "good"),
    ],
)
def test_a_number_is_told_of_by_its_form(kind: str, number: str, sex: str, level: str) -> None:
    assert numbers.tell(kind, number, sex).level == level


@pytest.mark.parametrize("digit", "12345678")
def test_each_first_digit_names_a_place(digit: str) -> None:
    for language in ("en", "ur"):
        with translation.override(language):
            said = numbers.tell("cnic", f"{digit}520112345671", "")
            assert str(said.province)


@given(st.sampled_from(["cnic", "passport"]), st.text(max_size=30), st.text(max_size=10))
def test_any_text_is_taken(kind: str, number: str, sex: str) -> None:
    with translation.override("en"):
        said = numbers.tell(kind, number, sex)
        assert said.level in ("", "good", "warning", "bad")
        assert len(number) < 10 or number not in said.text  # what was typed is never said again


@pytest.mark.parametrize(("language", "place"), [("en", "Punjab"), ("ur", "پنجاب")])
def test_the_page_says_it_and_asks_nothing_of_the_register(
    sqlite_office: Office, language: str, place: str
) -> None:
    sqlite_office.published(a_row())
    desk, last = Desk(sqlite_office.amna, language), Entry.objects.count()
    tables = {IdentityNumber._meta.db_table}

    with CaptureQueriesContext(connection) as queries:
        known = desk.post("console-entry-number", data=typed(sex="female"))
        unknown = desk.post(
            "console-entry-number", data=typed(number="3520112345673", sex="female")
        )

    assert place in text_of(known)
    assert text_of(known) == text_of(unknown)
    assert 'class="notice warning"' in text_of(known)
    assert not any(table in one["sql"] for one in queries for table in tables)
    assert Entry.objects.count() == last


def test_sections_come_as_options(sqlite_office: Office) -> None:
    desk = Desk(sqlite_office.amna)

    found = text_of(
        desk.post("console-entry-sections", data={"section_1": "354", "offence_on": "1/1/2020"})
    )
    assert 'value="PPC 354"' in found
    assert "registers nobody by itself" in found
    for odd in ({}, {"section_1": "376", "offence_on": "never"}, {"section_1": "'\"<"}):
        assert desk.post("console-entry-sections", data=odd).status_code == 200
