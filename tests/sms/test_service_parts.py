"""The parts of the gateway's process: its log, its crash, its end, its look-ups, its keys.

What belongs to a process as a whole is shown on one: a child that runs a few lines of ours.
"""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from nsor import keyring
from nsor.keyring import KeyRingError
from nsor.sms import logs
from nsor.sms.machine import AsyncioNetwork
from nsor.sms.ops import OpsServer
from nsor.sms.seams import Address, Transport

DEADLINE = 20.0
SENDER = "923001234567"
KEY = "ab" * 32

FEED = """
class Feed:
    def stream(self, after):
        sys.stdin.readline()  # loaded when the test says so
        return iter(())
    def read(self, after, limit):
        return []
    read_silences = read
    def last_sequence(self):
        return 0
    def standing(self):
        return type("S", (), {"public_open": True, "withheld": False, "epoch": 1})()
    def close(self):
        pass
"""


def a_child(code: str, *arguments: str, **environment: str) -> "subprocess.Popen[str]":
    """Start a process that runs ``code``; what it writes can be read line by line."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def a_service(home: Path, code: str, smsc_urls: str) -> "subprocess.Popen[str]":
    """Start a gateway's process on a feed that is empty; ``code`` changes what it is made of."""
    return a_child(
        f"import socket, sys, threading\nfrom pathlib import Path\n"
        f"from nsor.sms import gateway, service\n{FEED}\n{code}\n"
        f"sys.exit(service.run(Path(sys.argv[1]), Feed()))",
        str(home),
        NSOR_SMSC_URLS=smsc_urls,
        NSOR_OPS_BIND="127.0.0.1:0",
        NSOR_KEYS=str(home / "keys.json"),
    )


@contextmanager
def ending(process: "subprocess.Popen[str]") -> Iterator["subprocess.Popen[str]"]:
    """Make sure that a child ends, whatever the test finds."""
    killer = threading.Timer(DEADLINE, process.kill)
    killer.start()
    try:
        yield process
    finally:
        killer.cancel()
        killer.join()
        process.kill()
        process.communicate()


def told(process: "subprocess.Popen[str]", event: str) -> dict[str, Any]:
    """Read the log up to an event; fails where the log ends before it."""
    assert process.stdout is not None
    for line in process.stdout:
        found: dict[str, Any] = json.loads(line)
        if found["event"] == event:
            return found
    raise AssertionError(f"it ended without {event}")


def an_answer(port: int, path: str, host: str = "127.0.0.1") -> tuple[int, str]:
    """Return the status and the text of a page."""
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/{path}", timeout=DEADLINE) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


# The process


def test_it_tells_how_it_is_before_it_serves_and_ends_though_a_look_up_hangs(
    tmp_path: Path,
) -> None:
    code = """
look_up = socket.getaddrinfo
def hanging(host, *rest, **named):
    if host == "hangs.example":
        print('{"event": "looking_up"}', file=sys.stderr, flush=True)
        threading.Event().wait()
    return look_up(host, *rest, **named)
socket.getaddrinfo = hanging
gateway.MOST_OWED = 0
"""
    urls = "smpp://nsor:s3cret@hangs.example:2775 smpp://nsor:s3cret@a..b:2775"
    with ending(a_service(tmp_path, code, urls)) as process:
        assert process.stdin is not None
        port = told(process, "gateway_started")["ops_port"]
        status, figures = an_answer(port, "metrics")
        assert status == 200
        assert "\nnsor_directory_people 0.0\n" in figures
        assert "\nnsor_sms_owed 0.0\n" in figures
        status, ready = an_answer(port, "readyz")
        assert status == 503
        assert json.loads(ready)["reasons"] == ["directory_not_loaded", "unbound"]

        process.stdin.write("\n")
        process.stdin.flush()

        told(process, "looking_up")
        for _ in range(2):  # a host name that can't be is tried again as any other
            assert told(process, "connect_failed")["bind"] == "a..b:2775/trx0"
        assert json.loads(an_answer(port, "readyz")[1])["reasons"] == ["full", "unbound"]

        process.send_signal(signal.SIGTERM)
        told(process, "gateway_stopped")
        assert process.wait() == 0


