"""The machine behind the seams: asyncio's sockets and timers, the system's clock and randomness."""

import asyncio
import random
import secrets
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import cast

from nsor.sms.seams import Address, Connection, Timer, Transport


class LoopClock:
    """The system's clock, and the event loop's timers."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def time(self) -> float:
        """See ``Clock``."""
        return time.time()

    def monotonic(self) -> float:
        """See ``Clock``."""
        return time.monotonic()

    def call_later(self, delay: float, callback: Callable[[], None]) -> Timer:
        """See ``Clock``."""
        return self._loop.call_later(delay, callback)


class SystemRandomness:
    """The operating system's randomness."""

    def __init__(self) -> None:
        self._random = random.SystemRandom()

    def uniform(self, low: float, high: float) -> float:
        """See ``Randomness``."""
        return self._random.uniform(low, high)

    def token_bytes(self, count: int) -> bytes:
        """See ``Randomness``."""
        return secrets.token_bytes(count)


class AsyncioNetwork:
    """Connections over TCP, or TLS with the peer's certificate verified against its name."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._tasks: set[asyncio.Task[None]] = set()

    def connect(self, address: Address, connection: Connection, timeout: float) -> None:
        """See ``Network``."""
        task = self._loop.create_task(self._connect(address, connection, timeout))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect(self, address: Address, connection: Connection, timeout: float) -> None:
        adapter = AsyncioAdapter(connection)
        try:
            async with asyncio.timeout(timeout):
                await self._open(adapter, address, timeout)
        except Exception as error:
            if adapter.transport is not None:  # it opened in the moment that its time was up
                adapter.transport.abort()
            else:
                connection.connection_failed(type(error).__name__)

    async def _open(self, adapter: "AsyncioAdapter", address: Address, timeout: float) -> None:
        """Connect to the first of the host's addresses that takes the connection."""
        hosts = await self._resolve(address)
        for left, host in zip(range(len(hosts) - 1, -1, -1), hosts, strict=True):
            try:
                await self._loop.create_connection(
                    lambda: adapter,
                    host,
                    address.port,
                    ssl=_tls() if address.tls else None,
                    server_hostname=address.host if address.tls else None,
                    ssl_handshake_timeout=timeout if address.tls else None,
                )
                return
            except OSError:
                if not left:
                    raise

    async def _resolve(self, address: Address) -> list[str]:
        """Return the IP addresses of the host.

        On a thread of its own that nobody waits for: the event loop's look-up would hold up the
        end of the process until the name servers' time is up.
        """
        found: asyncio.Future[list[str]] = self._loop.create_future()

        def told(result: list[str] | Exception) -> None:
            if found.done():
                return
            if isinstance(result, list):
                found.set_result(result)
            else:
                found.set_exception(result)

        def look_up() -> None:
            result: list[str] | Exception
            try:
                entries = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
                result = [str(entry[4][0]) for entry in entries]
            except Exception as error:
                result = error
            with suppress(RuntimeError):  # the loop has ended meanwhile
                self._loop.call_soon_threadsafe(told, result)

        Thread(target=look_up, name="look-up", daemon=True).start()
        return await found


def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.hostname_checks_common_name = False
    return context


class AsyncioAdapter(asyncio.Protocol):
    """Tells a ``Connection`` what asyncio tells a protocol."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.transport: Transport | None = None
        self.data_received = connection.data_received  # type: ignore[method-assign]
        self.connection_lost = connection.connection_lost  # type: ignore[method-assign,assignment]
        self.pause_writing = connection.pause_writing  # type: ignore[method-assign]
        self.resume_writing = connection.resume_writing  # type: ignore[method-assign]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hand over the writing half, without Nagle's delay."""
        sock = transport.get_extra_info("socket")
        if sock is not None:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # uvloop's transports are no subclasses of asyncio's, but have their methods.
        self.transport = cast("Transport", transport)
        self._connection.connection_opened(self.transport)
