"""How alike two people's names are: for ranking what a search found, and for likely duplicates.

Rules that hold here: a score is for a person to look at, and decides nothing. Names are compared
word by word, in any order, each word with the one that fits best; a word that many people have
weighs little, one that the other name lacks costs a little, one that is another name costs most,
however common it is.
Of all spellings that two records hold, the two that fit best count, within a script or across.
Father's name and year of birth are evidence both ways; where one is missing it is none.
"""

from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA

from nsor.names.common import COMING_AND_GOING, RARE, share
from nsor.names.irregular import IRREGULAR
from nsor.names.sounds import agreement
from nsor.names.spelling import SERVANT_OF, key_of_part, words

LIKELY = 0.7
"""From this score on two records are shown as likely the same person (docs/names.md)."""

_MISSING = 0.25
_OTHER_KEY = 0.9
_OTHER_SEX = 0.45
_HALF_SERVANT = 0.8
_SLIP = 0.85
_SLIP_FROM = 6
_EXCHANGE_FROM = 5
_LOOSELY = 0.75
_LOOSE = str.maketrans("Q", "K", "HW")
_OTHER_NAME = 0.4
_CLASH = 1.5
_NO_FATHER = 0.9
_FATHER_WEIGHT = 0.8
_YEARS = {0: 1.0, 1: 0.99, 2: 0.97, 3: 0.9, 4: 0.85, 5: 0.8}
_FAR_YEARS = 0.7
_NO_YEAR = 0.97
_CACHED = 65_536


class PersonName(NamedTuple):
    """What is compared of a person: names in any script, "" where unknown, and a year of birth."""

    name_ur: str
    name_en: str
    father_ur: str = ""
    father_en: str = ""
    born: int | None = None
    aliases: tuple[str, ...] = ()

    def names(self) -> list[str]:
        """Return every name that is known."""
        return [name for name in (self.name_ur, self.name_en, *self.aliases) if name]

    def fathers(self) -> list[str]:
        """Return every spelling of the father's or husband's name that is known."""
        return [name for name in (self.father_ur, self.father_en) if name]


def similarity(a: PersonName, b: PersonName) -> float:
    """Tell from 0 to 1 how likely two records are of one person, by names and year of birth."""
    name = _best(a.names(), b.names())
    father = _best(a.fathers(), b.fathers()) if a.fathers() and b.fathers() else _NO_FATHER
    return float(name * father**_FATHER_WEIGHT * _year_factor(a.born, b.born))


def name_similarity(one: str, other: str) -> float:
    """Tell from 0 to 1 how alike two names are, in whichever scripts."""
    return _of_words(_weighed(one), _weighed(other))


def _best(ones: list[str], others: list[str]) -> float:
    return max((name_similarity(one, other) for one in ones for other in others), default=0.0)


def _year_factor(a: int | None, b: int | None) -> float:
    if a is None or b is None:
        return _NO_YEAR
    return _YEARS.get(abs(a - b), _FAR_YEARS)


class _Word(NamedTuple):
    folded: str
    weight: float
    comes_and_goes: bool


@lru_cache(_CACHED)
def _weighed(name: str) -> tuple[_Word, ...]:
    found = {word: key_of_part(word) for word in words(name)}
    return tuple(
        _Word(word, _weight(key), key in COMING_AND_GOING) for word, key in found.items() if key
    )


def _weight(found: str) -> float:
    """Return what a word says: 1 for a rare one, a quarter for one that a fifth of people have."""
    return float(max(0.25, (RARE / share(found)) ** 0.3))


def _of_words(ones: tuple[_Word, ...], others: tuple[_Word, ...]) -> float:
    if not ones or not others:
        return 0.0
    agreed = weights = 0.0
    alone, other_alone = list(ones), list(others)
    for alike, one, other in _couples(ones, others):
        if one in alone and other in other_alone:
            alone.remove(one)
            other_alone.remove(other)
            weight = max(one.weight, other.weight)
            agreed += weight * alike
            weights += weight
    clashes = min(*(sum(not w.comes_and_goes for w in side) for side in (alone, other_alone)))
    missing = sum(word.weight for word in (*alone, *other_alone)) if not clashes else 0.0
    return agreed / (weights + _CLASH * clashes + _MISSING * missing or 1.0)


def _couples(
    ones: tuple[_Word, ...], others: tuple[_Word, ...]
) -> list[tuple[float, _Word, _Word]]:
    """Return the words that can be the same name, with how alike they are, the most alike first."""
    couples = [(word_similarity(a.folded, b.folded), a, b) for a in ones for b in others]
    return sorted((c for c in couples if c[0] >= _OTHER_NAME), key=lambda c: -c[0])


@lru_cache(_CACHED)
def word_similarity(one: str, other: str) -> float:
    """Tell from 0 to 1 how alike two folded words are."""
    if one == other:
        return 1.0
    if one.startswith(SERVANT_OF) or other.startswith(SERVANT_OF):
        return _of_servants(one, other)
    key_one, key_other = key_of_part(one), key_of_part(other)
    if key_one == key_other:
        own = one in IRREGULAR or other in IRREGULAR
        return 1.0 if own else agreement(one, other) ** 2
    if _differ_by_ending(key_one, key_other):
        return _OTHER_SEX
    if _is_slip(one, other):
        return _SLIP
    if key_one.translate(_LOOSE) == key_other.translate(_LOOSE):
        return _LOOSELY * agreement(one, other)
    alike = min(agreement(one, other), float(OSA.normalized_similarity(key_one, key_other)))
    return _OTHER_KEY * alike**3


def _is_slip(one: str, other: str) -> bool:
    """Tell whether a letter was left out, put in or exchanged with the next, not at the beginning.

    A letter put in another's place is no slip here: that is how names differ (Farhan, Farman).
    """
    shorter = min(len(one), len(other))
    if one[:1] != other[:1] or shorter < _EXCHANGE_FROM:
        return False
    exchanged = sorted(one) == sorted(other)
    left_out = len(one) != len(other) and shorter >= _SLIP_FROM
    return (exchanged or left_out) and OSA.distance(one, other, score_cutoff=1) == 1


def _of_servants(one: str, other: str) -> float:
    """Compare two parts of which one at least is عبد with a word: Rehman may be Abdul Rehman."""
    rest = word_similarity(one.removeprefix(SERVANT_OF), other.removeprefix(SERVANT_OF))
    both = one.startswith(SERVANT_OF) and other.startswith(SERVANT_OF)
    return rest if both else _HALF_SERVANT * rest


def _differ_by_ending(one: str, other: str) -> bool:
    """Tell whether only one of two keys has the ending that makes a woman's name of a man's."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[:-1] == shorter and longer[-1:] in ("A", "Y")
