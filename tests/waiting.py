"""How tests wait for what other threads and processes do: they ask, and never just sleep."""

import contextlib
import itertools
import os
import socket
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

DEADLINE = 60.0
LOWEST_PORT = 12_000

_T = TypeVar("_T")


def eventually(probe: Callable[[], _T], what: str = "", *, within: float = DEADLINE) -> _T:
    """Ask again and again until the answer is true; fails where it never is."""
    until = time.monotonic() + within
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"never came true: {what or probe}; last answer: {answer!r}")
        time.sleep(0.005)


def free_port() -> int:
    """Return a port that nobody listens on, and that hardly anybody else is given.

    None that Linux gives by itself: between its being asked for and its being used, a connection
    that somebody opens could be given the same. Each process begins at a place of its own.
    """
    return next(port for port in _ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False


def _ports_of_this_process() -> Iterator[int]:
    """Yield ports below those that the kernel gives, from a place of this process' own."""
    below = 32_768 - LOWEST_PORT
    start = os.getpid() * 251 % below
    yield from (LOWEST_PORT + (start + number) % below for number in itertools.count())


_ports = _ports_of_this_process()
