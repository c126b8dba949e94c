"""The baselines that the gateway is measured against: the same codec and loop, and no gateway.

    python -m bench.baseline bare PORT
    python -m bench.baseline durable PORT --home FOLDER

``bare`` answers each question with a fixed text, of one part and of two in turn, and keeps
nothing. ``durable`` does so only after one row per question is on disk (SQLite, WAL,
``synchronous=FULL``; everything that came meanwhile is one transaction). Neither reads the text,
looks a number up, counts a sender or seals anything.

Rules that hold here: one write per wake-up, no future or task per message, headers read with
``struct``; the codec is used where the gateway must use it (a question in, a part out). A baseline
is to be as fast as such a process can be: a weak one would flatter the gateway.
"""

import argparse
import asyncio
import itertools
import signal
import socket
import sqlite3
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue

import uvloop
from smpp34 import SubmitSm, decode

BIND_TRANSCEIVER, SUBMIT_SM, DELIVER_SM, ENQUIRE_LINK = 0x9, 0x4, 0x5, 0x15
RESPONSE = 0x80000000
HEADER = struct.Struct(">IIII")
ACKNOWLEDGED = struct.Struct(">IIIIx")
RECEIPT_BITS = 0x3C

ONE_PART = ("شناختی کارڈ 3520112345671: جنسی جرم میں سزا کا کوئی ریکارڈ نہیں ملا۔",)
TWO_PARTS = (
    "خبردار! محمد اسلم خان ولد محمد اکرم خان سزا یافتہ مجرم ہے۔ ",
    "اسے بچوں اور خواتین کے قریب نہ آنے دیں۔",
)

Question = tuple[int, str]
Batch = list[Question]


def replies(parts: tuple[str, ...]) -> list[tuple[int, bytes]]:
    """Return ``(esm_class, short_message)`` for each part, in UCS-2 with an 8-bit UDH."""
    texts = [part.encode("utf-16-be") for part in parts]
    if len(texts) == 1:
        return [(0, texts[0])]
    total = len(texts)
    return [(0x40, bytes((5, 0, 3, 1, total, n)) + text) for n, text in enumerate(texts, 1)]


def is_receipt(data: bytes, at: int) -> bool:
    """Tell by esm_class whether the deliver_sm at ``at`` is a receipt (SMPP 3.4, 5.2.12)."""
    source = data.index(0, at + 16) + 3
    destination = data.index(0, source) + 3
    return bool(data[data.index(0, destination) + 1] & RECEIPT_BITS)


class Peer(asyncio.Protocol):
    """One bind. ``keep`` takes a wake-up's questions and calls ``answer`` when they are kept."""

    def __init__(self, receipts: bool, keep: Callable[[Batch], None] | None) -> None:
        self.keep = keep
        self.registered = int(receipts)
        self.tail = b""
        self.sequence = itertools.count(2).__next__
        self.fixed = itertools.cycle((replies(ONE_PART), replies(TWO_PARTS))).__next__
        self.lost = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        body = b"bench\0bench\0\0\x34\0\0\0"
        transport.write(HEADER.pack(16 + len(body), BIND_TRANSCEIVER, 0, 1) + body)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self.tail:
            data = self.tail + data
        at, end = 0, len(data)
        questions: Batch = []
        out: list[bytes] = []
        while end - at >= 16:
            length, command, _status, sequence = HEADER.unpack_from(data, at)
            if end - at < length:
                break
            if command == DELIVER_SM:
                if is_receipt(data, at):
                    out.append(ACKNOWLEDGED.pack(17, DELIVER_SM | RESPONSE, 0, sequence))
                else:
                    question = decode(data[at : at + length])
                    questions.append((sequence, question.source_addr))  # type: ignore[union-attr]
            elif command == ENQUIRE_LINK:
                out.append(HEADER.pack(16, ENQUIRE_LINK | RESPONSE, 0, sequence))
            at += length
        self.tail = data[at:]
        if questions and self.keep:
            self.keep(questions)
        elif questions:
            self.encode(questions, out)
        if out:
            self.transport.write(b"".join(out))

    def answer(self, questions: Batch) -> None:
        out: list[bytes] = []
        self.encode(questions, out)
        self.transport.write(b"".join(out))

    def encode(self, questions: Batch, out: list[bytes]) -> None:
        registered = self.registered
        for sequence, sender in questions:
            out.append(ACKNOWLEDGED.pack(17, DELIVER_SM | RESPONSE, 0, sequence))
            for esm_class, text in self.fixed():
                part = SubmitSm(
                    "7000",
                    sender,
                    text,
                    source_addr_npi=1,
                    dest_addr_ton=1,
                    dest_addr_npi=1,
                    esm_class=esm_class,
                    data_coding=8,
                    registered_delivery=registered,
                    sequence_number=self.sequence(),
                )
                out.append(part.encode())


class Store(threading.Thread):
    """Commits what came since the last commit, then hands it back to the loop."""

    def __init__(self, home: Path, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.path = home / "baseline.sqlite3"
        self.loop = loop
        self.waiting: SimpleQueue[Batch] = SimpleQueue()
        self.answer: Callable[[Batch], None]

    def run(self) -> None:
        database = sqlite3.connect(self.path, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
        database.execute("CREATE TABLE question (id INTEGER PRIMARY KEY, sequence, sender)")
        while True:
            batch = self.waiting.get()
            while not self.waiting.empty():
                batch += self.waiting.get()
            database.execute("BEGIN IMMEDIATE")
            database.executemany("INSERT INTO question (sequence, sender) VALUES (?, ?)", batch)
            database.execute("COMMIT")
            self.loop.call_soon_threadsafe(self.answer, batch)


async def serve(port: int, home: Path | None, receipts: bool) -> None:
    """Bind to the message centre on loopback and answer until the connection ends."""
    loop = asyncio.get_running_loop()
    store = Store(home, loop) if home else None
    keep = store.waiting.put if store else None
    _, peer = await loop.create_connection(lambda: Peer(receipts, keep), "127.0.0.1", port)
    if store:
        store.answer = peer.answer
        store.start()
    await peer.lost


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.baseline")
    parser.add_argument("kind", choices=("bare", "durable"))
    parser.add_argument("port", type=int)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--no-receipts", action="store_true")
    given = parser.parse_args()
    if (given.kind == "durable") != bool(given.home):
        parser.error("durable needs --home, and bare has none")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it ends with its connection, and not before
    uvloop.run(serve(given.port, given.home, not given.no_receipts))


if __name__ == "__main__":
    main()
