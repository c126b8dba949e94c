"""One gateway to an outbox, and an end in order: SIGTERM under load, in silence, and too late.

What is owed when a gateway ends is sent by the next one, whether it was asked to end or killed.
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from gateway_process import GatewayProcess
from load_centre import LoadCentre, Text
from raw_centre import RESPONSE, UNBIND, RawCentre, pack
from sample_answers import WARNING, no_record
from sample_people import LISTED_MAN
from waiting import eventually, free_port

ENDS_WITHIN = 10.0
SOME_ROOM_FOR_A_BUSY_MACHINE = 5.0
ESME_RX_T_APPN = 0x64


@pytest.fixture
def load_centre() -> Iterator[LoadCentre]:
    made = LoadCentre()
    yield made
    made.close()


@pytest.fixture
def loaded(home: Path, load_centre: LoadCentre) -> Iterator[GatewayProcess]:
    """A gateway with two binds to ``load_centre``."""
    urls = load_centre.url(operator="jazz", binds=2, window=20, response_timeout=60)
    gateway = GatewayProcess(home, urls).start()
    eventually(lambda: load_centre.bound == 2, what="both bound")
    yield gateway
    gateway.end()


# One at a time


def test_a_second_gateway_on_the_same_outbox_says_so_and_ends(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    second = GatewayProcess(loaded.home, load_centre.url())
    before = len(loaded.log())
    second.start()
    assert second.process is not None

    assert second.process.wait(30) == 1
    said = loaded.log()[before:]
    assert "gateway_refused" in said
    assert "Another gateway works on this outbox" in said
    assert "NSOR_HOME" in said, "it says what to do"

    assert load_centre.bound == 2
    asked = texts(1, 10)
    load_centre.deliver(asked)
    load_centre.wait_until_answered(text.sender for text in asked)


def test_a_gateway_that_was_killed_does_not_stop_the_next_from_starting(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    loaded.kill()
    loaded.start().wait_until_ready()

    asked = texts(1, 10)
    load_centre.deliver(asked)
    load_centre.wait_until_answered(text.sender for text in asked)


# An end in order


def test_under_load_it_finishes_its_window_unbinds_and_leaves_the_rest_to_the_next(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    load_centre.window = 100
    load_centre.answer_delay = 0.2
    asked = texts(1, 2000)
    load_centre.after(1200, lambda: send(loaded, signal.SIGTERM))
    load_centre.deliver(asked)

    assert_ended_in_time(loaded)
    assert load_centre.unbinds == 2
    answered = [text for text in asked if load_centre.whole_replies(text.sender)]
    owed = [text for text in asked if text.acknowledged and text not in answered]
    refused = [text for text in asked if ESME_RX_T_APPN in text.statuses]
    assert answered
    assert owed, "nothing was owed: this run proved nothing"
    assert refused or not all(text.acknowledged for text in asked)

    load_centre.answer_delay = 0.0
    load_centre.life += 1
    loaded.start().wait_until_ready()
    load_centre.wait_until_acknowledged(asked)
    load_centre.wait_until_answered(text.sender for text in asked)
    eventually(lambda: loaded.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
    for text in asked:
        assert load_centre.whole_replies(text.sender) == [answer_to(text)]
        copies = [(piece.reference, piece.number) for piece in load_centre.accepted(text.sender)]
        assert len(copies) == len(set(copies)), "its window was finished: nothing goes twice"


def test_a_window_that_the_centre_never_answers_holds_up_nobody(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    load_centre.answer = lambda submit: None
    asked = texts(1, 30)
    load_centre.deliver(asked)
    load_centre.wait_until_acknowledged(asked)

    send(loaded, signal.SIGTERM)

    assert_ended_in_time(loaded)
    load_centre.answer = lambda submit: 0
    loaded.start()
    load_centre.wait_until_answered(text.sender for text in asked)


def test_an_unbind_that_is_never_answered_holds_up_nobody(
    loaded: GatewayProcess, load_centre: LoadCentre
) -> None:
    load_centre.answers_unbind = False

    send(loaded, signal.SIGTERM)

    assert_ended_in_time(loaded)
    assert load_centre.unbinds == 2


def test_it_ends_where_nothing_is_bound(home: Path) -> None:
    gateway = GatewayProcess(home, f"smpp://nsor:secret@127.0.0.1:{free_port()}")
    try:
        gateway.start()
        eventually(lambda: "connect_failed" in gateway.log(), what="it tried")
        assert gateway.readiness()["reasons"] == ["unbound"]
        send(gateway, signal.SIGTERM)
        assert_ended_in_time(gateway)
    finally:
        gateway.end()


def test_it_ends_while_a_bind_waits_for_its_answer(home: Path, centre: RawCentre) -> None:
    gateway = GatewayProcess(home, centre.url(response_timeout=60))
    try:
        gateway.start()
        bind = centre.accept()
        bind.read()
        send(gateway, signal.SIGTERM)
        assert_ended_in_time(gateway)
    finally:
        gateway.end()


def test_it_ends_before_it_ever_loaded_the_directory(home: Path, centre: RawCentre) -> None:
    (home / "nsor.sqlite3").unlink()
    gateway = GatewayProcess(home, centre.url())
    try:
        gateway.start()
        eventually(lambda: "directory_not_loaded" in gateway.readiness()["reasons"])
        send(gateway, signal.SIGTERM)
        assert_ended_in_time(gateway)
    finally:
        gateway.end()


def test_a_second_sigterm_changes_nothing(home: Path, centre: RawCentre) -> None:
    gateway = GatewayProcess(home, centre.url())
    try:
        gateway.start()
        bind = centre.accept_bind()
        send(gateway, signal.SIGTERM)
        request = bind.read()
        assert request.command == UNBIND
        send(gateway, signal.SIGTERM)
        bind.send(pack(UNBIND | RESPONSE, 0, request.sequence))
        assert_ended_in_time(gateway)
        assert "gateway_stopped" in gateway.log()
    finally:
        gateway.end()


def texts(first: int, last: int) -> list[Text]:
    """Return questions, each of a sender of its own; every fourth is about the listed man."""
    return [
        Text(
            f"92300{number:07d}",
            LISTED_MAN.encode() if number % 4 == 0 else f"{3000000000000 + number}".encode(),
        )
        for number in range(first, last + 1)
    ]


def answer_to(text: Text) -> str:
    """Return what a text is answered with."""
    cnic = text.body.decode()
    return WARNING if cnic == LISTED_MAN else no_record(cnic)


def send(gateway: GatewayProcess, number: signal.Signals) -> None:
    """Send a signal to a gateway."""
    assert gateway.process is not None
    gateway.process.send_signal(number)


def assert_ended_in_time(gateway: GatewayProcess) -> None:
    """Fail where a gateway that was told to end takes too long, or did not end in order."""
    assert gateway.process is not None
    code = gateway.process.wait(ENDS_WITHIN + SOME_ROOM_FOR_A_BUSY_MACHINE)
    assert code == 0, gateway.log()
