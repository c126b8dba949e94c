"""The CSV reader and the row reader take anything without raising."""

import csv
import io
import string
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from register_builders import a_row

from nsor.law.catalogue import Catalogue, Entry, KnownSections
from nsor.register import csvfile
from nsor.register.csvfile import Broken, Record, records
from nsor.register.rows import COLUMNS, read_row
from nsor.register.text import shows, tidy

TODAY = date(2026, 1, 1)
CATALOGUE = Catalogue(
    1,
    KnownSections(frozenset({"PPC 376"}), frozenset()),
    {"PPC 376": (Entry("s. 2(h)", False, date(1862, 1, 1), None),)},
    None,
)
PIECES = st.sampled_from([b'"', b",", b"\n", b"\r", b"\r\n", b"\x00", b"\xff", "ے".encode(), b"a"])


@given(st.lists(PIECES | st.binary(max_size=5), max_size=200).map(b"".join))
def test_any_octets_are_read_to_the_end_line_by_line(content: bytes) -> None:
    read = list(records(io.BytesIO(content)))

    lines = [item.line for item in read]
    assert lines == sorted(set(lines))
    physical = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    assert all(1 <= line <= len(physical) for line in lines)


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=20)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=10))
def test_what_was_written_is_read(table: list[list[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows(table)

    read = list(records(io.BytesIO(text.getvalue().encode())))

    assert [item.cells for item in read if isinstance(item, Record)] == table


def test_a_quotation_mark_that_is_never_closed_costs_its_own_line_alone() -> None:
    content = b'a,"b\n' + b"c,d\n" * 200

    read = list(records(io.BytesIO(content)))

    assert isinstance(read[0], Broken)
    assert [item.line for item in read] == list(range(1, 202))
    assert all(item == Record(item.line, ["c", "d"]) for item in read[1:])


def test_a_record_of_several_lines_has_the_line_on_which_it_begins() -> None:
    read = list(records(io.BytesIO(b'a,b\n"c\n\nd",e\nf,g\n')))

    assert read == [Record(1, ["a", "b"]), Record(2, ["c\n\nd", "e"]), Record(5, ["f", "g"])]


def test_a_line_without_end_is_not_held_in_memory() -> None:
    content = b"x" * (10 * csvfile.LONGEST) + b"\na,b\n"

    broken, good = records(io.BytesIO(content))

    assert (broken.line, isinstance(broken, Broken) and broken.code) == (1, "too_long")
    assert good == Record(2, ["a", "b"])


WORDS = st.text(max_size=30) | st.sampled_from(
    ["2020-01-01", "3520112345671", "father", "x", "PPC 376", "yes", "child", "stayed", "=1"]
)


@given(st.dictionaries(st.sampled_from(COLUMNS), WORDS))
def test_any_row_is_either_good_or_told_what_is_wrong(cells: dict[str, str]) -> None:
    row = read_row(cells, CATALOGUE, TODAY)

    assert (row.values is None) == bool(row.faults)
    if row.values is not None:
        assert all(
            shows(value) and value == tidy(value)
            for value in row.values.values()
            if isinstance(value, str)
        )
    for fault in row.faults:
        assert fault.field in COLUMNS
        assert fault.message.endswith(".")


@given(st.text(string.ascii_uppercase, min_size=8, max_size=12))
def test_no_message_repeats_what_a_cell_holds(word: str) -> None:
    cells = a_row(cnic=word, relation=word, sex=word, juvenile=word, sections=word)
    cells |= {"convicted_on": word, "court": "=" + word, "name_en": word + "\x07"}

    row = read_row(cells, CATALOGUE, TODAY)

    assert len(row.faults) >= 8
    assert not any(word in fault.message for fault in row.faults)
