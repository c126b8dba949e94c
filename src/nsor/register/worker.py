"""The process that does what the clock does: checkpoints, the law's changes, the daily works.

Rules that hold here:

- Checkpoints, the law, the identity authority, the statistics and the daily works each have a
  thread of their own, so that none waits for a long one.
- A daily work is done at the start and on each new day in Pakistan. One that fails, or that
  another machine is at, is tried again after ``TRY_AGAIN`` seconds; the others go on meanwhile.
- Told to stop, a work ends after the transaction it is in. The last checkpoint is written when all
  else has ended, so that it covers everything.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from threading import Event
from typing import NamedTuple, Protocol

from django.conf import settings
from django.db import close_old_connections, connections

from nsor.accounts import refusals
from nsor.audit import checkpoints
from nsor.identity.client import HttpAuthority
from nsor.register import districts, identity_checks, law_changes, scheduled, statistics
from nsor.register.calendar import today

LOOK_EVERY = 3.0
"""Seconds between two looks at the clock, and at the law's version."""
TRY_AGAIN = 60.0

Progress = Callable[[int], None]


class Teller(Protocol):
    """Is told what becomes of the works; nothing of it names anybody."""

    def done(self, job: str, counts: Mapping[str, int]) -> None:
        """Take that a work is done, with what it counted."""

    def failed(self, job: str, error: Exception) -> None:
        """Take that a work failed."""


class Job(NamedTuple):
    """A work of the clock; ``run`` returns what it counted, None where another one is at it."""

    name: str
    run: Callable[[Progress], Mapping[str, int] | None]


class Outcome(NamedTuple):
    """What became of a work: ``done``, ``elsewhere``, ``stopped`` or ``failed``."""

    job: str
    state: str
    counts: Mapping[str, int]


class _Stopping(Exception):  # noqa: N818
    """The process was told to stop."""


def _expire(progress: Progress) -> Mapping[str, int] | None:
    found = scheduled.expire_due(progress)
    return None if found is None else found._asdict()


def _destroy(_: Progress) -> Mapping[str, int]:
    return {"keys": scheduled.destroy_due_keys()}


def _forget(progress: Progress) -> Mapping[str, int] | None:
    found = scheduled.forget_rejected(progress=progress)
    return None if found is None else found._asdict()


def _forget_forms(progress: Progress) -> Mapping[str, int] | None:
    return _counted("forms", scheduled.forget_forms(progress=progress))


def _sweep_keys(_: Progress) -> Mapping[str, int] | None:
    return _counted("keys", scheduled.sweep_keys())


def _sweep_files(_: Progress) -> Mapping[str, int] | None:
    return _counted("files", scheduled.sweep_files())


def _fill_districts(progress: Progress) -> Mapping[str, int] | None:
    return _counted("people", districts.fill(progress))


def _count_statistics(progress: Progress) -> Mapping[str, int] | None:
    return _counted("people", statistics.refresh(progress)) if statistics.is_due() else {}


def _counted(what: str, count: int | None) -> Mapping[str, int] | None:
    return None if count is None else {what: count}


def _reassess(progress: Progress) -> Mapping[str, int] | None:
    judged = law_changes.reassess(progress)
    if judged is not None:
        return judged._asdict()
    return None if law_changes.is_due() else {}


def _ask_the_authority(progress: Progress) -> Mapping[str, int]:
    """Ask about what waits, and about some of what counts; nothing where no authority is named."""
    if not settings.IDENTITY_URL:
        return {}
    authority = _authority(settings.IDENTITY_URL, settings.IDENTITY_TOKEN)
    looked = identity_checks.check_waiting(authority, progress)
    again = identity_checks.look_again(authority, progress=progress)
    found = {"waiting": looked.numbers, "stopping": looked.stopping, "again": again.numbers}
    return found if any(found.values()) else {}


@lru_cache(1)
def _authority(url: str, token: str) -> HttpAuthority:
    """Return one client for the life of the process, for its breaker remembers."""
    return HttpAuthority(url, token)


def _checkpoint(_: Progress) -> Mapping[str, int]:
    refusals.sum_up_minutes()
    written = checkpoints.write_checkpoint()
    return {"entries": written.checkpoint.size, "added": written.added}


