"""``nsor demo``: everything on one machine, started in order and ended in order.

Order of a start: places, database, sample register, officers and their court, message centre,
identity authority, gateway, worker, web application. Order of an end (Ctrl-C, SIGTERM, SIGHUP, or a
process that died): the handset's line, and with it the pages that wait; the processes; last the
message centre, from which the gateway has to unbind.
"""

import asyncio
import contextlib
import http.client
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from nsor.demo import line, officers, places, processes, register, sample, scans
from nsor.demo.errors import DemoError
from nsor.demo.officers import Invitation
from nsor.demo.places import Place, Places
from nsor.demo.processes import Processes
from nsor.demo.screen import Screen
from nsor.demo.telephones import Telephones
from nsor.sms import config as configuration
from nsor.sms.config import ConfigError
from nsor.sms.machine import AsyncioAdapter, LoopClock
from nsor.web import server

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_READY_WITHIN: Final = 60.0
_PROBE_EVERY: Final = 0.05
_PROBE_TIMEOUT: Final = 2.0
_LONGEST_SOCKET_PATH: Final = 100


class _Demo(NamedTuple):
    """What the parts of one demo have to know of each other."""

    home: Path
    short_code: str
    places: Places
    password: str
    screen: Screen
    authority: int
    """The port of the identity authority's stand-in."""

    @property
    def folder(self) -> Path:
        """Where the demo keeps its logs, its scans and its court's key."""
        return self.home / "demo"


def run(home: Path, migrate: Callable[[], int]) -> int:
    """Run the demo until it is told to stop; return the exit code (0 ended, 1 refused or failed).

    ``migrate`` brings the database up to date. Raises ``Refusal`` of ``nsor.register``.
    """
    screen = Screen()
    for number in _SIGNALS:
        signal.signal(number, _interrupt)
    try:
        config = configuration.read({**os.environ, "NSOR_SMSC_URLS": ""})
        # an SMPP 3.4 password has at most 8 characters (section 4.1.1)
        demo = _Demo(
            home,
            config.short_code,
            places.claim(os.environ),
            secrets.token_hex(4),
            screen,
            places.free_port(),
        )
        migrate()
        _load(screen)
        scans.draw(demo.folder / "scans")
        keyid = officers.court(demo.folder, screen.say)
        asyncio.run(_serve(demo, officers.invite(), keyid))
    except (DemoError, ConfigError) as error:
        screen.complain(str(error))
        return 1
    except KeyboardInterrupt:
        pass
    screen.say("The demo has ended.")
    return 0


def _interrupt(number: int, frame: object) -> None:
    """Treat all ways of being told to stop alike, until there is a loop to handle them."""
    raise KeyboardInterrupt


def _load(screen: Screen) -> None:
    with screen.progress() as begin:
        loaded = register.load(begin)
    if loaded:
        screen.say(
            f"The sample register is ready: {sample.PEOPLE} made-up people,"
            " entered by one officer and approved by another."
        )
    else:
        screen.say("The register is as the last run of the demo left it.")


async def _serve(demo: _Demo, invited: list[Invitation], keyid: str) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.set)
    telephones = Telephones(LoopClock(loop), demo.password, demo.short_code)
    with _socket_path() as path:
        async with (
            _message_centre(demo, telephones),
            processes.running(demo.folder) as children,
            line.serve(path, telephones),
        ):
            demo.screen.say("Starting the gateway and the web application.")
            await _start(demo, children, path, keyid)
            await _first(stop.wait(), children.first_death(), _ready(demo))
            if not stop.is_set():
                _show(demo, invited)
                await _first(stop.wait(), children.first_death())
            demo.screen.say("Ending the gateway and the web application.")


@contextlib.contextmanager
def _socket_path() -> Iterator[Path]:
    """Yield a path for the line's socket in a folder that is closed to others."""
    with tempfile.TemporaryDirectory(prefix="nsor-") as folder:
        path = Path(folder) / "line.sock"
        if len(os.fsencode(path)) > _LONGEST_SOCKET_PATH:
            raise DemoError(
                f"The folder for temporary files, {tempfile.gettempdir()}, has too long a path"
                " for a Unix socket. Set TMPDIR to a shorter one, such as /tmp."
            )
        yield path


@contextlib.asynccontextmanager
async def _message_centre(demo: _Demo, telephones: Telephones) -> AsyncIterator[None]:
    """Take binds of ESMEs inside the block."""
    centre = telephones.centre
    listening = await asyncio.get_running_loop().create_server(
        lambda: AsyncioAdapter(centre.connection()), sock=demo.places.smsc_socket
    )
    try:
        yield
    finally:
        listening.close()
        for connection in tuple(centre.connections):
            connection.abort()
        await listening.wait_closed()


async def _start(demo: _Demo, children: Processes, path: Path, keyid: str) -> None:
    smsc, web, ops = demo.places.smsc, demo.places.web, demo.places.ops
    authority = f"127.0.0.1:{demo.authority}"
    common = {
        **os.environ,
        "NSOR_HOME": str(demo.home),
        "NSOR_IDENTITY_URL": f"http://{authority}",
    }
    await children.start(
        "The identity authority's stand-in",
        "authority.log",
        [sys.executable, "-m", "nsor.demo.authority", authority],
        common,
    )
    url = f"smpp://demo:{demo.password}@{smsc.near}?operator=demo"
    await children.start(
        "The SMS gateway",
        "gateway.log",
        [sys.executable, "-m", "nsor.cli", "gateway", "--demo"],
        common | {"NSOR_SMSC_URLS": url, "NSOR_OPS_BIND": str(ops)},
    )
    await children.start(
        "The worker", "worker.log", [sys.executable, "-m", "nsor.cli", "worker"], common
    )
    await children.start(
        "The web application",
        "web.log",
        server.command(str(web), "nsor.demo.asgi:application"),
        common
        | {
            "NSOR_DEMO_LINE": str(path),
            "NSOR_DEMO_COURT": str(demo.folder / "court.pem"),
            "NSOR_DEMO_COURT_KEYID": keyid,
            "NSOR_DEMO_ADDRESS": f"http://{web.near}",
        },
    )


async def _first(*ways: Coroutine[Any, Any, object]) -> None:
    """Return when the first of ``ways`` does. Raises the ``DemoError`` that it gives, if any."""
    tasks = [asyncio.ensure_future(way) for way in ways]
    done, others = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    for task in done:
        if isinstance(result := task.result(), DemoError):
            raise result


async def _ready(demo: _Demo) -> None:
    """Wait until gateway and web application can serve. Raises ``DemoError`` if they never can."""
    try:
        async with asyncio.timeout(_READY_WITHIN):
            for place, page in ((demo.places.ops, "/readyz"), (demo.places.web, "/healthz")):
                while not await asyncio.to_thread(_answers, place.near, page):
                    await asyncio.sleep(_PROBE_EVERY)
    except TimeoutError:
        raise DemoError(
            f"The demo was not ready within {_READY_WITHIN:.0f} seconds."
            f" The logs in {demo.home / 'demo'} may say why."
        ) from None


def _answers(place: Place, page: str) -> bool:
    connection = http.client.HTTPConnection(*place, timeout=_PROBE_TIMEOUT)
    try:
        connection.request("GET", page)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _show(demo: _Demo, invited: list[Invitation]) -> None:
    address = f"http://{demo.places.web.near}"
    demo.screen.ready(address, demo.short_code, sample.five_to_try(), demo.home)
    # Passkeys need a name, and an address is none.
    console = address.replace("//127.0.0.1:", "//localhost:")
    demo.screen.officers(console, invited, demo.folder / "scans")
