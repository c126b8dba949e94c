"""Measures the gateway against its baselines: ``python -m bench [--quick]``.

Prints a table, and writes ``results/bench.json`` and ``results/table.md``.

Rules that hold here: a figure is the median of three runs (``--quick``: one, and a fifth of the
messages); the baselines carry the same load as the gateway, receipts included; each run says how
busy other processes kept the machine, and a run beside busy ones is marked as not to be trusted.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console

from bench import report
from bench.freshness import free_port
from bench.load import (
    ROOT,
    Bench,
    Generator,
    Load,
    Result,
    baseline,
    check_answers,
    gateway,
    metric,
    running,
)
from bench.machine import RESULTS, BenchError, compiled, cores, description, folder
from bench.report import Row

COUNTS = {10: 200_000, 64: 500_000, 256: 1_000_000}
FEW, MANY, BURST = 2_000, 2_000_000, 100_000
QUIET = 0.1
"""Cores that other processes may keep busy before a run is not to be trusted."""
CALM_SECONDS = 5
FOLLOWED_WITHIN = 120
RUNS = 3
TABLE_WIDTH = 120


@dataclass
class Session:
    """A whole measurement: what it runs with, and what it has found."""

    bench: Bench
    quick: bool
    console: Console
    rows: list[Row] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    durable: dict[int, float] = field(default_factory=dict)

    def count(self, window: int) -> int:
        """Return how many messages a run of this window has."""
        return COUNTS[window] // (5 if self.quick else 1)

    def median(self, what: str, run: Callable[[], Result]) -> Result:
        """Measure a few times and return the run whose rate is the median."""
        results = []
        for number in range(1, 2 if self.quick else RUNS + 1):
            with self.console.status(f"{what}, run {number}"):
                results.append(run())
        results.sort(key=lambda result: float(result["checks_per_second"]))
        chosen = results[len(results) // 2]
        rates = [result["checks_per_second"] for result in results]
        if chosen["others_cpu"] > QUIET:
            self.facts.append(
                f"Not to be trusted: other processes used {chosen['others_cpu']:.0%} of a core"
                f" during '{what}'."
            )
        return {**chosen, "all_checks_per_second": rates}

    def add(self, row: Row) -> None:
        """Keep a line and show it."""
        self.rows.append(row)
        self.console.print("  ".join(cell for cell in row.cells() if cell))

    def baselines(self, listed: Path) -> None:
        """Measure bare and durable, with receipts and without, at each window."""
        for kind in ("bare", "durable"):
            for receipts in (False, True):
                for window in COUNTS:
                    load = Load(window, self.count(window), listed=listed)
                    tested = baseline(kind, receipts=receipts)
                    what = f"{kind} baseline{'' if receipts else ', no receipts'}"
                    run = partial(self.bench.measure, load, tested)
                    figures = self.median(f"{what}, window {window}", run)
                    self.add(Row(what, None, figures))
                    if kind == "durable" and receipts:
                        self.durable[window] = figures["checks_per_second"]

    def gateway_at(self, register: Path, people: int, load: Load) -> Result:
        """Measure the gateway at one load."""
        what = f"gateway, {people:,} people, {load.binds} x {load.window}"
        figures = self.median(what, lambda: self.once(register, load))
        ratio = self.durable.get(load.window) if load.binds == 1 and not load.rate else None
        self.add(Row("gateway", people, figures, ratio))
        return figures

    def once(
        self,
        register: Path,
        load: Load,
        during: Callable[[Generator, int], Result] | None = None,
    ) -> Result:
        """Run the gateway under one load, and make sure that it said what was due."""
        ops_port = free_port()
        watch = (lambda generator: during(generator, ops_port)) if during else None
        tested = gateway(register, load, ops_port)
        return check_answers(self.bench.measure(load, tested, watch))

    def at_half(self, register: Path, peak: Result) -> None:
        """Measure latency at half of the peak rate, then while a burst is followed."""
        rate = int(peak["checks_per_second"] / 2)
        seconds = 5 if self.quick else 20
        load = Load(peak["window"], rate * seconds, peak["binds"], rate, listed=listed_in(register))
        figures = self.median("gateway at half of its peak", lambda: self.once(register, load))
        self.add(Row("gateway at half of its peak", FEW, figures))
        endless = replace(load, count=rate * FOLLOWED_WITHIN, warmup=rate * CALM_SECONDS)
        with (
            self.console.status("gateway at half of its peak, a burst"),
            burst(register, self.bench.cores.generator) as release,
        ):
            figures = self.once(
                register, endless, lambda generator, port: followed(generator, port, release)
            )
        before, meanwhile, _ = figures["phases_from_due"]
        self.add(Row("the same, while a burst is followed", FEW, figures))
        self.facts.append(
            f"At {rate:,} checks/s, {BURST:,} publications that appear at once are followed in"
            f" {figures['followed_seconds']:.2f} s; meanwhile, counted from when each message was"
            f" due, p99 is {meanwhile['latency_ms']['p99']:.2f} ms and the longest answer takes"
            f" {meanwhile['latency_ms']['max']:.1f} ms; before it p99 is"
            f" {before['latency_ms']['p99']:.2f} ms."
        )


def listed_in(register: Path) -> Path:
    """Return the file of who is listed in a register."""
    return register.with_suffix(".listed")


def filled(session: Session, people: int) -> Path:
    """Make a register of made-up people; return its database."""
    register = session.bench.folder / f"register-{people}.sqlite3"
    for left in register.parent.glob(f"{register.name}*"):
        left.unlink()
    command = [sys.executable, "-m", "bench.register", "fill", "--people", str(people)]
    command += ["--listed", str(listed_in(register))]
    environ = register_environ(register)
    with (
        session.console.status(f"making a register of {people:,} people"),
        running(command, set(), environ) as process,
    ):
        if process.wait() != 0:
            raise BenchError("The register can't be made: see the message above.")
    return register


def register_environ(register: Path) -> dict[str, str]:
    """Return the environment in which ``bench.register`` works on a database."""
    return {"NSOR_HOME": str(register.parent), "NSOR_DATABASE_URL": f"sqlite:///{register}"}


@contextmanager
def burst(register: Path, on: set[int]) -> Iterator[Callable[[], int]]:
    """Prepare a release; yields what makes it visible and returns the feed's last sequence."""
    command = [sys.executable, "-m", "bench.register", "burst", "--people", str(BURST)]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with running(command, on, register_environ(register), **pipes) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        source, sink = process.stdout, process.stdin
        if source.readline() != "prepared\n":
            raise BenchError("The burst can't be prepared: see the message above.")

        def release() -> int:
            sink.write("\n")
            sink.flush()
            return int(source.readline())

        yield release


