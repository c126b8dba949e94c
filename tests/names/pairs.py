"""Pairs of made-up records, of one person or of two, from documented rules of how spelling varies.

Rules that hold here: the same seed gives the same pairs. A pair of one person differs in one to
three of these ways, each of which happens to real documents:

- another attested spelling of any word, in either script (``attested``);
- one record in Urdu alone and the other in English alone;
- Muhammad, or the family name, given in one and left out in the other;
- words in another order (family name first);
- a title before the name (Mr, Haji, Dr);
- a slip of the pen in one word of the English name: a letter dropped, doubled or exchanged with
  the next;
- the father's name otherwise spelled, shortened, or missing;
- the year of birth one off, or missing.

A pair of two people is hard: it shares the first name and has a father of a similar name; or they
are brothers; or father and son with the names exchanged; or they have names one letter apart and
the same father's name; or the same common name and another father. Years of birth are near.
"""

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple

from attested import DEVELOPMENT, HELD_OUT, MUHAMMAD, SYED, Attested, Half

from nsor.names.matching import LIKELY, PersonName, similarity
from nsor.names.tokens import query_plan, search_words

SEED = 20_240_501
TITLES_OF_MEN = (("حاجی", "Haji"), ("ڈاکٹر", "Dr."), ("جناب", "Mr"))
TITLES_OF_WOMEN = (("مسماۃ", "Mst."), ("ڈاکٹر", "Dr."), ("محترمہ", "Miss"))


class Pair(NamedTuple):
    """Two records, whether they are of one person, and what the pair is an example of."""

    a: PersonName
    b: PersonName
    same: bool
    kind: str


class Person(NamedTuple):
    """Who a record is about: words of the name, those of the father's, year of birth."""

    name: tuple[Attested, ...]
    father: tuple[Attested, ...]
    born: int


