"""Mutate what decides an answer: ``make mutate``.

mutmut tries the mutants of every function first. Whatever it leaves alone or finds alive is tried
in a fresh process. Fails unless the survivors are exactly those that ``docs/mutation.md`` accepts.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from fnmatch import fnmatch
from pathlib import Path

from mutmut.configuration import config
from mutmut.mutation.data import SourceFileMutationData
from mutmut.stats import status_by_exit_code

from tests.mutation.accepting import PAGE, accepted, entry
from tests.mutation.making import Mutant, mutants_of
from tests.mutation.trying import survivors

FUNCTIONS = (
    "nsor.law.*",
    "nsor.disclosure.*",
    "nsor.register.lifecycle.*",
    "nsor.register.terms.x_of__*",
)
"""What is mutated, of the files that ``pyproject.toml`` names; the rest needs a database."""
FOUND = {"killed", "timeout", "segfault"}
PROCESSES = os.cpu_count() or 1


def main() -> int:
    """Try every mutant; return 0 if those that survive are the accepted ones."""
    files = [Path(one) for one in config().only_mutate]
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", str(PROCESSES), *FUNCTIONS]
    shutil.rmtree("mutants", ignore_errors=True)
    subprocess.run(command, check=True)
    statuses = _statuses(files)
    everything = [one for path in files for one in mutants_of(path) if _is_mutated(one)]
    left = [one for one in everything if statuses.get(one.name) not in FOUND]
    unchanged = [Mutant(None, path, path.read_text(encoding="utf-8"), "") for path in files]
    tests = {path: _tests_of(path) for path in files}
    alive: list[Mutant] = []
    tried = survivors([*unchanged, *left], tests, PROCESSES)
    for number, survivor in enumerate(tried, start=1):
        if number % 25 == 0:
            print(f"in a fresh process: {number} of {len(left) + len(files)}", flush=True)
        alive += [survivor] if survivor else []
    mutants = [one for one in alive if one.change]
    if len(alive) - len(mutants) != len(files):
        print("The tests of a file fail though nothing is changed in it.")
        return 2
    _print_table(everything, mutants)
    return _compare(mutants)


def _tests_of(path: Path) -> list[str]:
    """Return the arguments of pytest for a file: the tests of its room."""
    room = path.parts[2]
    selected = config().pytest_add_cli_args_test_selection
    return [
        *config().pytest_add_cli_args,
        *(one for one in selected if one.startswith(f"tests/{room}/")),
    ]


def _statuses(files: list[Path]) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in files:
        data = SourceFileMutationData(path=path)
        data.load()
        found |= {name: status_by_exit_code[code] for name, code in data.exit_code_by_key.items()}
    return found


def _is_mutated(mutant: Mutant) -> bool:
    module, where, _ = mutant.change
    return any(fnmatch(mutant.name or f"{module}.x_{where}__", one) for one in FUNCTIONS)


def _print_table(everything: list[Mutant], alive: list[Mutant]) -> None:
    tried = Counter(one.change.module for one in everything)
    survived = Counter(one.change.module for one in alive)
    for module, count in sorted(tried.items()):
        print(f"{module:32}{count:6} mutants{survived[module]:6} alive")
    print(f"{'all':32}{len(everything):6} mutants{len(alive):6} alive")


def _compare(alive: list[Mutant]) -> int:
    known = accepted(PAGE.read_text(encoding="utf-8"))
    found = dict.fromkeys(one.change for one in alive)
    new = [change for change in found if change not in known]
    gone = [change for change in known if change not in found]
    for title, changes in (("Not accepted", new), ("Accepted, but found by now", gone)):
        if changes:
            print(f"\n{title} ({PAGE.name}):\n")
            print("\n".join(map(entry, changes)))
    return 1 if new or gone else 0


if __name__ == "__main__":
    sys.exit(main())
