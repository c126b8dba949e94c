"""What the gateway does while something that it stands on is away: database, disk, operator.

A database that is away makes it careful, a disk that is full makes it refuse, and an operator
that is away makes it wait; and when things are as they were, so is the gateway, by itself.
"""

import os
import resource
import shutil
import signal
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import pytest
from gateway_process import GatewayProcess, Register
from in_process import InProcess
from load_centre import LoadCentre, Text
from raw_centre import (
    DELIVER_SM,
    RESPONSE,
    SUBMIT_SM,
    RawBind,
    RawCentre,
    Submit,
    deliver_sm,
    pack,
    read_submit,
)
from sample_answers import UNAVAILABLE, WARNING, no_record
from sample_people import HEADER, LISTED_MAN, ROWS, UNLISTED
from smpp34 import SubmitSm
from tracing import slow_disk
from waiting import eventually

from nsor.sms import gateway as gateway_module

STALE_AFTER = "1.5"
ESME_RMSGQFUL, ESME_RTHROTTLED, ESME_RX_T_APPN = 0x14, 0x58, 0x64
DECIDED_FOR = 5.0
LIKE_BEFORE = resource.RLIM_INFINITY


# The database is away


class Away(AbstractContextManager[None]):
    """A register's database, and how it goes away and comes back (``with``)."""

    home: Path
    url: str | None = None


