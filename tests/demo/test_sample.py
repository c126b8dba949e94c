"""The sample register: the same every time, nobody's, whole, and taken by the register as it is."""

import csv
import io
import re
from datetime import date

import pytest

from nsor import cnic
from nsor.accounts.models import Officer
from nsor.demo import register, sample
from nsor.disclosure import wording
from nsor.register import feed
from nsor.register.errors import Refusal
from nsor.register.importing import import_batch
from nsor.register.models import LIVE_STATES, Batch, Offender
from tests.conftest import Database

SECTIONS = {
    *("PPC 292A", "PPC 292B", "PPC 292C", "PPC 371A", "PPC 371B", "PPC 375", "PPC 375A"),
    *("PPC 376", "PPC 377", "PPC 377A", "PPC 377B", "PECA 21", "PECA 22"),
}

ROWS = sample.rows()


def values(column: str) -> set[str]:
    """Return what stands in a column of the sample."""
    return {row[column] for row in ROWS}


def day(text: str) -> date:
    """Return the date that a row gives."""
    return date.fromisoformat(text)


def test_the_sample_is_the_same_every_time() -> None:
    assert sample.rows() == ROWS


def test_there_are_two_hundred_people_and_some_have_two_convictions() -> None:
    assert len(values("cnic")) == sample.PEOPLE
    assert len(ROWS) > sample.PEOPLE


def test_nobody_can_be_meant() -> None:
    for row in ROWS:
        assert re.fullmatch(r"[1-8]0000\d{8}", row["cnic"])
        assert row["name_ur"].endswith(" فرضی")
        assert row["father_name_ur"].endswith(" فرضی")
        assert row["name_en"].endswith(" Farzi")
        assert row["court"].startswith("Sample Sessions Court")


def test_every_state_occurs() -> None:
    assert values("sex") == {"", "male", "female", "x"}
    assert values("relation") == {"father", "husband"}
    assert values("juvenile") == {"yes", "no"}
    assert values("appeal_state") == {"none", "pending", "stayed", "quashed"}
    assert values("victim_category") == {"child", "woman", "both"}
    assert "" in values("date_of_birth")
    assert {name for row in ROWS for name in row["sections"].split(";")} == SECTIONS
    assert {"husband", "father"} == {row["relation"] for row in ROWS if row["sex"] == "x"}


def test_the_dates_of_each_row_agree_with_each_other() -> None:
    for row in ROWS:
        assert day(row["offence_on"]) < day(row["convicted_on"]) <= date(2025, 12, 31)
        if row["date_of_birth"]:
            years = (day(row["offence_on"]) - day(row["date_of_birth"])).days / 365.25
            assert (12 <= years < 18) if row["juvenile"] == "yes" else (18 <= years < 80), row


def test_the_text_of_the_file_is_read_back_as_the_rows() -> None:
    assert list(csv.DictReader(io.StringIO(sample.to_csv(ROWS)))) == ROWS


def test_the_five_to_try_are_what_they_say() -> None:
    known = {row["cnic"]: row for row in ROWS}
    man, woman = known[sample.MAN], known[sample.WOMAN]
    long, quashed = known[sample.LONG_NAME], known[sample.QUASHED]

    assert [example.cnic for example in sample.five_to_try()] == [
        sample.WOMAN,
        sample.MAN,
        sample.LONG_NAME,
        sample.UNLISTED,
        sample.QUASHED,
    ]
    assert (man["sex"], woman["sex"], quashed["appeal_state"]) == ("male", "female", "quashed")
    assert sample.UNLISTED not in known
    for example in sample.five_to_try():
        assert cnic.is_possible(example.cnic)
    warning = wording.listed(
        "ur", name=long["name_ur"], father=long["father_name_ur"], sex="male", relation="father"
    )
    assert 2 * 67 < len(warning) <= 3 * 67


def test_the_register_takes_the_sample_and_publishes_who_may_be_told(
    sqlite_database: Database,
) -> None:
    assert register.load() is True

    assert Offender.objects.count() == sample.PEOPLE
    listed = {f"{entry.cnic:013d}" for entry in feed.stream() if entry.listed}
    assert {sample.MAN, sample.WOMAN, sample.LONG_NAME} <= listed
    assert sample.QUASHED not in listed
    silent = {row["cnic"] for row in ROWS if row["juvenile"] == "yes"}
    assert silent
    assert not silent & listed
    assert 0.8 * sample.PEOPLE < len(listed) < sample.PEOPLE


def test_a_second_start_keeps_the_register_as_it_is(sqlite_database: Database) -> None:
    register.load()
    before = feed.last_sequence()

    assert register.load() is False

    assert feed.last_sequence() == before
    assert (Batch.objects.count(), Officer.objects.count()) == (1, 2)


def test_a_start_that_was_cut_short_before_approval_is_finished(sqlite_database: Database) -> None:
    entry = register._officer(register.ENTRY_OFFICER, register.Role.ENTRY)
    import_batch(io.BytesIO(sample.to_csv(ROWS).encode()), entry)
    assert feed.last_sequence() == 0

    assert register.load() is True

    assert Batch.objects.count() == 1
    assert Offender.objects.count() == sample.PEOPLE


def test_a_register_that_has_these_people_by_another_hand_is_left_alone(
    sqlite_database: Database,
) -> None:
    other = register._officer("Somebody Else", register.Role.ENTRY)
    import_batch(io.BytesIO(sample.to_csv(ROWS[:1]).encode()), other)

    with pytest.raises(Refusal, match="Set NSOR_HOME to an empty folder"):
        register.load()

    assert Batch.objects.filter(state__in=LIVE_STATES).count() == 1
