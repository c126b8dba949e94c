"""How long good requests take while hostile pushes come.

    python -m bench.hostile [--seconds N]

Serves a register of its own (SQLite, or an empty PostgreSQL database that ``NSOR_DATABASE_URL`` and
``NSOR_KEYSTORE_URL`` name) by ``nsor``'s own web server. A court asks what is expected of it, by
signed messages, and an officer opens the work queue, each ten times a second; then the same while
all the hostile pushes of the tests come at forty a second, and while as many come as the server
answers. Prints the medians and the 95th percentiles in milliseconds, and their ratio to the quiet
ones of the same run.

Rules that hold here: every hostile push has to be refused with its own problem; who measures keeps
a connection open, and the hostile ones have connections of their own.
"""

import argparse
import itertools
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from rich.console import Console
from rich.table import Table

from bench.freshness import free_port
from bench.machine import BenchError, folder

ROOT = Path(__file__).parents[1]
TESTS = [ROOT / "tests" / room for room in ("", "register", "sources", "console")]
GOOD_A_SECOND = 10
HOSTILE_A_SECOND = 40
FLOODERS = 4
MOST_A_SECOND = 400
"""As many are made ahead of a phase: they are good for some minutes, and each of them once."""


class Timed(NamedTuple):
    """Milliseconds, and how many hostile pushes were answered meanwhile in a second."""

    p50: float
    p95: float
    hostile: float


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0)
    seconds = parser.parse_args().seconds
    _set_up()
    table = Table("good request", "hostile pushes a second", "p50 ms", "p95 ms", "p50 / quiet")
    with _served() as address:
        court, asks = _good(address)
        quiet: dict[str, Timed] = {}
        for pace in (0.0, HOSTILE_A_SECOND, None):
            for name, timed in _phase(court, asks, address, pace, seconds).items():
                quiet.setdefault(name, timed)
                ratio = timed.p50 / quiet[name].p50
                table.add_row(
                    name,
                    f"{timed.hostile:.0f}",
                    f"{timed.p50:.1f}",
                    f"{timed.p95:.1f}",
                    f"{ratio:.2f}",
                )
    Console(width=110).print(table)


def _set_up() -> None:
    """Point everything at an empty register, and make its tables."""
    home = folder() / "hostile"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    os.environ["NSOR_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "nsor.settings"
    os.environ.setdefault("NSOR_PUBLIC_URL", "http://localhost")
    subprocess.run([sys.executable, "-m", "nsor.cli", "migrate"], check=True, capture_output=True)
    sys.path += map(str, TESTS)
    import django

    django.setup()


@contextmanager
def _served() -> Iterator[str]:
    from nsor.web import server

    port = free_port()
    process = subprocess.Popen(
        server.command(f"127.0.0.1:{port}"), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    address = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 30
        while not _answers(address):
            if time.monotonic() > until or process.poll() is not None:
                raise BenchError("The web application does not answer.")
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(20)


def _answers(address: str) -> bool:
    try:
        return httpx.get(f"{address}/healthz").status_code == 200
    except httpx.HTTPError:
        return False


def _good(address: str) -> tuple[Any, dict[str, Callable[[], None]]]:
    """Return a court, and what asks each good request once."""
    from console_building import Desk
    from register_builders import Office, a_row
    from source_builders import HERE, a_court

    from nsor.sources.signatures import Message, sign

    office = Office(Path(os.environ["NSOR_HOME"]))
    office.published(a_row(cnic="3660198765433", district="Multan", name_ur="یوسف علی"))
    court = a_court(office, per_minute=6000, per_day=1_000_000)
    other = a_court(office, "High Court Lahore", per_minute=6000, per_day=1_000_000)
    desk = Desk(office.amna)
    cookies = {name: one.value for name, one in desk.client.cookies.items()}
    client = httpx.Client(base_url=address, headers={"host": "localhost"}, timeout=60)

    def me() -> None:
        message = sign(Message("GET", f"{HERE}/api/v1/sources/me", {}), other.key, other.keyid)
        _require(client.get("/api/v1/sources/me", headers=message.headers), 200)

    def queue() -> None:
        _require(client.get(desk.address("console-queue"), cookies=cookies), 200)

    return court, {"a source asks (signed)": me, "an officer opens the work queue": queue}


def _require(answer: httpx.Response, status: int) -> None:
    if answer.status_code != status:
        raise BenchError(f"A request was answered {answer.status_code} instead of {status}.")


def _phase(
    court: Any,
    asks: dict[str, Callable[[], None]],
    address: str,
    pace: float | None,
    seconds: float,
) -> dict[str, Timed]:
    """Time each good request while hostile pushes come at a pace; None is as fast as they go."""
    made = _made(court, int(seconds * (MOST_A_SECOND if pace is None else 2 * pace)))
    over, answered = threading.Event(), itertools.count()
    count = FLOODERS if pace is None else 1 if pace else 0
    took: dict[str, list[float]] = {name: [] for name in asks}
    with ThreadPoolExecutor(max_workers=FLOODERS) as pool:
        floods = [
            pool.submit(_flood, address, made[at::count], pace, over, answered)
            for at in range(count)
        ]
        began = time.monotonic()
        while (now := time.monotonic()) - began < seconds:
            for name, ask in asks.items():
                asked = time.perf_counter()
                ask()
                took[name].append((time.perf_counter() - asked) * 1000)
            time.sleep(max(0.0, 1 / GOOD_A_SECOND - (time.monotonic() - now)))
        over.set()
        for flood in floods:
            flood.result()
    rate = next(answered) / (time.monotonic() - began)
    return {
        name: Timed(statistics.median(one), statistics.quantiles(one, n=20)[-1], rate)
        for name, one in took.items()
    }


def _made(court: Any, count: int) -> list[tuple[Any, Any]]:
    from hostile import HOSTILE

    kinds = itertools.islice(itertools.cycle(HOSTILE), count)
    return [(one, one.make(court)) for one in kinds]


def _flood(
    address: str,
    made: list[tuple[Any, Any]],
    pace: float | None,
    over: threading.Event,
    answered: "itertools.count[int]",
) -> None:
    from source_builders import HERE

    with httpx.Client(base_url=address, timeout=60) as client:
        for hostile, message in made:
            began = time.monotonic()
            if over.is_set():
                return
            path = message.url.removeprefix(HERE)
            headers = {"host": "localhost", **message.headers}
            answer = client.request(message.method, path, headers=headers, content=message.body)
            found = (answer.status_code, answer.json().get("code"))
            if found != (hostile.status, hostile.code):
                raise BenchError(f"{hostile.name} was answered {found}.")
            next(answered)
            if pace is not None:
                over.wait(max(0.0, 1 / pace - (time.monotonic() - began)))
    if not over.is_set():
        raise BenchError("More hostile pushes were answered than were made.")


if __name__ == "__main__":
    main()
