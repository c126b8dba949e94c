"""Jurisdictions: the whole country, a province or a district, written as a slug.

Rules that hold here: ``""`` is the whole country and covers everything; a district that nobody
knows lies in the whole country alone; a slug that names nothing covers nothing.
"""

from functools import cache
from typing import Final, NamedTuple

from nsor.places.table import DISTRICTS, PROVINCES, by_slug, province

WHOLE_COUNTRY: Final = ""
_ALL_CODES: Final = frozenset(one.code for one in DISTRICTS)


class Jurisdiction(NamedTuple):
    """Where an officer acts without saying why; a district's name ends with its province's."""

    slug: str
    name_en: str
    name_ur: str


@cache
def jurisdictions() -> list[Jurisdiction]:
    """Return every jurisdiction: the whole country, then each province before its districts."""
    found = [Jurisdiction(WHOLE_COUNTRY, "All of Pakistan", "پورا پاکستان")]
    for one in PROVINCES:
        found.append(Jurisdiction(one.slug, one.name_en, one.name_ur))
        found.extend(
            Jurisdiction(
                each.slug, f"{each.name_en}, {one.name_en}", f"{each.name_ur}، {one.name_ur}"
            )
            for each in one.districts
        )
    return found


def is_jurisdiction(slug: str) -> bool:
    """Tell whether a slug names a jurisdiction; ``""`` does."""
    return slug in _by_slug()


def codes(slug: str) -> frozenset[int]:
    """Return the codes of the districts of a jurisdiction; none where the slug names nothing."""
    if slug == WHOLE_COUNTRY:
        return _ALL_CODES
    if (whole := province(slug)) is not None:
        return frozenset(one.code for one in whole.districts)
    one = by_slug(slug)
    return frozenset() if one is None else frozenset({one.code})


def covers(slug: str, district: int | None) -> bool:
    """Tell whether a jurisdiction covers the district of a code; None is one that nobody knows."""
    return slug == WHOLE_COUNTRY or district in codes(slug)


def names(slug: str, language: str) -> str:
    """Return a jurisdiction's name in ``ur`` or ``en``. Raises ``KeyError`` where it isn't one."""
    one = _by_slug()[slug]
    return one.name_ur if language == "ur" else one.name_en


@cache
def _by_slug() -> dict[str, Jurisdiction]:
    return {one.slug: one for one in jurisdictions()}
