"""The page on OWASP's ASVS leaves no requirement out, and what it names is there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/asvs.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
FILES = sorted(set(re.findall(r"`([\w/-]+\.(?:py|js|html|txt))`", PAGE)))
LINKED = sorted(set(re.findall(r"\]\((?!http)([\w./-]+)\)", PAGE)))

SECTIONS = {
    1: (2, 9, 11, 3, 2),
    2: (3, 3, 4, 1),
    3: (0, 2, 4, 6, 5, 0, 2),
    4: (3, 1, 2, 4),
    5: (1, 3, 2, 3),
    6: (3, 12, 4, 4, 5, 3, 0, 4),
    7: (3, 4, 2, 5, 2, 2),
    8: (2, 3, 1, 1),
    9: (3, 4),
    10: (2, 2, 4, 11, 5, 2, 3),
    11: (2, 3, 3, 4, 1, 1),
    12: (3, 2, 4),
    13: (1, 5, 2, 5),
    14: (2, 4, 3),
    15: (3, 3, 7),
    16: (1, 5, 4, 3, 3),
    17: (1, 4, 2),
}
"""How many requirements of levels 1 and 2 each section of each chapter of ASVS 5.0.0 has; they come
first in their section, so they are numbered from 1."""
STATES = {"met", "partly", "not", "n.a."}

Number = tuple[int, ...]


def _required() -> Iterator[Number]:
    for chapter, counts in SECTIONS.items():
        for section, count in enumerate(counts, 1):
            yield from ((chapter, section, one) for one in range(1, count + 1))


def _rows() -> list[tuple[Number, Number, list[str]]]:
    rows = []
    for line in PAGE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        numbers = [
            tuple(int(part) for part in one.split("."))
            for one in re.findall(r"[0-9]+\.[0-9]+\.[0-9]+", cells[0])
        ]
        if line.startswith("| ") and numbers:
            rows.append((numbers[0], numbers[-1], cells))
    return rows


def test_level_two_has_253_requirements() -> None:
    assert len(list(_required())) == 253


def test_every_requirement_stands_in_one_row() -> None:
    rows = _rows()
    for number in _required():
        assert sum(first <= number <= last for first, last, _ in rows) == 1, number


def test_the_rows_are_in_order_and_of_these_levels() -> None:
    rows, required = _rows(), set(_required())
    assert [first for first, _, _ in rows] == sorted(first for first, _, _ in rows)
    for first, last, _ in rows:
        assert {first, last} <= required, first


def test_each_row_says_how_it_is_met_or_why_not() -> None:
    for number, _, cells in _rows():
        assert len(cells) == 4, number
        assert cells[2] in STATES, number
        assert all(cells), number


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 100
    assert PAGE.count("::") == len(re.findall(r"`tests/[\w/]+\.py::\w+`", PAGE))


@pytest.mark.parametrize(("path", "name"), NAMED)
def test_the_named_test_exists(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / path).read_text()


@pytest.mark.parametrize("name", FILES)
def test_the_named_file_exists(name: str) -> None:
    assert (ROOT / "src/nsor" / name).is_file() or (ROOT / name).is_file()


@pytest.mark.parametrize("name", LINKED)
def test_the_linked_page_exists(name: str) -> None:
    assert (ROOT / "docs" / name).is_file()
