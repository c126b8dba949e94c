"""How long the server takes for each page of the console, in a register of many people.

    python -m bench.pages [--times N]

Works on the databases that ``NSOR_DATABASE_URL`` and ``NSOR_KEYSTORE_URL`` name, as
``bench.search fill`` makes them, brought up to date by ``nsor migrate``. Adds what waits: a file
and single convictions. Prints the median and the 95th percentile in milliseconds, the queries, and
the octets of each page; writes ``results/pages.json``.

Rules that hold here: a page is asked of Django itself, middleware and templates included, by an
officer who is signed in; each time of another person, where it is about one; trail entries are
written as in service.
"""

import argparse
import io
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rich.console import Console
from rich.table import Table

from bench.machine import RESULTS
from bench.search_fill import set_up
from bench.search_people import person

WARM_UP = 3
WAITING = 60


class Timed(NamedTuple):
    """One page: how long it took, and what it asked and gave."""

    page: str
    p50: float
    p95: float
    queries: int
    octets: int


def main() -> None:
    """Measure every page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    set_up()
    from nsor.web import asgi  # noqa: F401 - loads all, as the server does

    console = Console(width=110)
    bed = _Bed()
    found = [_timed(name, bed, ask, times) for name, ask in bed.pages().items()]
    table = Table("page", "p50 ms", "p95 ms", "queries", "kB")
    for one in sorted(found, key=lambda one: -one.p95):
        table.add_row(
            one.page,
            f"{one.p50:.1f}",
            f"{one.p95:.1f}",
            str(one.queries),
            f"{one.octets / 1000:.0f}",
        )
    console.print(table)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / "pages.json").write_text(json.dumps([one._asdict() for one in found], indent=1))


class _Bed:
    """Officers at their desks, and people to look at."""

    def __init__(self) -> None:
        from nsor.accounts.models import Officer, Role
        from nsor.register.models import Offender
        from tests.console.console_building import Desk

        self._chance = random.Random(5)
        self._desks: dict[str, Any] = {}
        for role in ("entry", "approval", "supervision", "audit", "administration"):
            officer, _ = Officer.objects.get_or_create(
                name=f"Bench {role}", defaults={"role": Role(role), "secret_hash": "!"}
            )
            self._desks[role] = (officer, Desk(officer))
        ends = Offender.objects.order_by("-pk").values_list("pk", flat=True)[:1]
        self._last = int(ends[0])
        self._enter_what_waits()

    def _enter_what_waits(self) -> None:
        from nsor.register import documents, services
        from nsor.register.importing import import_batch
        from nsor.register.models import Batch, BatchState

        officer = self._desks["entry"][0]
        waiting = Batch.objects.filter(entered_by=officer, state=BatchState.SUBMITTED)
        if waiting.count() < WAITING:
            start = time.time_ns() % 10**6
            made = [person(10**7 + start + number) for number in range(WAITING)]
            for number, one in enumerate(made):
                names = (one.name_ur, one.father_ur, one.name_en, one.father_en)
                profile = documents.Profile(*names, "father", "female" if one.woman else "male")
                new = services.NewConviction(
                    number=f"4210{start % 10}{start % 10**5:05}{number:02}1",
                    case=documents.Case("Sessions Court, Lahore", f"{start}-{number}", profile),
                    sections=("PPC 376",),
                    convicted_on=date(2024, 3, 1),
                    victim_category="child",
                    juvenile=False,
                )
                try:
                    batch = services.enter_conviction(new, officer)
                except services.MaybeKnown as alike:
                    others = frozenset(one.offender for one in alike.candidates)
                    batch = services.enter_conviction(new, officer, others=others)
                services.submit(batch, officer)
            rows = "\n".join(
                f"4220{start % 10}{start % 10**5:05}{number:02}1,اکرم,بشیر,Akram,Bashir,Court,"
                f"F{start}-{number},PPC 376,2024-03-01,child,no"
                for number in range(WAITING)
            )
            head = "cnic,name_ur,father_name_ur,name_en,father_name_en,court,case_number,sections"
            head += ",convicted_on,victim_category,juvenile"
            import_batch(io.BytesIO(f"{head}\n{rows}\n".encode()), officer)
        self._act = int(waiting.filter(kind="entry").values_list("pk", flat=True)[0])
        self._file = int(waiting.filter(kind="import").values_list("pk", flat=True)[0])

    def pages(self) -> dict[str, Callable[[], Any]]:
        """Return what opens each page once."""

        def of(role: str, name: str, *args: Callable[[], int]) -> Callable[[], Any]:
            desk = self._desks[role][1]
            return lambda: desk.client.get(reverse(name, args=[arg() for arg in args]))

        def somebody() -> int:
            return self._chance.randrange(1, self._last + 1)

        return {
            "work queue (entry)": of("entry", "console-queue"),
            "work queue (approval)": of("approval", "console-queue"),
            "work queue (supervision)": of("supervision", "console-queue"),
            "work queue (audit)": of("audit", "console-queue"),
            "entry": of("entry", "console-entry"),
            "approval: list": of("approval", "console-approval"),
            "approval: one act": of("approval", "console-approval-batch", lambda: self._act),
            "approval: a file": of("approval", "console-approval-file", lambda: self._file),
            "approval: silences to review": of("approval", "console-approval-silences"),
            "record": of("supervision", "console-record", somebody),
            "search: form": of("supervision", "console-search"),
            "search: by name": self._search("name"),
            "search: by number": self._search("number"),
            "duplicates": of("approval", "console-duplicates"),
            "duplicates of a person": of("approval", "console-duplicates-of", somebody),
            "reviews due": of("supervision", "console-reviews"),
            "imports": of("entry", "console-imports"),
            "policy": of("approval", "console-policy"),
            "audit trail": of("audit", "console-trail"),
            "audit trail: checkpoints": of("audit", "console-trail-checkpoints"),
            "sources": of("administration", "console-sources"),
            "statistics": of("supervision", "console-statistics"),
            "officers": of("administration", "console-officers"),
            "own account": of("entry", "console-own"),
        }

    def _search(self, kind: str) -> Callable[[], Any]:
        desk = self._desks["supervision"][1]

        def ask() -> Any:
            made = person(self._chance.randrange(self._last))
            asked = {"number": made.number} if kind == "number" else {"name": made.name_en}
            answer = desk.client.post(reverse("console-search"), asked)
            return desk.client.get(answer["Location"])

        return ask


def _timed(page: str, bed: _Bed, ask: Callable[[], Any], times: int) -> Timed:
    for _ in range(WARM_UP):
        answer = ask()
    if answer.status_code != 200:
        raise SystemExit(f"{page} answers {answer.status_code}.")
    took = []
    for _ in range(times):
        began = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    p95 = statistics.quantiles(took, n=20)[-1]
    return Timed(page, statistics.median(took), p95, len(asked), len(answer.content))


if __name__ == "__main__":
    main()
