"""Where the demo's parts listen, settled before any of them starts.

Rules that hold here: a place that can't be had is refused in a sentence that names the variable
to change; port 0 is any free one. Only the message centre's socket is kept: the other two are let
go again for the process that will listen there, which could not say as well what is wrong.
"""

import errno
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Final, NamedTuple

from nsor.demo.errors import DemoError
from nsor.sms.config import bind_address

DEFAULTS: Final = {
    "NSOR_DEMO_SMSC_BIND": "127.0.0.1:2775",
    "NSOR_WEB_BIND": "127.0.0.1:8000",
    "NSOR_OPS_BIND": "127.0.0.1:9464",
}
_EVERY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - to be replaced


class Place(NamedTuple):
    """An address at which a part of the demo listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as ``host:port``."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def near(self) -> "Place":
        """Where it is reached from this machine, if it listens at every address."""
        return Place(_EVERY_ADDRESS.get(self.host, self.host), self.port)


class Places(NamedTuple):
    """All three; ``smsc_socket`` listens already."""

    smsc: Place
    smsc_socket: socket.socket
    web: Place
    ops: Place


def claim(environ: Mapping[str, str]) -> Places:
    """Settle the places. Raises ``DemoError`` and ``ConfigError``."""
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(_listen(environ, name, default))
            for name, default in DEFAULTS.items()
        ]
        hosts = [bind_address(environ, name, default)[0] for name, default in DEFAULTS.items()]
        places = [
            Place(host, held.getsockname()[1]) for host, held in zip(hosts, sockets, strict=True)
        ]
        return Places(places[0], sockets[0].dup(), places[1], places[2])


def _listen(environ: Mapping[str, str], name: str, default: str) -> socket.socket:
    host, port = bind_address(environ, name, default)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise DemoError(
                f"Something else listens at {Place(host, port)} already."
                f" End it, or set {name} to another address, such as {host}:{port + 1}."
            ) from error
        raise DemoError(
            f"{name}: {Place(host, port)} can't be had ({error.strerror})."
            f" Set it to an address of this machine, such as {default}."
        ) from error


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port
