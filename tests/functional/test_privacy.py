"""Who asked, and about whom, is nowhere to be read: not in a file, a log, or a figure.

The searcher that says so is put to the proof first: what is planted it finds.
"""

import hashlib
import random
import sqlite3
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from gateway_process import GatewayProcess
from in_process import InProcess
from load_centre import LoadCentre, Text
from raw_centre import Submit
from sample_people import LISTED_MAN
from searching import SPELLINGS, Searcher, files_in, of_cnic, of_sender
from waiting import eventually

from nsor import keyring
from nsor.sms.outbox.interface import OwedReply, Write
from nsor.sms.outbox.sealing import Sealer
from nsor.sms.outbox.sqlite import SqliteStore
from nsor.sms.periods import KARACHI

SENDER, CNIC = "923451928374", "3740518293645"
SENDERS = 60


# The searcher finds what is there


SPELLED = [
    (text, name)
    for text in sorted(of_sender(SENDER) | of_cnic(CNIC))
    for name in SPELLINGS
    # ten digits across eleven octets' halves: chance alone would find those
    if (text, name.startswith("BCD from the other")) != (SENDER[2:], True)
]


@pytest.mark.parametrize(("text", "spelling"), SPELLED)
def test_what_is_planted_is_found(tmp_path: Path, text: str, spelling: str) -> None:
    octets = SPELLINGS[spelling](text)
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "outbox-wal").write_bytes(b"\x00\xff" * 500 + octets + b"\x00\xff" * 500)

    ((name, content),) = files_in(tmp_path)

    assert name == "deep/outbox-wal"
    assert f"{text} ({spelling})" in everything(SENDER, CNIC).search(content)


def test_an_outbox_that_does_not_seal_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Sealer, "seal", lambda self, plain, label: plain)
    store = SqliteStore(tmp_path / "outbox.sqlite3", keyring.load_or_make(tmp_path), bytes(16))
    owed = OwedReply("jazz", f"+{SENDER}", 1, 1, 0, 1, "check", "ur", CNIC, True, 0.0, 0, b"")

    store.write(Write(at=1.0, batch=1, owed=[owed]))

    found = everything(SENDER, CNIC).search(b"".join(data for _, data in files_in(tmp_path)))
    assert {f"+{SENDER} (ascii)", f"{CNIC} (ascii)"} <= set(found)
    store.close()


# A gateway under way


@pytest.fixture
def load_centre() -> Iterator[LoadCentre]:
    made = LoadCentre()
    yield made
    made.close()


def test_nobody_s_number_is_in_any_file_log_or_figure(home: Path, load_centre: LoadCentre) -> None:
    chance = random.Random(7)
    people = Crowd(chance)
    load_centre.answer = lambda submit: None if people.is_owed(submit) else 0
    urls = load_centre.url(operator="jazz", window=500, response_timeout=60)
    gateway = GatewayProcess(home, urls, NSOR_DAILY_LIMIT="5")
    try:
        gateway.start().wait_until_ready()
        load_centre.deliver(people.texts)
        load_centre.wait_until_acknowledged(people.texts)
        owed = gateway.metrics()["nsor_sms_owed"]
        assert owed >= len(people.owed), "some replies are owed still"
        searcher = everything(*people.senders, *people.cnics)
        for fragment in people.fragments:
            searcher.add(fragment, "a part of a message")

        assert_nowhere(searcher, home, pages_of(gateway))

        gateway.kill()
        assert (home / "outbox.sqlite3-wal").stat().st_size > 0
        assert_nowhere(searcher, home)

        load_centre.answer = lambda submit: 0
        gateway.start().wait_until_ready()
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 0, what="nothing owed any more")
        assert_nowhere(searcher, home, pages_of(gateway))
        assert gateway.terminate() == 0
        assert_nowhere(searcher, home)
    finally:
        gateway.end()


