"""A register of many people, and how long searches take in it.

    python -m bench.search fill --people N
    python -m bench.search query [--queries N]

Works on the databases that ``NSOR_DATABASE_URL`` and ``NSOR_KEYSTORE_URL`` name. ``fill`` makes
them: people of ``bench.search_people``, each approved and published, written straight into the
tables as the services would have written them, with 2 processes on PostgreSQL. ``query`` searches
as an officer does, the entry in the trail included, and prints how long each kind of search takes.

Rules that hold here: what is filled is sealed, and tokens are made, by the register's own code;
a search is asked otherwise spelled than the person is stored, and it is counted whether they are
shown.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.machine import RESULTS
from bench.search_fill import OFFICER, fill, set_up
from bench.search_people import Made, person, written

QUERIES = 320
WARM_UP = 24
OUTCOMES = ("shown", "among more", "too wide", "missed")
"""What became of the person who is looked for: not shown is told, or the search missed them."""


class Asked(NamedTuple):
    """One search: its kind, what is asked, and whose number it should show."""

    kind: str
    query: dict[str, Any]
    number: str


def queries(people: int, count: int) -> list[Asked]:
    """Return as many searches of each kind, of people who were drawn by lot."""
    chance = random.Random(11)
    kinds = list(_KINDS.items())
    asked = []
    for at in range(count):
        kind, make = kinds[at % len(kinds)]
        made = person(chance.randrange(people))
        asked.append(Asked(kind, make(made, chance), made.number))
    return asked


def _said(words: Sequence[Any], chance: random.Random) -> str:
    """Return a name as somebody says it: in one script, as likely as not the other spelling."""
    script = 1 if chance.random() < 0.7 else 0
    return written(words, script, chance)


def _slip(text: str, chance: random.Random) -> str:
    """Exchange two letters of the longest word, neither of them the first."""
    word = max(text.split(), key=len)
    at = chance.randrange(1, max(len(word) - 1, 2))
    return text.replace(word, word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :], 1)


_KINDS: dict[str, Callable[[Made, random.Random], dict[str, Any]]] = {
    "one common word": lambda p, c: {"name": _said(p.name[-1:], c)},
    "two words": lambda p, c: {"name": _said(p.name[-2:], c)},
    "name and father": lambda p, c: {"name": _said(p.name, c), "father": _said(p.father, c)},
    "name and father, a slip": lambda p, c: {
        "name": _slip(written(p.name, 1, c), c),
        "father": _said(p.father, c),
    },
    "name, district, birth": lambda p, c: {
        "name": _said(p.name[-2:], c),
        "district": p.district,
        "born_from": p.born.year - 2,
        "born_to": p.born.year + 2,
    },
    "number": lambda p, c: {"number": p.number},
    "district and section": lambda p, c: {
        "district": p.district,
        "section": p.sections.split(";")[-1],
    },
    "father, section, dates": lambda p, c: {
        "father": _said(p.father, c),
        "section": p.sections.split(";")[0],
        "convicted_from": p.convicted_on.replace(month=1, day=1),
        "convicted_to": p.convicted_on.replace(month=12, day=31),
    },
}


def measure(count: int) -> dict[str, Any]:
    """Search, and return what each kind took, in milliseconds."""
    from django.db import connection

    from nsor.accounts.models import Officer
    from nsor.register.models import IdentityNumber
    from nsor.register.search.query import Query
    from nsor.register.search.searching import search

    officer = Officer.objects.get(name=OFFICER)
    people = IdentityNumber.objects.count()
    for one in queries(people, WARM_UP):
        search(Query(**one.query), officer)
    took: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    told: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    opened: dict[str, list[int]] = {kind: [] for kind in _KINDS}
    for one in track(queries(people, count + WARM_UP)[WARM_UP:], "searching"):
        began = time.perf_counter()
        results = search(Query(**one.query), officer, "bench")
        took[one.kind].append((time.perf_counter() - began) * 1000)
        shown = {number.digits for row in results.rows for number in row.numbers}
        wide = "too wide" if results.too_wide else "among more"
        fits = results.too_wide or results.found > len(results.rows)
        told[one.kind].append("shown" if one.number in shown else wide if fits else "missed")
        opened[one.kind].append(results.looked_at)
    every = [ms for some in took.values() for ms in some]
    kinds = {
        kind: {
            **_figures(took[kind]),
            "opened": max(opened[kind]),
            **{outcome: told[kind].count(outcome) for outcome in OUTCOMES},
        }
        for kind in _KINDS
    }
    return {
        "engine": connection.vendor,
        "people": people,
        "search_tokens": _rows("register_searchtoken"),
        "all": _figures(every),
        "kinds": kinds,
    }


def _rows(table: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", (table,))
        else:
            cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])


def _figures(took: Sequence[float]) -> dict[str, Any]:
    ordered = sorted(took)
    return {
        "searches": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)], 1),
        "max_ms": round(ordered[-1], 1),
    }


def report(found: dict[str, Any]) -> None:
    """Print the table, and write the figures beside the other results."""
    table = Table(title=f"{found['people']:,} people, {found['engine']}")
    columns = ("searches", "p50_ms", "p95_ms", "max_ms", "opened")
    table.add_column("kind")
    for column in (*columns, *OUTCOMES):
        table.add_column(column, justify="right")
    for kind, figures in {**found["kinds"], "all": found["all"]}.items():
        table.add_row(kind, *(str(figures.get(column, "")) for column in (*columns, *OUTCOMES)))
    Console(width=140).print(table)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"search-{found['engine']}-{found['people']}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.search")
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("fill").add_argument("--people", type=int, required=True)
    acts.add_parser("query").add_argument("--queries", type=int, default=QUERIES)
    given = parser.parse_args()
    set_up()
    if given.act == "fill":
        fill(given.people)
    else:
        report(measure(given.queries))


if __name__ == "__main__":
    main()