class FileAway(Away):
    """A SQLite file that is moved somewhere else, with what SQLite keeps beside it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._elsewhere = home.with_name("elsewhere")

    def __enter__(self) -> None:
        self._elsewhere.mkdir()
        for file in self.home.glob("nsor.sqlite3*"):
            shutil.move(file, self._elsewhere)

    def __exit__(self, *_: object) -> None:
        for file in self._elsewhere.iterdir():
            shutil.move(file, self.home)


class ServerAway(Away):
    """A PostgreSQL server of which no process runs any more, though its sockets are there."""

    def __init__(self, home: Path, url: str, postmaster: int) -> None:
        self.home, self.url = home, url
        self._postmaster = postmaster

    def __enter__(self) -> None:
        self._signal(signal.SIGSTOP)

    def __exit__(self, *_: object) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        children = Path(f"/proc/{self._postmaster}/task/{self._postmaster}/children")
        for pid in (self._postmaster, *map(int, children.read_text().split())):
            os.kill(pid, number)


@pytest.fixture
def file_away(home: Path) -> FileAway:
    return FileAway(home)


@pytest.fixture
def server_away(tmp_path: Path, request: pytest.FixtureRequest) -> ServerAway:
    url = request.getfixturevalue("postgres_database").url
    server = request.getfixturevalue("postgres_server")
    home = tmp_path / "home"
    home.mkdir()
    register = Register({**os.environ, "NSOR_HOME": str(home), "NSOR_DATABASE_URL": url})
    csv = tmp_path / "entries.csv"
    csv.write_text("\n".join((HEADER, *ROWS)) + "\n", "utf-8")
    register.publish(csv)
    return ServerAway(home, url, server.pid)


@pytest.mark.parametrize(
    "kind", ["file_away", pytest.param("server_away", marks=pytest.mark.postgres)]
)
def test_without_the_database_it_warns_still_but_never_says_no_record(
    kind: str, request: pytest.FixtureRequest, centre: RawCentre
) -> None:
    away: Away = request.getfixturevalue(kind)
    environment = {"NSOR_STALE_AFTER": STALE_AFTER}
    if away.url:
        environment["NSOR_DATABASE_URL"] = away.url
    with running(GatewayProcess(away.home, centre.url(), **environment)) as gateway:
        bind = centre.accept_bind()
        assert text_of(bind.ask(1, UNLISTED.encode())) == no_record()

        with away:
            eventually(lambda: "directory_stale" in gateway.readiness()["reasons"])
            assert status_of(gateway, "readyz") == HTTPStatus.SERVICE_UNAVAILABLE
            assert gateway.readiness()["reasons"] == ["directory_stale"]
            assert status_of(gateway, "healthz") == HTTPStatus.OK
            assert text_of(bind.ask(2, LISTED_MAN.encode())) == WARNING
            assert text_of(bind.ask(3, UNLISTED.encode())) == UNAVAILABLE

        eventually(lambda: gateway.readiness()["ready"], what="ready again")
        assert text_of(bind.ask(4, UNLISTED.encode())) == no_record()
        assert text_of(bind.ask(5, LISTED_MAN.encode())) == WARNING


def test_a_gateway_that_never_loaded_the_directory_does_not_bind(
    home: Path, centre: RawCentre
) -> None:
    away = FileAway(home)
    with away:
        gateway = GatewayProcess(home, centre.url()).start()
        eventually(lambda: gateway.readiness()["reasons"] == ["directory_not_loaded", "unbound"])
        eventually(lambda: "feed_cannot_be_followed" in gateway.log())
        assert not centre.somebody_waits()
    with running(gateway):
        bind = centre.accept_bind()
        assert text_of(bind.ask(1, UNLISTED.encode())) == no_record()


# The disk is full


@pytest.fixture
def load_centre() -> Iterator[LoadCentre]:
    made = LoadCentre()
    yield made
    made.close()


@pytest.fixture
def loaded(home: Path, load_centre: LoadCentre) -> Iterator[GatewayProcess]:
    """A gateway that is bound to ``load_centre``; each sender has but one check a day."""
    urls = load_centre.url(operator="jazz", window=500, response_timeout=60)
    gateway = GatewayProcess(home, urls, NSOR_DAILY_LIMIT="1")
    with running(gateway):
        gateway.wait_until_ready()
        yield gateway


def test_with_a_full_disk_nothing_is_acknowledged_and_all_is_well_once_there_is_space(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    before, meanwhile = texts(1, 100), texts(101, 200)
    load_centre.deliver(before)
    load_centre.wait_until_answered(text.sender for text in before)

    fill_the_disk_of(loaded)
    load_centre.deliver(meanwhile)
    eventually(lambda: all(len(text.statuses) > 1 for text in meanwhile), what="refused twice")
    assert {status for text in meanwhile for status in text.statuses} == {ESME_RX_T_APPN}
    assert "outbox_failing" in loaded.readiness()["reasons"]
    assert not any(load_centre.taken.get(text.sender) for text in meanwhile)

    make_space_for(loaded)
    load_centre.wait_until_acknowledged(meanwhile)
    load_centre.wait_until_answered(text.sender for text in meanwhile)
    eventually(lambda: loaded.readiness()["ready"], what="ready again")
    eventually(lambda: loaded.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    assert_answered_once(load_centre, [*before, *meanwhile])


def test_what_was_acknowledged_outlives_a_full_disk_and_a_kill(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    acknowledged, refused = texts(1, 100), texts(101, 200)
    load_centre.answer = lambda submit: None
    load_centre.deliver(acknowledged)
    load_centre.wait_until_acknowledged(acknowledged)

    fill_the_disk_of(loaded)
    load_centre.deliver(refused)
    eventually(lambda: all(text.statuses for text in refused), what="refused")
    loaded.kill()
    load_centre.answer = lambda submit: 0
    assert not any(text.acknowledged for text in refused)

    loaded.start()
    load_centre.wait_until_acknowledged(refused)
    load_centre.wait_until_answered(text.sender for text in [*acknowledged, *refused])
    eventually(lambda: loaded.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    assert_answered_once(load_centre, [*acknowledged, *refused])


def test_it_ends_in_order_on_a_full_disk(loaded: GatewayProcess, load_centre: LoadCentre) -> None:
    fill_the_disk_of(loaded)
    refused = texts(1, 50)
    load_centre.deliver(refused)
    eventually(lambda: "outbox_failing" in loaded.readiness()["reasons"], what="it failed")

    assert loaded.terminate() == 0
    assert load_centre.unbinds == 1

    loaded.start()
    load_centre.wait_until_answered(text.sender for text in refused)


def test_it_works_on_where_its_log_cannot_be_written(home: Path, centre: RawCentre) -> None:
    gateway = GatewayProcess(home, centre.url(response_timeout=60))
    gateway.log_file.symlink_to("/dev/full")
    with running(gateway):
        bind = centre.accept_bind()
        assert text_of(bind.ask(1, UNLISTED.encode())) == no_record()
        bind.reset()
        again = centre.accept_bind()
        assert text_of(again.ask(1, LISTED_MAN.encode())) == WARNING


def test_it_works_on_and_ends_where_nobody_drains_its_log(home: Path, centre: RawCentre) -> None:
    gateway = GatewayProcess(home, centre.url(response_timeout=60))
    os.mkfifo(gateway.log_file)
    reader = os.open(gateway.log_file, os.O_RDONLY | os.O_NONBLOCK)
    filler = os.open(gateway.log_file, os.O_WRONLY | os.O_NONBLOCK)
    with suppress(BlockingIOError):
        while True:
            os.write(filler, b"x")
    with running(gateway):
        bind = centre.accept_bind()
        assert text_of(bind.ask(1, UNLISTED.encode())) == no_record()
        assert gateway.terminate_bound(bind) == 0
    os.close(filler)
    os.close(reader)


def test_what_comes_again_while_a_slow_disk_still_stores_it_is_the_same_message(
    home: Path, centre: RawCentre
) -> None:
    gateway = GatewayProcess(home, centre.url(operator="jazz", binds=2, response_timeout=60))
    with running(gateway):
        first, second = centre.accept_bind(), centre.accept_bind()
        eventually(lambda: len(binds_up(gateway)) == 2, what="both bound")
        assert gateway.process is not None

        with slow_disk(gateway.process.pid, seconds=2):
            first.send(deliver_sm(1, LISTED_MAN.encode()))
            eventually(lambda: gateway.metrics().get(RECEIVED) == 1, what="it is being stored")
            first.reset()
            eventually(lambda: len(binds_up(gateway)) == 1, what="the loss is known")
            second.send(deliver_sm(1, LISTED_MAN.encode()))
            eventually(lambda: gateway.metrics().get(RECEIVED) == 2, what="the copy came")
            assert gateway.metrics()["nsor_sms_owed"] == 0, "the disk was too fast to prove a thing"

        submits: list[Submit] = []
        acknowledged = False
        while len(submits) < 2 or not acknowledged:
            pdu = second.read()
            if pdu.command == SUBMIT_SM:
                submits.append(read_submit(pdu))
                second.send(pack(SUBMIT_SM | RESPONSE, 0, pdu.sequence, b"1\0"))
            else:
                assert pdu.command == DELIVER_SM | RESPONSE
                acknowledged = pdu.status == 0
        assert text_of(submits) == WARNING
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
        assert second.fence() == [], "it was answered twice"


# The operator is away


def test_a_backlog_is_bounded_and_what_was_refused_comes_in_once_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_module, "MOST_OWED", 50)
    taken: Counter[str] = Counter()
    is_taking = False

    def on_submit(submit: SubmitSm, message_id: str) -> int | None:
        if is_taking:
            taken[submit.destination_addr] += 1
        return 0 if is_taking else ESME_RTHROTTLED

    gateway = InProcess(tmp_path, at=1_772_000_000, on_submit=on_submit)
    asked = texts(1, 200)
    for text in asked:
        gateway.ask(text.sender, text.body)
        gateway.clock.advance(0.01)

    refused = gateway.gateway.figures.refused
    assert refused["jazz", f"{ESME_RMSGQFUL:#010x}"] >= 150
    assert gateway.gateway.figures.owed == 50
    assert gateway.acknowledged == [0] * 50

    is_taking = True
    gateway.clock.advance(120)
    assert gateway.acknowledged == [0] * 200
    assert gateway.gateway.figures.owed == 0
    assert taken == Counter(text.sender for text in asked)
    gateway.kill()


def test_a_warning_that_waited_is_not_sent_once_its_conviction_is_quashed(
    home: Path, register: Register, centre: RawCentre
) -> None:
    """The operator holds up everything behind the first part of a warning."""
    urls = centre.url(window=1, response_timeout=60)
    with running(GatewayProcess(home, urls)) as gateway:
        bind = centre.accept_bind()
        asked = time.monotonic()
        for sequence, sender in enumerate((b"923001111111", b"923002222222"), 1):
            bind.send(deliver_sm(sequence, LISTED_MAN.encode(), source=sender))
        first, acknowledgements = None, 0
        while first is None or acknowledgements < 2:
            pdu = bind.read()
            acknowledgements += pdu.command == DELIVER_SM | RESPONSE
            first = read_submit(pdu) if pdu.command == SUBMIT_SM else first
        assert first.short_message.startswith(b"\x05\x00\x03"), "the warning has two parts"

        quash(register, gateway)
        eventually(lambda: time.monotonic() > asked + DECIDED_FOR, what="it waited long enough")
        bind.send(pack(SUBMIT_SM | RESPONSE, 0, first.sequence, b"1\0"))

        said = {reply.destination[2]: reply.short_message for reply in two_replies(bind)}
        told = no_record(LISTED_MAN).encode("utf-16-be")
        assert said == {b"923001111111": told, b"923002222222": told}
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
        assert bind.fence() == []


def test_a_warning_held_up_by_throttling_or_a_link_that_is_down_is_decided_again(
    home: Path, register: Register, load_centre: LoadCentre
) -> None:
    other = LoadCentre()
    urls = f"{load_centre.url(operator='jazz')} {other.url(operator='zong')}"
    asked_of = {load_centre: texts(1, 3, LISTED_MAN), other: texts(4, 6, LISTED_MAN)}
    try:
        with running(GatewayProcess(home, urls)) as gateway:
            eventually(lambda: load_centre.bound and other.bound, what="both bound")
            load_centre.answer = lambda submit: ESME_RTHROTTLED
            other.answer = lambda submit: None
            for centre, asked in asked_of.items():
                centre.deliver(asked)
                centre.wait_until_acknowledged(asked)
            since = time.monotonic()
            other.go_down()

            quash(register, gateway)
            eventually(lambda: time.monotonic() > since + DECIDED_FOR, what="it waited long enough")
            other.listen()
            load_centre.answer = other.answer = lambda submit: 0

            for centre, asked in asked_of.items():
                centre.wait_until_answered(text.sender for text in asked)
            eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed")
        for centre, asked in asked_of.items():
            assert_answered_once(centre, asked)
    finally:
        other.close()


def test_a_warning_owed_over_a_restart_is_decided_again(
    home: Path, register: Register, load_centre: LoadCentre
) -> None:
    """The first part of each had gone."""
    load_centre.answer = lambda submit: 0 if submit.short_message[5] == 1 else None
    urls = load_centre.url(operator="jazz", response_timeout=60)
    asked = texts(1, 20, LISTED_MAN)
    with running(GatewayProcess(home, urls)) as gateway:
        load_centre.deliver(asked)
        load_centre.wait_until_acknowledged(asked)
        eventually(lambda: gateway.metrics().get(PARTS) == len(asked), what="the first parts")
        gateway.kill()
        load_centre.answer = lambda submit: 0
        load_centre.life += 1
        register.appeal(LISTED_MAN, "quashed", "C-1")

        gateway.start()
        load_centre.wait_until_answered(text.sender for text in asked)
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    for text in asked:
        assert load_centre.whole_replies(text.sender) == [no_record(LISTED_MAN)]
        assert len(load_centre.accepted(text.sender, life=1)) == 1


# Builders


RECEIVED = 'nsor_sms_received_total{operator="jazz"}'
PARTS = 'nsor_sms_parts_total{operator="jazz"}'


def texts(first: int, last: int, cnic: str = "") -> list[Text]:
    """Return questions, each of a sender of its own, about ``cnic`` or a number of its own."""
    return [
        Text(f"92300{number:07d}", (cnic or f"{3000000000000 + number}").encode())
        for number in range(first, last + 1)
    ]


@contextmanager
def running(gateway: GatewayProcess) -> Iterator[GatewayProcess]:
    """Run a gateway for as long as the block lasts."""
    try:
        yield gateway if gateway.process else gateway.start()
    finally:
        gateway.end()


def quash(register: Register, gateway: GatewayProcess) -> None:
    """Quash the listed man's conviction, and wait until the gateway has heard of it."""
    sequence = register.appeal(LISTED_MAN, "quashed", "C-1")["sequence"]
    eventually(
        lambda: gateway.metrics()["nsor_directory_sequence"] == sequence, what="the gateway heard"
    )


