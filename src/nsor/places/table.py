"""The table of places, read once from ``provinces.csv`` and ``districts.csv``.

Rules that hold here: districts as they stood in 2024; a district's code is its province's digit
(the first of an identity number that was issued there) and a number within it, so that a province
is a run of codes. A district that is made later gets a new line and a new code; one that is
dissolved stays, for the rows that name it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Final

IN_A_PROVINCE: Final = 100
"""Codes of a province: from its digit times this, up to the next one's."""


@dataclass(frozen=True, slots=True)
class Province:
    """A province or a territory; ``spellings`` are further names under which papers know it."""

    digit: int
    slug: str
    name_en: str
    name_ur: str
    spellings: tuple[str, ...] = ()

    @property
    def districts(self) -> "tuple[District, ...]":
        """Its districts, by their codes."""
        return tuple(one for one in DISTRICTS if one.code // IN_A_PROVINCE == self.digit)


@dataclass(frozen=True, slots=True)
class District:
    """A district; ``slug`` is ``province/district``."""

    code: int
    slug: str
    name_en: str
    name_ur: str
    spellings: tuple[str, ...] = ()

    @property
    def province(self) -> Province:
        """The province it lies in."""
        return _PROVINCE_OF_DIGIT[self.code // IN_A_PROVINCE]


def district(code: int | None) -> District | None:
    """Return the district of a code; None where there is none."""
    return None if code is None else _BY_CODE.get(code)


def by_slug(slug: str) -> District | None:
    """Return the district of a slug, such as ``punjab/lahore``; None where it names none."""
    return _BY_SLUG.get(slug)


def province(slug: str) -> Province | None:
    """Return the province of a slug, such as ``punjab``; None where it names none."""
    return _PROVINCE_BY_SLUG.get(slug)


def _lines(name: str) -> Iterator[dict[str, str]]:
    text = resources.files("nsor.places").joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _spellings(line: dict[str, str]) -> tuple[str, ...]:
    return tuple(one for one in line["spellings"].split(";") if one)


PROVINCES: Final = tuple(
    Province(int(line["digit"]), line["slug"], line["name_en"], line["name_ur"], _spellings(line))
    for line in _lines("provinces.csv")
)
DISTRICTS: Final = tuple(
    District(int(line["code"]), line["slug"], line["name_en"], line["name_ur"], _spellings(line))
    for line in _lines("districts.csv")
)
"""By their codes."""

_PROVINCE_OF_DIGIT: Final = {one.digit: one for one in PROVINCES}
_PROVINCE_BY_SLUG: Final = {one.slug: one for one in PROVINCES}
_BY_CODE: Final = {one.code: one for one in DISTRICTS}
_BY_SLUG: Final = {one.slug: one for one in DISTRICTS}
