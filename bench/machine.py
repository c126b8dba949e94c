"""The machine that is measured on: what it is, which cores do what, and who else is at work.

Rules that hold here: the load generator has one core and the process under test another, as its
threads do; a folder in memory is refused, as a commit there costs nothing.
"""

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import psutil

HERE = Path(__file__).parent
BUILD = HERE / "build"
RESULTS = HERE / "results"
IN_MEMORY = frozenset({"tmpfs", "ramfs"})
COMPILER_FLAGS = ("-O2", "-std=gnu17", "-Wall", "-Wextra")
FLUSHES = 300


class BenchError(Exception):
    """A measurement that can't be made or trusted; the message says why."""


class Cores(NamedTuple):
    """Who runs where; empty where the machine has one core and nothing can be parted."""

    generator: set[int]
    tested: set[int]


def cores() -> Cores:
    """Choose a core for the generator and one for the process under test."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return Cores(set(), set())
    return Cores({usable[0]}, {usable[1]})


def compiled() -> Path:
    """Compile the load generator and return the program. Raises ``BenchError``."""
    BUILD.mkdir(parents=True, exist_ok=True)
    program = BUILD / "smsc"
    command = [os.environ.get("CC", "cc"), *COMPILER_FLAGS, str(HERE / "smsc.c"), "-o"]
    try:
        subprocess.run([*command, str(program)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise BenchError(f"The load generator can't be compiled: {error}.") from error
    return program


def folder() -> Path:
    """Return the folder for all state, on a real disk. Raises ``BenchError`` where it is none."""
    path = Path(os.environ.get("NSOR_BENCH_DIR") or BUILD / "state").resolve()
    path.mkdir(parents=True, exist_ok=True)
    if file_system(path) in IN_MEMORY:
        raise BenchError(f"{path} lies in memory: set NSOR_BENCH_DIR to a folder on a disk.")
    return path


def file_system(path: Path) -> str:
    """Return the type of the file system that holds ``path``, such as ``ext4``."""
    device = path.stat().st_dev
    wanted = f"{os.major(device)}:{os.minor(device)}"
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        if before.split()[2] == wanted:
            return after.split()[0]
    return "unknown"


def flush_microseconds(path: Path) -> float:
    """Return how long it takes to append 4 KiB and have the disk keep them, on average."""
    probe = path / "probe"
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        began = time.perf_counter()
        for _ in range(FLUSHES):
            os.write(descriptor, bytes(4096))
            os.fsync(descriptor)
        return (time.perf_counter() - began) / FLUSHES * 1e6
    finally:
        os.close(descriptor)
        probe.unlink()


def description(path: Path) -> dict[str, object]:
    """Name what the figures depend on; ``path`` is the folder for all state."""
    chosen = cores()
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "file_system": file_system(path),
        "flush_us": round(flush_microseconds(path)),
        "generator_on_core": sorted(chosen.generator),
        "tested_on_core": sorted(chosen.tested),
    }


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or sys.platform


class Usage:
    """Processor time of the machine and of one process, from construction to ``shares``."""

    def __init__(self, process: int) -> None:
        self._process = psutil.Process(process)
        self._began = time.monotonic()
        self._busy, self._own = _busy(), self._seconds()

    def shares(self, generator_seconds: float) -> tuple[float, float]:
        """Return the cores that the process used, and those that others used, on average.

        ``generator_seconds`` is the generator's processor time meanwhile.
        """
        elapsed = time.monotonic() - self._began
        own = self._seconds() - self._own
        others = _busy() - self._busy - own - generator_seconds
        return own / elapsed, max(others, 0.0) / elapsed

    def _seconds(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.softirq + times.irq + times.steal)
