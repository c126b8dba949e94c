"""The made-up people of a register that is searched: whoever has a place is the same in every run.

Rules that hold here: no two have one number, and no number begins with 8. Names are drawn by rank
from the lists of the tests (``tests/names/attested.py``): Muhammad before three in ten men's names,
the commonest given name in about one of thirty; districts are drawn by their size. The lists are
shorter than real ones, so a real register narrows further. One name in five is spelled otherwise
than usual.
"""

import random
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "names"))

from attested import DEVELOPMENT, GHULAM, HELD_OUT, MUHAMMAD, SYED, Attested

SKEW = 0.9
"""Exponent of the ranks, for names and districts."""
DISTRICTS = (
    "Lahore",
    "Faisalabad",
    "Rawalpindi",
    "Karachi East",
    "Karachi West",
    "Gujranwala",
    "Multan",
    "Sialkot",
    "Peshawar",
    "Rahim Yar Khan",
    "Muzaffargarh",
    "Sargodha",
    "Hyderabad",
    "Sheikhupura",
    "Bahawalpur",
    "Kasur",
    "Vehari",
    "Okara",
    "Khanewal",
    "Swat",
    "Mardan",
    "Dera Ghazi Khan",
    "Bahawalnagar",
    "Jhang",
    "Toba Tek Singh",
    "Gujrat",
    "Quetta",
    "Larkana",
    "Sukkur",
    "Khairpur",
    "Sanghar",
    "Badin",
    "Mirpur Khas",
    "Abbottabad",
    "Mansehra",
    "Swabi",
    "Charsadda",
    "Nowshera",
    "Kohat",
    "Bannu",
    "Attock",
    "Chakwal",
    "Jhelum",
    "Mianwali",
    "Bhakkar",
    "Layyah",
    "Lodhran",
    "Pakpattan",
    "Sahiwal",
    "Hafizabad",
    "Narowal",
    "Chiniot",
    "Nankana Sahib",
    "Rajanpur",
    "Khushab",
    "Mandi Bahauddin",
    "Dadu",
    "Thatta",
    "Jacobabad",
    "Shikarpur",
)
SECTIONS = {
    "PPC 376": 45,
    "PPC 377": 14,
    "PPC 375A": 8,
    "PPC 376;PPC 377": 8,
    "PPC 354A": 7,
    "PPC 377B": 6,
    "PPC 511 with PPC 376": 5,
    "PPC 377A;PPC 377B": 3,
    "PPC 292C": 2,
    "PPC 365B;PPC 376": 1,
    "PECA 22": 1,
}
_SPACE = 7 * 10**12
_STRIDE = 4_294_967_291
"""A prime that doesn't divide the space: each place has a number of its own."""

_MEN = DEVELOPMENT.men + HELD_OUT.men
_WOMEN = DEVELOPMENT.women + HELD_OUT.women
_FAMILIES = DEVELOPMENT.families + HELD_OUT.families


def _ranks(count: int) -> list[float]:
    return list(accumulate(1 / rank**SKEW for rank in range(1, count + 1)))


_MEN_RANKS, _WOMEN_RANKS = _ranks(len(_MEN)), _ranks(len(_WOMEN))
_FAMILY_RANKS, _DISTRICT_RANKS = _ranks(len(_FAMILIES)), _ranks(len(DISTRICTS))
_SECTION_NAMES, _SECTION_RANKS = list(SECTIONS), list(accumulate(SECTIONS.values()))

Name = tuple[Attested, ...]


class Made(NamedTuple):
    """One person."""

    number: str
    woman: bool
    name: Name
    father: Name
    name_ur: str
    name_en: str
    father_ur: str
    father_en: str
    born: date
    district: str
    sections: str
    offence_on: date
    convicted_on: date


def person(place: int) -> Made:
    """Return who has a place, counted from 0."""
    chance = random.Random(place)
    woman = chance.random() < 0.04
    name, father = _name(chance, woman=woman), _name(chance, woman=False)
    offence_on = date(2012, 1, 1) + timedelta(chance.randrange(4_000))
    return Made(
        f"{10**12 + place * _STRIDE % _SPACE}",
        woman,
        name,
        father,
        written(name, 0, chance),
        written(name, 1, chance),
        written(father, 0, chance),
        written(father, 1, chance),
        date(1950, 1, 1) + timedelta(chance.randrange(16_000)),
        chance.choices(DISTRICTS, cum_weights=_DISTRICT_RANKS)[0],
        chance.choices(_SECTION_NAMES, cum_weights=_SECTION_RANKS)[0],
        offence_on,
        offence_on + timedelta(chance.randrange(100, 1_000)),
    )


def written(words: Sequence[Attested], script: int, chance: random.Random) -> str:
    """Return a name in Urdu (0) or Roman letters (1); one word in five is spelled otherwise."""
    return " ".join(
        chance.choice(word[script]) if chance.random() < 0.2 else word[script][0] for word in words
    )


def _name(chance: random.Random, *, woman: bool) -> Name:
    given, ranks = (_WOMEN, _WOMEN_RANKS) if woman else (_MEN, _MEN_RANKS)
    words = [chance.choices(given, cum_weights=ranks)[0]]
    if not woman and chance.random() < 0.25:
        words += chance.choices(given, cum_weights=ranks)
    if chance.random() < 0.55:
        words += chance.choices(_FAMILIES, cum_weights=_FAMILY_RANKS)
    before = chance.random()
    if not woman and before < 0.36:
        words.insert(0, MUHAMMAD if before < 0.3 else GHULAM if before < 0.33 else SYED)
    return tuple(dict.fromkeys(words))
