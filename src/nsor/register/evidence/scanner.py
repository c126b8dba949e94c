"""Scanning a document for viruses, by a scanner that runs beside us.

Rules that hold here: a scanner that is configured and can't be asked, or answers anything but that
a document is clean or infected, is an error, and the document is refused. Source: clamd(8), the
command INSTREAM.
"""

import socket
from contextlib import closing
from typing import Final, NamedTuple, Protocol

from django.conf import settings

SECONDS: Final = 60.0
_PIECE: Final = 1 << 16
_LONGEST_ANSWER: Final = 4096


class Verdict(NamedTuple):
    """What a scanner says; ``found`` names what it found, empty for a clean document."""

    clean: bool
    found: str = ""


class ScannerError(Exception):
    """The scanner can't be asked, or its answer can't be used: nothing is known of the document."""


class Scanner(Protocol):
    """Whatever tells an infected document from a clean one."""

    def scan(self, octets: bytes) -> Verdict:
        """Return the verdict. Raises ``ScannerError``."""


class NoScanner:
    """No scanner: lets every document pass, as ``NSOR_CLAMD`` names none.

    What remains is that only the copy is served, which is made new from the document.
    """

    def scan(self, octets: bytes) -> Verdict:
        """Return that the document is clean."""
        return Verdict(clean=True)


class Clamd:
    """A clamd at ``unix:/path`` or ``host:port``; each scan is a connection of its own."""

    def __init__(self, address: str, seconds: float = SECONDS) -> None:
        """Take the address; nothing is asked yet. Raises ``ValueError`` for another form."""
        host, _, port = address.rpartition(":")
        if not host or (host != "unix" and not port.isdecimal()):
            raise ValueError("NSOR_CLAMD is unix:/path of clamd's socket, or host:port.")
        self._host, self._port = host, port
        self._seconds = seconds

    def scan(self, octets: bytes) -> Verdict:
        """Return clamd's verdict. Raises ``ScannerError``."""
        try:
            with closing(self._connect()) as connection:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(octets), _PIECE):
                    piece = octets[start : start + _PIECE]
                    connection.sendall(len(piece).to_bytes(4, "big") + piece)
                connection.sendall(bytes(4))
                answer = _answer(connection)
        except OSError:
            raise ScannerError("The virus scanner can't be reached.") from None
        return _verdict(answer)

    def _connect(self) -> socket.socket:
        if self._host != "unix":
            return socket.create_connection((self._host, int(self._port)), self._seconds)
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(self._seconds)
            connection.connect(self._port)
        except OSError:
            connection.close()
            raise
        return connection


def configured() -> Scanner:
    """Return the scanner that ``NSOR_CLAMD`` names, or none."""
    return Clamd(settings.CLAMD) if settings.CLAMD else NoScanner()


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer


def _verdict(answer: bytes) -> Verdict:
    said = answer.removesuffix(b"\0")
    if said == b"stream: OK" and answer.endswith(b"\0"):
        return Verdict(clean=True)
    if said.startswith(b"stream: ") and said.endswith(b" FOUND"):
        found = said.removeprefix(b"stream: ").removesuffix(b" FOUND")
        return Verdict(clean=False, found=found.decode("ascii", "replace"))
    raise ScannerError("The virus scanner gave no verdict on the document.")
