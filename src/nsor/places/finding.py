"""Which district a text names.

Rules that hold here: the text is compared whole, after folding what differs in typing alone (case,
spaces, dots and dashes, marks, Arabic forms of Urdu letters, the word "district"); a name that
several districts share ("Karachi", "Dir") names none, nor does one beside another province's.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final

from nsor.places.table import DISTRICTS, PROVINCES, District, Province
from nsor.urdu import PLAIN_FORMS

LONGEST: Final = 200
"""Characters of a text that may name a place."""
_ALIKE: Final = str.maketrans(PLAIN_FORMS | {"ے": "ی"})
_WORDS_FOR_DISTRICT: Final = frozenset({"district", "distt", "dist", "zila", "zilla", "ضلع"})


def find(text: str, province: str = "") -> District | None:
    """Return the one district that a text names; None where it names none.

    The province may follow in the text, or be given beside it: one that is another's, or no
    province at all, leaves the district unknown.
    """
    if len(text) > LONGEST or len(province) > LONGEST:
        return None
    found = _BY_KEY.get(key(text))
    if found is None or not key(province):
        return found
    return found if _PROVINCE_BY_KEY.get(key(province)) is found.province else None


def key(text: str) -> str:
    """Return a text as it is compared: its letters alone, without the word for a district."""
    return "".join(word for word in _words(text) if word not in _WORDS_FOR_DISTRICT)


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_ALIKE)
    return "".join(map(_kept, plain)).split()


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in ("Mn", "Me", "Cf", "Lm"):
        return ""
    return letter if category[0] in "LN" else " "


def _names(place: District | Province) -> tuple[str, ...]:
    return (place.name_en, place.name_ur, *place.spellings)


def _keys(one: District) -> Iterator[str]:
    for name in _names(one):
        yield key(name)
        for within in _names(one.province):
            yield key(f"{name} {within}")


_BY_KEY: Final = {spelling: one for one in DISTRICTS for spelling in _keys(one)}
_PROVINCE_BY_KEY: Final = {key(name): one for one in PROVINCES for name in _names(one)}
