"""Approving, loading and following in a register that ``bench.search`` has filled.

    python -m bench.record approve [--times N]
    python -m bench.record load

Works on the databases that ``NSOR_DATABASE_URL`` and ``NSOR_KEYSTORE_URL`` name. ``approve`` enters
convictions by hand and times the second officer's approval of each, then a withdrawal of each, the
entries in the trail included. ``load`` builds the directory from the feed as a gateway does, with
every publication opened, and prints how long that takes and what memory it needs.

Rules that hold here: an act is measured from the call to the return, its commit included; what is
entered has numbers of its own, so that it can be run again.
"""

import argparse
import json
import os
import resource
import statistics
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

TIMES = 100
MIB = 1024


def set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "nsor.settings"
    django.setup()


def approve(times: int) -> dict[str, Any]:
    """Time approvals and withdrawals of one person each."""
    from nsor.register import services
    from nsor.register.models import Batch, Offender

    entry, approval = _officer("Bench Entry Clerk", "entry"), _officer("Bench Approver", "approval")
    first = Batch.objects.count()
    approvals, withdrawals = [], []
    for place in range(first, first + times):
        new = _conviction(place)
        batch = services.submit(_entered(new, entry), entry)
        approvals.append(_timed(lambda number=batch.pk: services.approve(number, approval)))
        withdrawals.append(
            _timed(lambda number=new.number: services.withdraw(number, entry, "measured"))
        )
    return {
        "people": Offender.objects.count(),
        "approval": _figures(approvals),
        "withdrawal": _figures(withdrawals),
    }


def load() -> dict[str, Any]:
    """Time how long the directory takes to load, with what memory."""
    from nsor.disclosure.directory import Directory
    from nsor.register import feed

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB
    directory, began = Directory(), time.perf_counter()
    directory.apply_many(feed.stream())
    took = time.perf_counter() - began
    return {
        "people": len(directory),
        "sequence": directory.sequence,
        "seconds": round(took, 1),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB),
        "before_mib": round(before),
    }


def _entered(new: Any, officer: Any) -> Any:
    """Enter a conviction, and say of each who looks alike that it is another."""
    from nsor.register import services

    others: frozenset[int] = frozenset()
    while True:
        try:
            return services.enter_conviction(new, officer, others=others)
        except services.MaybeKnown as found:
            others |= {one.offender for one in found.candidates}


def _conviction(place: int) -> Any:
    from nsor.register.documents import Case, Profile
    from nsor.register.services import NewConviction

    person = Profile(
        name_ur="ژالہ بار",
        father_name_ur=f"ژرف {'ابجد'[place % 4]}{'ہوزح'[place // 4 % 4]}",
        name_en="Zhala Bar",
        father_name_en=f"Zharf {chr(97 + place % 26)}{chr(97 + place // 26 % 26)}q",
        relation="father",
        sex="male",
        date_of_birth=date(1950 + place % 40, 1 + place % 12, 1),
    )
    return NewConviction(
        number=f"8{place + 10**10:011}1",
        case=Case(court="Sessions Court, Bench", case_number=f"B/{place}", person=person),
        sections=("PPC 376",),
        convicted_on=date(2020, 6, 1),
        offence_on=date(2019, 5, 1),
        victim_category="child",
    )


def _officer(name: str, role: str) -> Any:
    from nsor.accounts.models import Officer

    return Officer.objects.get_or_create(name=name, role=role, secret_hash="-")[0]


def _timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return 1000 * (time.perf_counter() - began)


def _figures(took: list[float]) -> dict[str, float]:
    return {
        "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(statistics.quantiles(took, n=20)[-1], 1),
        "longest_ms": round(max(took), 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.record")
    parser.add_argument("what", choices=["approve", "load"])
    parser.add_argument("--times", type=int, default=TIMES)
    given = parser.parse_args()
    set_up()
    print(json.dumps(approve(given.times) if given.what == "approve" else load()))


if __name__ == "__main__":
    main()
