"""Processes that write checkpoints, and are killed at every step of it.

    python checkpoint_process.py kill    kills a writer at its first step, at its second ...
    python checkpoint_process.py loop N  writes N checkpoints

A step is what leaves something behind: a commit, a flush, a rename, an append. A writer that is to
be killed is a process of its own, forked from this one, which itself never opens the database.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from trail_builders import attended, many_acts  # noqa: E402

from nsor.audit import files  # noqa: E402
from nsor.audit.checkpoints import write_checkpoint  # noqa: E402
from nsor.audit.verifying import verify  # noqa: E402

ACTS = 270
"""So many that every writer also makes a tile, and appends more than one buffer holds."""


class Killer:
    """Kills this process at its nth step."""

    def __init__(self, at: int) -> None:
        self._at = at
        self._steps = itertools.count(1)

    def step(self) -> None:
        if next(self._steps) == self._at:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*arguments: Any, **named: Any) -> Any:
            self.step()
            done = function(*arguments, **named)
            self.step()
            return done

        return stepping

    def install(self) -> None:
        os.fsync = self.around(os.fsync)
        os.rename = self.around(os.rename)
        BaseDatabaseWrapper._commit = self.around(BaseDatabaseWrapper._commit)  # type: ignore[method-assign]
        files.LEAF = _Packer(self)  # type: ignore[assignment]


class _Packer:
    """Packs leaves; every hundredth is a step, so that an append is torn in its middle."""

    def __init__(self, killer: Killer) -> None:
        self._killer, self._packed, self._real = killer, itertools.count(1), files.LEAF
        self.size = self._real.size

    def pack(self, number: int, each: bytes) -> bytes:
        if next(self._packed) % 100 == 0:
            self._killer.step()
        return self._real.pack(number, each)

    def iter_unpack(self, octets: bytes) -> Any:
        return self._real.iter_unpack(octets)


def forked(work: Callable[[], None]) -> int:
    """Do a work in a process of its own; return its exit code, negative where it was killed."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def written_and_killed(at: int) -> None:
    Killer(at).install()
    write_checkpoint()


def whole_after_all() -> None:
    """Check what a killed writer left: it was whole at once, and the next one goes on."""
    assert verify().whole, verify().findings
    head = write_checkpoint().checkpoint
    assert attended().checkpoint == head
    found = verify()
    assert found.whole, found.findings
    assert found.not_witnessed == 0


def kill_everywhere() -> int:
    for at in itertools.count(1):
        assert forked(lambda: many_acts(ACTS) and None) == 0
        code = forked(lambda at=at: written_and_killed(at))  # type: ignore[misc]
        assert code in (0, -signal.SIGKILL), code
        assert forked(whole_after_all) == 0, f"after a kill at step {at}"
        if code == 0:
            return at - 1
    raise AssertionError


def main() -> None:
    settings.AUDIT_DIR = Path(os.environ["NSOR_AUDIT_DIR"])
    if sys.argv[1] == "kill":
        sys.stdout.write(f"{kill_everywhere()}\n")
        return
    for _ in range(int(sys.argv[2])):
        write_checkpoint()


if __name__ == "__main__":
    main()
