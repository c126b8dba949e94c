"""How well names are found and told apart, how far a search is narrowed, and what a key costs.

    python -m bench.names

The pairs are those of the tests (``tests/names/pairs.py``): made up from documented rules, the
same in every run. The population has the skew of real names, not their number: 200,000 people
share about 130 given names, so real names narrow further.
"""

import random
import statistics
import sys
import timeit
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from nsor.names import spelling
from nsor.names.matching import LIKELY, PersonName, similarity
from nsor.names.tokens import query_plan, search_words

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "names"))

from attested import DEVELOPMENT, HELD_OUT, MUHAMMAD, Attested
from pairs import Pair, blocked, decided, development, held_out

PEOPLE = 200_000
QUERIES = 2_000
SKEW = 0.9
"""Exponent of the ranks: the commonest given name is about twice as common as the second."""


def quality(name: str, pairs: Sequence[Pair]) -> list[str]:
    """Return a row: pairs, blocking recall, precision and recall at the threshold."""
    same = [pair for pair in pairs if pair.same]
    found = statistics.fmean(blocked(pair) for pair in same)
    first = statistics.fmean(blocked(pair, alone=False) for pair in same)
    precision, recall = decided(pairs)
    return [name, str(len(pairs)), *(f"{x:.3f}" for x in (found, first, precision, recall))]


def by_kind(pairs: Sequence[Pair]) -> list[list[str]]:
    """Return a row for each kind of pair: how many, and how many were decided rightly."""
    total, right = Counter[str](), Counter[str]()
    for pair in pairs:
        total[pair.kind] += 1
        right[pair.kind] += (similarity(pair.a, pair.b) >= LIKELY) == pair.same
    return [[kind, str(total[kind]), str(right[kind])] for kind in total]


def population(count: int, seed: int = 1) -> list[PersonName]:
    """Return made-up people: Muhammad before 30 % of men's names, given names by rank."""
    chance = random.Random(seed)
    men = _ranked(DEVELOPMENT.men + HELD_OUT.men, chance)
    women = _ranked(DEVELOPMENT.women + HELD_OUT.women, chance)
    families = _ranked(DEVELOPMENT.families + HELD_OUT.families, chance)
    return [_person(chance, men, women, families) for _ in range(count)]


def _ranked(names: Sequence[Attested], chance: random.Random) -> Callable[[], Attested]:
    weights = [1 / rank**SKEW for rank in range(1, len(names) + 1)]
    drawn = iter(chance.choices(names, weights, k=2 * PEOPLE + 1))
    return lambda: next(drawn)


def _person(
    chance: random.Random,
    men: Callable[[], Attested],
    women: Callable[[], Attested],
    families: Callable[[], Attested],
) -> PersonName:
    woman = chance.random() < 0.05
    family = [families()] if chance.random() < 0.6 else []
    name = [women() if woman else men(), *family]
    if not woman and chance.random() < 0.3:
        name.insert(0, MUHAMMAD)
    father = [men()]
    if chance.random() < 0.3:
        father.insert(0, MUHAMMAD)
    return PersonName(*(_written(words, at) for words in (name, father) for at in (0, 1)))


def _written(words: Sequence[Attested], at: int) -> str:
    return " ".join(word[at][0] for word in words)


def selectivity(people: Sequence[PersonName]) -> list[list[str]]:
    """Return rows: words of a person, and how many share the words of a search's first step."""
    held: Counter[str] = Counter()
    each: list[int] = []
    postings: dict[str, set[int]] = {}
    for number, person in enumerate(people):
        words = words_of(person)
        each.append(len(words))
        held.update(words)
        for word in words:
            postings.setdefault(word, set()).add(number)
    rows = [_spread("words of a person", each)]
    asked = random.Random(2).sample(list(people), QUERIES)
    two = [p for p in asked if len(p.name_en.split()) > 1]
    for title, some, with_father in (
        ("candidates, name and father", asked, True),
        ("candidates, name of two words or more", two, False),
        ("candidates, any name alone", asked, False),
    ):
        sizes = [
            len(_step(query_plan(p.name_en, p.father_en if with_father else ""), postings))
            for p in some
        ]
        rows.append(_spread(title, sizes))
    word, most = held.most_common(1)[0]
    rows.append([f"people with the commonest word ({word})", f"{most:,}", "", ""])
    return rows


def _step(plan: list[list[str]], postings: dict[str, set[int]]) -> set[int]:
    return set.intersection(*(postings.get(word, set()) for word in plan[0]))


def _spread(title: str, sizes: Sequence[int]) -> list[str]:
    ordered = sorted(sizes)
    middle, high = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
    return [title, f"{middle:,}", f"{high:,}", f"{ordered[-1]:,}"]


def words_of(person: PersonName) -> frozenset[str]:
    """Return what a register would store of a person."""
    return search_words(
        person.name_ur,
        person.name_en,
        person.aliases,
        father_ur=person.father_ur,
        father_en=person.father_en,
    )


def speed(people: Sequence[PersonName]) -> list[list[str]]:
    """Return rows: what a key, a person's words and a comparison cost, in microseconds."""
    words = list({w for p in people[:500] for w in f"{p.name_ur} {p.name_en}".split()})
    one, other = people[0], people[1]

    def cold_keys() -> None:
        for word in words:
            spelling.key.__wrapped__(word)

    def cold_person() -> None:
        for cached in spelling.CACHES:
            cached.cache_clear()
        words_of(one)

    return [
        ["key of a word, cache cold", _micro(cold_cleared(cold_keys), 20, len(words))],
        ["key of a word, cache warm", _micro(lambda: spelling.key("Muhammad"), 100_000, 1)],
        ["search words of a person, cache cold", _micro(cold_person, 2_000, 1)],
        ["search words of a person, cache warm", _micro(lambda: words_of(one), 2_000, 1)],
        ["similarity of two people, cache warm", _micro(lambda: similarity(one, other), 2_000, 1)],
    ]


def cold_cleared(work: Callable[[], None]) -> Callable[[], None]:
    """Return the work, done after the caches are emptied."""

    def run() -> None:
        for cached in spelling.CACHES:
            cached.cache_clear()
        work()

    return run


def _micro(work: Callable[[], object], times: int, parts: int) -> str:
    return f"{min(timeit.repeat(work, number=times, repeat=3)) / times / parts * 1e6:.2f}"


def _print(console: Console, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table()
    for at, column in enumerate(columns):
        table.add_column(column, justify="right" if at else "left")
    for row in rows:
        table.add_row(*row)
    console.print(table)


def main() -> None:
    """Print the tables."""
    console = Console(width=120)
    held = held_out()
    _print(
        console,
        ("half", "pairs", "found by search", "by two words", "precision", "recall"),
        [quality("development", development()), quality("held out", held)],
    )
    _print(console, ("kind (held out)", "pairs", "decided rightly"), by_kind(held))
    people = population(PEOPLE)
    _print(console, (f"of {PEOPLE:,} people", "median", "p95", "most"), selectivity(people))
    _print(console, ("what", "µs"), speed(people))


if __name__ == "__main__":
    main()
