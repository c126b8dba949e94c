"""Seen from below: no acknowledgement is written before the disk has what it is for.

The kernel's own word counts, by strace: between the read that brought a deliver_sm to its end and
the write that begins its deliver_sm_resp with status 0, the log of the outbox was written to and
then synced.
"""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from gateway_process import GatewayProcess
from load_centre import LoadCentre, Text
from raw_centre import DELIVER_SM, RESPONSE, deliver_sm, pack
from sample_people import LISTED_MAN
from tracing import Call, calls, strace_or_skip
from waiting import eventually

READS = frozenset({"read", "readv", "recvfrom", "recvmsg"})
WRITES = frozenset({"write", "writev", "sendto", "sendmsg"})
STORES = frozenset({"pwrite64", "pwritev", "write", "writev"})
SYNCS = frozenset({"fdatasync", "fsync"})
ACKNOWLEDGED = DELIVER_SM | RESPONSE


def test_an_acknowledgement_follows_the_sync_of_what_it_is_for(home: Path, tmp_path: Path) -> None:
    trace, centre = tmp_path / "trace", LoadCentre(window=20)
    names = ",".join(sorted(READS | WRITES | STORES | SYNCS))
    strace = (strace_or_skip(), "-D", "-f", "-q", "-ttt", "-T", "-xx", "-yy", "-s", "1000000")
    urls = centre.url(operator="jazz", binds=2, window=20, response_timeout=60)
    gateway = GatewayProcess(home, urls)
    texts = [
        Text(f"92300{number:07d}", LISTED_MAN.encode() if number % 3 else b"hello")
        for number in range(1, 301)
    ]
    try:
        gateway.start(*strace, "-e", f"trace={names}", "-o", str(trace))
        eventually(lambda: centre.bound == 2, within=60, what="bound")
        centre.deliver(texts)
        centre.wait_until_acknowledged(texts)
        centre.wait_until_answered(text.sender for text in texts)
        assert gateway.terminate() == 0
    finally:
        gateway.end()
        centre.close()

    eventually(lambda: "exited with 0" in trace.read_text(), what="the trace is whole")
    seen = list(calls(trace))
    proven, unproven = acknowledgements(seen, centre.port)
    assert unproven == []
    assert len(proven) == len(texts)


# The rule itself, which must be able to fail


SOCKET = "TCP:[127.0.0.1:40000->127.0.0.1:2775]"
WAL = "/var/nsor/outbox.sqlite3-wal"
ASK = deliver_sm(1, b"EN 5440112345677")
ANSWER = pack(ACKNOWLEDGED, 0, 1, b"\0")


def call(name: str, file: str, at: float, octets: bytes = b"") -> Call:
    text = "".join(f"\\x{octet:02x}" for octet in octets)
    return Call(name, f'7<{file}>, "{text}"', len(octets), at, at + 0.5)


READ = call("read", SOCKET, 1, ASK)
STORE, SYNC = call("pwrite64", WAL, 2, b"x"), call("fdatasync", WAL, 3)
WRITE = call("write", SOCKET, 4, ANSWER)


def test_the_rule_is_kept_by_the_right_order() -> None:
    assert acknowledgements([READ, STORE, SYNC, WRITE], 2775) == ([1], [])


@pytest.mark.parametrize(
    "trace",
    [
        pytest.param([READ, WRITE], id="no sync at all"),
        pytest.param([READ, STORE, WRITE], id="stored but not synced"),
        pytest.param(
            [STORE, SYNC, READ._replace(began=3.6, ended=3.7), WRITE],
            id="synced before it was read",
        ),
        pytest.param([READ, SYNC, WRITE], id="nothing was stored"),
        pytest.param([READ, SYNC, call("pwrite64", WAL, 3.6, b"x"), WRITE], id="stored after it"),
        pytest.param(
            [READ, STORE, call("fdatasync", "/var/nsor/nsor.sqlite3-wal", 3), WRITE],
            id="another file was synced",
        ),
        pytest.param(
            [READ, STORE, SYNC._replace(ended=4.2), WRITE], id="the sync had not returned yet"
        ),
        pytest.param([READ, STORE, SYNC._replace(result=-1), WRITE], id="the sync failed"),
        pytest.param(
            [
                call("read", SOCKET, 1, ASK[:-1]),
                STORE,
                SYNC,
                call("read", SOCKET, 3.6, ASK[-1:]),
                WRITE,
            ],
            id="it was not read to its end",
        ),
    ],
)
def test_the_rule_is_broken_by_any_other(trace: list[Call]) -> None:
    proven, unproven = acknowledgements(trace, 2775)

    assert proven == []
    assert len(unproven) == 1


def test_what_was_not_acknowledged_needs_no_sync() -> None:
    refused = call("write", SOCKET, 2, pack(ACKNOWLEDGED, 0x64, 1, b"\0"))

    assert acknowledgements([READ, refused], 2775) == ([], [])


def acknowledgements(seen: Sequence[Call], port: int) -> tuple[list[int], list[str]]:
    """Return the sequence numbers acknowledged late enough, and what is said of the others.

    ``port`` is the message centre's.
    """
    stores = [one for one in seen if one.name in STORES and is_outbox_log(one)]
    syncs = [one for one in seen if one.name in SYNCS and one.result == 0 and is_outbox_log(one)]
    proven: list[int] = []
    unproven: list[str] = []
    for socket in sorted({one.file for one in seen if f"->127.0.0.1:{port}]" in one.file}):
        of_socket = [one for one in seen if one.file == socket]
        came = {
            sequence: last.ended
            for command, _, sequence, _, last in pdus(of_socket, READS)
            if command == DELIVER_SM
        }
        for command, status, sequence, first, _ in pdus(of_socket, WRITES):
            if command != ACKNOWLEDGED or status != 0:
                continue
            if is_kept(came[sequence], first.began, stores, syncs):
                proven.append(sequence)
            else:
                unproven.append(f"{sequence} on {socket}, read at {came[sequence]:.6f}")
    return proven, unproven


def is_kept(after: float, before: float, stores: Sequence[Call], syncs: Sequence[Call]) -> bool:
    """Tell whether something was stored, and then synced, between two moments."""
    return any(
        after <= store.began and store.ended <= sync.began and sync.ended <= before
        for sync in syncs
        if after <= sync.began and sync.ended <= before
        for store in stores
    )


def is_outbox_log(one: Call) -> bool:
    return one.file.endswith("outbox.sqlite3-wal")


def pdus(
    of_socket: Sequence[Call], names: frozenset[str]
) -> Iterator[tuple[int, int, int, Call, Call]]:
    """Cut what went one way into PDUs: command, status, sequence; the calls of its ends."""
    octets, starts = b"", []
    for one in of_socket:
        if one.name in names and one.result > 0:
            starts.append((len(octets), one))
            octets += one.octets
    at = 0
    while at < len(octets):
        length, command, status, sequence = struct.unpack_from(">IIII", octets, at)
        assert 16 <= length <= len(octets) - at, "the trace is cut off"
        first = [one for start, one in starts if start <= at][-1]
        last = [one for start, one in starts if start < at + length][-1]
        yield command, status, sequence, first, last
        at += length
