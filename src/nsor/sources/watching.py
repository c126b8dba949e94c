"""A folder into which courts without a system lay signed files, by SFTP or by hand.

Rules that hold here:

- A pair is taken once both files are whole: the signature says the sha256 of the event, and the two
  lie still. A pair that doesn't fit is refused once neither file has changed for ``SETTLED``.
- What was taken goes to ``done/``, what was refused to ``refused/``, each with its answer. The
  answer is written first, then the files are moved, each by a rename; whoever is killed between two
  steps does the rest the next time, and takes no event twice. A name that is used again replaces.
- Only plain files of the folder itself are opened, never a link, and never more of one than an
  event may have.
"""

import hashlib
import json
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any, Final, NamedTuple

from nsor.durable import locked, sync_folder
from nsor.sources import files, signatures
from nsor.sources.models import Way
from nsor.sources.problems import Problem

LOOK_EVERY: Final = 1.0
SETTLED: Final = 60.0
"""Seconds after which a file that doesn't fit isn't waited for any more."""
SIGNATURE: Final = ".sig"
EVENT: Final = ".json"
DONE, REFUSED = "done", "refused"
_ANSWERS: Final = {DONE: ".receipt.json", REFUSED: ".problem.json"}
_NOT_WHOLE: Final = frozenset({"digest_wrong", "signature_malformed", "bad_json"})
_NOT_NOW: Final = frozenset({"unavailable", "too_many", "internal"})


class Seen(NamedTuple):
    """What became of a pair: ``done`` or ``refused``, with a receipt's number or a code."""

    name: str
    outcome: str
    what: str


class _Unfit(Exception):  # noqa: N818
    """A name in the folder that is no plain file."""


def watch(
    folder: Path,
    stop: Event,
    tell: Callable[[Seen], None],
    *,
    once: bool = False,
    now: Callable[[], float] = time.time,
) -> None:
    """Take the pairs of a folder until ``stop`` is set, or ``once``. Raises ``OSError``."""
    with locked(folder):
        for name in _ANSWERS:
            (folder / name).mkdir(exist_ok=True)
        while not stop.is_set():
            for seen in look(folder, now()):
                tell(seen)
            if once:
                return
            stop.wait(LOOK_EVERY)


def look(folder: Path, now: float) -> Iterator[Seen]:
    """Take each pair that is whole; yield what became of it."""
    for name in sorted(_pairs(folder)):
        seen = _take(folder, name, now)
        if seen is not None:
            yield seen


def _pairs(folder: Path) -> Iterator[str]:
    """Yield the names of events that have a signature beside them; finish what was begun."""
    names = {entry.name for entry in os.scandir(folder)}
    for name in names:
        if not name.endswith(EVENT + SIGNATURE):
            continue
        event = name.removesuffix(SIGNATURE)
        if event in names:
            yield event
        else:
            _finish(folder, event)


def _finish(folder: Path, event: str) -> None:
    """Move a signature after its event, whose mover was killed between the two."""
    for outcome in _ANSWERS:
        try:
            body, _ = _read(folder / outcome / event, signatures.LARGEST_BODY)
            signature, _ = _read(folder / (event + SIGNATURE), files.LARGEST_SIGNATURE)
        except (FileNotFoundError, _Unfit):
            continue
        if hashlib.sha256(body).hexdigest().encode() in signature:
            _move(folder, outcome, event + SIGNATURE)
            return


def _take(folder: Path, name: str, now: float) -> Seen | None:
    try:
        body, changed = _read(folder / name, signatures.LARGEST_BODY)
        signature, signed = _read(folder / (name + SIGNATURE), files.LARGEST_SIGNATURE)
    except FileNotFoundError:
        return None
    except _Unfit:
        return _put_away(folder, name, Problem("bad_request", "Lay down plain files, no links."))
    try:
        answer = files.take_pair(body, signature, Way.FOLDER)
    except Problem as problem:
        is_young = now - max(changed, signed) < SETTLED
        if problem.code in _NOT_NOW or (problem.code in _NOT_WHOLE and is_young):
            return None
        return _put_away(folder, name, problem)
    _write(folder / DONE / (_stem(name) + _ANSWERS[DONE]), answer)
    _move_pair(folder, DONE, name)
    return Seen(name, DONE, str(answer["receipt"]))


def _put_away(folder: Path, name: str, problem: Problem) -> Seen:
    _write(folder / REFUSED / (_stem(name) + _ANSWERS[REFUSED]), problem.document())
    _move_pair(folder, REFUSED, name)
    return Seen(name, REFUSED, problem.code)


def _read(path: Path, longest: int) -> tuple[bytes, float]:
    """Return what a plain file holds, one octet more than it may have at most, and its age.

    Raises ``FileNotFoundError``, ``_Unfit``.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except OSError:
        raise _Unfit from None
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(descriptor)
        raise _Unfit
    with open(descriptor, "rb") as file:
        return file.read(longest + 1), found.st_mtime


def _write(path: Path, answer: Mapping[str, Any]) -> None:
    temporary = path.with_name(f".{path.name}.part")
    with temporary.open("wb") as file:
        file.write(json.dumps(answer, indent=1).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def _move_pair(folder: Path, outcome: str, event: str) -> None:
    _move(folder, outcome, event)
    _move(folder, outcome, event + SIGNATURE)


def _move(folder: Path, outcome: str, name: str) -> None:
    os.replace(folder / name, folder / outcome / name)
    sync_folder(folder / outcome)
    sync_folder(folder)


def _stem(name: str) -> str:
    return name.removesuffix(EVENT)
