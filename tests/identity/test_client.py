"""The client against a real HTTP server that misbehaves as told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from nsor.demo import authority as stand_in
from nsor.identity import client
from nsor.identity.authority import AuthorityUnavailable
from nsor.identity.breaker import Breaker
from nsor.identity.client import TRIES, HttpAuthority

NUMBER = "3520112345671"
NOBODY = b'{"holder": null}'


class Misbehaving:
    """A server that answers from a list of (status, body); the last one for ever."""

    def __init__(self, *answers: tuple[int, bytes]) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bytes, str]] = []

    def next(self) -> tuple[int, bytes]:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def served(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def misbehaving(told: Misbehaving) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.path, body, self.headers.get("Authorization", "")))
            status, answer = told.next()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with served(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as url:
        yield url


@contextmanager
def asking(url: str, breaker: Breaker | None = None) -> Iterator[HttpAuthority]:
    authority = HttpAuthority(url, "a-token", breaker=breaker, wait=lambda seconds: None)
    try:
        yield authority
    finally:
        authority.close()


def test_a_holder_is_found_and_nobody_is_nobody() -> None:
    holders = {NUMBER: {"name_en": "Muhammad Aslam", "sex": "male", "alive": True}}
    with served(stand_in.server("127.0.0.1", 0, holders.get)) as url, asking(url) as authority:
        found = authority.look_up(NUMBER)
        assert found is not None
        assert (found.name_en, found.name_ur, found.sex, found.alive) == (
            "Muhammad Aslam",
            "",
            "male",
            True,
        )
        assert authority.look_up("3520198765431") is None


def test_the_number_goes_into_the_body_and_the_token_into_its_header() -> None:
    told = Misbehaving((200, NOBODY))
    with misbehaving(told) as url, asking(url) as authority:
        authority.look_up(NUMBER)
    [(path, body, header)] = told.asked
    assert path == "/v1/holders"
    assert body == b'{"number":"3520112345671"}'
    assert header == "Bearer a-token"


def test_what_passes_is_asked_again() -> None:
    told = Misbehaving((503, b""), (500, b""), (200, NOBODY))
    with misbehaving(told) as url, asking(url) as authority:
        assert authority.look_up(NUMBER) is None
    assert len(told.asked) == TRIES


@pytest.mark.parametrize("status", [400, 401, 404, 302])
def test_what_does_not_pass_is_asked_once(status: int) -> None:
    told = Misbehaving((status, b""))
    with (
        misbehaving(told) as url,
        asking(url) as authority,
        pytest.raises(AuthorityUnavailable, match=str(status)),
    ):
        authority.look_up(NUMBER)
    assert len(told.asked) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b'{"holder": {"sex": "male"}}',
        b'{"holder": {"sex": "other", "alive": true}}',
        b'{"holder": {"sex": "male", "alive": true, "died_on": "never"}}',
        b'{"holder": {"sex": "male", "alive": true, "name_ur": "\xff"}}',
        b'{"holder": null}' + b" " * 70_000,
    ],
)
def test_what_cannot_be_read_is_no_answer(body: bytes) -> None:
    with misbehaving(Misbehaving((200, body))) as url, asking(url) as authority:
        with pytest.raises(AuthorityUnavailable) as raised:
            authority.look_up(NUMBER)
        assert NUMBER not in str(raised.value)


def test_it_is_left_to_rest_after_failures_and_asked_again_later() -> None:
    told = Misbehaving((503, b""))
    breaker = Breaker(opens_after=TRIES, rest=3600.0)
    with misbehaving(told) as url, asking(url, breaker) as authority:
        for _ in range(3):
            with pytest.raises(AuthorityUnavailable):
                authority.look_up(NUMBER)
        assert len(told.asked) == TRIES, "the second and the third were not sent"
        assert breaker.opened_at is not None
        breaker.opened_at -= 3600.0
        told.answers = [(200, NOBODY)]
        assert authority.look_up(NUMBER) is None


def test_nobody_who_listens_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with asking(f"http://127.0.0.1:{port}") as authority, pytest.raises(AuthorityUnavailable):
        authority.look_up(NUMBER)


def test_one_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "TIMEOUT", client.httpx.Timeout(0.05))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        with asking(f"http://127.0.0.1:{port}") as authority, pytest.raises(AuthorityUnavailable):
            authority.look_up(NUMBER)


@pytest.mark.parametrize(
    "url",
    [
        "http://authority.example",
        "ftp://localhost",
        "https://a:b@authority.example",
        "",
        "https://a?b=1",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="NSOR_IDENTITY_URL"):
        HttpAuthority(url)
