"""How the web application is served: granian, in a process of its own.

Rules that hold here: the static files are mounted in the server, under the address that carries
their digest; no access log, because a log of who looked at what is personal data.
"""

import sys

from nsor.web import assets

_A_YEAR = 365 * 24 * 3600


def address(bind: str) -> tuple[str, int]:
    """Split ``host:port`` (``[::1]:8000`` too). Raises ``ValueError`` with a sentence."""
    host, colon, port = bind.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise ValueError("NSOR_WEB_BIND is a host and a port, such as 127.0.0.1:8000.")
    return host.strip("[]"), int(port)


def command(bind: str, application: str = "nsor.web.asgi:application") -> list[str]:
    """Return the command line that serves ``application`` at ``bind`` until SIGTERM.

    Raises ``ValueError`` where ``bind`` is no address.
    """
    host, port = address(bind)
    return [
        sys.executable,
        *("-m", "granian"),
        *("--interface", "asginl"),
        *("--host", host),
        *("--port", str(port)),
        *("--workers-kill-timeout", "3"),
        *("--log-level", "warning"),
        "--no-ws",
        "--no-access-log",
        *("--static-path-route", assets.ROUTE),
        *("--static-path-mount", str(assets.ROOT)),
        *("--static-path-expires", str(_A_YEAR)),
        application,
    ]
