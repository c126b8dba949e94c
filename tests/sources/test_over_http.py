"""The API for real: granian in a process of its own, the reference client, and raw sockets."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from django.db import connection
from register_builders import Office, a_row, is_listed
from source_builders import (
    WHY,
    Court,
    a_conviction,
    a_court,
    administrators,
    an_appeal,
    new_key,
)
from waiting import eventually

from nsor.register import services
from nsor.sources import client
from nsor.sources.client import Signer
from nsor.sources.models import Push, RefusedCount
from nsor.sources.services import approve, propose_key
from nsor.sources.signatures import Message, sign
from tests.web.hosting import web

PIECE = b"x" * 65536
HUNDRED_MB = 100 * 1024 * 1024


@pytest.fixture
def address(office: Office, tmp_path: Path) -> Iterator[str]:
    """Give the address of the web application, over the office's register."""
    with web(tmp_path, None, "nsor.web.asgi:application") as found:
        yield found


def test_a_stay_silences_the_register_over_http(office: Office, address: str) -> None:
    court = a_court(office)
    signer = Signer(court.key, court.keyid)
    conviction = json.dumps({"sequence": 1, **a_conviction()}).encode()

    pushed = client.push(
        f"{address}/api/v1/sources/convictions", conviction, signer, idempotency_key=new_key()
    )
    services.approve(Push.objects.get().batch.pk, office.bilal)  # type: ignore[union-attr]
    assert is_listed()
    stay = json.dumps({"sequence": 2, **an_appeal("stayed")}).encode()
    stayed = client.push(
        f"{address}/api/v1/sources/appeals", stay, signer, idempotency_key=new_key()
    )

    assert (pushed.status, stayed.status) == (202, 202)
    assert not is_listed()
    receipt = client.ask(f"{address}/api/v1/sources/receipts/{stayed.document['receipt']}", signer)
    assert (receipt.status, receipt.document["state"]) == (200, "took_effect")


def test_the_command_pushes_asks_and_shows_what_was_refused(
    sqlite_office: Office, tmp_path: Path
) -> None:
    office, key = sqlite_office, tmp_path / "court.pem"
    public = office.run("source", "keygen", str(key), "--json").object["public"]
    assert key.stat().st_mode & 0o777 == 0o600
    court = a_court(office)
    keyid = _given(office, court, public)
    event = tmp_path / "event.json"
    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        signed = ("--key", str(key), "--keyid", keyid)
        where = f"{address}/api/v1/sources/convictions"
        event.write_text(json.dumps({"sequence": 1, **a_conviction()}))
        done = office.run("source", "push", str(event), *signed, "--url", where, "--json")
        again = office.run(
            *("source", "push", str(event), *signed, "--url", where, "--json"),
            *("--idempotency-key", done.object["idempotency_key"]),
        )
        event.write_text(json.dumps({"sequence": 2, **a_conviction(sections=["PPC 0"])}))
        bad = office.run("source", "push", str(event), *signed, "--url", where)
        me = office.run(
            *("source", "ask", *signed, "--url", f"{address}/api/v1/sources/me", "--json")
        )

    assert (done.exit_code, done.object["state"]) == (0, "awaits_approval")
    assert again.object["receipt"] == done.object["receipt"]
    assert bad.exit_code == 1
    assert "[invalid_event]" in bad.stderr
    assert "sections" in bad.stderr
    assert me.object["next_sequence"] == 2


def _given(office: Office, court: Court, public: str) -> str:
    who = administrators(office)
    proposal = propose_key(court.source, public, who.one, WHY)
    return str(approve(proposal.pk, who.other).values["keyid"])


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_hundred_megabytes_are_cut_early(office: Office, address: str, declared: bool) -> None:
    how = f"Content-Length: {HUNDRED_MB}" if declared else "Transfer-Encoding: chunked"
    host = urlsplit(address)
    head = (
        f"POST /api/v1/sources/convictions HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\n{how}\r\n\r\n"
    ).encode()
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=20) as peer:
        peer.sendall(head)
        sent = _pour(peer, declared=declared)
        answer = peer.recv(65536)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"application/problem+json" in answer
    assert sent < 16 * 1024 * 1024
    assert not Push.objects.exists()


def _pour(peer: socket.socket, *, declared: bool) -> int:
    """Send a body until it is whole, or the other side answers or hangs up."""
    sent = 0
    piece = PIECE if declared else f"{len(PIECE):x}\r\n".encode() + PIECE + b"\r\n"
    while sent < HUNDRED_MB:
        peer.settimeout(0)
        try:
            if peer.recv(1, socket.MSG_PEEK):
                break
        except BlockingIOError:
            pass
        except OSError:
            break
        peer.settimeout(5)
        try:
            peer.sendall(piece)
        except OSError:
            break
        sent += len(PIECE)
    peer.settimeout(20)
    return sent


def test_two_same_pushes_at_once_are_one(postgres_office: Office, tmp_path: Path) -> None:
    office = postgres_office
    court = a_court(office)
    key, event = new_key(), {"sequence": 1, **a_conviction()}
    answers: list[httpx.Response] = []

    def push(address: str, message: Message, together: threading.Barrier) -> None:
        signed = sign(message, court.key, court.keyid)
        together.wait()
        answers.append(
            httpx.post(signed.url, headers=signed.headers, content=signed.body, timeout=30)
        )

    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        together = threading.Barrier(4)
        message = court.message("convictions", event, key)
        message.url = f"{address}/api/v1/sources/convictions"
        threads = [
            threading.Thread(target=push, args=(address, message, together)) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [one.status_code for one in answers] == [202] * 4
    assert len({one.text for one in answers}) == 1
    assert Push.objects.count() == 1


def test_what_strangers_send_is_counted_by_the_process_that_refuses_it(
    sqlite_office: Office, tmp_path: Path
) -> None:
    sqlite_office.published(a_row())
    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        for _ in range(3):
            refused = httpx.post(f"{address}/api/v1/sources/deaths", content=b"")
            assert (refused.status_code, refused.json()["code"]) == (401, "signature_missing")

        def counted() -> bool:
            connection.close()
            return sum(RefusedCount.objects.values_list("count", flat=True)) == 3

        eventually(counted, "three refusals are counted")


def test_an_empty_body_is_no_event(sqlite_office: Office, tmp_path: Path) -> None:
    court = a_court(sqlite_office)
    with web(tmp_path, None, "nsor.web.asgi:application") as address:
        message = court.message("deaths", b"")
        message.url = f"{address}/api/v1/sources/deaths"
        signed = sign(message, court.key, court.keyid)
        refused = httpx.post(signed.url, headers=signed.headers, content=b"")
    assert (refused.status_code, refused.json()["code"]) == (400, "bad_json")
