"""What the operations staff sees of a gateway: ``/healthz``, ``/readyz`` and ``/metrics``.

On a thread of its own, so that a scrape never holds up an answer, and on an address that is
meant for this machine only. Nothing of a person is ever in it.
"""

import json
import socket
import socketserver
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from prometheus_client import CONTENT_TYPE_LATEST

Readiness = Callable[[], dict[str, object]]
"""Returns ``ready`` (bool), ``reasons`` (list of str) and the facts behind them."""


class OpsServer:
    """Serves until ``close``. ``address``: (host, port); port 0 takes a free one."""

    def __init__(
        self, address: tuple[str, int], readiness: Readiness, metrics: Callable[[], bytes]
    ) -> None:
        """Listen. Raises ``OSError`` where the address can't be had."""
        self._server = _server(address, _handler(readiness, metrics))
        self.port = int(self._server.server_address[1])
        Thread(target=self._server.serve_forever, name="ops", daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()


def _server(address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        daemon_threads = True

        def server_bind(self) -> None:
            # http.server's own looks the host's name up, which may take long.
            socketserver.TCPServer.server_bind(self)
            self.server_name, self.server_port = address[0], int(self.server_address[1])

        def handle_error(self, request: object, client_address: object) -> None:
            """Tell nothing of a client that went away or sent nonsense."""

    return Server(address, handler)


def _handler(readiness: Readiness, metrics: Callable[[], bytes]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 5  # a client that sends nothing holds its thread no longer
        server_version = "nsor"
        sys_version = ""

        def do_GET(self) -> None:
            if self.path == "/healthz":
                self._answer(HTTPStatus.OK, {"alive": True})
            elif self.path == "/readyz":
                found = readiness()
                ready = HTTPStatus.OK if found["ready"] else HTTPStatus.SERVICE_UNAVAILABLE
                self._answer(ready, found)
            elif self.path == "/metrics":
                self._send(HTTPStatus.OK, CONTENT_TYPE_LATEST, metrics())
            else:
                self._answer(HTTPStatus.NOT_FOUND, {"known": ["/healthz", "/readyz", "/metrics"]})

        def _answer(self, status: HTTPStatus, body: dict[str, object]) -> None:
            self._send(status, "application/json", json.dumps(body).encode())

        def _send(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: a path is whatever somebody typed."""

    return Handler
