"""One measurement: the load generator on one side, the process under test on the other.

Rules that hold here: every run has a fresh folder and a new process under test, so that no run
inherits another's state; a run of which anything is unanswered, or whose answers are not the ones
that were due, is no measurement.
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.machine import BenchError, Cores, Usage

ROOT = Path(__file__).parent.parent
START_WITHIN = 120
STOP_WITHIN = 15
DEADLINE = 600

Result = dict[str, Any]
Tested = Callable[[int, Path], tuple[list[str], dict[str, str]]]
"""Returns the command and the environment that run a process, for a port and a fresh folder."""


@dataclass(frozen=True)
class Load:
    """What the generator does.

    ``rate``: messages a second, 0 for as many as the window lets. ``warmup``: messages that don't
    count, a tenth of ``count`` where it is None.
    """

    window: int
    count: int
    binds: int = 1
    rate: int = 0
    warmup: int | None = None
    listed: Path = field(default=Path())

    def arguments(self) -> list[str]:
        """Write the generator's command line."""
        given = {
            "listed": self.listed,
            "window": self.window,
            "binds": self.binds,
            "rate": self.rate,
            "count": self.count,
            "warmup": self.count // 10 if self.warmup is None else self.warmup,
            "deadline": DEADLINE,
        }
        return [text for name, value in given.items() for text in (f"--{name}", str(value))]


class Generator:
    """A running load generator; ``mark`` begins another phase of its latency figures."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.port = int(self._event("listening")["port"])

    def mark(self) -> None:
        """Begin a new phase."""
        self._process.send_signal(signal.SIGUSR1)

    def stop(self) -> None:
        """Ask nothing more."""
        self._process.send_signal(signal.SIGTERM)

    def wait_for_start(self) -> None:
        """Return once all binds are there and the load has begun. Raises ``BenchError``."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], START_WITHIN)[0]:
            raise BenchError(f"Nobody bound within {START_WITHIN} s: see the tested process's log.")
        self._event("started")

    def result(self) -> Result:
        """Return what was measured. Raises ``BenchError`` where anything is unanswered."""
        result = self._event("result")
        if self._process.wait() != 0:
            raise BenchError(f"Not every message was answered as it should be: {result}.")
        return result

    def _event(self, name: str) -> Result:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found: Result = json.loads(line) if line else {}
        if found.get("event") != name:
            raise BenchError(f"The load generator ended early: {found or 'see its message'}.")
        return found


@contextmanager
def running(
    command: list[str], on: set[int], environ: dict[str, str] | None = None, **how: Any
) -> Iterator[subprocess.Popen[str]]:
    """Run a process on the given cores; at the end it is told to stop, and killed if it won't."""
    with _kept_to(on):
        process = subprocess.Popen(
            command, env={**os.environ, **(environ or {})}, cwd=ROOT, text=True, **how
        )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _kept_to(cores: set[int]) -> Iterator[None]:
    """Keep the calling thread to some cores, and with it the processes that it starts meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores or before)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True)
class Bench:
    """Where and with what things are measured."""

    program: Path
    folder: Path
    cores: Cores

    def measure(
        self,
        load: Load,
        tested: Tested,
        during: Callable[[Generator], Result] | None = None,
    ) -> Result:
        """Load a process and return the generator's figures, with the processors' shares.

        ``during`` is called once the load has begun, and what it returns joins the figures.
        """
        home = self.folder / "run"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(mode=0o700)
        ours = [str(self.program), *load.arguments()]
        with (
            running(ours, self.cores.generator, stdout=subprocess.PIPE) as process,
            (home / "log").open("w") as log,
        ):
            generator = Generator(process)
            command, environ = tested(generator.port, home)
            with running(command, self.cores.tested, environ, stdout=log, stderr=log) as other:
                generator.wait_for_start()
                usage = Usage(other.pid)
                told = during(generator) if during else {}
                result = generator.result()
                used, others = usage.shares(result["cpu_seconds_since_start"])
        if other.returncode != 0:
            raise BenchError(f"{command[:3]} ended with {other.returncode}: see {home / 'log'}.")
        return {**result, **told, "tested_cpu": round(used, 3), "others_cpu": round(others, 3)}


def baseline(kind: str, *, receipts: bool) -> Tested:
    """Return what runs a baseline, with receipts asked for or not."""

    def tested(port: int, home: Path) -> tuple[list[str], dict[str, str]]:
        command = [sys.executable, "-m", "bench.baseline", kind, str(port)]
        command += ["--home", str(home)] if kind == "durable" else []
        return command + ([] if receipts else ["--no-receipts"]), {}

    return tested


def gateway(register: Path, load: Load, ops_port: int) -> Tested:
    """Return what runs the gateway on a register's database."""

    def tested(port: int, home: Path) -> tuple[list[str], dict[str, str]]:
        query = f"bind=trx&window={load.window}&binds={load.binds}&operator=bench"
        return [str(ROOT / ".venv/bin/nsor"), "gateway"], {
            "NSOR_HOME": str(home),
            "NSOR_DATABASE_URL": f"sqlite:///{register}",
            "NSOR_KEYSTORE_URL": f"sqlite:///{register.parent / 'keystore.sqlite3'}",
            "NSOR_KEYS": str(register.parent / "keys.json"),
            "NSOR_SMSC_URLS": f"smpp://bench:bench@127.0.0.1:{port}?{query}",
            "NSOR_OPS_BIND": f"127.0.0.1:{ops_port}",
        }

    return tested


def metric(ops_port: int, name: str) -> float:
    """Read one figure of the gateway that has no labels. Raises ``BenchError``."""
    with urllib.request.urlopen(f"http://127.0.0.1:{ops_port}/metrics", timeout=5) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(f"{name} "):
                return float(line.split()[1])
    raise BenchError(f"The gateway has no figure {name}.")


def check_answers(result: Result) -> Result:
    """Return the figures if half of the replies were warnings, which take two parts or more.

    Raises ``BenchError``: fewer say that something else was answered, such as "over the limit".
    """
    by_parts = {int(parts): count for parts, count in result["by_parts"].items()}
    warnings = sum(count for parts, count in by_parts.items() if parts > 1)
    if abs(warnings - result["answered"] / 2) > 1:
        raise BenchError(f"Half of the answers should be warnings; by parts they are {by_parts}.")
    return result
