"""A stand-in for the identity authority: it answers for people who are all made up.

``python -m nsor.demo.authority HOST:PORT`` serves the people of the sample and of ``cases`` until
SIGTERM.

Rules that hold here: it speaks what ``nsor.identity.client`` asks, and nothing more; nothing of a
question is logged.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from nsor.cnic import sex_by_last_digit
from nsor.demo import sample
from nsor.demo.cases import CASES

_LONGEST = 4096

Holders = Mapping[str, Mapping[str, object]]


def holders_of(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, object]]:
    """Return what the authority says of the people of a file's rows, by number."""
    return {
        row["cnic"]: {
            "name_ur": row["name_ur"],
            "name_en": row["name_en"],
            "father_name_ur": "" if row.get("relation") == "husband" else row["father_name_ur"],
            "father_name_en": "" if row.get("relation") == "husband" else row["father_name_en"],
            "sex": row.get("sex") or sex_by_last_digit(row["cnic"]),
            "alive": True,
        }
        for row in rows
    }


def server(host: str, port: int, look_up: Callable[[str], object]) -> ThreadingHTTPServer:
    """Return a server whose ``look_up`` gives a holder as JSON has it, or None for nobody."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            if self.path != "/v1/holders":
                self._answer(404, {"error": "There is nothing at this address."})
                return
            try:
                length = min(int(self.headers.get("Content-Length", "0")), _LONGEST)
                number = json.loads(self.rfile.read(length))["number"]
            except (ValueError, KeyError, TypeError):
                self._answer(400, {"error": "The body is a JSON object with a number."})
                return
            self._answer(200, {"holder": look_up(str(number))})

        def _answer(self, status: int, body: Mapping[str, object]) -> None:
            octets = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        def log_message(self, format: str, *args: object) -> None:
            """Log nothing: a question holds somebody's number."""

    return ThreadingHTTPServer((host, port), Handler)


def main() -> None:
    """Serve the sample's people."""
    host, _, port = sys.argv[1].rpartition(":")
    holders = holders_of([*sample.rows(), *CASES])
    with server(host, int(port), holders.get) as serving:
        serving.serve_forever()


if __name__ == "__main__":
    main()
