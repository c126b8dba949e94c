"""The web application for real: granian in its own process, a message centre at its Unix socket."""

import asyncio
import contextlib
import os
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from waiting import eventually, free_port

from nsor.demo import line as demo_line
from nsor.web import server
from nsor.web.handset.line import HandsetLine

DEADLINE = 20.0


@contextlib.contextmanager
def message_centre(path: Path, line: HandsetLine) -> Iterator[None]:
    """Serve ``line`` at the Unix socket ``path``, in a thread with an event loop of its own."""
    ready, stop = threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with demo_line.serve(path, line):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    try:
        assert ready.wait(DEADLINE), "The message centre did not start."
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(DEADLINE)
        loop.close()


def _alive(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@contextlib.contextmanager
def web(home: Path, socket_path: Path | None, application: str) -> Iterator[str]:
    """Run the web application; yield its address. It must end within the deadline of SIGTERM."""
    port = free_port()
    environment = os.environ | {"NSOR_HOME": str(home)}
    if socket_path:
        environment["NSOR_DEMO_LINE"] = str(socket_path)
    process = subprocess.Popen(server.command(f"127.0.0.1:{port}", application), env=environment)
    address = f"http://127.0.0.1:{port}"
    try:
        eventually(
            lambda: process.poll() is not None or _alive(address), "the web application answers"
        )
        assert process.poll() is None, "The web application ended by itself."
        yield address
    finally:
        process.terminate()
        process.wait(DEADLINE)
