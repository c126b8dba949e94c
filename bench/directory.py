"""The directory at 2,000,000 people: load, memory, look-ups, the longest step of a burst.

    python -m bench.directory

Everybody is made up from lists of common names. The measurement runs in a process of its own, so
that the peak memory is the directory's and not the caller's.
"""

import array
import json
import multiprocessing
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from nsor.disclosure.directory import Directory

PEOPLE = 2_000_000
FEW = 2_000
BURST = 100_000
LOOK_UPS = 200_000
ROUNDS = 5
SLICE = 250

_GIVEN = [
    ("محمد", "Muhammad"),
    ("عبدالرحمٰن", "Abdul Rehman"),
    ("غلام مصطفیٰ", "Ghulam Mustafa"),
    ("احسان اللہ", "Ehsanullah"),
    ("ظفر اقبال", "Zafar Iqbal"),
    ("شاہد", "Shahid"),
    ("نسرین", "Nasreen"),
    ("ذوالفقار علی", "Zulfiqar Ali"),
    ("عمران", "Imran"),
    ("فضل کریم", "Fazal Karim"),
    ("امیر بخش", "Ameer Bakhsh"),
    ("رضوان", "Rizwan"),
    ("گل زمان", "Gul Zaman"),
    ("خالد محمود", "Khalid Mehmood"),
    ("سلطان احمد", "Sultan Ahmed"),
    ("طارق", "Tariq"),
]
_FAMILY = [
    ("اسلم", "Aslam"),
    ("پرویز", "Pervaiz"),
    ("خان", "Khan"),
    ("قریشی", "Qureshi"),
    ("بھٹی", "Bhatti"),
    ("چوہدری", "Chaudhry"),
    ("آفریدی", "Afridi"),
    ("بلوچ", "Baloch"),
    ("سومرو", "Soomro"),
    ("شیخ", "Sheikh"),
    ("یوسفزئی", "Yousafzai"),
    ("ملک", "Malik"),
    ("راجپوت", "Rajput"),
    ("اعوان", "Awan"),
    ("جتوئی", "Jatoi"),
    ("ہاشمی", "Hashmi"),
]


class _Publication(NamedTuple):
    sequence: int
    cnic: int
    listed: bool
    sex: str
    relation: str
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str


def publications(count: int, *, seed: int = 7, first: int = 1) -> Iterator[Any]:
    """Yield ``count`` publications from sequence ``first`` on, of people under random numbers."""
    chance = random.Random(seed)
    for sequence in range(first, first + count):
        cnic = int(chance.random() * 8 * 10**12) + 10**12
        name_ur, name_en = _name(cnic)
        father_ur, father_en = _name(cnic >> 12)
        yield _Publication(
            sequence,
            cnic,
            True,
            "male" if cnic & 1 else "female",
            "husband" if cnic % 10 == 4 else "father",
            name_ur,
            father_ur,
            name_en,
            father_en,
        )


def _name(number: int) -> tuple[str, str]:
    first, first_en = _GIVEN[number & 15]
    second, second_en = _GIVEN[number >> 4 & 15]
    family, family_en = _FAMILY[number >> 8 & 15]
    return f"{first} {second} {family}", f"{first_en} {second_en} {family_en}"


def measure() -> dict[str, float]:
    """Measure in a fresh process. Times are in the unit that the name ends with."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure)


def _measure() -> dict[str, float]:
    few = Directory()
    few.apply_many(publications(FEW))
    results = {f"get_{kind}_at_{FEW}_us": cost for kind, cost in _look_up_costs(few, FEW).items()}
    directory = Directory()
    began = time.perf_counter()
    directory.apply_many(publications(PEOPLE))
    results["load_s"] = time.perf_counter() - began
    results["people"] = directory.people
    results["peak_rss_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for kind, cost in _look_up_costs(directory, PEOPLE).items():
        results[f"get_{kind}_at_{PEOPLE}_us"] = cost
    results |= _burst(directory)
    return results


def _look_up_costs(directory: Directory, count: int) -> dict[str, float]:
    chance = random.Random(11)
    held = array.array("Q", (publication.cnic for publication in publications(count)))
    hits = [chance.choice(held) for _ in range(LOOK_UPS)]
    misses = [chance.randrange(10**12, 9 * 10**12) for _ in range(LOOK_UPS)]
    return {"hit": _cost_us(directory.get, hits), "miss": _cost_us(directory.get, misses)}


def _cost_us(call: Callable[[int], object], values: Sequence[int]) -> float:
    costs = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for value in values:
            call(value)
        costs.append((time.perf_counter() - began) / len(values) * 1e6)
    return statistics.median(costs)


def _burst(directory: Directory) -> dict[str, float]:
    """Publish many more people, as the gateway's thread would apply them, slice by slice."""
    arrived = list(publications(BURST, seed=13, first=directory.sequence + 1))
    steps = array.array("d")
    for publication in arrived:
        began = time.perf_counter()
        directory.apply(publication)
        steps.append(time.perf_counter() - began)
    more = list(publications(BURST, seed=17, first=directory.sequence + 1))
    slices = array.array("d")
    for start in range(0, BURST, SLICE):
        part = more[start : start + SLICE]
        began = time.perf_counter()
        directory.apply_many(part)
        slices.append(time.perf_counter() - began)
    return {
        "longest_apply_ms": max(steps) * 1e3,
        "median_apply_us": statistics.median(steps) * 1e6,
        f"burst_of_{BURST}_s": sum(slices),
        f"longest_slice_of_{SLICE}_ms": max(slices) * 1e3,
    }


def main() -> None:
    """Print a table, or one JSON object where ``--json`` is given."""
    results = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(results))
        return
    for name, value in results.items():
        print(f"{name:28} {value:14,.2f}")


if __name__ == "__main__":
    main()
