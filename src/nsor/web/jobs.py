"""Long work that a page starts: it runs beside the request, and its officer sees how far it is.

Rules that hold here:

- A job is its officer's alone; its row holds nothing of a person.
- The row is written in short transactions of its own, by a thread of its own. While the work holds
  SQLite's one writer the row falls behind; so the process that runs a job answers from memory, and
  another one from the row.
- A job whose heart has stopped is interrupted: its process died. What a service does in one job is
  there whole or not at all, which is the service's rule and not ours.
"""

import logging
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connections
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext

from nsor.accounts.models import Officer
from nsor.accounts.services import AccountError
from nsor.audit.errors import TrailError
from nsor.law.errors import LawRefusal
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.web.console.guard import officer as officer_of
from nsor.web.models import ID, Job, JobState
from nsor.web.refusals import told_code

BEAT: Final = 1.0
"""Seconds between two beats of a job's heart."""
GONE_AFTER: Final = timedelta(seconds=30)
KEPT: Final = timedelta(days=30)
MOST: Final = 3
"""Jobs of one officer at once."""

Progress = Callable[[int], None]
Work = Callable[[Progress], dict[str, object]]

_log = logging.getLogger("nsor.web.jobs")


@dataclass(frozen=True)
class JobView:
    """A job as its officer sees it; ``code`` and ``message`` say why it was refused."""

    id: str
    kind: str
    title: str
    state: str
    done: int
    total: int
    started_at: datetime
    ended_at: datetime | None = None
    result: dict[str, object] = field(default_factory=dict)
    code: str = ""
    message: str = ""

    @property
    def is_running(self) -> bool:
        """Tell whether it is under way."""
        return self.state == JobState.RUNNING

    @property
    def percent(self) -> int | None:
        """Return how much is done of a hundred parts, None where nobody knows."""
        if self.total <= 0:
            return None
        return min(100, self.done * 100 // self.total)

    @property
    def name(self) -> str:
        """Return what it does, in the language of the page."""
        return gettext(self.title)

    @property
    def refusal(self) -> str:
        """Return why it was refused, in the language of the page."""
        return told_code(self.code, self.message)


class _Live:
    """A job of this process."""

    def __init__(self, view: JobView) -> None:
        self.view = view
        self.done = 0
        self.over = threading.Event()
        self.thread: threading.Thread | None = None

    def seen(self) -> JobView:
        return replace(self.view, done=self.done)


_live: dict[str, _Live] = {}


def start(request: HttpRequest, kind: str, title: str, work: Work, total: int = 0) -> str:
    """Have ``work`` run in a thread for the officer who asks; return the job's id.

    ``work`` is called with how it tells its progress (a number out of ``total``), and returns its
    result: values of JSON, and nothing of a person. ``title`` is a text of the translation files.
    To be called outside of a transaction. Raises ``Refusal``: ``too_many_jobs``, ``busy``.
    """
    asking = officer_of(request)
    now = timezone.now()
    with short_write():
        _tidy(now)
        if Job.objects.filter(officer=asking, state=JobState.RUNNING).count() >= MOST:
            raise Refusal(
                "too_many_jobs",
                f"You have {MOST} jobs under way: wait until one of them has ended.",
            )
        job = Job.objects.create(
            id=secrets.token_hex(ID // 2),
            officer=asking,
            kind=kind,
            title=title,
            state=JobState.RUNNING,
            total=total,
            started_at=now,
            heartbeat_at=now,
        )
    live = _live[job.pk] = _Live(_view(job))
    live.thread = threading.Thread(target=_run, args=(live, work), name="job", daemon=True)
    live.thread.start()
    return job.pk


def of(officer: Officer, job_id: str) -> JobView:
    """Return a job of an officer. Raises ``Http404``, for another's too."""
    job = Job.objects.filter(pk=job_id, officer=officer).first()
    if job is None:
        raise Http404("no such job")
    return _seen(job)


def _seen(job: Job) -> JobView:
    live = _live.get(job.pk)
    if live is not None:
        return live.seen()
    view = _view(job)
    if view.is_running and job.heartbeat_at < timezone.now() - GONE_AFTER:
        return replace(view, state=JobState.INTERRUPTED.value)
    return view


def recent(officer: Officer, kind: str, count: int = 10) -> list[JobView]:
    """Return the last jobs of a kind of an officer, the newest first."""
    rows = Job.objects.filter(officer=officer, kind=kind).order_by("-started_at")[:count]
    return [_seen(job) for job in rows]


def reload(request: HttpRequest, job: JobView) -> HttpResponse | None:
    """Answer a script that asks how far a job is which has ended: have it load the page anew.

    None where the page is to be rendered as always.
    """
    if request.headers.get("HX-Request") and not job.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return None


def wait(job_id: str, seconds: float = 60.0) -> None:
    """Wait until a job of this process has ended."""
    live = _live.get(job_id)
    if live is not None and live.thread is not None:
        live.thread.join(seconds)


def _run(live: _Live, work: Work) -> None:
    heart = threading.Thread(target=_beat, args=(live,), name="job-heart", daemon=True)
    heart.start()

    def progress(done: int) -> None:
        live.done = done

    try:
        ended = replace(live.view, state=JobState.DONE.value, result=work(progress))
    except (Refusal, LawRefusal, AccountError, TrailError) as no:
        ended = replace(live.view, state=JobState.REFUSED.value, code=no.code, message=str(no))
    except Exception as error:  # whatever it is, the officer is told that it ended
        _log.error("A job failed: %s.", type(error).__name__)  # its words may be about a person
        ended = replace(live.view, state=JobState.FAILED.value)
    finally:
        live.over.set()
        heart.join()
    live.view = replace(ended, ended_at=timezone.now())
    try:
        _keep(live)
        del _live[live.view.id]
    except (DatabaseError, Refusal) as error:
        _log.error("How a job ended can't be written: %s.", type(error).__name__)
    finally:
        connections.close_all()


def _beat(live: _Live) -> None:
    """Write how far a job is, until it is over."""
    try:
        while not live.over.wait(BEAT):
            try:
                with short_write():
                    Job.objects.filter(pk=live.view.id).update(
                        done=live.done, heartbeat_at=timezone.now()
                    )
            except (DatabaseError, Refusal):
                connections.close_all()  # the next beat tries again
    finally:
        connections.close_all()


def _keep(live: _Live) -> None:
    view = live.seen()
    with short_write():
        Job.objects.filter(pk=view.id).update(
            state=view.state,
            done=view.done,
            result=view.result,
            refusal_code=view.code,
            refusal_message=view.message,
            ended_at=view.ended_at,
            heartbeat_at=view.ended_at,
        )


def _tidy(now: datetime) -> None:
    """Mark what died, and forget what ended long ago."""
    Job.objects.filter(state=JobState.RUNNING, heartbeat_at__lt=now - GONE_AFTER).update(
        state=JobState.INTERRUPTED
    )
    Job.objects.filter(started_at__lt=now - KEPT).exclude(state=JobState.RUNNING).delete()


def _view(job: Job) -> JobView:
    return JobView(
        id=job.pk,
        kind=job.kind,
        title=job.title,
        state=job.state,
        done=job.done,
        total=job.total,
        started_at=job.started_at,
        ended_at=job.ended_at,
        result=job.result,
        code=job.refusal_code,
        message=job.refusal_message,
    )