def fill_the_disk_of(gateway: GatewayProcess) -> None:
    """Let no file of the gateway's grow, nor any octet past the first be written to one."""
    assert gateway.process is not None
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (0, LIKE_BEFORE))


def make_space_for(gateway: GatewayProcess) -> None:
    """Let the gateway write again."""
    assert gateway.process is not None
    resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (LIKE_BEFORE, LIKE_BEFORE))


def assert_answered_once(centre: LoadCentre, asked: list[Text]) -> None:
    """Each question has its one answer, and nothing but that was accepted."""
    for text in asked:
        assert centre.whole_replies(text.sender) == [no_record(text.body.decode())], text
        assert len(centre.accepted(text.sender)) == 1, text


def binds_up(gateway: GatewayProcess) -> list[str]:
    """Return the binds that are up, as the metrics name them."""
    samples = gateway.metrics().items()
    return [name for name, value in samples if name.startswith("nsor_bind_up{") and value == 1]


def text_of(parts: list[Submit]) -> str:
    """Return what a reply in Urdu says."""
    octets = [part.short_message[6 if part.esm_class & 0x40 else 0 :] for part in parts]
    return b"".join(octets).decode("utf-16-be")


def two_replies(bind: RawBind) -> list[Submit]:
    """Read two replies of one part each, accepted."""
    return [bind.accept_submit() for _ in range(2)]


def status_of(gateway: GatewayProcess, page: str) -> int:
    """Return the HTTP status of a page of operations'."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{gateway.ops_port}/{page}") as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
