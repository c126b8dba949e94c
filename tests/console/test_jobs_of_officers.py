"""Long work that a page starts: its officer sees how far it is, and nobody else."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.http import Http404, HttpRequest
from django.test import RequestFactory
from django.utils import timezone, translation
from register_builders import Office
from waiting import eventually

from nsor.accounts.models import Officer
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.web import jobs
from nsor.web.models import Job, JobState


def asked_by(officer: Officer) -> HttpRequest:
    """Return a request of an officer."""
    request = RequestFactory().post("/")
    request.user = officer
    return request


class Gate:
    """Work that goes on only when it is let."""

    def __init__(self) -> None:
        self.begun, self.opened = threading.Event(), threading.Event()

    def work(self, progress: Callable[[int], None]) -> dict[str, object]:
        progress(40)
        self.begun.set()
        assert self.opened.wait(60)
        progress(100)
        return {"counted": 3}


def test_a_job_tells_how_far_it_is_and_what_came_of_it(office: Office) -> None:
    gate = Gate()
    job = jobs.start(asked_by(office.amna), "counting", "Checking the file", gate.work, 100)
    assert gate.begun.wait(60)

    seen = jobs.of(office.amna, job)
    assert (seen.is_running, seen.percent, seen.name) == (True, 40, "Checking the file")

    gate.opened.set()
    jobs.wait(job)
    seen = jobs.of(office.amna, job)
    assert (seen.state, seen.percent, seen.result) == ("done", 100, {"counted": 3})
    assert seen.ended_at is not None
    assert Job.objects.get(pk=job).state == JobState.DONE


def test_the_row_follows_so_that_another_process_can_tell(office: Office) -> None:
    gate = Gate()
    job = jobs.start(asked_by(office.amna), "counting", "Checking the file", gate.work, 100)
    try:
        eventually(lambda: Job.objects.get(pk=job).done == 40, "the row says how far it is")
    finally:
        gate.opened.set()
        jobs.wait(job)


def test_while_the_work_holds_the_writer_its_progress_is_seen(sqlite_office: Office) -> None:
    gate = Gate()

    def work(progress: Callable[[int], None]) -> dict[str, object]:
        with short_write():
            return gate.work(progress)

    job = jobs.start(asked_by(sqlite_office.amna), "writing", "Entering the file", work, 100)
    assert gate.begun.wait(60)
    assert jobs.of(sqlite_office.amna, job).percent == 40
    gate.opened.set()
    jobs.wait(job)
    assert jobs.of(sqlite_office.amna, job).state == "done"


def test_a_job_is_its_officers_alone(sqlite_office: Office) -> None:
    job = jobs.start(asked_by(sqlite_office.amna), "counting", "Checking the file", lambda _: {})
    jobs.wait(job)
    with pytest.raises(Http404):
        jobs.of(sqlite_office.bilal, job)
    with pytest.raises(Http404):
        jobs.of(sqlite_office.amna, "0" * 32)


def test_a_refusal_is_told_in_the_language_of_the_page(sqlite_office: Office) -> None:
    def work(progress: Callable[[int], None]) -> dict[str, object]:
        raise Refusal("busy", "Others are writing to the register: try again in a minute.")

    job = jobs.start(asked_by(sqlite_office.amna), "writing", "Entering the file", work)
    jobs.wait(job)
    seen = jobs.of(sqlite_office.amna, job)
    with translation.override("en"):
        assert (seen.state, seen.code) == ("refused", "busy")
        assert seen.refusal.startswith("Others are writing")


def test_a_fault_of_ours_ends_the_job_and_its_words_are_nowhere(
    sqlite_office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    def work(progress: Callable[[int], None]) -> dict[str, object]:
        raise ValueError("3520112345671")

    job = jobs.start(asked_by(sqlite_office.amna), "writing", "Entering the file", work)
    jobs.wait(job)
    assert jobs.of(sqlite_office.amna, job).state == "failed"
    assert "ValueError" in caplog.text
    assert "3520112345671" not in caplog.text
    assert "3520112345671" not in repr(Job.objects.values_list().get())


def test_a_job_whose_process_died_is_interrupted(sqlite_office: Office) -> None:
    long_ago = timezone.now() - timedelta(minutes=1)
    dead = Job.objects.create(
        id="d" * 32,
        officer=sqlite_office.amna,
        kind="counting",
        title="Checking the file",
        state=JobState.RUNNING,
        started_at=long_ago,
        heartbeat_at=long_ago,
    )
    assert jobs.of(sqlite_office.amna, dead.pk).state == "interrupted"

    job = jobs.start(asked_by(sqlite_office.amna), "counting", "Checking the file", lambda _: {})
    jobs.wait(job)
    dead.refresh_from_db()
    assert dead.state == JobState.INTERRUPTED


def test_an_officer_has_three_jobs_at_once_at_most(sqlite_office: Office) -> None:
    gate, request = Gate(), asked_by(sqlite_office.amna)
    begun = [jobs.start(request, "counting", "Checking the file", gate.work) for _ in range(3)]
    with pytest.raises(Refusal, match="3 jobs under way"):
        jobs.start(request, "counting", "Checking the file", gate.work)
    gate.opened.set()
    for job in begun:
        jobs.wait(job)
    jobs.wait(jobs.start(request, "counting", "Checking the file", gate.work))