def pairs(half: Half, count: int = 1000, seed: int = SEED) -> list[Pair]:
    """Return ``count`` pairs made up from one half's names, as many of one person as of two."""
    chance = random.Random(seed)
    made = []
    for at in range(count // 2):
        made.append(_same(half, chance, SAME_KINDS[at % len(SAME_KINDS)]))
        made.append(_other(half, chance, OTHER_KINDS[at % len(OTHER_KINDS)]))
    return made


def development() -> list[Pair]:
    """Return the 1,000 pairs that rules and threshold may be set on."""
    return pairs(DEVELOPMENT)


def held_out() -> list[Pair]:
    """Return the 1,000 pairs that only measure."""
    return pairs(HELD_OUT, seed=SEED + 1)


def _person(half: Half, chance: random.Random) -> Person:
    woman = chance.random() < 0.25
    first = chance.choice(half.women if woman else half.men)
    father = chance.choice(half.men)
    family = (chance.choice(half.families),) if chance.random() < 0.6 else ()
    before: tuple[Attested, ...] = ()
    if not woman and chance.random() < 0.35:
        before = (SYED,) if chance.random() < 0.1 else (MUHAMMAD,)
    if first == father:
        return _person(half, chance)
    father_before = (MUHAMMAD,) if chance.random() < 0.35 else ()
    father_family = family if chance.random() < 0.5 else ()
    return Person(
        (*before, first, *family),
        (*father_before, father, *father_family),
        chance.randrange(1950, 2004),
    )


def _ur(words: tuple[Attested, ...], chance: random.Random, vary: bool) -> str:
    return " ".join(chance.choice(w.ur) if vary else w.ur[0] for w in words)


def _en(words: tuple[Attested, ...], chance: random.Random, vary: bool) -> str:
    return " ".join(chance.choice(w.en) if vary else w.en[0] for w in words)


def _record(person: Person, chance: random.Random, *, vary: bool = False) -> PersonName:
    return PersonName(
        _ur(person.name, chance, vary),
        _en(person.name, chance, vary),
        _ur(person.father, chance, vary),
        _en(person.father, chance, vary),
        person.born,
    )


def _urdu_only(record: PersonName) -> PersonName:
    return record._replace(name_en="", father_en="")


def _english_only(record: PersonName) -> PersonName:
    return record._replace(name_ur="", father_ur="")


def _one_script(record: PersonName, chance: random.Random) -> PersonName:
    return chance.choice((_urdu_only, _english_only, lambda r: r))(record)


def _across(person: Person, _half: Half, chance: random.Random) -> tuple[PersonName, PersonName]:
    return (
        _urdu_only(_record(person, chance, vary=True)),
        _english_only(_record(person, chance, vary=True)),
    )


def _within_english(
    person: Person, _half: Half, chance: random.Random
) -> tuple[PersonName, PersonName]:
    one, other = _record(person, chance, vary=True), _record(person, chance, vary=True)
    return _english_only(one), _english_only(other)


def _shortened(person: Person, half: Half, chance: random.Random) -> tuple[PersonName, PersonName]:
    woman = _given(person.name, half) in half.women
    with_more = person.name if woman else (MUHAMMAD, *person.name)
    name = person.name[1:] if person.name[0] in (MUHAMMAD, SYED) else with_more
    if name[-1] in half.families and (woman or chance.random() < 0.4):
        name = name[:-1]
    other = person._replace(name=name)
    return _record(person, chance), _one_script(_record(other, chance, vary=True), chance)


def _reordered(person: Person, _half: Half, chance: random.Random) -> tuple[PersonName, PersonName]:
    other = person._replace(name=(*person.name[-1:], *person.name[:-1]))
    return _record(person, chance), _one_script(_record(other, chance, vary=True), chance)


def _titled(person: Person, half: Half, chance: random.Random) -> tuple[PersonName, PersonName]:
    other = _record(person, chance, vary=True)
    woman = _given(person.name, half) in half.women
    title_ur, title_en = chance.choice(TITLES_OF_WOMEN if woman else TITLES_OF_MEN)
    other = other._replace(
        name_ur=f"{title_ur} {other.name_ur}", name_en=f"{title_en} {other.name_en}"
    )
    return _record(person, chance), _one_script(other, chance)


def _slip(text: str, chance: random.Random) -> str:
    """Return the text with one slip in its longest word, never in the first letter."""
    words = text.split()
    longest = max(range(len(words)), key=lambda at: len(words[at]))
    word = words[longest]
    at = chance.randrange(1, max(2, len(word) - 1))
    kind = chance.randrange(3)
    if kind == 0:
        word = word[:at] + word[at + 1 :]
    elif kind == 1:
        word = word[:at] + word[at] + word[at:]
    else:
        word = word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :]
    words[longest] = word
    return " ".join(words)


def _slipped(person: Person, _half: Half, chance: random.Random) -> tuple[PersonName, PersonName]:
    other = _record(person, chance)
    other = other._replace(name_en=_slip(other.name_en, chance))
    if chance.random() < 0.5:
        other = _english_only(other)
    return _record(person, chance), other


def _father_varied(
    person: Person, _half: Half, chance: random.Random
) -> tuple[PersonName, PersonName]:
    shorter = person.father[0] == MUHAMMAD
    father = person.father[1:] if shorter else (MUHAMMAD, *person.father)
    other = _record(person._replace(father=father), chance, vary=True)
    if chance.random() < 0.25:
        other = other._replace(father_ur="", father_en="")
    return _record(person, chance), _one_script(other, chance)


def _same(half: Half, chance: random.Random, kind: str) -> Pair:
    one, other = _SAME[kind](_person(half, chance), half, chance)
    born = other.born or 0
    draw = chance.random()
    if draw < 0.3:
        other = other._replace(born=born + chance.choice((-1, 1)))
    elif draw < 0.5:
        other = other._replace(born=None)
    return Pair(one, other, True, kind)


