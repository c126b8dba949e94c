"""While keys are rotated everything serves: answers, imports, acts, and the SMS gateway."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import pytest
from gateway_process import GatewayProcess
from load_centre import LoadCentre, Text
from register_builders import ASLAM, Office, a_file, a_row, is_listed, people_rows, process
from rotation_builders import assert_all_is_under
from waiting import eventually

from nsor.disclosure import single
from nsor.keyring import FileRing
from nsor.register.models import IdentityNumber
from nsor.secrecy import ring
from nsor.secrecy.models import StoredKey

PEOPLE = 300


ROTATE_UNTIL_TOLD = """
import sys, threading
import django
django.setup()
from nsor.register import rekeying
ended = threading.Event()
threading.Thread(target=lambda: (sys.stdin.read(), ended.set())).start()
times = 0
while not ended.is_set():
    rekeying.rotate()
    times += 1
print(times)
"""


@pytest.fixture
def rotating(office: Office) -> Iterator[subprocess.Popen[str]]:
    """Published people, and a process that rotates again and again until it is told to end."""
    office.published(*people_rows(PEOPLE))
    started = subprocess.Popen(
        [sys.executable, "-c", ROTATE_UNTIL_TOLD],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "nsor.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            yield started
        finally:
            started.kill()


def ended(rotating: subprocess.Popen[str]) -> int:
    """Have it end after the rotation it is at; return how many there were."""
    printed, complaints = rotating.communicate(timeout=120)
    assert rotating.returncode == 0, complaints
    return int(printed)


def test_everybody_is_answered_about_all_the_while(
    office: Office, rotating: subprocess.Popen[str]
) -> None:
    numbers = [row["cnic"] for row in people_rows(PEOPLE)]
    seen: set[str] = set()
    asked = 0

    while len(seen) < 4:  # through three rotations
        found = single.check(numbers[asked % PEOPLE], "public", short_code="7000")
        assert found.outcome == "listed", asked
        assert single.check("3520199999991", "public", short_code="7000").outcome == "not_listed"
        seen.add(ring.ring().current)
        asked += 1

    assert ended(rotating) >= 3
    assert_all_is_under(ring.ring().current, numbers)


def test_no_number_gets_two_holders_whoever_imports_meanwhile(
    office: Office, rotating: subprocess.Popen[str]
) -> None:
    """Three files are imported at once, which name the same people, again and again."""
    numbers = {row["cnic"] for row in people_rows(PEOPLE)}
    for turn in range(2):
        rows = list(people_rows(60, start=PEOPLE + 60 * turn))
        numbers |= {row["cnic"] for row in rows}
        files = [
            office.file(
                a_file(*(row | {"case_number": f"{row['case_number']}{copy}"} for row in rows))
            )
            for copy in range(3)
        ]
        with ExitStack() as all_of_them:
            importing = [
                all_of_them.enter_context(
                    process(
                        "import", file, "--officer", "Amna", "--json", secret=office.secrets["Amna"]
                    )
                )
                for file in files
            ]
            for one in importing:
                printed, complaints = one.communicate(timeout=120)
                assert one.returncode == 0, printed + complaints
                office.approves(json.loads(printed)["batch"])

    assert ended(rotating) >= 1
    assert IdentityNumber.objects.count() == len(numbers)
    assert_all_is_under(ring.ring().current, numbers)
    assert all(is_listed(number) for number in numbers)


def test_acts_on_people_go_on_and_are_heard(
    office: Office, rotating: subprocess.Popen[str]
) -> None:
    numbers = [row["cnic"] for row in people_rows(PEOPLE)]

    for number in numbers[:8]:
        assert office.withdraws(number).exit_code == 0
        assert not is_listed(number)

    assert ended(rotating) >= 1
    assert_all_is_under(ring.ring().current, numbers)
    assert [is_listed(number) for number in numbers[:12]] == [False] * 8 + [True] * 4


OWED_TO = "923001111111"
WARNED = "خبردار! محمد اسلم ولد غلام رسول سزا یافتہ مجرم ہے۔"


@pytest.fixture
def centre() -> Iterator[LoadCentre]:
    """A message centre that doesn't take the replies to one subscriber."""
    made = LoadCentre()
    made.answer = lambda submit: None if submit.destination[2].endswith(b"3001111111") else 0
    yield made
    made.close()


def test_a_gateway_answers_all_the_while_and_pays_what_it_owed_from_before(
    office: Office, centre: LoadCentre, tmp_path: Path
) -> None:
    office.published(*people_rows(PEOPLE))
    urls = centre.url(operator="jazz", response_timeout=60)
    gateway = GatewayProcess(tmp_path / "gateway", urls)
    try:
        gateway.start().wait_until_ready()
        asked = {OWED_TO: Text(OWED_TO, b"3520100000071")}
        centre.deliver(asked.values())
        centre.wait_until_acknowledged(asked.values())

        answered = [sender for turn in range(2) for sender in asked_while_rotating(turn, centre)]
        office.published(a_row())  # sealed under a key that the gateway has yet to see
        centre.wait_until_answered([ask_until_listed(centre)])
        assert gateway.metrics()["nsor_sms_owed"] == 1
        gateway.kill()
        centre.answer = lambda submit: 0
        gateway.start().wait_until_ready()
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")

        assert answered
        for sender in (OWED_TO, *answered):
            assert [text for text in centre.whole_replies(sender) if WARNED not in text] == []
            assert centre.whole_replies(sender)
        assert gateway.terminate() == 0
    finally:
        gateway.end()


def test_a_gateway_meets_the_key_that_a_service_added(
    sqlite_office: Office,
    centre: LoadCentre,
    tmp_path: Path,
    own_ring: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sqlite_office.published(*people_rows(3))
    monkeypatch.setenv("NSOR_KEYS", f"command:/bin/cat {own_ring}")
    gateway = GatewayProcess(tmp_path / "gateway", centre.url(operator="jazz"))
    try:
        gateway.start().wait_until_ready()

        added = FileRing(own_ring).add()
        done = sqlite_office.run("keys", "rotate", "--resume", "--json").object
        sqlite_office.published(a_row())

        assert done["ring_key"] == added.current
        assert StoredKey.objects.exclude(ring_key=added.current).count() == 0
        centre.wait_until_answered([ask_until_listed(centre)])
    finally:
        gateway.end()
    assert "key_ring_beside_data" not in gateway.log()


def asked_while_rotating(turn: int, centre: LoadCentre) -> list[str]:
    """Have one subscriber after the other ask about somebody while a process rotates."""
    senders: list[str] = []
    with process("keys", "rotate", "--json") as rotating:
        while rotating.poll() is None:
            number = len(senders)
            senders.append(f"92300{2 + turn}{number:06}")
            centre.deliver([Text(senders[-1], f"35201{number % PEOPLE:07}1".encode())])
            centre.wait_until_answered(senders[-1:])
        assert rotating.returncode == 0
    return senders


def ask_until_listed(centre: LoadCentre) -> str:
    """Return who was told of somebody who was published a moment ago."""
    senders = (f"923007{number:06}" for number in count(1))

    def told() -> str | None:
        sender = next(senders)
        centre.deliver([Text(sender, ASLAM.encode())])
        centre.wait_until_answered([sender])
        return sender if WARNED in centre.whole_replies(sender)[0] else None

    return eventually(told, what="the one who was published last is told of") or ""
