"""Trying a mutant in a fresh process: the file is imported with the change already in it.

Rules that hold here: a mutant survives only if every test passes; whatever else becomes of the
process is a kill. The forking process has, for speed, imported the libraries and what Django sets
up, but never the file itself.
"""

import importlib.util
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Iterable, Iterator
from importlib.abc import MetaPathFinder, SourceLoader
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

import django
import hypothesis
import pytest
import pytest_django  # noqa: F401

from tests.mutation.making import Mutant, module_of

CPU_SECONDS = 60
MEMORY = 2 * 1024**3

# What a mutant does to a property test is not to be tried again by the next one.
hypothesis.settings.register_profile("mutation", database=None)
hypothesis.settings.load_profile("mutation")

_FORK = multiprocessing.get_context("fork")


def survivors(
    mutants: Iterable[Mutant], tests: dict[Path, list[str]], processes: int
) -> Iterator[Mutant | None]:
    """Yield for each mutant, as they come, the mutant where it survives, None where not.

    ``tests`` are the arguments of pytest for each file.
    """
    with _FORK.Pool(1) as apart:
        ready = apart.apply(_get_ready)
    tasks = [(mutant, tests[mutant.path]) for mutant in mutants]
    early = [task for task in tasks if module_of(task[0].path) in ready]
    late = [task for task in tasks if module_of(task[0].path) not in ready]
    with _FORK.Pool(processes, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(_survivor, early, chunksize=1)
    _get_ready()
    with _FORK.Pool(processes, maxtasksperchild=1) as pool:
        yield from pool.imap_unordered(_survivor, late, chunksize=1)


def _get_ready() -> set[str]:
    """Set Django up, and return what of the product that imports."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
    django.setup()
    return {name for name in sys.modules if name.startswith("nsor.")}


def _survivor(task: tuple[Mutant, list[str]]) -> Mutant | None:
    mutant, tests = task
    assert module_of(mutant.path) not in sys.modules
    _limit()
    sys.meta_path.insert(0, _Finder(mutant))
    try:
        return mutant if pytest.main(["-x", "-q", "--assert=plain", *tests]) == 0 else None
    except BaseException:
        return None


def _limit() -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGPROF, _too_long)
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)


def _too_long(*_: object) -> NoReturn:
    raise KeyboardInterrupt


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Iterable[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != module_of(self._mutant.path):
            return None
        return importlib.util.spec_from_loader(fullname, _Loader(self._mutant))


class _Loader(SourceLoader):
    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def get_filename(self, fullname: str) -> str:
        return str(self._mutant.path.absolute())

    def get_data(self, path: Any) -> bytes:
        return self._mutant.source.encode()
