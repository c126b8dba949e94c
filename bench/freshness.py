"""The clock from an officer's approval to the first SMS that knows of it.

    python -m bench.freshness

A gateway runs against an empty register; each batch names one person. While an officer approves
it through the register's own services, a citizen texts that person's number every 20 ms, and the
clock runs from the call that approves until a warning arrives. The message centre here is
smpp34's, so that neither side of the line is the gateway's own code.
"""

import asyncio
import io
import json
import os
import random
import shutil
import socket
import statistics
import time
from pathlib import Path
from typing import Any

import django
from smpp34 import Esme, Server, SubmitSmEvent

from bench.load import ROOT, running
from bench.machine import BenchError, folder

APPROVALS = 20
TEXT_EVERY = 0.02
GIVE_UP_AFTER = 30.0
MOST_PAUSE = 0.25
"""Pauses between approvals are random up to this, so that no poll is always met at one moment."""
WARNING = "خبردار".encode("utf-16-be")
UDH_BYTES = 6


class Centre:
    """A message centre with one ESME, and the citizens who text through it."""

    def __init__(self, port: int) -> None:
        self._server = Server("127.0.0.1", port)
        self._esme: Esme | None = None
        self._bound = asyncio.Event()
        self._warned = asyncio.Event()
        self._last_sender = 0
        self._last_id = 0

    async def start(self) -> None:
        """Listen."""
        await self._server.start()
        self._listening = asyncio.create_task(self._listen())

    async def bound(self) -> None:
        """Return once the gateway has bound. Raises ``BenchError`` where it doesn't."""
        await self._within(self._bound, "The gateway has not bound")

    async def stop(self) -> None:
        """Stop listening."""
        self._listening.cancel()
        await self._server.stop()

    async def warned_of(self, cnic: str) -> float:
        """Text a number every 20 ms until a warning comes; return when it did."""
        self._warned.clear()
        texting = asyncio.create_task(self._text(cnic))
        try:
            await self._within(self._warned, "No warning has come")
        finally:
            texting.cancel()
        return self._warned_at

    async def _within(self, event: asyncio.Event, problem: str) -> None:
        try:
            await asyncio.wait_for(event.wait(), GIVE_UP_AFTER)
        except TimeoutError:
            raise BenchError(f"{problem} within {GIVE_UP_AFTER:.0f} s.") from None

    async def _text(self, cnic: str) -> None:
        assert self._esme is not None
        async with asyncio.TaskGroup() as texts:
            while True:
                self._last_sender += 1
                sender = f"923{self._last_sender:09}"
                deliver = self._esme.deliver_sm(
                    "7000", cnic.encode(), source_addr=sender, source_addr_ton=1, source_addr_npi=1
                )
                texts.create_task(_awaited(deliver))
                await asyncio.sleep(TEXT_EVERY)

    async def _listen(self) -> None:
        while True:
            event = await self._server.next()
            if isinstance(event, SubmitSmEvent):
                self._last_id += 1
                event.accept(f"{self._last_id:010}")
                if event.short_message[UDH_BYTES:].startswith(WARNING):
                    self._warned_at = time.perf_counter()
                    self._warned.set()
            elif isinstance(event, Esme):
                self._esme = event
                self._bound.set()


async def _awaited(call: Any) -> None:
    await call


def a_batch(number: int) -> tuple[str, bytes]:
    """Return a CNIC and a CSV file that names its holder."""
    cnic = f"35202{number:07}1"
    row = {
        "cnic": cnic,
        "name_ur": "محمد اسلم خان",
        "father_name_ur": "غلام رسول",
        "name_en": "Muhammad Aslam Khan",
        "father_name_en": "Ghulam Rasool",
        "date_of_birth": "1980-01-01",
        "offence_on": "2019-05-01",
        "court": "Sessions Court Lahore",
        "case_number": f"{number}/2020",
        "sections": "PPC 376",
        "convicted_on": "2020-06-01",
        "victim_category": "child",
    }
    return cnic, f"{','.join(row)}\n{','.join(row.values())}\n".encode()


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def clock(port: int) -> dict[str, object]:
    """Approve twenty batches, one after another, and return the milliseconds that each took."""
    from nsor.accounts.services import add_officer
    from nsor.register.deciding import approve_batch
    from nsor.register.importing import import_batch

    def hired(role: str) -> Any:
        return add_officer(f"Bench {role}", role)[0]

    entry, approval = await asyncio.to_thread(lambda: (hired("entry"), hired("approval")))
    centre = Centre(port)
    await centre.start()
    await centre.bound()
    waited = []
    for number in range(APPROVALS):
        cnic, file = a_batch(number)
        entered = await asyncio.to_thread(import_batch, io.BytesIO(file), entry)
        if entered.batch is None:
            raise BenchError("The made-up batch was not entered.")
        warned = asyncio.create_task(centre.warned_of(cnic))
        await asyncio.sleep(random.uniform(0, MOST_PAUSE))
        began = time.perf_counter()
        await asyncio.to_thread(approve_batch, entered.batch, approval)
        waited.append((await warned - began) * 1e3)
    await centre.stop()
    return {
        "approvals": APPROVALS,
        "median_ms": round(statistics.median(waited), 1),
        "max_ms": round(max(waited), 1),
        "all_ms": [round(one, 1) for one in waited],
    }


def measure(home: Path) -> dict[str, object]:
    """Measure in this process, with all state in ``home``, which is emptied first."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True, mode=0o700)
    port, ops_port = free_port(), free_port()
    environ = {
        "NSOR_HOME": str(home),
        "NSOR_DATABASE_URL": f"sqlite:///{home / 'nsor.sqlite3'}",
        "NSOR_SMSC_URLS": f"smpp://bench:bench@127.0.0.1:{port}?operator=bench",
        "NSOR_OPS_BIND": f"127.0.0.1:{ops_port}",
        "DJANGO_SETTINGS_MODULE": "nsor.settings",
    }
    os.environ.update(environ)
    django.setup()

    from nsor.commands.setup import migrate_database

    migrate_database()
    command = [str(ROOT / ".venv/bin/nsor"), "gateway"]
    with (
        (home / "log").open("w") as log,
        running(command, set(), stdout=log, stderr=log),
    ):
        return asyncio.run(clock(port))


def main() -> None:
    print(json.dumps(measure(folder() / "freshness")))


if __name__ == "__main__":
    main()