def test_an_error_in_a_callback_ends_it_and_its_text_is_not_told(tmp_path: Path) -> None:
    code = f"""
def start(self):
    raise RuntimeError("{SENDER}")
gateway.Gateway.start = start
"""
    with ending(a_service(tmp_path, code, "smpp://nsor:s3cret@127.0.0.1:1")) as process:
        log, _ = process.communicate("\n")

    assert process.returncode == 1
    assert SENDER not in log
    assert "Traceback" not in log
    (crash,) = (one for one in map(json.loads, log.splitlines()) if one["level"] == "error")
    assert crash["event"] == "gateway_crashed"
    assert crash["error"] == "RuntimeError"
    assert crash["where"].startswith("<string>:")


@pytest.mark.parametrize("drained", [False, True])
def test_an_error_that_nobody_catches_is_told_by_its_type_and_place(drained: bool) -> None:
    code = f"""
import threading
from nsor.sms import logs
log = logs.configure()
def fail():
    raise RuntimeError("{SENDER}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
if {drained}:
    logs.drain()
fail()
"""
    with ending(a_child(code)) as process:
        log, _ = process.communicate()

    assert process.returncode == 1
    assert SENDER not in log
    lines = [json.loads(line) for line in log.splitlines()]
    assert [one["event"] for one in lines] == ["thread_crashed", "crashed"]
    assert {(one["error"], one["where"]) for one in lines} == {("RuntimeError", "<string>:6")}


def test_where_nobody_drains_the_log_nobody_waits_and_what_is_too_much_is_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    filler = 0
    with suppress(BlockingIOError):
        while True:
            filler += os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    monkeypatch.setattr(logs, "MOST_LINES", 10)
    writer = logs._Writer()

    with open(writing, "w") as full:
        monkeypatch.setattr(sys, "stderr", full)
        for number in range(100):
            writer.msg(f"line {number}")  # from here it would never return
        with open(reading, "rb") as reader:
            assert reader.read(filler) == b"x" * filler
            writer.close(DEADLINE)
            full.close()
            lines = reader.read().decode().splitlines()
        monkeypatch.undo()

    assert 10 <= len(lines) <= 11, "the bound, and perhaps the one that is being written"
    assert lines[:10] == [f"line {number}" for number in range(10)]


# Connections


class Heard:
    """A ``Connection`` that keeps what it is told."""

    def __init__(self) -> None:
        self.ended = asyncio.Event()
        self.failure = ""
        self.opened = False

    def connection_opened(self, transport: Transport) -> None:
        self.opened = True
        transport.abort()

    def connection_failed(self, reason: str) -> None:
        self.failure = reason
        self.ended.set()

    def data_received(self, data: bytes) -> None: ...

    def connection_lost(self, error: Exception | None) -> None:
        self.ended.set()

    def pause_writing(self) -> None: ...

    def resume_writing(self) -> None: ...


def connected(address: Address, timeout: float = DEADLINE) -> Heard:
    """Connect to an address, and wait for what comes of it."""

    async def connect() -> Heard:
        heard = Heard()
        AsyncioNetwork(asyncio.get_running_loop()).connect(address, heard, timeout)
        async with asyncio.timeout(DEADLINE):
            await heard.ended.wait()
        return heard

    return asyncio.run(connect())


def test_a_host_name_that_cant_be_is_a_connection_that_failed() -> None:
    assert connected(Address("a..b", 2775)).failure == "UnicodeError"


def test_each_address_of_a_host_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        kind = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")
        found = [(*kind, (host, port)) for host in ("127.0.0.99", "127.0.0.1")]
        real = socket.getaddrinfo
        monkeypatch.setattr(
            socket,
            "getaddrinfo",
            lambda host, *rest, **named: (
                found if host == "two.example" else real(host, *rest, **named)
            ),
        )

        heard = connected(Address("two.example", port))

    assert (heard.opened, heard.failure) == (True, "")