_Make = Callable[[Person, Half, random.Random], tuple[PersonName, PersonName]]
_SAME: dict[str, _Make] = {
    "across scripts": _across,
    "other Roman spelling": _within_english,
    "a word more or less": _shortened,
    "other order": _reordered,
    "title": _titled,
    "slip of the pen": _slipped,
    "father otherwise": _father_varied,
}
SAME_KINDS = tuple(_SAME)


def _different(choices: tuple[Attested, ...], chance: random.Random, *than: Attested) -> Attested:
    """Return a name none of whose spellings is one of the others'."""
    taken = {spelling for name in than for spelling in name.ur + name.en}
    return chance.choice([c for c in choices if not taken & {*c.ur, *c.en}])


def _swap(words: tuple[Attested, ...], new: Attested, half: Half) -> tuple[Attested, ...]:
    """Return the words with the given name replaced, Muhammad and the family name kept."""
    kept = (MUHAMMAD, SYED, *half.families)
    return tuple(word if word in kept else new for word in words)


def _given(words: tuple[Attested, ...], half: Half) -> Attested:
    kept = (MUHAMMAD, SYED, *half.families)
    return next(word for word in words if word not in kept)


def _other_person(person: Person, half: Half, chance: random.Random, kind: str) -> Person:
    name, father = _given(person.name, half), _given(person.father, half)
    people = half.women if name in half.women else half.men
    if kind == "brothers":
        return person._replace(
            name=_swap(person.name, _different(people, chance, name, father), half)
        )
    if kind == "same name, other father":
        return person._replace(
            father=_swap(person.father, _different(half.men, chance, name, father), half)
        )
    return person._replace(
        name=_swap(person.name, father, half), father=_swap(person.father, name, half)
    )


def _other(half: Half, chance: random.Random, kind: str) -> Pair:
    person = _person(half, chance)
    if kind == "one letter apart":
        one, two = chance.choice(half.confusable)
        given = _given(person.name, half)
        person = person._replace(name=tuple(one if w == given else w for w in person.name))
        other = person._replace(name=tuple(two if w == one else w for w in person.name))
    elif kind == "common name, similar father":
        father = chance.choice(half.men)
        family = chance.choice(half.families)
        person = person._replace(father=(MUHAMMAD, father, family))
        new = _different(half.men, chance, father)
        other = person._replace(father=(MUHAMMAD, new, family))
    else:
        other = _other_person(person, half, chance, kind)
    other = other._replace(born=person.born + chance.choice((-3, -2, -1, 0, 1, 2, 3)))
    a, b = _record(person, chance), _record(other, chance, vary=True)
    if chance.random() < 0.4:
        a, b = _urdu_only(a), _english_only(b)
    else:
        b = _one_script(b, chance)
    return Pair(a, b, False, kind)


OTHER_KINDS = (
    "brothers",
    "same name, other father",
    "father and son",
    "common name, similar father",
    "one letter apart",
)


def blocked(pair: Pair, *, alone: bool = True) -> bool:
    """Tell whether a search for the first record, in either script, finds the second.

    ``alone``: with the last step of the plan too, which asks for one word of the name alone.
    """
    held = search_words(
        pair.b.name_ur,
        pair.b.name_en,
        pair.b.aliases,
        father_ur=pair.b.father_ur,
        father_en=pair.b.father_en,
    )
    plans = [
        query_plan(name, father)
        for name, father in (
            (pair.a.name_ur, pair.a.father_ur),
            (pair.a.name_en, pair.a.father_en),
        )
        if name
    ]
    return any(held.issuperset(step) for plan in plans for step in plan[: None if alone else -1])


def decided(some: Sequence[Pair]) -> tuple[float, float]:
    """Return precision and recall of "likely the same person" over the pairs."""
    said = [similarity(pair.a, pair.b) >= LIKELY for pair in some]
    right = sum(pair.same for pair, likely in zip(some, said, strict=True) if likely)
    return right / sum(said), right / sum(pair.same for pair in some)
