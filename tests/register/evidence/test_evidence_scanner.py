"""Asking a virus scanner: a small real server on a real socket speaks clamd's part."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from nsor.register.evidence import scanner
from nsor.register.evidence.scanner import Clamd, NoScanner, ScannerError, Verdict

BAD = b"this-is-a-virus"


class Daemon:
    """Answers as clamd does, or as the test says; ``read`` are the documents it was sent."""

    def __init__(self, listening: socket.socket, answer: Callable[[bytes], bytes]) -> None:
        self.read: list[bytes] = []
        self._listening = listening
        self._answer = answer
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as stream:
                if stream.read(10) != b"zINSTREAM\0":
                    continue
                document = b""
                while size := int.from_bytes(stream.read(4), "big"):
                    document += stream.read(size)
                self.read.append(document)
                connection.sendall(self._answer(document))

    def stop(self) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


def as_clamd(document: bytes) -> bytes:
    return b"stream: Test.Virus-1 FOUND\0" if BAD in document else b"stream: OK\0"


@contextmanager
def a_daemon(
    listening: socket.socket, answer: Callable[[bytes], bytes] = as_clamd
) -> Iterator[Daemon]:
    listening.listen()
    daemon = Daemon(listening, answer)
    try:
        yield daemon
    finally:
        daemon.stop()


def on_a_port() -> tuple[socket.socket, str]:
    listening = socket.create_server(("127.0.0.1", 0))
    return listening, f"127.0.0.1:{listening.getsockname()[1]}"


def test_a_document_goes_through_whole_over_a_port() -> None:
    listening, address = on_a_port()
    document = bytes(range(256)) * 1000
    with a_daemon(listening) as daemon:
        assert Clamd(address).scan(document) == Verdict(clean=True)
        assert Clamd(address).scan(document + BAD) == Verdict(clean=False, found="Test.Virus-1")
        assert daemon.read == [document, document + BAD]


def test_a_document_goes_through_whole_over_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd.sock")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(path)
    with a_daemon(listening):
        assert Clamd(f"unix:{path}").scan(b"clean").clean
        assert not Clamd(f"unix:{path}").scan(BAD).clean


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",
        b"stream: ",
        b"OK\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"\xff" * 5000,
    ],
)
def test_any_other_answer_is_no_verdict(answer: bytes) -> None:
    listening, address = on_a_port()
    with a_daemon(listening, lambda _: answer), pytest.raises(ScannerError):
        Clamd(address).scan(b"clean")


def test_a_scanner_that_is_away_gives_no_verdict(tmp_path: Path) -> None:
    listening, address = on_a_port()
    listening.close()
    with pytest.raises(ScannerError):
        Clamd(address).scan(b"clean")
    with pytest.raises(ScannerError):
        Clamd(f"unix:{tmp_path}/nothing").scan(b"clean")


def test_a_scanner_that_never_answers_gives_no_verdict() -> None:
    listening, address = on_a_port()
    with closing(listening), pytest.raises(ScannerError):
        Clamd(address, seconds=0.05).scan(b"clean")


@pytest.mark.parametrize("address", ["", "clamd", "host:port", "3310", ":3310"])
def test_an_address_of_another_form_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="NSOR_CLAMD"):
        Clamd(address)


def test_the_setting_chooses_the_scanner(settings: object) -> None:
    settings.CLAMD = ""  # type: ignore[attr-defined]
    assert isinstance(scanner.configured(), NoScanner)
    assert scanner.configured().scan(BAD).clean
    settings.CLAMD = "unix:/run/clamd.sock"  # type: ignore[attr-defined]
    assert isinstance(scanner.configured(), Clamd)