def test_a_look_up_that_hangs_is_given_up_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()

    def hanging(*_: object, **__: object) -> None:
        released.wait()

    monkeypatch.setattr(socket, "getaddrinfo", hanging)
    try:
        assert connected(Address("hangs.example", 2775), timeout=0.05).failure == "TimeoutError"
    finally:
        released.set()


def test_no_loop_waits_for_a_look_up_at_its_end() -> None:
    code = """
import asyncio, socket, threading
from unittest.mock import Mock
from nsor.sms.machine import AsyncioNetwork
from nsor.sms.seams import Address
asked = threading.Event()
def hanging(*_, **__):
    asked.set()
    threading.Event().wait()
socket.getaddrinfo = hanging
async def main():
    network = AsyncioNetwork(asyncio.get_running_loop())
    network.connect(Address("hangs.example", 2775), Mock(), 600)
    while not asked.is_set():
        await asyncio.sleep(0)
asyncio.run(main())
print("ended")
"""
    with ending(a_child(code)) as process:
        assert process.communicate()[0] == "ended\n"
    assert process.returncode == 0


# What operations sees


def test_operations_address_may_be_of_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    server = OpsServer(("::1", 0), lambda: {"ready": True}, lambda: b"figures")
    try:
        assert an_answer(server.port, "readyz", "[::1]") == (200, '{"ready": true}')
        assert an_answer(server.port, "metrics", "[::1]") == (200, "figures")
    finally:
        server.close()


# The key ring


@pytest.fixture
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the key ring is looked for."""
    path = tmp_path / "ring.json"
    monkeypatch.setenv("NSOR_KEYS", str(path))
    return path


def test_a_key_ring_is_made_once_and_for_its_owner_alone(ring: Path, tmp_path: Path) -> None:
    made = keyring.load_or_make(tmp_path)

    assert ring.stat().st_mode & 0o777 == 0o600
    assert keyring.load_or_make(tmp_path) == made


@pytest.mark.parametrize(
    "written",
    [
        "",
        "null",
        "[]",
        '{"keys": {}}',
        f'{{"current": "1", "keys": ["{KEY}"]}}',
        '{"current": "1", "keys": {"1": 5}}',
        '{"current": "1", "keys": {"1": "zz"}}',
        '{"current": "1", "keys": {"1": "abcd"}}',
        f'{{"current": "2", "keys": {{"1": "{KEY}"}}}}',
        f'{{"current": {{}}, "keys": {{"1": "{KEY}"}}}}',
        f'{{"current": "\\u0661", "keys": {{"\\u0661": "{KEY}"}}}}',
        f'{{"current": "1", "keys": {{"1": "{KEY}", "": "{KEY}"}}}}',
        f'{{"current": "1", "keys": {{"1": "{KEY}", "{"n" * 65}": "{KEY}"}}}}',
        "\udcff",
    ],
)
def test_a_key_ring_of_another_form_is_named_and_none_of_it_is_told(
    written: str, ring: Path, tmp_path: Path
) -> None:
    ring.write_text(written, "utf-8", "surrogateescape")
    ring.chmod(0o600)

    with pytest.raises(KeyRingError) as caught:
        keyring.load_or_make(tmp_path)

    assert str(ring) in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_folder_in_the_place_of_the_key_ring_is_told(ring: Path, tmp_path: Path) -> None:
    ring.mkdir(mode=0o700)

    with pytest.raises(KeyRingError, match=r"ring\.json can't be opened"):
        keyring.load_or_make(tmp_path)


def test_a_folder_that_cant_be_made_for_the_key_ring_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("NSOR_KEYS", str(tmp_path / "file" / "ring.json"))

    with pytest.raises(KeyRingError, match=r"ring\.json can't be opened"):
        keyring.load_or_make(tmp_path)