class Crowd:
    """Some hundred messages of all kinds; what they hold must be found nowhere."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self.senders = [f"923{chance.randrange(10**9):09d}" for _ in range(SENDERS)]
        self.cnics: list[str] = []
        self.fragments: list[bytes] = []
        self.owed = set(self.senders[:15])
        self.texts: list[Text] = []
        for number, sender in enumerate(self.senders):
            spelled = (sender, f"+{sender}", f"00{sender}", f"0{sender[2:]}")[number % 4]
            self._ask_much(spelled)
        chance.shuffle(self.texts)

    def is_owed(self, submit: Submit) -> bool:
        """Tell whether the reply is to one whose replies are not taken."""
        return any(submit.destination[2].decode().endswith(sender[2:]) for sender in self.owed)

    def _ask_much(self, sender: str) -> None:
        one, two, three, four, five, six = (self._cnic() for _ in range(6))
        urdu = two.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        self._text(sender, one.encode())
        self._text(sender, urdu.encode("utf-16-be"), data_coding=8)
        self._text(sender, f"EN {three[:5]}-{three[5:12]}-{three[12:]}".encode())
        self._text(sender, f"{four} and {five}".encode())  # two numbers: unreadable
        self._text(sender, LISTED_MAN.encode())
        for _ in range(4):  # over the limit, in the end
            self._text(sender, self._cnic().encode())
        fragment = f"EN check {six[:11]}".encode()  # its second part never comes
        self.fragments += [fragment, fragment[9:], fragment[9:].decode().encode("utf-16-be")]
        self._text(sender, bytes([5, 0, 3, 77, 2, 1]) + fragment, esm_class=0x40)

    def _cnic(self) -> str:
        self.cnics.append(f"{self._chance.randrange(1, 9)}{self._chance.randrange(10**12):012d}")
        return self.cnics[-1]

    def _text(self, sender: str, body: bytes, data_coding: int = 0, esm_class: int = 0) -> None:
        self.texts.append(Text(sender, body, data_coding, esm_class))


# What stays, and for how long


def test_once_all_is_done_nothing_stays_but_hashes_under_the_day_s_key(tmp_path: Path) -> None:
    gateway = InProcess(tmp_path, at=karachi(10))
    senders = ask_much(gateway)

    assert gateway.gateway.figures.owed == 0
    assert rows(gateway.outbox, "owed") == rows(gateway.outbox, "parts") == []
    day_key = keys(gateway)["day:2026-03-02"]
    counted = b"".join(entries for _, _, entries in rows(gateway.outbox, "counted"))
    assert {counted[at : at + 8] for at in range(0, len(counted), 8)} == {
        hashed(day_key, sender) for sender in senders
    }
    assert_nowhere(everything(*senders), tmp_path)
    gateway.kill()


@pytest.mark.parametrize("killed", [False, True], ids=["running", "killed before midnight"])
def test_at_the_day_s_end_its_key_and_its_hashes_are_gone_from_the_files(
    tmp_path: Path, killed: bool
) -> None:
    gateway = InProcess(tmp_path, at=karachi(22))
    senders = ask_much(gateway)
    found = Searcher(())
    for period, key in keys(gateway).items():
        found.add(key, f"the key of {period}")
        found.add(sealed_key(gateway, period), f"the sealed key of {period}")
        for sender in senders:
            found.add(hashed(key, sender), f"a hash of {period}")
    fold_the_log_into_the_file(gateway.outbox)
    there = " ".join(found.search(gateway.outbox.read_bytes()))
    assert "the sealed key of day:2026-03-02" in there
    assert there.count("a hash of day:2026-03-02") >= len(senders)
    assert "a hash of hour:" in there

    if killed:
        gateway.kill()
        gateway.clock.now = karachi(24) + 7200
        gateway.start()
        gateway.clock.advance(2)
    else:
        for _ in range(4):  # through midnight, with more to count and to write on either side
            gateway.clock.advance(3600)
            gateway.ask("923009999999", b"3740518293645")
            gateway.clock.advance(2)

    assert_nowhere(found, tmp_path)
    gateway.kill()
    assert_nowhere(found, tmp_path)


def ask_much(gateway: InProcess) -> list[str]:
    """Have 400 senders ask in 400 commits, some of them in vain; returns who was counted."""
    senders = [f"92333{number:07d}" for number in range(400)]
    for number, sender in enumerate(senders):
        gateway.ask(sender, f"{3000000000000 + number}".encode())
        if number % 4 == 0:
            gateway.ask(sender, b"hello")
        gateway.clock.advance(0.01)
    gateway.clock.advance(1)
    assert set(gateway.acknowledged) == {0}
    return senders


def karachi(hour: int) -> float:
    """Return an hour of 2 March 2026, as seconds since 1970."""
    return datetime(2026, 3, 2, tzinfo=KARACHI).timestamp() + hour * 3600


def rows(outbox: Path, table: str) -> list[Any]:
    """Return what stands in a table, by a connection of its own."""
    with closing(sqlite3.connect(f"file:{outbox}?mode=ro", uri=True)) as database:
        return database.execute(f"SELECT * FROM {table}").fetchall()


def fold_the_log_into_the_file(outbox: Path) -> None:
    """Do what SQLite does now and then, so that nothing is only in the log."""
    with closing(sqlite3.connect(outbox)) as database:
        busy, pages, folded = database.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    assert (busy, folded) == (0, pages)


def keys(gateway: InProcess) -> dict[str, bytes]:
    """Return the keys of all periods, opened."""
    sealer = Sealer(keyring.load_or_make(gateway.outbox.parent), "outbox", bytes(16))
    return {
        period: sealer.open(sealed, b"key " + period.encode())
        for period, sealed in rows(gateway.outbox, "period_keys")
    }


def sealed_key(gateway: InProcess, period: str) -> bytes:
    """Return what stands in the store for a period's key, but for what all blobs begin with."""
    sealed: bytes = dict(rows(gateway.outbox, "period_keys"))[period]
    return sealed[-40:]


def hashed(key: bytes, sender: str) -> bytes:
    """Return a sender's hash under a key, as the store has it."""
    return hashlib.blake2b(sender.encode(), digest_size=8, key=key).digest()


# Searching


def everything(*numbers: str) -> Searcher:
    """Return a searcher for these senders and identity numbers."""
    texts: set[str] = set()
    for number in numbers:
        texts |= of_sender(number) if len(number) == 12 else of_cnic(number)
    return Searcher(texts)


def assert_nowhere(searcher: Searcher, home: Path, pages: bytes = b"") -> None:
    """Nothing that is looked for is in any file of ``home``, nor in ``pages``."""
    searched = [*files_in(home), ("what operations see", pages)]
    assert any(name == "outbox.sqlite3" for name, _ in searched)
    found = {name: searcher.search(data)[:3] for name, data in searched}
    assert not any(found.values()), {name: what for name, what in found.items() if what}


def pages_of(gateway: GatewayProcess) -> bytes:
    """Return everything that operations can see."""
    with urllib.request.urlopen(f"http://127.0.0.1:{gateway.ops_port}/metrics") as answer:
        metrics: bytes = answer.read()
    assert b"nsor_sms_received_total" in metrics
    return metrics + repr(gateway.readiness()).encode()