def followed(generator: Generator, ops_port: int, release: Callable[[], int]) -> Result:
    """Under load: a calm phase, the phase in which the burst is followed, and a calm one."""
    time.sleep(2 * CALM_SECONDS)
    generator.mark()
    began = time.monotonic()
    last = release()
    while metric(ops_port, "nsor_directory_sequence") < last:
        if time.monotonic() - began > FOLLOWED_WITHIN / 2:
            raise BenchError(f"The burst was not followed within {FOLLOWED_WITHIN / 2:.0f} s.")
        time.sleep(0.05)
    taken = time.monotonic() - began
    generator.mark()
    time.sleep(CALM_SECONDS)
    generator.stop()
    return {"followed_seconds": taken}


def freshness(session: Session) -> dict[str, Any]:
    """Measure the clock from approval to SMS, in a process of its own."""
    with session.console.status("approvals until the first SMS knows"):
        done = subprocess.run(
            [sys.executable, "-m", "bench.freshness"],
            check=False,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    if done.returncode != 0:
        raise BenchError(f"Freshness can't be measured: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    session.facts.append(
        f"From an officer's approval to the first SMS that knows: median {found['median_ms']} ms,"
        f" longest {found['max_ms']} ms, of {found['approvals']} approvals."
    )
    return found


def measure(session: Session) -> dict[str, Any]:
    """Measure everything; return what belongs into the JSON file."""
    machine = description(session.bench.folder)
    session.console.print(report.about(machine))
    few = filled(session, FEW)
    session.baselines(listed_in(few))
    one_bind = {
        window: session.gateway_at(
            few, FEW, Load(window, session.count(window), listed=listed_in(few))
        )
        for window in COUNTS
    }
    session.gateway_at(few, FEW, Load(64, session.count(256), binds=4, listed=listed_in(few)))
    many = filled(session, MANY)
    session.gateway_at(many, MANY, Load(64, session.count(64), listed=listed_in(many)))
    peak = max(one_bind.values(), key=lambda figures: float(figures["checks_per_second"]))
    session.at_half(few, peak)
    fresh = freshness(session)
    return {
        "machine": machine,
        "rows": [row._asdict() for row in session.rows],
        "freshness": fresh,
        "facts": session.facts,
    }


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--quick", action="store_true", help="one short run of each")
    given = parser.parse_args()
    console = Console()
    console.width = max(console.width, TABLE_WIDTH)
    try:
        session = Session(Bench(compiled(), folder(), cores()), given.quick, console)
        found = measure(session)
    except BenchError as error:
        Console(stderr=True).print(str(error), style="red", markup=False)
        return 1
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "bench.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    table = report.markdown(found["machine"], session.rows, session.facts)
    (RESULTS / "table.md").write_text(table)
    console.print(report.terminal(session.rows))
    for fact in session.facts:
        console.print(fact)
    return 0


if __name__ == "__main__":
    sys.exit(main())
