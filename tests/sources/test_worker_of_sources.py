"""What the worker does for sources: it sums up what a killed process refused; it serves figures."""

import time
import urllib.request

import httpx
import pytest
from register_builders import Office, process
from source_builders import a_conviction, a_court
from waiting import eventually, free_port

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.sources import counting
from nsor.sources.models import RefusedCount


def test_the_worker_sums_up_what_a_killed_process_counted(office: Office) -> None:
    minute = int(time.time()) // 60 - 5
    RefusedCount.objects.create(minute=minute, code="signature_wrong", count=7)

    answer = office.run("worker", "--once", "--json")

    jobs = {one["job"]: one for one in answer.object["jobs"]}
    assert jobs["sum_up_refusals"] == {"job": "sum_up_refusals", "state": "done", "minutes": 1}
    entry = Entry.objects.get(act="source_pushes_refused")
    assert trail.details(entry.pk) == {
        "minute": minute * 60,
        "refusals": [{"code": "signature_wrong", "source": None, "count": 7}],
    }
    office.run("worker", "--once", "--json")
    assert Entry.objects.filter(act="source_pushes_refused").count() == 1


def test_what_is_counted_after_a_sum_is_summed_up_apart(sqlite_office: Office) -> None:
    minute = int(time.time()) // 60 - 5
    row = RefusedCount.objects.create(minute=minute, code="signature_wrong", count=7)
    assert counting.catch_up() == 1
    row.refresh_from_db()
    assert row.entered == 7
    RefusedCount.objects.update(count=9)
    assert counting.catch_up() == 1
    assert counting.catch_up() == 0
    told = [trail.details(one.pk) for one in Entry.objects.filter(act="source_pushes_refused")]
    assert [one["refusals"][0]["count"] for one in told if one] == [7, 2]


def test_the_worker_serves_the_figures_on_an_address_of_its_own(
    sqlite_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_court(sqlite_office).pushes("convictions", a_conviction())
    port = free_port()
    monkeypatch.setenv("NSOR_WORKER_OPS_BIND", f"127.0.0.1:{port}")
    with process("worker") as worker:

        def served() -> str:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/metrics").text
            except httpx.TransportError:
                return ""

        text = eventually(served, "the worker serves its figures")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as alive:
            assert alive.status == 200
        worker.terminate()
        assert worker.wait(30) == 0
    assert "nsor_source_silent" in text
    assert "Lahore" not in text
