"""The words under which a person is found, and what a search looks up.

Rules that hold here:

- Pure, no database and no key: a word is a kind and a text; ``indexing`` makes a token of it.
- The kinds: ``name`` (a key, a pair of keys of one name), ``father`` (the father's key, alone or
  with the name's), ``district``, ``born`` (a year). The texts of the first two are those of
  ``nsor.names.tokens``.
- A step of a plan is groups of words: who is found has a word of each group.
"""

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from nsor.names.common import leading, share
from nsor.names.matching import PersonName
from nsor.names.spelling import fold, keys
from nsor.names.tokens import MOST_KEYS, query_plan, search_words
from nsor.register.documents import Profile

KINDS = ("name", "father", "district", "born")
YEARS = 12
"""A span of more years of birth than these is compared with those found, and not looked up."""

_SERVANT = "ABD"
_SOUNDS = "ABCDFGHJKLMNPQRSTUWXYZ"
_OF_DISTRICTS = frozenset(
    ("district", "distt", "dist", "division", "city", "zila", "ضلع", "ڈویژن", "شہر")
)


class Word(NamedTuple):
    """One thing that a person is found by."""

    kind: str
    text: str


Group = tuple[Word, ...]
Step = tuple[Group, ...]


def words_of(profile: Profile) -> frozenset[Word]:
    """Return the words under which a person of this profile is found."""
    aliases = [name for alias in profile.aliases for name in (alias.name_ur, alias.name_en) if name]
    found = set(
        map(
            of_name,
            search_words(
                profile.name_ur,
                profile.name_en,
                aliases,
                father_ur=profile.father_name_ur,
                father_en=profile.father_name_en,
            ),
        )
    )
    found.update(Word("district", key) for key in _districts(profile))
    if profile.born is not None:
        found.add(Word("born", str(profile.born)))
    return frozenset(found)


def lives_in(profile: Profile, district: str) -> bool:
    """Tell whether a district is one of the person's; any is, where none is asked for."""
    return not district or district_key(district) in _districts(profile)


def _districts(profile: Profile) -> set[str]:
    known = (profile.district, *(place.district for place in profile.places))
    return set(map(district_key, known)) - {""}


def of_name(text: str) -> Word:
    """Return the word of one of the texts of ``nsor.names.tokens``."""
    return Word("father" if "/" in text else "name", text)


def person_name(profile: Profile) -> PersonName:
    """Return what is compared of a person."""
    return PersonName(
        profile.name_ur,
        profile.name_en,
        profile.father_name_ur,
        profile.father_name_en,
        profile.born,
        tuple(n for alias in profile.aliases for n in (alias.name_ur, alias.name_en) if n),
    )


@lru_cache(maxsize=4096)
def district_key(district: str) -> str:
    """Return what the spellings of a district have in common, in either script; "" without any."""
    folded = " ".join(part for part in fold(district).split() if part not in _OF_DISTRICTS)
    return "+".join(sorted(keys(folded))) or folded


def born_group(first: int | None, last: int | None) -> Group:
    """Return the words of a span of years of birth, none where it is open or too long."""
    if first is None or last is None or not 0 <= last - first < YEARS:
        return ()
    return tuple(Word("born", str(year)) for year in range(first, last + 1))


def plan(name: str, father: str) -> list[Step]:
    """Return the steps of a search by names, those who fit best first.

    The first one asks for all that was given; the later ones for less, and the last ones for
    a name with a slip of the pen, or with عبد before it and not.
    """
    asked = [tuple((of_name(text),) for text in step) for step in query_plan(name, father)]
    return list(dict.fromkeys([*asked, *_slipped(name, father)]))


def _slipped(name: str, father: str) -> Iterable[Step]:
    """Yield steps for a letter too many, too few or exchanged in one of the words."""
    found, father_key = keys(name), leading(keys(father))
    kept = sorted(found, key=share)[:MOST_KEYS]
    if not kept:
        if father_key:
            yield (_group(f"/{slip}" for slip in _slips(father_key)),)
        return
    lead = leading(found)
    if father_key:
        of_father = (f"{lead}/{slip}" for slip in _slips(father_key))
        yield (_group(chain((f"{slip}/{father_key}" for slip in _slips(lead)), of_father)),)
    if len(kept) == 1:
        yield (_group(_slips(kept[0])),)
        return
    pairs = []
    for one in kept:
        other = next(key for key in kept if key != one)
        pairs += ["+".join(sorted((slip, other))) for slip in _slips(one)]
    yield (_group(pairs),)


def _group(texts: Iterable[str]) -> Group:
    return tuple(map(of_name, dict.fromkeys(texts)))


def _slips(key: str) -> Iterable[str]:
    """Yield keys that are this one but for a sound, or for عبد before it."""
    yield key.removeprefix(_SERVANT) if key.startswith(_SERVANT) else _SERVANT + key
    cuts = range(len(key))
    yield from (key[:at] + key[at + 1 :] for at in cuts if len(key) > 1)
    yield from (key[:at] + key[at + 1] + key[at] + key[at + 2 :] for at in cuts[:-1])
    yield from (key[:at] + sound + key[at:] for at in range(len(key) + 1) for sound in _SOUNDS)
