"""Kills of the application between a push and its answer: nothing is half there, nothing twice."""

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection
from register_builders import Office
from source_builders import a_conviction, a_court, new_key
from waiting import eventually, free_port

from nsor.audit.models import Entry
from nsor.register.models import Batch, BatchState, Conviction
from nsor.sources import client
from nsor.sources.client import Signer
from nsor.sources.models import MissingNumber, Push, Source
from nsor.web import server

EVENTS = 12
KILLS = 4


@contextmanager
def serving(home: Path, port: int) -> Iterator[int]:
    """Serve at a port, as a group of processes of its own; yield its number."""
    command = server.command(f"127.0.0.1:{port}", "nsor.web.asgi:application")
    environment = os.environ | {"NSOR_HOME": str(home)}
    with subprocess.Popen(command, env=environment, start_new_session=True) as process:
        try:
            eventually(lambda: _listens(port), "the application listens")
            yield process.pid
        finally:
            os.killpg(process.pid, signal.SIGKILL)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_killed_while_events_come_each_takes_effect_once(office: Office, tmp_path: Path) -> None:
    court, port = a_court(office), free_port()
    signer = Signer(court.key, court.keyid)
    url = f"http://127.0.0.1:{port}/api/v1/sources/convictions"
    done = threading.Event()
    answers: list[int] = []

    def push_all() -> None:
        for number in range(1, EVENTS + 1):
            event = a_conviction(cnic=f"35201{number:07}1", case_number=f"{number}/2021")
            body, key = json.dumps({"sequence": number, **event}).encode(), new_key()
            while True:
                try:
                    answer = client.push(
                        url, body, signer, idempotency_key=key, wait=lambda _: time.sleep(0.05)
                    )
                except client.Refusal:
                    continue
                if answer.status == 202:
                    answers.append(number)
                    break
        done.set()

    pushing = threading.Thread(target=push_all)
    pushing.start()
    chance = random.Random(7)
    for _ in range(KILLS):
        with serving(tmp_path, port):
            before, more = Push.objects.count(), chance.randint(1, 2)
            eventually(
                lambda before=before, more=more: (  # type: ignore[misc]
                    done.is_set() or Push.objects.count() >= before + more
                ),
                "some events come",
            )
    with serving(tmp_path, port):
        pushing.join(120)
    connection.close()

    assert answers == list(range(1, EVENTS + 1))
    pushes = Push.objects.order_by("sequence")
    assert list(pushes.values_list("sequence", flat=True)) == answers
    assert Batch.objects.filter(state=BatchState.SUBMITTED).count() == EVENTS
    assert Batch.objects.filter(state=BatchState.DRAFT).count() == 0
    assert Conviction.objects.count() == EVENTS
    assert Entry.objects.filter(act="source_push_accepted").count() == EVENTS
    assert Source.objects.get().next_sequence == EVENTS + 1
    assert not MissingNumber.objects.exists()
