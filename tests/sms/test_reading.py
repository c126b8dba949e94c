"""What a citizen's text asks: the examples of the contract, its limits, and any text at all."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms.reading import Check, Unreadable, read

NUMBER = "3520112345671"


@pytest.mark.parametrize(
    "text",
    [
        "3520112345671",
        "35201-1234567-1",
        "35201 1234567 1",
        "  3520112345671\n",
        "check 35201-1234567-1 please",
        "یہ کارڈ 35201-1234567-1 دیکھیں",
        "۳۵۲۰۱۱۲۳۴۵۶۷۱",
        "۳۵۲۰۱-۱۲۳۴۵۶۷-۱",
        "٣٥٢٠١١٢٣٤٥٦٧١",
        "٣٥٢٠١ ١٢٣٤٥٦٧ ١",
        "３５２０１１２３４５６７１",
        "３５２０１－１２３４５６７－１",
        "35201۱۲۳٤٥٦７1",
        "CNIC:3520112345671.",
        "CNIC3520112345671ok",
        "cnic#3520112345671",
        "35201-1234567-1 35201-1234567-1",
        "3520112345671 is ۳۵۲۰۱-۱۲۳۴۵۶۷-۱",
        "35201 1234567 1 35201 1234567 1",
    ],
)
def test_a_number_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Check(NUMBER, "ur")


@pytest.mark.parametrize(
    "gap",
    [
        "-",
        "--",
        "---",
        " - ",
        " ",
        "   ",
        "\t",
        "\n",
        "\r\n",
        "\u00a0",  # no-break space
        "\u202f",  # narrow no-break space
        "\u2009",  # thin space
        "\u3000",  # ideographic space
        ".",
        "\u06d4",  # Urdu full stop
        "/",
        "_",
        "\u2010",  # hyphen
        "\u2011",  # no-break hyphen
        "\u2012",  # figure dash
        "\u2013",  # en dash
        "\u2014",  # em dash
        "\u2015",  # horizontal bar
        "\u2212",  # minus
        "\ufe63",  # small hyphen-minus
        "\uff0d",  # full-width hyphen-minus
        "\u2796",  # heavy minus
        "-\u200e",
        "\u200f-\u200f",
        "\u2066 \u2069- ",
        "-\u0640",
    ],
)
def test_one_to_three_separators_part_the_groups(gap: str) -> None:
    assert read(f"35201{gap}1234567{gap}1") == Check(NUMBER, "ur")
    assert read(f"35201{gap}1234567-1") == Check(NUMBER, "ur")


def test_every_dash_and_white_space_of_unicode_is_a_separator() -> None:
    separators = [
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(character) == "Pd" or character.isspace()
    ]
    assert len(separators) > 50
    unread = [
        hex(ord(character))
        for character in separators
        if read(f"35201{character}1234567{character}1") != Check(NUMBER, "ur")
    ]
    assert unread == []


@pytest.mark.parametrize(
    "mark",
    [
        "\u200e",  # left-to-right mark
        "\u200f",  # right-to-left mark
        "\u061c",  # Arabic letter mark
        "\u202a",
        "\u202e",
        "\u2066",
        "\u2069",
        "\u200b",  # zero-width space
        "\u200c",
        "\u200d",
        "\u2060",  # word joiner
        "\ufeff",  # byte order mark
        "\u00ad",  # soft hyphen
        "\u0640",  # tatweel
        "\ufe0f",  # variation selector
        "\ufe0f\u20e3",  # keycap
        "\u034f",
        "\u0301",
        "\u064e",  # zabar
        "\U000e0101",
        "\x00",
        "\x7f",
        "\u200b\u200b\u200b\u200b\u200b",
    ],
)
def test_marks_that_show_nothing_count_for_nothing(mark: str) -> None:
    assert read(mark + NUMBER + mark) == Check(NUMBER, "ur")
    assert read(mark.join(NUMBER)) == Check(NUMBER, "ur")
    assert read(mark.join("35201-1234567-1")) == Check(NUMBER, "ur")
    assert read(mark.join("۳۵۲۰۱ - ۱۲۳۴۵۶۷ - ۱")) == Check(NUMBER, "ur")
    assert read(mark.join("EN 35201-1234567-1")) == Check(NUMBER, "en")


@pytest.mark.parametrize(
    "text",
    [
        "12 35201 1234567 1",
        "3520112345671-1",
        "1 3520112345671",
        "35201-1234567-1-2",
        "1 35201 1234567 1 2",
        "35201 35201 1234567 1",
        "1234567 1 35201 1234567 1",
        "35201 1234567 1 1234567 1",
        "0300-1234567: 35201-1234567-1",
        "+923001234567 3520112345671",
        "check 2 times 3520112345671 by 10 pm",
        "3520112345671 123456789012345",
        "3520112345671²",
        "3520112345671 १२३४५६७८९०१२३",
    ],
)
def test_other_digits_do_not_spoil_a_number(text: str) -> None:
    assert read(text) == Check(NUMBER, "ur")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "سلام",
        "hello",
        "352011234567",
        "35201123456711",
        "135201-1234567-1",
        "35201-1234567-12",
        "35201-12345678-1",
        "35201-123456-1",
        "3520-1234567-1",
        "35201----1234567-1",
        "35201-1234567    1",
        "35201,1234567,1",
        "35201 1234567",
        "35201-1234567",
        "352011234567-1",
        "35201-12345671",
        "3520 1123 4567 1",
        "35201x1234567x1",
        "35201\u20131234567\u200b1",
        "3520112345671\u200b1",
        "3520112345671\u03011",
        "352011234567\ufffd1",
        "35201123४5671",
        "35201-1234567-१",
        "३५२०१-१२३४५६७-१",
        "४3520112345671",
        "3520112345671४",
        "3520112345671𝟏",
        "35201-1234567-1४",
    ],
)
def test_a_piece_of_another_run_is_no_number(text: str) -> None:
    assert read(text) == Unreadable("no_number", "ur")


@pytest.mark.parametrize(
    "text",
    [
        "3520112345671 3520112345672",
        "35201-1234567-1 و 61101-7654321-3",
        "3520112345671 0520112345671",
        "35201-1234567-1 ۹۵۲۰۱-۱۲۳۴۵۶۷-۱",
        "0520112345671 9520112345671",
        "35201 1234567 1 35201 1234567 2",
        "3520112345671 3520112345672 3520112345671",
    ],
)
def test_two_different_numbers_are_unreadable(text: str) -> None:
    assert read(text) == Unreadable("two_numbers", "ur")


@pytest.mark.parametrize(
    "text",
    ["0520112345671", "9520112345671", "05201-1234567-1", "۹۵۲۰۱۱۲۳۴۵۶۷۱", "00000-0000000-0"],
)
def test_a_number_of_no_province_is_unreadable(text: str) -> None:
    assert read(text) == Unreadable("impossible_number", "ur")


@pytest.mark.parametrize("digit", "12345678")
def test_every_province_is_read(digit: str) -> None:
    assert read(f"{digit}520112345671") == Check(f"{digit}520112345671", "ur")


@pytest.mark.parametrize(
    ("prefix", "language"),
    [
        ("EN ", "en"),
        ("en ", "en"),
        ("eN-", "en"),
        ("En", "en"),
        ("en-", "en"),
        ("EN\n", "en"),
        ("EN: ", "en"),
        ("EN_", "en"),
        (" \t\u00a0EN ", "en"),
        ("\ufeffEN ", "en"),
        ("\u200f EN ", "en"),
        ("ＥＮ　", "en"),
        ("EN check UR ", "en"),
        ("UR ", "ur"),
        ("ur", "ur"),
        ("UR EN ", "ur"),
        ("ENGLISH ", "ur"),
        ("english: ", "ur"),
        ("ENQ ", "ur"),
        ("ENکارڈ ", "ur"),
        ("ENé ", "ur"),
        ("check EN ", "ur"),
        ("-EN ", "ur"),
        ("E N ", "ur"),
        ("", "ur"),
    ],
)
def test_the_language_word_comes_first_and_stands_alone(prefix: str, language: str) -> None:
    assert read(prefix + NUMBER) == Check(NUMBER, language)  # type: ignore[arg-type]
    assert read(prefix + "35201-1234567-1").language == language
    assert read(prefix + "35201").language == language


def test_the_language_word_after_the_number_means_nothing() -> None:
    assert read("3520112345671 EN") == Check(NUMBER, "ur")


def test_an_unreadable_text_has_its_language_too() -> None:
    assert read("EN") == Unreadable("no_number", "en")
    assert read("en 3520112345671 3520112345672") == Unreadable("two_numbers", "en")
    assert read("EN0520112345671") == Unreadable("impossible_number", "en")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_is_read_or_not_but_never_fails(text: str) -> None:
    answer = read(text)

    assert answer.language in ("ur", "en")
    if isinstance(answer, Check):
        assert len(answer.cnic) == 13
        assert answer.cnic.isascii()
        assert answer.cnic.isdigit()
        assert answer.cnic[0] in "12345678"


PIECES = st.lists(
    st.sampled_from([*"0123456789۱۲٣４४-- ./\u200e\u0640\u0301xE", "35201", "1234567", NUMBER]),
    max_size=12,
).map("".join)


@given(PIECES)
def test_the_pattern_reads_what_a_plain_reading_of_the_rule_reads(text: str) -> None:
    assert read(text)[0] == _by_the_rule(text)


def _by_the_rule(text: str) -> str:
    """Read by splitting into runs, step by step, as the contract words it."""
    seen = [c for c in text if c not in "\u200e\u0640\u0301"]
    runs: list[str] = []
    for character in seen:
        same = runs and runs[-1][-1].isdecimal() == character.isdecimal()
        runs[-1:] = [runs[-1] + character] if same else [*runs[-1:], character]
    numbers = [run for run in runs if run.isdecimal() and len(run) == 13]
    for five, gap, seven, gap_2, one in zip(
        runs, runs[1:], runs[2:], runs[3:], runs[4:], strict=False
    ):
        gaps = all(1 <= len(g) <= 3 and set(g) <= set("- ./") for g in (gap, gap_2))
        groups = all(run.isdecimal() for run in (five, seven, one))
        if gaps and groups and [len(five), len(seven), len(one)] == [5, 7, 1]:
            numbers.append(five + seven + one)
    found = {
        "".join(str(unicodedata.decimal(digit)) for digit in number)
        for number in numbers
        if "४" not in number
    }
    if len(found) != 1:
        return "two_numbers" if found else "no_number"
    number = found.pop()
    return number if number[0] in "12345678" else "impossible_number"


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "35201 ",
        "35201-1234567-",
        "35201   1234567   ",
        "\u200b",
        " ",
        "E",
        "EN",
        "۳\u200e",
        "\ud800",
        "12345" + "-" * 3,
    ],
)
def test_a_huge_text_takes_time_in_proportion(piece: str) -> None:
    # Anything worse than linear would run into the time limit of the test run.
    text = piece * (2_000_000 // len(piece))

    assert read(text)[0] == "no_number"