LAW = Job("reassess", _reassess)
IDENTITIES = Job("check_identities", _ask_the_authority)
STATISTICS = Job("count_statistics", _count_statistics)
DAILY = (
    Job("expire_due", _expire),
    Job("destroy_due_keys", _destroy),
    Job("forget_rejected", _forget),
    Job("forget_forms", _forget_forms),
    Job("sweep_keys", _sweep_keys),
    Job("sweep_files", _sweep_files),
    Job("fill_districts", _fill_districts),
)
CHECKPOINT = Job("checkpoint", _checkpoint)


def run_once(teller: Teller, more: Sequence[Job] = ()) -> list[Outcome]:
    """Do every work once, one after the other, the checkpoint last.

    ``more`` are works of the rooms above, here as in ``run``.
    """
    never = Event()
    jobs = (LAW, IDENTITIES, *DAILY, STATISTICS, *more, CHECKPOINT)
    return [attempt(job, never, teller) for job in jobs]


def run(stop: Event, teller: Teller, more: Sequence[Job] = ()) -> None:
    """Do all that the clock does until ``stop`` is set; return when everything has ended."""
    works_ended = Event()
    writing = threading.Thread(
        target=_write_checkpoints, args=(works_ended, teller), name="checkpoints"
    )
    works = [
        threading.Thread(target=_keep_doing, args=(LAW, stop, teller), name="law"),
        threading.Thread(target=_keep_doing, args=(IDENTITIES, stop, teller), name="identities"),
        threading.Thread(target=_keep_doing, args=(STATISTICS, stop, teller), name="statistics"),
        threading.Thread(target=_follow_the_days, args=(stop, teller), name="days"),
        *(
            threading.Thread(target=_keep_doing, args=(job, stop, teller), name=job.name)
            for job in more
        ),
    ]
    for thread in (writing, *works):
        thread.start()
    stop.wait()
    for thread in works:
        thread.join()
    works_ended.set()
    writing.join()


def _write_checkpoints(stop: Event, teller: Teller) -> None:
    attempt(CHECKPOINT, stop, teller)
    checkpoints.keep_writing(stop, lambda error: teller.failed(CHECKPOINT.name, error))
    connections.close_all()


def _keep_doing(job: Job, stop: Event, teller: Teller) -> None:
    tries = _Tries()
    while not stop.is_set():
        if tries.may_try(job) and attempt(job, stop, teller).state == "failed":
            tries.try_later(job)
        stop.wait(LOOK_EVERY)
    connections.close_all()


def _follow_the_days(stop: Event, teller: Teller) -> None:
    done_on: dict[str, date] = {}
    tries = _Tries()
    while not stop.is_set():
        for job in DAILY:
            day = today()
            if done_on.get(job.name) == day or not tries.may_try(job) or stop.is_set():
                continue
            if attempt(job, stop, teller).state == "done":
                done_on[job.name] = day
            else:
                tries.try_later(job)
        stop.wait(LOOK_EVERY)
    connections.close_all()


class _Tries:
    """When what failed is tried again."""

    def __init__(self) -> None:
        self._not_before: dict[str, float] = {}

    def may_try(self, job: Job) -> bool:
        return time.monotonic() >= self._not_before.get(job.name, 0.0)

    def try_later(self, job: Job) -> None:
        self._not_before[job.name] = time.monotonic() + TRY_AGAIN


def attempt(job: Job, stop: Event, teller: Teller) -> Outcome:
    """Do a work, and tell what became of it; it ends early once ``stop`` is set."""

    def progress(_: int) -> None:
        if stop.is_set():
            raise _Stopping

    try:
        close_old_connections()
        counts = job.run(progress)
    except _Stopping:
        return Outcome(job.name, "stopped", {})
    except Exception as error:  # whatever it is, the other works go on
        teller.failed(job.name, error)
        return Outcome(job.name, "failed", {})
    if counts is None:
        return Outcome(job.name, "elsewhere", {})
    if counts:
        teller.done(job.name, counts)
    return Outcome(job.name, "done", counts)
